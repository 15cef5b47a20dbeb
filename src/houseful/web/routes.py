"""Every page."""

from houseful.web import password_reset, sign_in, sign_up, signing
from houseful.web.assets import static_files
from houseful.web.door import routes as door
from houseful.web.me import bookings as me_bookings
from houseful.web.me import pages as me_pages
from houseful.web.office import routes as office
from houseful.web.shop import (
    baskets,
    checkout,
    guest_booking,
    orders,
    pages,
    sandbox,
    tickets,
    timetable,
)
from houseful.web.shop import events as shop_events, inquiry

handlers = [
    static_files(),
    *sign_in.handlers,
    *sign_up.handlers,
    *password_reset.handlers,
    *signing.handlers,
    *office.handlers,
    *door.handlers,
    *pages.handlers,
    *inquiry.handlers,
    *shop_events.handlers,
    *baskets.handlers,
    *checkout.handlers,
    *orders.handlers,
    *tickets.handlers,
    *sandbox.handlers,
    *timetable.handlers,
    *guest_booking.handlers,
    *me_pages.handlers,
    *me_bookings.handlers,
]
