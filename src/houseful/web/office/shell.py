"""The office's frame: what is where, who finds it, and what was just done."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote, urlencode

import msgspec
from litestar import Response
from litestar.response import Redirect

from houseful.web.templating import page
from houseful.web.visits import Visit

NOTICE = "notice"
NOTICE_TTL_SECONDS = 60
REFUSED = 422


class Item(msgspec.Struct, frozen=True):
    """An entry of the office's navigation, for who has the permission and the module.

    What is `of_whole_house` is not for who is limited to some spaces.
    """

    path: str
    title: str
    permission: str
    module: str = ""
    of_whole_house: bool = False


class Group(msgspec.Struct, frozen=True):
    """Entries that belong together."""

    title: str
    items: tuple[Item, ...]


class Crumb(msgspec.Struct, frozen=True):
    """A page above this one; `path` is below the office."""

    path: str
    title: str


NAVIGATION = (
    Group(
        "",
        (Item("", "Today", "promoter.events.read"),),
    ),
    Group(
        "Hire",
        (
            Item("/calendar", "Calendar", "venue.bookings.read", "venue"),
            Item("/bookings", "Bookings", "venue.bookings.read", "venue"),
            Item("/recurring", "Recurring", "venue.bookings.read", "venue"),
            Item("/blocks", "Kept free", "venue.availability.read", "venue"),
            Item("/customers", "Customers", "venue.customers.read", "venue", of_whole_house=True),
            Item("/rates", "Prices", "venue.rates.read", "venue"),
            Item("/deals", "Deals", "venue.deals.read", "venue", of_whole_house=True),
            Item("/contracts", "Contracts", "venue.contracts.read", "venue", of_whole_house=True),
            Item("/deposits", "Deposits", "venue.deposits.read", "finance", of_whole_house=True),
            Item(
                "/venue-events", "Hired nights", "venue.events.read", "venue", of_whole_house=True
            ),
            Item(
                "/settlements",
                "Settlements",
                "venue.settlements.read",
                "venue",
                of_whole_house=True,
            ),
            Item("/reports", "Reports", "venue.reports.read", "venue", of_whole_house=True),
            Item("/feeds", "Calendar feeds", "venue.feeds.read", "venue"),
        ),
    ),
    Group(
        "Programme",
        (
            Item("/events", "Events", "promoter.events.read"),
            Item("/layouts", "Layouts", "seating.layouts.read", "ticketing"),
            Item(
                "/promoter-settlements",
                "Settled elsewhere",
                "promoter.settlements.read",
                "promoter",
                of_whole_house=True,
            ),
        ),
    ),
    Group(
        "Box office",
        (
            Item("/box-office", "Sell", "ticketing.orders.sell", "ticketing"),
            Item("/orders", "Orders", "ticketing.orders.read", "ticketing"),
        ),
    ),
    Group(
        "Sessions",
        (
            Item("/sessions", "Sessions", "sessions.sessions.read", "sessions"),
            Item("/session-activities", "Activities", "sessions.activities.read", "sessions"),
            Item("/session-customers", "People who book", "sessions.customers.read", "sessions"),
            Item("/passes", "Passes", "sessions.passes.read", "sessions"),
            Item("/wallets", "Wallets", "sessions.wallets.read", "sessions"),
            Item("/refund-requests", "Refund requests", "sessions.refunds.read", "sessions"),
            Item("/debtors", "Debtors", "sessions.debts.read", "sessions"),
            Item("/session-settings", "Booking rules", "sessions.activities.read", "sessions"),
        ),
    ),
    Group(
        "House",
        (
            Item("/venues", "Venues", "venue.venues.read", "venue"),
            Item("/house", "About the house", "accounts.organization.read"),
            Item("/members", "Members", "accounts.members.read"),
            Item("/outbox", "Outbox", "messaging.deliveries.read", of_whole_house=True),
            Item("/audit", "Who did what", "audit.log.read", of_whole_house=True),
        ),
    ),
    Group(
        "Door",
        (
            Item("/door", "Scan tickets", "scanning.scans.create", "ticketing"),
            Item("/devices", "Devices", "scanning.devices.read", "ticketing"),
        ),
    ),
    Group(
        "Money",
        (
            Item("/ledger", "Ledger", "ledger.entries.read", "finance"),
            Item("/payouts", "Payouts", "ledger.payouts.read", "finance"),
        ),
    ),
)
"""One line for each place of the office, in the order in which it is shown."""


def office_page(
    visit: Visit,
    template: str,
    *,
    here: str,
    heading: str,
    message: str = "",
    crumbs: tuple[Crumb, ...] = (),
    **values: Any,
) -> Response[str]:
    """Render a page of the office; `here` is the navigation entry it belongs to.

    `message` is what went wrong: a form that was sent is refused then. `crumbs` are the pages above
    it, the nearest last.
    """
    is_refused = bool(message) and visit.request.method == "POST"
    notice = unquote(visit.read_cookie(NOTICE))
    answer = page(
        visit,
        f"office/{template}",
        status=REFUSED if is_refused else 200,
        here=here,
        heading=heading,
        message=message,
        notice=notice,
        crumbs=crumbs,
        office=office_path(visit),
        navigation=_navigation_of(visit),
        **values,
    )
    if notice:
        answer.set_cookie(visit.cookie(NOTICE, "", max_age=0))
    return answer


def office_path(visit: Visit, path: str = "") -> str:
    """Return the address of a place in the office of the visit's house."""
    return f"/office/{visit.organization.slug}{path}"


def back_to(visit: Visit, path: str, notice: str = "") -> Response[Any]:
    """Go to a page of the office after something was done, and say there what it was."""
    answer = Redirect(office_path(visit, path), status_code=303)
    if notice:
        answer.set_cookie(visit.cookie(NOTICE, quote(notice), max_age=NOTICE_TTL_SECONDS))
    return answer


def can_enter(visit: Visit, permission: str, module: str = "") -> bool:
    """Whether the visitor would be let in: what they may not enter is not offered."""
    access = visit.access
    return access is not None and visit.may(permission) and (not module or module in access.modules)


def _navigation_of(visit: Visit) -> list[Group]:
    groups = [
        Group(
            group.title,
            tuple(
                item
                for item in group.items
                if can_enter(visit, item.permission, item.module)
                and not (item.of_whole_house and visit.space_ids is not None)
            ),
        )
        for group in NAVIGATION
    ]
    return [group for group in groups if group.items]


def confirm_page(
    visit: Visit,
    *,
    here: str,
    heading: str,
    crumbs: tuple[Crumb, ...],
    consequences: Sequence[str],
    label: str,
    is_dangerous: bool = True,
    reason: str | None = None,
    reason_hint: str = "",
    message: str = "",
    carried: Sequence[tuple[str, str]] = (),
) -> Response[str]:
    """Ask once, and say what will happen; the form is sent to the page's own address.

    `carried` is what was filled in before it was asked, and is sent along.

    With a `reason`, be it empty, one can be written; the last crumb is the way back.
    """
    return office_page(
        visit,
        "confirm.html",
        here=here,
        heading=heading,
        crumbs=crumbs,
        message=message,
        consequences=consequences,
        carried=carried,
        label=label,
        is_dangerous=is_dangerous,
        reason=reason,
        reason_hint=reason_hint,
    )


def next_page(cursor: str | None, **filters: str) -> str:
    """Return the address of the list's next page with the same filters, or an empty text."""
    if cursor is None:
        return ""
    given = {name: value for name, value in filters.items() if value}
    return "?" + urlencode(given | {"cursor": cursor})
