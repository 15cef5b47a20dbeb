"""Hire: a venue promises its spaces to others, and is paid for it.

Bookings and ranked holds over claims of the calendar, what they cost, with whom they were agreed
and how the night is settled.
"""
