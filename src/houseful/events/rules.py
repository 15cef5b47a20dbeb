"""Decisions about events that need nothing but values."""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime

from houseful.kernel.problems import Invalid
from houseful.kernel.states import StateMachine

SLUG_MAX_CHARACTERS = 80
RESERVED_SLUGS = frozenset(
    {
        "basket",
        "calendar",
        "checkout",
        "inquiry",
        "me",
        "orders",
        "sessions",
        "tickets",
        "timetable",
    }
)
"""What an organisation's public address goes on with where no event is meant."""

LIFE = StateMachine(
    "An event",
    {
        ("draft", "publish"): "published",
        ("published", "reschedule"): "published",
        ("published", "postpone"): "postponed",
        ("published", "start"): "live",
        ("published", "end"): "ended",
        ("published", "cancel"): "cancelled",
        ("postponed", "reschedule"): "published",
        ("postponed", "cancel"): "cancelled",
        ("live", "end"): "ended",
        ("live", "cancel"): "cancelled",
        ("ended", "archive"): "archived",
        ("cancelled", "archive"): "archived",
    },
)

PUBLIC_STATES = frozenset({"published", "live", "ended", "postponed", "cancelled"})
"""States in which the public may see the event's page."""

UPCOMING_STATES = frozenset({"published", "live", "postponed"})
"""States in which the public is told of the event."""

CLAIMING_STATES = frozenset({"published", "live"})
"""States in which the event has its spaces."""

EDITABLE_STATES = frozenset({"draft", "published", "live", "postponed"})


def check_times(
    start_at: datetime | None,
    end_at: datetime | None,
    doors_at: datetime | None,
    *,
    now: datetime | None = None,
) -> None:
    """Raise `Invalid` unless doors open before the start, and the start is before the end.

    With `now`, a start that is past is refused too.
    """
    if (start_at is None) != (end_at is None):
        raise Invalid.at("/endAt", "Give start and end together.")
    if start_at is None or end_at is None:
        if doors_at is not None:
            raise Invalid.at("/doorsAt", "Doors need a start and an end.")
        return
    if end_at <= start_at:
        raise Invalid.at("/endAt", "The end must be after the start.")
    if doors_at is not None and doors_at > start_at:
        raise Invalid.at("/doorsAt", "Doors cannot open after the start.")
    if now is not None and start_at < now:
        raise Invalid.at("/startAt", "The start is in the past.")


def slug_of(name: str) -> str:
    """Return a name as it stands in an address: `Brühl & Söhne` becomes `bruhl-sohne`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_MAX_CHARACTERS].strip("-")
    return slug or "event"


def check_slug(slug: str) -> None:
    """Raise `Invalid` for a word that the public address keeps for other things."""
    if slug in RESERVED_SLUGS:
        raise Invalid.at("/slug", "This word is reserved.")


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """Return the slug, or the first of `slug-2`, `slug-3` … that is not taken."""
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
