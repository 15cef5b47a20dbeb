"""Recurring bookings: a rule in wall time, a booking for every date, and the exceptions."""
