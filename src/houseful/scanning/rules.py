"""The verdict at the door: a pure function over what is known of a ticket at that moment."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Direction = Literal["in", "out"]
Result = Literal[
    "ok",
    "ok_reentry",
    "already_in",
    "not_yet_valid",
    "expired",
    "wrong_event",
    "wrong_date",
    "wrong_gate",
    "revoked",
    "refunded",
    "unpaid",
    "canceled",
    "unknown",
    "bad_signature",
    "exit_ok",
    "exit_without_entry",
]
Tone = Literal["ok", "warn", "stop"]

_BY_STATUS: dict[str, Result] = {
    "reserved": "unpaid",
    "refunded": "refunded",
    "canceled": "canceled",
    "voided": "revoked",
    "transferred": "revoked",
    "expired": "expired",
}
_WORDS: dict[Result, tuple[Tone, str, str]] = {
    "ok": ("ok", "Welcome", "Let them in."),
    "ok_reentry": ("ok", "Welcome back", "They had left; let them in again."),
    "already_in": ("stop", "Already inside", "This ticket was used, and nobody left with it."),
    "not_yet_valid": ("stop", "Too early", "Doors are not open for this ticket yet."),
    "expired": ("stop", "Too late", "This ticket is no longer valid."),
    "wrong_event": ("stop", "Other event", "This ticket is for another event."),
    "wrong_date": ("stop", "Other date", "This ticket is for another date."),
    "wrong_gate": ("warn", "Other gate", "Please send them to another gate."),
    "revoked": ("stop", "Replaced", "This ticket was replaced or withdrawn."),
    "refunded": ("stop", "Refunded", "The money for this ticket was given back."),
    "unpaid": ("stop", "Not paid", "This ticket has not been paid for."),
    "canceled": ("stop", "Cancelled", "This ticket was cancelled."),
    "unknown": ("stop", "Unknown", "This is not one of our tickets."),
    "bad_signature": ("stop", "Not genuine", "This code was not made by us."),
    "exit_ok": ("ok", "Goodbye", "They have left, and may come back."),
    "exit_without_entry": ("warn", "Never came in", "Nobody had come in with this ticket."),
}


class TicketAtDoor(msgspec.Struct, frozen=True, kw_only=True):
    """What the verdict depends on; times are aware, `gate_ids` None means every gate."""

    event_id: UUID
    status: str
    valid_from: datetime | None
    valid_until: datetime | None
    gate_ids: frozenset[UUID] | None = None
    is_inside: bool = False
    entries: int = 0


def judge(
    ticket: TicketAtDoor | None,
    *,
    event_id: UUID,
    gate_id: UUID | None,
    direction: Direction,
    at: datetime,
) -> Result:
    """Return the verdict. Who is let out is never asked for more than a ticket of this event."""
    if ticket is None:
        return "unknown"
    if ticket.event_id != event_id:
        return "wrong_event"
    if direction == "out":
        return "exit_ok" if ticket.is_inside else "exit_without_entry"
    if ticket.status != "sold":
        return _BY_STATUS.get(ticket.status, "unknown")
    if ticket.valid_from is not None and at < ticket.valid_from:
        return "not_yet_valid"
    if ticket.valid_until is not None and at >= ticket.valid_until:
        return "expired"
    if ticket.gate_ids is not None and gate_id not in ticket.gate_ids:
        return "wrong_gate"
    if ticket.is_inside:
        return "already_in"
    return "ok_reentry" if ticket.entries else "ok"


def admits(result: Result) -> bool:
    """Whether somebody comes in with this verdict."""
    return result in {"ok", "ok_reentry"}


def words(result: Result) -> tuple[Tone, str, str]:
    """Return the tone, the title and the sentence of a verdict."""
    return _WORDS[result]
