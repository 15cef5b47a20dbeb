"""Reading scans, and the door's figures."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Integer, and_, case, func, or_, select

from houseful import ticketing, venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.scanning.models import InOutEvent, Presence, Scan

RATE_WINDOW = timedelta(minutes=5)


class GateFigures(msgspec.Struct, frozen=True, rename="camel"):
    """A gate of an event: who came in and left there, and how quickly it moves."""

    gate_id: UUID | None
    name: str
    entered: int
    left: int
    scans_per_minute: float


class Move(msgspec.Struct, frozen=True):
    """Somebody came in on a ticket, or left; the gate's name where it is known."""

    ticket_id: UUID
    at: datetime
    is_entry: bool
    gate: str


class DoorFigures(msgspec.Struct, frozen=True):
    """An event's door: people inside, tickets that hold, and each gate."""

    event_id: UUID
    inside: int
    tickets: int
    gates: list[GateFigures]


async def occupancy(uow: UnitOfWork, event_id: UUID) -> int:
    """Return how many people are inside."""
    return await uow.first(
        select(func.coalesce(func.sum(Presence.inside), 0).cast(Integer)).where(
            Presence.organization_id == uow.tenant,
            Presence.event_id == event_id,
            Presence.inside > 0,
        )
    )


async def door_figures(uow: UnitOfWork, event_id: UUID) -> DoorFigures:
    """Return who is inside, of how many tickets, and what each gate did."""
    return DoorFigures(
        event_id=event_id,
        inside=await occupancy(uow, event_id),
        tickets=await ticketing.count_tickets(uow, event_id),
        gates=await _gates(uow, event_id),
    )


async def moves_of(uow: UnitOfWork, ticket_ids: Collection[UUID]) -> list[Move]:
    """Return who came in or left on these tickets, the first first; not what was taken back."""
    reverted = select(InOutEvent.scan_id).where(
        InOutEvent.organization_id == uow.tenant,
        InOutEvent.ticket_id.in_(ticket_ids),
        InOutEvent.kind == "revert",
    )
    moves = await uow.all(
        select(InOutEvent)
        .where(
            InOutEvent.organization_id == uow.tenant,
            InOutEvent.ticket_id.in_(ticket_ids),
            InOutEvent.kind != "revert",
            InOutEvent.scan_id.not_in(reverted),
        )
        .order_by(InOutEvent.at, InOutEvent.id)
    )
    gates = await venues.gates_by_id(
        uow, {move.gate_id for move in moves if move.gate_id is not None}
    )
    return [
        Move(
            ticket_id=move.ticket_id,
            at=move.at,
            is_entry=move.kind == "in",
            gate=gates[move.gate_id].name if move.gate_id in gates else "",
        )
        for move in moves
    ]


async def list_scans(
    uow: UnitOfWork,
    *,
    window: Window,
    event_id: UUID | None = None,
    device_id: UUID | None = None,
    result: str | None = None,
) -> tuple[list[Scan], str | None]:
    """Return one page of scans."""
    statement = select(Scan).where(Scan.organization_id == uow.tenant)
    for column, wanted in (
        (Scan.event_id, event_id),
        (Scan.device_id, device_id),
        (Scan.result, result),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return await fetch_page(uow, statement, Scan, window)


async def get_scan(uow: UnitOfWork, scan_id: UUID) -> Scan:
    """Return the scan. Raises `NotFound`."""
    return await uow.get(Scan, scan_id)


async def _gates(uow: UnitOfWork, event_id: UUID) -> list[GateFigures]:
    kind, people = InOutEvent.kind, InOutEvent.people
    came = or_(kind == "in", and_(kind == "revert", people == -1))
    moved = await uow.execute(
        select(
            InOutEvent.gate_id,
            func.sum(case((came, people), else_=0)).cast(Integer).label("entered"),
            func.sum(case((came, 0), else_=-people)).cast(Integer).label("left"),
        )
        .where(InOutEvent.organization_id == uow.tenant, InOutEvent.event_id == event_id)
        .group_by(InOutEvent.gate_id)
    )
    moves = {row.gate_id: (row.entered, row.left) for row in moved}
    scanned = await uow.execute(
        select(Scan.gate_id, func.count().label("scans"))
        .where(
            Scan.organization_id == uow.tenant,
            Scan.event_id == event_id,
            Scan.received_at > uow.now - RATE_WINDOW,
        )
        .group_by(Scan.gate_id)
    )
    recent = {row.gate_id: row.scans for row in scanned}
    names = await venues.gates_by_id(uow, {id_ for id_ in {*moves, *recent} if id_ is not None})
    minutes = RATE_WINDOW.total_seconds() / 60
    figures = [
        GateFigures(
            gate_id=gate_id,
            name=names[gate_id].name if gate_id in names else "",
            entered=moves.get(gate_id, (0, 0))[0],
            left=moves.get(gate_id, (0, 0))[1],
            scans_per_minute=round(recent.get(gate_id, 0) / minutes, 1),
        )
        for gate_id in {*moves, *recent}
    ]
    return sorted(figures, key=lambda gate: (gate.name, str(gate.gate_id)))
