"""Every page."""

from houseful.web import sign_in
from houseful.web.assets import static_files
from houseful.web.office import events, ledger, members, today, venues
from houseful.web.shop import pages

handlers = [
    static_files(),
    *sign_in.handlers,
    *today.handlers,
    *events.handlers,
    *venues.handlers,
    *ledger.handlers,
    *members.handlers,
    *pages.handlers,
]
