"""Every page of the shop."""

from houseful.web.shop import (
    account,
    baskets,
    checkout,
    events,
    guest_booking,
    inquiry,
    orders,
    pages,
    paying,
    sandbox,
    tickets,
    timetable,
)

handlers = [
    *account.handlers,
    *pages.handlers,
    *inquiry.handlers,
    *events.handlers,
    *baskets.handlers,
    *checkout.handlers,
    *orders.handlers,
    *paying.handlers,
    *tickets.handlers,
    *sandbox.handlers,
    *timetable.handlers,
    *guest_booking.handlers,
]
