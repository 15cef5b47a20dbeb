"""Scanning: every attempt is judged once, recorded, and answered the same however often it is sent.

The bearer's presence is locked while a scan is judged, so two gates cannot let one ticket in.
Attempts that come together are judged together, one after the other (`lanes.py`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from houseful import events, ticketing, venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem
from houseful.scanning.attempts import Asked, Attempt, Verdict
from houseful.scanning.evidence import Evidence, gather_evidence
from houseful.scanning.facts import TicketScanned
from houseful.scanning.incidents import note_incident
from houseful.scanning.models import InOutEvent, Scan
from houseful.scanning.presence import exit_that_found_nobody, moved
from houseful.scanning.rules import Result, TicketAtDoor, admits, judge, occurred_at, serves

SKEW = timedelta(minutes=2)
"""From when on a device's clock is called wrong; that is noted, and no reason to refuse."""


async def scan_ticket(uow: UnitOfWork, attempt: Attempt) -> Verdict:
    """Judge and record an attempt; a repeat of the same scan id gets the first verdict.

    Raises `Invalid` for an event, a gate or a session that is not there.
    """
    (answer,) = await judge_attempts(uow, [Asked(uow.actor, attempt)])
    if isinstance(answer, Problem):
        raise answer
    return answer


async def judge_attempts(uow: UnitOfWork, group: Sequence[Asked]) -> list[Verdict | Problem]:
    """Judge and record attempts in their order; each has its own answer, which may be `Invalid`."""
    return await _Judgement(uow, await gather_evidence(uow, group)).of_all(group)


class _Judgement:
    """Judges by the evidence, and keeps what is to be written until it must be."""

    def __init__(self, uow: UnitOfWork, evidence: Evidence) -> None:
        self._uow = uow
        self._evidence = evidence
        self._scans: list[Scan] = []
        self._moves: list[InOutEvent] = []

    async def of_all(self, group: Sequence[Asked]) -> list[Verdict | Problem]:
        answers: list[Verdict | Problem] = []
        for asked in group:
            try:
                answers.append(await self._of(asked))
            except Problem as problem:
                answers.append(problem)
        await self._write()
        return answers

    async def _of(self, asked: Asked) -> Verdict:
        attempt, evidence = asked.attempt, self._evidence
        scan = evidence.scans.get(attempt.scan_id)
        is_repeat = scan is not None
        if scan is None:
            scan = evidence.scans[attempt.scan_id] = await self._judge(asked)
        result: Any = scan.result
        is_conflict = attempt.let_in and not admits(result)
        if is_conflict:
            await self._write()
            await note_incident(self._uow, scan)
        return Verdict(
            scan_id=scan.id,
            result=result,
            ticket=evidence.tickets.get(scan.ticket_id) if scan.ticket_id is not None else None,
            is_repeat=is_repeat,
            is_conflict=is_conflict,
        )

    async def _judge(self, asked: Asked) -> Scan:
        attempt, evidence, now = asked.attempt, self._evidence, self._uow.now
        event, gate = evidence.place_of(attempt)
        at = occurred_at(
            scanned_at=attempt.scanned_at,
            sent_at=attempt.sent_at,
            now=now,
            is_offline=attempt.is_offline,
        )
        found = evidence.found[attempt.scan_id]
        if not isinstance(found, ticketing.DoorTicket):
            return await self._record(asked, None, found, at)
        evidence.tickets[found.id] = found
        result = self._result(attempt, found, event, gate, at)
        scan = await self._record(asked, found, result, at)
        if admits(result) or result == "exit_ok":
            await self._move(scan)
        return scan

    def _result(
        self,
        attempt: Attempt,
        ticket: ticketing.DoorTicket,
        event: events.ShownEvent,
        gate: venues.Gate | None,
        at: datetime,
    ) -> Result:
        presence = self._evidence.presences[ticket.id]
        return judge(
            TicketAtDoor(
                event_id=ticket.event_id,
                series_id=self._evidence.shows[ticket.event_id].series_id,
                status=ticket.status,
                valid_from=ticket.valid_from,
                valid_until=ticket.valid_until,
                is_event_cancelled=event.status == "cancelled",
                is_served_here=serves(
                    gate.settings if gate is not None else {},
                    section=ticket.section_label,
                    ticket_type=ticket.ticket_type,
                ),
                inside=presence.inside,
                entries=presence.entries,
            ),
            event_id=event.id,
            series_id=event.series_id,
            direction=attempt.direction,
            at=at,
        )

    async def _record(
        self,
        asked: Asked,
        ticket: ticketing.DoorTicket | None,
        result: Result,
        at: datetime,
    ) -> Scan:
        actor, attempt = asked
        now = self._uow.now
        scan = Scan(
            organization_id=self._uow.tenant,
            id=attempt.scan_id,
            event_id=attempt.event_id,
            ticket_id=ticket.id if ticket is not None else None,
            gate_id=attempt.gate_id,
            device_id=actor.id if actor.kind == "device" else None,
            user_id=actor.id if actor.kind == "user" else None,
            scan_session_id=self._evidence.session_of(asked),
            direction=attempt.direction,
            result=result,
            is_offline=attempt.is_offline,
            scanned_at=attempt.scanned_at or now,
            occurred_at=at,
            received_at=now,
            details=_details(attempt, now),
        )
        self._scans.append(scan)
        if ticket is not None:
            await self._uow.announce(
                TicketScanned(
                    subject_id=ticket.id,
                    event_id=attempt.event_id,
                    scan_id=attempt.scan_id,
                    result=result,
                )
            )
        return scan

    async def _move(self, scan: Scan) -> None:
        assert scan.ticket_id is not None
        presence = self._evidence.presences[scan.ticket_id]
        self._moves.append(moved(presence, scan))
        if scan.is_offline and scan.direction == "in":
            await self._write()
            left = await exit_that_found_nobody(self._uow, scan)
            if left is not None:
                self._moves.append(moved(presence, left))

    async def _write(self) -> None:
        """Write the scans, and then the moves that refer to them."""
        for rows in (self._scans, self._moves):
            self._uow.add(*rows)
            await self._uow.flush()
            rows.clear()


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
