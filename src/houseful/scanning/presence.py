"""Who is inside: how many people on each ticket, and every move that made it so.

The sum of a ticket's moves is what its presence says, always.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.scanning.models import InOutEvent, Presence, Scan

_MAKE = """
    INSERT INTO presences (organization_id, ticket_id, event_id, inside, entries)
    SELECT cast(:tenant AS uuid), bearer.ticket_id, bearer.event_id, 0, 0
    FROM unnest(cast(:tickets AS uuid[]), cast(:events AS uuid[])) AS bearer (ticket_id, event_id)
    ON CONFLICT DO NOTHING
"""


async def lock_presence(uow: UnitOfWork, ticket_id: UUID, event_id: UUID) -> Presence:
    """Return the ticket's presence, locked until the transaction ends."""
    return (await lock_presences(uow, {ticket_id: event_id}))[ticket_id]


async def lock_presences(uow: UnitOfWork, events: Mapping[UUID, UUID]) -> dict[UUID, Presence]:
    """Return the presences of tickets, whose `events` are given, locked in the tickets' order."""
    if not events:
        return {}
    tickets = sorted(events)
    await uow.execute(
        _MAKE,
        {
            "tenant": uow.tenant,
            "tickets": tickets,
            "events": [events[ticket_id] for ticket_id in tickets],
        },
    )
    locked = await uow.all(
        select(Presence)
        .where(Presence.organization_id == uow.tenant, Presence.ticket_id.in_(tickets))
        .order_by(Presence.ticket_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {presence.ticket_id: presence for presence in locked}


def moved(presence: Presence, scan: Scan) -> InOutEvent:
    """Let one person in or out with this scan, and return the move, to be written after it."""
    is_entry = scan.direction == "in"
    people = 1 if is_entry else -1
    presence.inside += people
    presence.entries += is_entry
    return InOutEvent(
        organization_id=presence.organization_id,
        id=new_id(),
        event_id=presence.event_id,
        ticket_id=presence.ticket_id,
        scan_id=scan.id,
        gate_id=scan.gate_id,
        kind=scan.direction,
        people=people,
        at=scan.occurred_at,
    )


async def last_move(uow: UnitOfWork, ticket_id: UUID) -> InOutEvent | None:
    """Return the ticket's newest move."""
    return await uow.first(
        select(InOutEvent)
        .where(InOutEvent.organization_id == uow.tenant, InOutEvent.ticket_id == ticket_id)
        .order_by(InOutEvent.id.desc())
        .limit(1)
    )


def take_back(uow: UnitOfWork, presence: Presence, made: InOutEvent) -> InOutEvent:
    """Undo the ticket's newest move."""
    undone = InOutEvent(
        organization_id=uow.tenant,
        id=new_id(),
        event_id=made.event_id,
        ticket_id=made.ticket_id,
        scan_id=made.scan_id,
        gate_id=made.gate_id,
        kind="revert",
        people=-made.people,
        at=uow.now,
    )
    uow.add(undone)
    presence.inside -= made.people
    if made.kind == "in":
        presence.entries -= 1
    return undone


async def exit_that_found_nobody(uow: UnitOfWork, entry: Scan) -> Scan | None:
    """Return the exit that belongs to an entry of which we hear late.

    One who came in without a network may have left before: then that exit, which found nobody, is
    theirs.
    """
    has_moved = select(InOutEvent.id).where(
        InOutEvent.organization_id == Scan.organization_id, InOutEvent.scan_id == Scan.id
    )
    return await uow.first(
        select(Scan)
        .where(
            Scan.organization_id == uow.tenant,
            Scan.ticket_id == entry.ticket_id,
            Scan.event_id == entry.event_id,
            Scan.result == "exit_without_entry",
            Scan.occurred_at > entry.occurred_at,
            ~has_moved.exists(),
        )
        .order_by(Scan.occurred_at, Scan.id)
        .limit(1)
    )
