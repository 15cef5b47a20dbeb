"""Who is inside: how many people on each ticket, and every move that made it so.

The sum of a ticket's moves is what its presence says, always.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.scanning.models import InOutEvent, Presence, Scan


async def lock_presence(uow: UnitOfWork, ticket_id: UUID, event_id: UUID) -> Presence:
    """Return the ticket's presence, locked until the transaction ends."""
    await uow.execute(
        insert(Presence)
        .values(
            organization_id=uow.tenant, ticket_id=ticket_id, event_id=event_id, inside=0, entries=0
        )
        .on_conflict_do_nothing()
    )
    presence = await uow.session.get(
        Presence, (uow.tenant, ticket_id), with_for_update=True, populate_existing=True
    )
    assert presence is not None
    return presence


async def move(uow: UnitOfWork, presence: Presence, scan: Scan) -> None:
    """Let one person in or out with this scan.

    One who came in without a network may have left before we heard of it: then that exit, which
    found nobody, is theirs.
    """
    is_entry = scan.direction == "in"
    _add(uow, presence, scan, people=1 if is_entry else -1)
    if is_entry:
        presence.entries += 1
        left = await _exit_that_found_nobody(uow, scan) if scan.is_offline else None
        if left is not None:
            _add(uow, presence, left, people=-1)
    await uow.flush()


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


def _add(uow: UnitOfWork, presence: Presence, scan: Scan, *, people: int) -> None:
    uow.add(
        InOutEvent(
            organization_id=uow.tenant,
            id=new_id(),
            event_id=presence.event_id,
            ticket_id=presence.ticket_id,
            scan_id=scan.id,
            gate_id=scan.gate_id,
            kind=scan.direction,
            people=people,
            at=scan.occurred_at,
        )
    )
    presence.inside += people


async def _exit_that_found_nobody(uow: UnitOfWork, entry: Scan) -> Scan | None:
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
