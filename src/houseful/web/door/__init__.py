"""The door: scanning on a phone."""
