"""Layouts: where seats and standing areas are, in versions; a published one never changes."""
