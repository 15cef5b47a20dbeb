"""What the door asks about tickets: by the credential of a code, or by what is read out."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, select

from houseful import events
from houseful.kernel.database import UnitOfWork
from houseful.kernel.short_codes import is_meant, may_be_meant, short_code_bits
from houseful.ticketing.orders.models import Ticket

EARLY = timedelta(hours=2)
"""How long before doors a ticket lets in: doors open when they open."""
LATE = timedelta(hours=4)
"""How long after the end it still does: shows run late, and people come back for their coats."""


class DoorTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as the door sees it; it lets in within `[valid_from, valid_until)`."""

    id: UUID
    event_id: UUID
    credential_id: UUID
    public_id: str
    sequence: int
    status: str
    ticket_type: str
    section_label: str
    row_label: str
    seat_label: str
    holder_name: str
    valid_from: datetime | None
    valid_until: datetime | None


async def ticket_by_credential(uow: UnitOfWork, credential_id: UUID) -> DoorTicket | None:
    """Return the ticket whose code carries this credential, or None."""
    return (await tickets_by_credential(uow, {credential_id})).get(credential_id)


async def tickets_by_credential(
    uow: UnitOfWork, credential_ids: Collection[UUID]
) -> dict[UUID, DoorTicket]:
    """Return the tickets whose codes carry these credentials, by credential."""
    if not credential_ids:
        return {}
    tickets = await _those(uow, Ticket.credential_id.in_(credential_ids))
    return {ticket.credential_id: ticket for ticket in tickets}


async def tickets_by_id(uow: UnitOfWork, ticket_ids: Collection[UUID]) -> dict[UUID, DoorTicket]:
    """Return those of the tickets that there are, by id."""
    if not ticket_ids:
        return {}
    tickets = await _those(uow, Ticket.id.in_(ticket_ids))
    return {ticket.id: ticket for ticket in tickets}


async def ticket_by_text(uow: UnitOfWork, event_id: UUID, text: str) -> DoorTicket | None:
    """Return the house's ticket with this public id or short code, as typed, or None.

    Of the event that is scanned at, if one of its tickets has the code; else of any other.
    """
    found = await _those(uow, Ticket.public_id == text.strip().upper())
    if found:
        return found[0]
    bits = short_code_bits(text)
    if bits is None:
        return None
    # Nearly all that is typed is of this event, whose tickets an index finds.
    for where in (Ticket.event_id == event_id, Ticket.event_id != event_id):
        bearers = [
            ticket
            for ticket in await _those(uow, and_(where, may_be_meant(Ticket.credential_id, bits)))
            if is_meant(ticket.credential_id, bits)
        ]
        if bearers:
            return bearers[0] if len(bearers) == 1 else None
    return None


async def count_tickets(uow: UnitOfWork, event_id: UUID) -> int:
    """Return how many tickets of the event are valid."""
    rows = await uow.execute(
        "SELECT count(*) FROM tickets WHERE organization_id = :tenant AND event_id = :event"
        " AND status = 'sold'",
        {"tenant": uow.tenant, "event": event_id},
    )
    return rows.scalar_one()


async def sold_credentials(uow: UnitOfWork, event_id: UUID) -> dict[UUID, UUID]:
    """Return the credential of each ticket of the event that is valid, by ticket id."""
    rows = await uow.execute(
        select(Ticket.id, Ticket.credential_id).where(
            Ticket.organization_id == uow.tenant,
            Ticket.event_id == event_id,
            Ticket.status == "sold",
        )
    )
    return {row.id: row.credential_id for row in rows}


def validity(event: events.ShownEvent) -> tuple[datetime | None, datetime | None]:
    """Return from when until when tickets of the event let in."""
    opens_at = event.doors_at or event.start_at
    return (
        opens_at - EARLY if opens_at else None,
        event.end_at + LATE if event.end_at else None,
    )


async def _those(uow: UnitOfWork, condition: ColumnElement[bool]) -> list[DoorTicket]:
    tickets: Sequence[Ticket] = await uow.all(
        select(Ticket).where(Ticket.organization_id == uow.tenant, condition)
    )
    shows = await events.events_by_id(uow, {ticket.event_id for ticket in tickets})
    return [_at_door(ticket, shows[ticket.event_id]) for ticket in tickets]


def _at_door(ticket: Ticket, event: events.ShownEvent) -> DoorTicket:
    valid_from, valid_until = validity(event)
    copied = {
        name: getattr(ticket, name)
        for name in DoorTicket.__struct_fields__
        if not name.startswith("valid_")
    }
    return DoorTicket(**copied, valid_from=valid_from, valid_until=valid_until)
