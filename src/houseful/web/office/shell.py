"""The office's frame: what is where, and who finds it."""

from typing import Any

import msgspec
from litestar import Response

from houseful.web.templating import page
from houseful.web.visits import Visit


class Item(msgspec.Struct, frozen=True):
    """An entry of the office's navigation, for who has the permission."""

    path: str
    title: str
    permission: str


NAVIGATION = (
    Item("", "Today", "promoter.events.read"),
    Item("/events", "Events", "promoter.events.read"),
    Item("/venues", "Venues", "venue.venues.read"),
    Item("/ledger", "Ledger", "ledger.entries.read"),
    Item("/members", "Members", "accounts.members.read"),
)


def office_page(
    visit: Visit, template: str, *, here: str, heading: str, message: str = "", **values: Any
) -> Response[str]:
    """Render a page of the office; `here` is the navigation entry it belongs to."""
    return page(
        visit,
        f"office/{template}",
        here=here,
        heading=heading,
        message=message,
        navigation=[item for item in NAVIGATION if visit.may(item.permission)],
        **values,
    )
