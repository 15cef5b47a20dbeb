"""Choosing where to stand: an event, then one of its gates."""

from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter
from litestar.response import Redirect

from houseful import events, scanning, venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem
from houseful.web.door.guard import AtDoor
from houseful.web.pages import act, show, told
from houseful.web.templating import page
from houseful.web.visits import Visit

PATH = "/door/{organization:str}"
BEFORE = timedelta(days=1)
AHEAD = timedelta(days=60)
OPEN_STATES = frozenset({"published", "live", "ended"})
EventId = Annotated[UUID | None, QueryParameter(name="event")]


@show(PATH, AtDoor(lets_pass=True))
async def show_choice(visit: Visit, event_id: EventId = None) -> Response[Any]:
    """Let the steward choose an event, and then a gate of its venue."""
    if visit.access is None:
        return Redirect("/door")
    return await _choice(visit, event_id)


@act(PATH, AtDoor())
async def begin(visit: Visit) -> Response[Any]:
    """Begin to scan at the gate that was chosen."""
    form = await visit.form()
    event_id, gate_id = _id(form.get("event", "")), _id(form.get("gate", ""))
    if event_id is None:
        return await _choice(visit, None, message="Please choose an event.")
    try:
        await visit.run(scanning.start_session, event_id=event_id, gate_id=gate_id)
    except Problem as problem:
        return await _choice(visit, None, message=told(problem))
    place = {"event": event_id} | ({"gate": gate_id} if gate_id else {})
    return Redirect(f"{door_path(visit)}/scan?{urlencode(place)}", status_code=303)


def door_path(visit: Visit) -> str:
    """Return the address of the house's door."""
    return f"/door/{visit.organization.slug}"


async def _choice(visit: Visit, event_id: UUID | None, *, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        assigned = await _assigned(uow)
        if event_id is not None:
            event = await events.get_event(uow, event_id)
            gates = await venues.gates_of(uow, event.venue_id) if event.venue_id else []
            mine = assigned.get(event_id)
            gates.sort(key=lambda gate: gate.id != mine)
            return {"event": event, "gates": gates, "own_gate": mine}
        return {"event": None, "offered": await _offered(uow, assigned), "assigned": assigned}

    return page(
        visit,
        "door/choice.html",
        status=422 if message else 200,
        message=message,
        door=door_path(visit),
        **await visit.run(read),
    )


async def _assigned(uow: UnitOfWork) -> dict[UUID, UUID]:
    """Return the gate at which this device is to stand, by event."""
    if uow.actor.kind != "device" or uow.actor.id is None:
        return {}
    rows, _ = await scanning.list_assignments(
        uow, window=Window(limit=LIMIT_MAX), device_id=uow.actor.id
    )
    return {row.event_id: row.gate_id for row in rows}


async def _offered(uow: UnitOfWork, assigned: dict[UUID, UUID]) -> list[events.ShownEvent]:
    """Return the events that may have their doors open: what this device is for, then the next."""
    near, _ = await events.list_events(
        uow,
        window=Window(limit=LIMIT_MAX),
        from_at=uow.now - BEFORE,
        until_at=uow.now + AHEAD,
    )

    def rank(event: events.ShownEvent) -> tuple[bool, timedelta]:
        away = abs(event.start_at - uow.now) if event.start_at else AHEAD
        return event.id not in assigned, away

    return sorted((event for event in near if event.status in OPEN_STATES), key=rank)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


handlers = [show_choice, begin]
