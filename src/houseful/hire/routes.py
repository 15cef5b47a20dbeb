"""Hire over HTTP: every part's routes."""

from houseful.hire.bookings import routes as bookings
from houseful.hire.customers import routes as customers
from houseful.hire.holds import routes as holds
from houseful.hire.rates import routes as rates

handlers = [
    *bookings.handlers,
    *holds.handlers,
    *rates.handlers,
    *customers.handlers,
]
