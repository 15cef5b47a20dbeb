"""Scanning: every attempt is judged once, recorded, and answered the same however often it is sent.

The bearer's presence is locked while a scan is judged, so two gates cannot let one ticket in.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from houseful import ticketing
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.scanning.facts import TicketScanned
from houseful.scanning.models import InOutEvent, Presence, Scan
from houseful.scanning.rules import Direction, Result, TicketAtDoor, admits, judge


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One scan; `scan_id` is the device's own, and `scanned_at` the device's time."""

    scan_id: UUID
    event_id: UUID
    code: str
    direction: Direction
    gate_id: UUID | None = None
    scanned_at: datetime | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided; `ticket` is None where the code is none of ours."""

    scan_id: UUID
    result: Result
    ticket: ticketing.DoorTicket | None
    is_repeat: bool = False


async def scan_ticket(uow: UnitOfWork, attempt: Attempt) -> Verdict:
    """Judge and record an attempt; a repeat of the same scan id gets the first verdict."""
    await uow.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))",
        {"name": f"scan:{uow.tenant}:{attempt.scan_id}"},
    )
    first = await uow.session.get(Scan, (uow.tenant, attempt.scan_id))
    if first is not None:
        return await _repeat(uow, first)
    ticket, result = await _read(uow, attempt)
    if result is None:
        assert ticket is not None
        result = await _judge(uow, attempt, ticket)
    await _record(uow, attempt, ticket, result)
    return Verdict(scan_id=attempt.scan_id, result=result, ticket=ticket)


async def occupancy(uow: UnitOfWork, event_id: UUID) -> int:
    """Return how many people are inside."""
    return await uow.first(
        select(func.count()).where(
            Presence.organization_id == uow.tenant,
            Presence.event_id == event_id,
            Presence.is_inside,
        )
    )


async def _read(
    uow: UnitOfWork, attempt: Attempt
) -> tuple[ticketing.DoorTicket | None, Result | None]:
    """Return the ticket of a code, or why there is none."""
    try:
        unverified = ticketing.read_code(attempt.code)
    except ticketing.NotATicketCode:
        typed = await ticketing.ticket_by_text(uow, attempt.event_id, attempt.code)
        return typed, None if typed is not None else "unknown"
    event_id = unverified.fields.event_id
    keys = await ticketing.event_public_keys(uow, event_id)
    try:
        ticketing.verify_code(attempt.code, {key.key_id: key.public_bytes for key in keys})
    except (ticketing.BadSignature, ticketing.UnknownKey):
        return None, "bad_signature"
    ticket = await ticketing.ticket_by_credential(uow, unverified.fields.credential_id)
    return ticket, None if ticket is not None else "revoked"


async def _judge(uow: UnitOfWork, attempt: Attempt, ticket: ticketing.DoorTicket) -> Result:
    presence = await _lock_presence(uow, ticket)
    result = judge(
        TicketAtDoor(
            event_id=ticket.event_id,
            status=ticket.status,
            valid_from=ticket.valid_from,
            valid_until=ticket.valid_until,
            is_inside=presence.is_inside,
            entries=presence.entries,
        ),
        event_id=attempt.event_id,
        gate_id=attempt.gate_id,
        direction=attempt.direction,
        at=uow.now,
    )
    if admits(result):
        presence.is_inside = True
        presence.entries += 1
    elif result == "exit_ok":
        presence.is_inside = False
    return result


async def _lock_presence(uow: UnitOfWork, ticket: ticketing.DoorTicket) -> Presence:
    await uow.execute(
        insert(Presence)
        .values(
            organization_id=uow.tenant,
            ticket_id=ticket.id,
            event_id=ticket.event_id,
            is_inside=False,
            entries=0,
        )
        .on_conflict_do_nothing()
    )
    presence = await uow.session.get(
        Presence, (uow.tenant, ticket.id), with_for_update=True, populate_existing=True
    )
    assert presence is not None
    return presence


async def _record(
    uow: UnitOfWork,
    attempt: Attempt,
    ticket: ticketing.DoorTicket | None,
    result: Result,
) -> None:
    scan = Scan(
        organization_id=uow.tenant,
        id=attempt.scan_id,
        event_id=attempt.event_id,
        ticket_id=ticket.id if ticket is not None else None,
        gate_id=attempt.gate_id,
        device_id=None,
        scan_session_id=None,
        direction=attempt.direction,
        result=result,
        scanned_at=attempt.scanned_at or uow.now,
        received_at=uow.now,
    )
    uow.add(scan)
    await uow.flush()
    if ticket is None:
        return
    if admits(result) or result == "exit_ok":
        uow.add(
            InOutEvent(
                organization_id=uow.tenant,
                id=new_id(),
                event_id=attempt.event_id,
                ticket_id=ticket.id,
                scan_id=attempt.scan_id,
                direction=attempt.direction,
                at=uow.now,
            )
        )
    await uow.announce(
        TicketScanned(
            subject_id=ticket.id,
            event_id=attempt.event_id,
            scan_id=attempt.scan_id,
            result=result,
        )
    )


async def _repeat(uow: UnitOfWork, first: Scan) -> Verdict:
    ticket = None
    if first.ticket_id is not None:
        ticket = await ticketing.ticket_by_id(uow, first.ticket_id)
    return Verdict(
        scan_id=first.id,
        result=first.result,  # type: ignore[arg-type]  (the column holds nothing else)
        ticket=ticket,
        is_repeat=True,
    )
