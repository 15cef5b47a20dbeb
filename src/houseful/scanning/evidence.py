"""What attempts are judged by, read for all of them together: a few statements, however many."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from houseful import events, ticketing, venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.scanning.attempts import Asked, Attempt
from houseful.scanning.duty import check_gate
from houseful.scanning.models import Presence, Scan, ScanSession
from houseful.scanning.presence import lock_presences
from houseful.scanning.rules import Result

_LOCK_SCANS = """
    SELECT pg_advisory_xact_lock(number) FROM (
        SELECT DISTINCT hashtextextended(name, 0) AS number FROM unnest(cast(:names AS text[])) name
        ORDER BY number
    ) AS scans
"""


class Evidence(msgspec.Struct, kw_only=True):
    """All that is known when a group of attempts is judged; the `presences` are locked.

    `found` says, by scan id, which ticket an attempt's code names, or the verdict where there is
    none. `tickets` are those of the scans that were recorded before.
    """

    scans: dict[UUID, Scan]
    tickets: dict[UUID, ticketing.DoorTicket]
    shows: dict[UUID, events.ShownEvent]
    gates: dict[UUID, venues.Gate]
    sessions: dict[UUID, ScanSession]
    open_sessions: dict[tuple[UUID, UUID], UUID]
    found: dict[UUID, ticketing.DoorTicket | Result]
    presences: dict[UUID, Presence]

    def place_of(self, attempt: Attempt) -> tuple[events.ShownEvent, venues.Gate | None]:
        """Return the event and the gate that are scanned at. Raises `Invalid`."""
        event = self.shows.get(attempt.event_id)
        if event is None:
            raise Invalid.at("/eventId", "There is no such event here.")
        gate = None
        if attempt.gate_id is not None:
            gate = check_gate(event, self.gates.get(attempt.gate_id))
        if attempt.scan_session_id is not None:
            session = self.sessions.get(attempt.scan_session_id)
            if session is None or session.event_id != event.id:
                raise Invalid.at("/scanSessionId", "There is no such session of this event.")
        return event, gate

    def session_of(self, asked: Asked) -> UUID | None:
        """Return the session that an attempt is part of: the one it names, or the open one."""
        actor, attempt = asked
        if attempt.scan_session_id is not None or actor.id is None:
            return attempt.scan_session_id
        return self.open_sessions.get((actor.id, attempt.event_id))


async def gather_evidence(uow: UnitOfWork, group: Sequence[Asked]) -> Evidence:
    """Lock what the attempts are about, in one order for all, and read what they are judged by."""
    ids = {asked.attempt.scan_id for asked in group}
    await uow.execute(_LOCK_SCANS, {"names": [f"scan:{uow.tenant}:{scan_id}" for scan_id in ids]})
    scans = await uow.get_many(Scan, ids)
    new = [asked.attempt for asked in group if asked.attempt.scan_id not in scans]
    found = await _read_codes(uow, new)
    tickets = [each for each in found.values() if isinstance(each, ticketing.DoorTicket)]
    bearers = {ticket.id: ticket.event_id for ticket in tickets} | {
        scan.ticket_id: scan.event_id
        for asked in group
        if asked.attempt.let_in
        and (scan := scans.get(asked.attempt.scan_id)) is not None
        and scan.ticket_id is not None
    }
    return Evidence(
        scans=scans,
        tickets=await ticketing.tickets_by_id(
            uow, {scan.ticket_id for scan in scans.values() if scan.ticket_id is not None}
        ),
        shows=await events.events_by_id(
            uow, {attempt.event_id for attempt in new} | {ticket.event_id for ticket in tickets}
        ),
        gates=await venues.gates_by_id(
            uow, {each.gate_id for each in new if each.gate_id is not None}
        ),
        sessions=await uow.get_many(
            ScanSession, {each.scan_session_id for each in new if each.scan_session_id is not None}
        ),
        open_sessions=await _open_sessions(
            uow, {asked.actor.id for asked in group if asked.actor.id is not None}
        ),
        found=found,
        presences=await lock_presences(uow, bearers),
    )


async def _read_codes(
    uow: UnitOfWork, attempts: Sequence[Attempt]
) -> dict[UUID, ticketing.DoorTicket | Result]:
    """Return the ticket of each code, or why there is none, by scan id."""
    found: dict[UUID, ticketing.DoorTicket | Result] = {}
    codes: dict[UUID, tuple[str, ticketing.UnverifiedCode]] = {}
    for attempt in attempts:
        try:
            codes[attempt.scan_id] = attempt.code, ticketing.read_code(attempt.code)
        except ticketing.NotATicketCode:
            typed = await ticketing.ticket_by_text(uow, attempt.event_id, attempt.code)
            found[attempt.scan_id] = typed or "unknown"
    named = {code.fields.event_id for _, code in codes.values()}
    keys = await ticketing.public_keys_of(uow, named)
    revoked = await _revoked_keys(uow, codes.values(), keys)
    tickets = await ticketing.tickets_by_credential(
        uow, {code.fields.credential_id for _, code in codes.values()}
    )
    for scan_id, (text, code) in codes.items():
        if _is_signed(text, keys.get(code.fields.event_id, {})):
            found[scan_id] = tickets.get(code.fields.credential_id) or "revoked"
        elif _is_signed(text, revoked.get(code.fields.event_id, {})):
            found[scan_id] = "revoked"
        else:
            found[scan_id] = "bad_signature"
    return found


async def _revoked_keys(
    uow: UnitOfWork,
    codes: Iterable[tuple[str, ticketing.UnverifiedCode]],
    keys: Mapping[UUID, Mapping[str, bytes]],
) -> dict[UUID, dict[str, bytes]]:
    """Return the revoked keys of events whose codes name a key that does not hold: hardly ever."""
    doubtful = {
        code.fields.event_id
        for _, code in codes
        if code.key_id not in keys.get(code.fields.event_id, {})
    }
    return await ticketing.revoked_keys_of(uow, doubtful) if doubtful else {}


def _is_signed(code: str, keys: dict[str, bytes]) -> bool:
    try:
        ticketing.verify_code(code, keys)
    except (ticketing.BadSignature, ticketing.UnknownKey):
        return False
    return True


async def _open_sessions(
    uow: UnitOfWork, workers: Collection[UUID]
) -> dict[tuple[UUID, UUID], UUID]:
    """Return the open session of each device and person, by who works and at which event."""
    if not workers:
        return {}
    worker = func.coalesce(ScanSession.device_id, ScanSession.user_id)
    rows = await uow.execute(
        select(worker.label("worker"), ScanSession.event_id, ScanSession.id).where(
            ScanSession.organization_id == uow.tenant,
            ScanSession.ended_at.is_(None),
            worker.in_(workers),
        )
    )
    return {(row.worker, row.event_id): row.id for row in rows}
