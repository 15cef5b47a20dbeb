"""Ranked holds: who was there first, who may challenge whom, and when a hold is over."""
