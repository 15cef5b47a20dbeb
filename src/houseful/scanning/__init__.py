"""The door: devices, the verdict on each ticket, and who is inside."""
