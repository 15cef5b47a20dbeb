"""Every page."""

from houseful.web import sign_in
from houseful.web.assets import static_files
from houseful.web.office import events, layout_geometry, ledger, members, today, venues
from houseful.web.shop import baskets, checkout, orders, pages, sandbox, tickets
from houseful.web.shop import events as shop_events

handlers = [
    static_files(),
    *sign_in.handlers,
    *today.handlers,
    *events.handlers,
    *venues.handlers,
    *layout_geometry.handlers,
    *ledger.handlers,
    *members.handlers,
    *pages.handlers,
    *shop_events.handlers,
    *baskets.handlers,
    *checkout.handlers,
    *orders.handlers,
    *tickets.handlers,
    *sandbox.handlers,
]
