"""All routes of sessions."""

from houseful.sessions import my_routes
from houseful.sessions.bookings import (
    client,
    debt_routes,
    desk_routes,
    door_routes,
    guest_routes,
    payables,
    standing_routes,
)
from houseful.sessions.bookings import routes as bookings
from houseful.sessions.catalogue import picture_routes
from houseful.sessions.catalogue import routes as catalogue
from houseful.sessions.customers import routes as customers
from houseful.sessions.passes import routes as passes
from houseful.sessions.wallets import routes as wallets

handlers = [
    *catalogue.handlers,
    *picture_routes.handlers,
    *bookings.handlers,
    *standing_routes.handlers,
    *debt_routes.handlers,
    *desk_routes.handlers,
    *door_routes.handlers,
    *customers.handlers,
    *passes.handlers,
    *wallets.handlers,
    *client.handlers,
    *guest_routes.handlers,
    *my_routes.handlers,
]

__all__ = ["handlers", "payables"]
