"""The verdict at the door: a pure function over what is known of a ticket at that moment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
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
    "canceled": ("stop", "Cancelled", "This ticket, or the whole event, was cancelled."),
    "unknown": ("stop", "Unknown", "This is not one of our tickets."),
    "bad_signature": ("stop", "Not genuine", "This code was not made by us."),
    "exit_ok": ("ok", "Goodbye", "They have left, and may come back."),
    "exit_without_entry": ("warn", "Never came in", "Nobody had come in with this ticket."),
}


class TicketAtDoor(msgspec.Struct, frozen=True, kw_only=True):
    """What the verdict depends on; times are aware, `inside` counts people."""

    event_id: UUID
    series_id: UUID | None = None
    status: str
    valid_from: datetime | None
    valid_until: datetime | None
    is_event_cancelled: bool = False
    is_served_here: bool = True
    inside: int = 0
    entries: int = 0


def judge(
    ticket: TicketAtDoor | None,
    *,
    event_id: UUID,
    series_id: UUID | None = None,
    direction: Direction,
    at: datetime,
) -> Result:
    """Return the verdict. Who is let out is never asked for more than a ticket of this event."""
    if ticket is None:
        return "unknown"
    if ticket.event_id != event_id:
        is_same_show = series_id is not None and ticket.series_id == series_id
        return "wrong_date" if is_same_show else "wrong_event"
    if direction == "out":
        return "exit_ok" if ticket.inside else "exit_without_entry"
    if ticket.status != "sold":
        return _BY_STATUS.get(ticket.status, "unknown")
    if ticket.is_event_cancelled:
        return "canceled"
    if ticket.valid_from is not None and at < ticket.valid_from:
        return "not_yet_valid"
    if ticket.valid_until is not None and at >= ticket.valid_until:
        return "expired"
    if not ticket.is_served_here:
        return "wrong_gate"
    if ticket.inside:
        return "already_in"
    return "ok_reentry" if ticket.entries else "ok"


def serves(gate_settings: Mapping[str, Any], *, section: str, ticket_type: str) -> bool:
    """Whether a gate lets in such tickets: its settings may name `sections` and `ticketTypes`.

    A gate that names none is open to all of them.
    """
    for name, value in (("sections", section), ("ticketTypes", ticket_type)):
        named: Any = gate_settings.get(name)
        if isinstance(named, list) and named and value not in named:
            return False
    return True


def occurred_at(
    *, scanned_at: datetime | None, sent_at: datetime | None, now: datetime, is_offline: bool
) -> datetime:
    """Return when an attempt was made by our clock, which is never in the future.

    What was kept without a network is put back by the device's own clock, set right by what that
    clock said when it was sent.
    """
    if not is_offline or scanned_at is None:
        return now
    if sent_at is None:
        return min(scanned_at, now)
    return now - max(sent_at - scanned_at, timedelta())


def admits(result: Result) -> bool:
    """Whether somebody comes in with this verdict."""
    return result in {"ok", "ok_reentry"}


def words(result: Result) -> tuple[Tone, str, str]:
    """Return the tone, the title and the sentence of a verdict."""
    return _WORDS[result]


def all_words() -> dict[str, dict[str, str]]:
    """Return the words of every verdict, for who has to say them without us."""
    return {
        result: {"tone": tone, "title": title, "detail": detail}
        for result, (tone, title, detail) in _WORDS.items()
    }
