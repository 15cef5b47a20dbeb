"""Waiting lists on the wire."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from msgspec import Meta

from houseful.kernel.http import Body, View

PRIORITY_MAX = 9


class StoodAt(View):
    """Where somebody stood on a waiting list, from an instant on."""

    at: datetime
    position: int


class WaitingPriority(Body):
    """Who is let go first: the higher goes first, those who are equal as they came."""

    priority: Annotated[int, Meta(ge=0, le=PRIORITY_MAX)]


class WaitingView(View):
    """Somebody who waits; `position` 1 is next, 0 waits no longer.

    `positions` is where they stood since they came; `isPassedOver` says of a `lapsed` one that
    nothing was offered, as it could not be paid or booked.
    """

    id: UUID
    session_id: UUID
    customer_id: UUID
    attendee_id: UUID
    status: str
    is_passed_over: bool
    priority: int
    position: int
    positions: list[StoodAt]
    books_itself: bool
    booking_id: UUID | None
    offered_until: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of an entry and its position."""
        entry, position = row
        made = {"position", "positions"}
        own = {n: getattr(entry, n) for n in cls.__struct_fields__ if n not in made}
        positions = msgspec.convert(entry.positions, list[StoodAt])
        return cls(position=position, positions=positions, **own)


class NewWaiting(Body):
    """Who waits, and whether a place is booked at once when pass and wallet cover it."""

    attendee_id: UUID | None = None
    books_itself: bool = False
