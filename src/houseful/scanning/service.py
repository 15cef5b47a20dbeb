"""Scanning: every attempt is judged once, recorded, and answered the same however often it is sent.

The bearer's presence is locked while a scan is judged, so two gates cannot let one ticket in.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful import events, ticketing
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.scanning.duty import find_place
from houseful.scanning.facts import TicketScanned
from houseful.scanning.incidents import note_incident
from houseful.scanning.models import Scan, ScanSession
from houseful.scanning.presence import lock_presence, move
from houseful.scanning.queries import occupancy
from houseful.scanning.rules import (
    Direction,
    Result,
    TicketAtDoor,
    admits,
    judge,
    occurred_at,
    serves,
)

__all__ = ["Attempt", "Verdict", "occupancy", "scan_ticket"]

SKEW = timedelta(minutes=2)
"""From when on a device's clock is called wrong; that is noted, and no reason to refuse."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One scan; `scan_id` is the device's own, `scanned_at` and `sent_at` by the device's clock.

    `offline_result` is what the device told people while it had no network.
    """

    scan_id: UUID
    event_id: UUID
    code: str
    direction: Direction = "in"
    gate_id: UUID | None = None
    scan_session_id: UUID | None = None
    scanned_at: datetime | None = None
    sent_at: datetime | None = None
    sequence: int | None = None
    is_offline: bool = False
    offline_result: Result | None = None

    @property
    def let_in(self) -> bool:
        """Whether somebody was let in before we were asked."""
        return (
            self.is_offline
            and self.direction == "in"
            and self.offline_result is not None
            and admits(self.offline_result)
        )


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided; `ticket` is None where the code is none of ours.

    `is_conflict`: somebody was let in without a network whom this verdict keeps out.
    """

    scan_id: UUID
    result: Result
    ticket: ticketing.DoorTicket | None
    is_repeat: bool = False
    is_conflict: bool = False


async def scan_ticket(uow: UnitOfWork, attempt: Attempt) -> Verdict:
    """Judge and record an attempt; a repeat of the same scan id gets the first verdict.

    Raises `Invalid` for an event, a gate or a session that is not there.
    """
    await uow.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))",
        {"name": f"scan:{uow.tenant}:{attempt.scan_id}"},
    )
    scan: Scan | None = await uow.session.get(Scan, (uow.tenant, attempt.scan_id))
    is_repeat = scan is not None
    if scan is None:
        scan, ticket = await _judge(uow, attempt)
    else:
        ticket = await ticketing.ticket_by_id(uow, scan.ticket_id) if scan.ticket_id else None
    result: Any = scan.result
    is_conflict = attempt.let_in and not admits(result)
    if is_conflict:
        await note_incident(uow, scan)
    return Verdict(
        scan_id=scan.id,
        result=result,
        ticket=ticket,
        is_repeat=is_repeat,
        is_conflict=is_conflict,
    )


async def _judge(uow: UnitOfWork, attempt: Attempt) -> tuple[Scan, ticketing.DoorTicket | None]:
    series_id, gate_settings = await _place(uow, attempt)
    at = occurred_at(
        scanned_at=attempt.scanned_at,
        sent_at=attempt.sent_at,
        now=uow.now,
        is_offline=attempt.is_offline,
    )
    ticket, result = await _read(uow, attempt)
    presence = None
    if result is None:
        assert ticket is not None
        presence = await lock_presence(uow, ticket.id, ticket.event_id)
        result = judge(
            TicketAtDoor(
                event_id=ticket.event_id,
                series_id=await _series_of(uow, ticket, attempt),
                status=ticket.status,
                valid_from=ticket.valid_from,
                valid_until=ticket.valid_until,
                is_served_here=serves(
                    gate_settings,
                    section=ticket.section_label,
                    ticket_type=ticket.ticket_type,
                ),
                inside=presence.inside,
                entries=presence.entries,
            ),
            event_id=attempt.event_id,
            series_id=series_id,
            direction=attempt.direction,
            at=at,
        )
    scan = await _record(uow, attempt, ticket, result, at)
    if presence is not None and (admits(result) or result == "exit_ok"):
        await move(uow, presence, scan)
    return scan, ticket


async def _place(uow: UnitOfWork, attempt: Attempt) -> tuple[UUID | None, dict[str, Any]]:
    """Return the series of the event that is scanned for, and the settings of the gate."""
    event, gate = await find_place(uow, attempt.event_id, attempt.gate_id)
    if attempt.scan_session_id is not None:
        session = await uow.session.get(ScanSession, (uow.tenant, attempt.scan_session_id))
        if session is None or session.event_id != event.id:
            raise Invalid.at("/scanSessionId", "There is no such session of this event.")
    return event.series_id, gate.settings if gate is not None else {}


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


async def _series_of(
    uow: UnitOfWork, ticket: ticketing.DoorTicket, attempt: Attempt
) -> UUID | None:
    """Return the series of the ticket's event, where it is another event than is scanned for."""
    if ticket.event_id == attempt.event_id:
        return None
    return (await events.get_event(uow, ticket.event_id)).series_id


async def _record(
    uow: UnitOfWork,
    attempt: Attempt,
    ticket: ticketing.DoorTicket | None,
    result: Result,
    at: datetime,
) -> Scan:
    scan = Scan(
        organization_id=uow.tenant,
        id=attempt.scan_id,
        event_id=attempt.event_id,
        ticket_id=ticket.id if ticket is not None else None,
        gate_id=attempt.gate_id,
        device_id=uow.actor.id if uow.actor.kind == "device" else None,
        user_id=uow.actor.id if uow.actor.kind == "user" else None,
        scan_session_id=attempt.scan_session_id or await _open_session(uow, attempt),
        direction=attempt.direction,
        result=result,
        is_offline=attempt.is_offline,
        scanned_at=attempt.scanned_at or uow.now,
        occurred_at=at,
        received_at=uow.now,
        details=_details(attempt, uow.now),
    )
    uow.add(scan)
    await uow.flush()
    if ticket is not None:
        await uow.announce(
            TicketScanned(
                subject_id=ticket.id,
                event_id=attempt.event_id,
                scan_id=attempt.scan_id,
                result=result,
            )
        )
    return scan


async def _open_session(uow: UnitOfWork, attempt: Attempt) -> UUID | None:
    if uow.actor.id is None:
        return None
    mine = ScanSession.device_id if uow.actor.kind == "device" else ScanSession.user_id
    return await uow.first(
        select(ScanSession.id).where(
            ScanSession.organization_id == uow.tenant,
            ScanSession.event_id == attempt.event_id,
            ScanSession.ended_at.is_(None),
            mine == uow.actor.id,
        )
    )


def _details(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """Return what is worth knowing later: the device's own order, and how its clock was set."""
    details: dict[str, Any] = {}
    if attempt.sequence is not None:
        details["sequence"] = attempt.sequence
    if attempt.offline_result is not None:
        details["offlineResult"] = attempt.offline_result
    said = attempt.sent_at or (None if attempt.is_offline else attempt.scanned_at)
    if said is not None and abs(now - said) >= SKEW:
        details["skewSeconds"] = int((said - now).total_seconds())
    return details
