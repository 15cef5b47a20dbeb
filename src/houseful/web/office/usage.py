"""What a booking uses its spaces for, from when until when: set-up, the night, tear-down."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from houseful.hire.bookings.schemas import BookingSpaceView, UsageSegment

WORDS = {
    "load_in": "Load-in",
    "rehearsal": "Rehearsal",
    "event": "Event",
    "dark": "Dark",
    "load_out": "Load-out",
}


class Segment(msgspec.Struct, frozen=True):
    """A part of the time in which a space is somebody's."""

    what: str
    starts_at: datetime
    ends_at: datetime


def segments_of(line: BookingSpaceView) -> list[Segment]:
    """Return what the space is used for, as it was said, with set-up and tear-down around it."""
    setup, teardown = (
        timedelta(minutes=minutes) for minutes in (line.setup_minutes, line.teardown_minutes)
    )
    said = [
        Segment(WORDS[one.kind], one.starts_at, one.ends_at)
        for one in msgspec.convert(line.usage, list[UsageSegment])
    ]
    found = [
        Segment("Set-up", line.starts_at - setup, line.starts_at),
        *(said or [Segment("Event", line.starts_at, line.ends_at)]),
        Segment("Tear-down", line.ends_at, line.ends_at + teardown),
    ]
    return sorted(
        (one for one in found if one.starts_at < one.ends_at), key=lambda one: one.starts_at
    )


def usage_of(lines: Sequence[BookingSpaceView]) -> list[tuple[str, list[Segment]]]:
    """Return what each space of a booking is used for, by its name."""
    return [(line.space_name, segments_of(line)) for line in lines]
