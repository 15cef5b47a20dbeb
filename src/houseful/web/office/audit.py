"""Who did what: every act in the house with what it changed, the newest first."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful import audit, scanning
from houseful.accounts import find_members, user_names
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window, provide_window
from houseful.web.office.papers import WholeHouse
from houseful.web.office.shell import next_page, office_page
from houseful.web.pages import show
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/audit"
PAGE_SIZE = 50
VALUE_MAX_CHARACTERS = 200
NOBODY = {"system": "Houseful itself", "guest": "a guest", "api_key": "a program"}

PAGES = {
    "bookings": "/bookings",
    "contracts": "/contracts",
    "contract_templates": "/contract-templates",
    "customers": "/customers",
    "deals": "/deals",
    "deposits": "/deposits",
    "devices": "/devices",
    "events": "/events",
    "layouts": "/layouts",
    "memberships": "/members",
    "orders": "/orders",
    "sessions": "/sessions",
    "settlements": "/settlements",
    "venue_events": "/venue-events",
    "venues": "/venues",
    "wallets": "/wallets",
}
"""What has a page of its own, by the kind of thing that an act is about."""

KINDS = (
    *("activities", "bookings", "company_customers", "contracts", "customer_passes", "customers"),
    *("deals", "deposits", "devices", "events", "gates", "invoices", "layouts", "memberships"),
    *("orders", "organizations", "payment_methods", "payouts", "rate_cards", "refunds", "roles"),
    *("session_bookings", "sessions", "settlements", "spaces", "ticket_types", "venue_events"),
    *("venues", "wallets"),
)
"""What one may look for, by the name of its table."""

Kind = Annotated[str, QueryParameter(name="of", max_length=80)]
Who = Annotated[str, QueryParameter(name="by", max_length=36)]
Thing = Annotated[UUID | None, QueryParameter(name="thing")]
Cursor = Annotated[str | None, QueryParameter(max_length=64)]


@show(PATH, WholeHouse("audit.log.read"))
async def show_audit(
    visit: Visit, of: Kind = "", by: Who = "", thing: Thing = None, cursor: Cursor = None
) -> Response[Any]:
    """Show the acts: all, of one kind of thing, of one thing, or of one person."""
    window = Window(PAGE_SIZE, provide_window(cursor=cursor).after, is_newest_first=True)

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        members, _ = await find_members(uow, window=Window(limit=LIMIT_MAX))
        people = {str(member.user_id): member.name for member in members}
        matching = audit.ActFilter(
            resource_type=of if of in KINDS else None,
            resource_id=thing,
            actor_id=UUID(by) if by in people else None,
        )
        acts, further = await audit.find_acts(uow, window=window, matching=matching)
        return {
            "acts": acts,
            "people": people,
            "names": await _names(uow, acts),
            "further": further,
        }

    found = await visit.run(read)
    thing_asked = str(thing) if thing else ""
    return office_page(
        visit,
        "audit.html",
        here="/audit",
        heading="Who did what",
        kinds=KINDS,
        of=of,
        by=by,
        thing=thing_asked,
        next_path=next_page(found.pop("further"), of=of, by=by, thing=thing_asked),
        pages=PAGES,
        nobody=NOBODY,
        shown=_shown,
        **found,
    )


async def _names(uow: UnitOfWork, acts: list[Any]) -> dict[UUID, str]:
    """Return what the actors are called: people, and phones at the door."""
    ids = {act.actor_id for act in acts if act.actor_id is not None}
    devices, _ = await scanning.list_devices(uow, window=Window(limit=LIMIT_MAX))
    return await user_names(uow, ids) | {device.id: device.name for device in devices}


def _shown(value: Any) -> str:
    """Return a value as one line; nothing is a dash."""
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text if len(text) <= VALUE_MAX_CHARACTERS else text[:VALUE_MAX_CHARACTERS] + "…"


handlers = [show_audit]
