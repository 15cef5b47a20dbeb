"""Every page of what belongs to a person."""

from houseful.web.me import bookings, pages

handlers = [*pages.handlers, *bookings.handlers]
