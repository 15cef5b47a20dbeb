"""Hire over HTTP: every part's routes."""

from houseful.hire.bookings import routes as bookings
from houseful.hire.holds import routes as holds

handlers = [*bookings.handlers, *holds.handlers]
