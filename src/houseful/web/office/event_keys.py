"""The keys that sign an event's tickets: a new one for what comes, none for what got away."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import PathParameter

from houseful.events import ShownEvent, get_event
from houseful.kernel.database import UnitOfWork
from houseful.ticketing import EventKey, keys_of, orders_of_key, revoke_key, rotate_key
from houseful.web.guards import Office
from houseful.web.office.event import EVENT, crumbs_of
from houseful.web.office.papers import do_and_go
from houseful.web.office.shell import Crumb, confirm_page, office_page
from houseful.web.pages import act, show
from houseful.web.visits import Visit

KEYS = EVENT + "/keys"
KeyId = Annotated[str, PathParameter(max_length=16)]


def _office(action: str) -> Office:
    return Office(f"ticketing.keys.{action}", module="ticketing")


@show(KEYS, _office("read"))
async def show_keys(visit: Visit, event_id: UUID) -> Response[Any]:
    """Show the keys, and what can be done about them."""

    async def read(uow: UnitOfWork) -> tuple[ShownEvent, list[EventKey]]:
        return await get_event(uow, event_id), await keys_of(uow, event_id)

    event, keys = await visit.run(read)
    return office_page(
        visit,
        "event_keys.html",
        here="/events",
        heading="Keys that sign the tickets",
        crumbs=crumbs_of(event),
        event=event,
        keys=keys,
    )


@act(KEYS, _office("rotate"))
async def rotate(visit: Visit, event_id: UUID) -> Response[Any]:
    """Let a new key sign from now on."""
    await visit.form()
    path, notice = f"/events/{event_id}/keys", "A new key signs. Tickets that are out still hold."
    return await do_and_go(visit, path, notice, rotate_key, visit.vault, event_id)


@show(KEYS + "/{key_id:str}/revoke", _office("revoke"))
async def ask_to_revoke(visit: Visit, event_id: UUID, key_id: KeyId) -> Response[Any]:
    """Ask before tickets that are out stop letting in."""
    event = await visit.run(get_event, event_id)
    orders = await visit.run(orders_of_key, event_id, key_id)
    reached = sum(bool(order.email) for order in orders)
    return confirm_page(
        visit,
        here="/events",
        heading=f"Revoke the key {key_id}?",
        crumbs=(*crumbs_of(event), Crumb(f"/events/{event_id}/keys", "Keys")),
        consequences=(
            "No ticket that it has signed lets anybody in any more: printed, or on a phone.",
            f"Orders that get their new tickets by mail: {reached}.",
            f"Orders without an address, to be printed again: {len(orders) - reached}.",
            "Who opens their ticket again finds a new code there, signed by another key.",
            "Phones at the doors hear of it when they next have a network.",
            "This cannot be undone.",
        ),
        label="Revoke the key",
    )


@act(KEYS + "/{key_id:str}/revoke", _office("revoke"))
async def revoke(visit: Visit, event_id: UUID, key_id: KeyId) -> Response[Any]:
    """Let nothing hold any more that this key has signed."""
    await visit.form()
    path = f"/events/{event_id}/keys"
    notice = "Revoked: what it has signed lets nobody in. The new tickets are sent."
    return await do_and_go(visit, path, notice, revoke_key, event_id, key_id)


handlers = [show_keys, rotate, ask_to_revoke, revoke]
