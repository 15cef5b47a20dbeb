"""Decisions about bookings that need nothing but values."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from houseful.calendar import Span
from houseful.kernel.states import StateMachine

LIFE = StateMachine(
    "A booking",
    {
        ("inquiry", "hold"): "hold",
        ("inquiry", "confirm"): "confirmed",
        ("inquiry", "decline"): "declined",
        ("inquiry", "lose"): "lost",
        ("hold", "offer"): "offered",
        ("hold", "contract"): "contracted",
        ("hold", "confirm"): "confirmed",
        ("hold", "release"): "released",
        ("hold", "decline"): "declined",
        ("hold", "lose"): "lost",
        ("offered", "withdraw_offer"): "hold",
        ("offered", "contract"): "contracted",
        ("offered", "confirm"): "confirmed",
        ("offered", "release"): "released",
        ("offered", "decline"): "declined",
        ("offered", "lose"): "lost",
        ("contracted", "confirm"): "confirmed",
        ("contracted", "unconfirm"): "hold",
        ("contracted", "complete"): "completed",
        ("contracted", "cancel"): "cancelled",
        ("confirmed", "unconfirm"): "hold",
        ("confirmed", "complete"): "completed",
        ("confirmed", "cancel"): "cancelled",
        ("completed", "close"): "closed",
    },
)

SOFT_STATES = frozenset({"hold", "offered"})
"""States in which the spaces are held in rank, and others may be behind."""

OVER_STATES = frozenset({"completed", "closed"})
"""States of what has taken place."""

FIRM_STATES = frozenset({"contracted", "confirmed"}) | OVER_STATES
"""States in which nobody else can have the spaces."""

ENDED_STATES = frozenset({"declined", "released", "lost", "cancelled"})
"""States of what does not take place, and never will."""

EDITABLE_STATES = frozenset({"inquiry", "hold", "offered", "contracted", "confirmed"})

OVER_SOON = timedelta(hours=1)
"""How long before its end a night may be noted as having taken place, once it has begun."""

SEARCH_DAYS = 28
MINUTE = timedelta(minutes=1)


def has_taken_place(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether a night has begun, and is over or nearly so."""
    return over_from(starts_at, ends_at) <= now


def over_from(starts_at: datetime, ends_at: datetime) -> datetime:
    """Return from when a night counts as having taken place."""
    return max(starts_at, ends_at - OVER_SOON)


def wall_time(at: datetime, timezone: str) -> datetime:
    """Return what the clock on the wall shows, without an offset."""
    return at.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def instant_of(wall: datetime, timezone: str, *, fold: int = 0) -> datetime | None:
    """Return the instant at which the wall's clock shows this; None when the clocks skip it."""
    at = wall.replace(tzinfo=ZoneInfo(timezone), fold=fold).astimezone(UTC)
    return at if wall_time(at, timezone) == wall else None


def is_twice(wall: datetime, timezone: str) -> bool:
    """Whether the clocks show this time twice that night."""
    return instant_of(wall, timezone, fold=0) != instant_of(wall, timezone, fold=1)


def stays_within(old: Iterable[Span], new: Sequence[Span]) -> bool:
    """Whether every new span lies within an old one: shrinking takes nothing from anybody."""
    had = list(old)
    return all(any(span.start <= one.start and one.end <= span.end for span in had) for one in new)


def overlapping_pair(spans: Sequence[tuple[object, Span]]) -> tuple[int, int] | None:
    """Return the places of two that want the same thing at the same time, or None."""
    for place, (thing, span) in enumerate(spans):
        for earlier in range(place):
            other, its_span = spans[earlier]
            if thing == other and span.overlaps(its_span):
                return earlier, place
    return None


def shifted(spans: Sequence[Span], days: int, timezone: str) -> list[Span] | None:
    """Return the spans so many days later, at the same wall times; None where there are none."""
    moved: list[Span] = []
    for span in spans:
        start = instant_of(wall_time(span.start, timezone) + timedelta(days=days), timezone)
        if start is None:
            return None
        moved.append(Span(start, start + (span.end - span.start)))
    return moved


def nearest_days(limit: int = SEARCH_DAYS) -> list[int]:
    """Return how far to look, the nearest first: a day later, a day earlier, two days later …"""
    return [sign * distance for distance in range(1, limit + 1) for sign in (1, -1)]
