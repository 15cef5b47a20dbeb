"""Recurring bookings on the wire."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.hire.bookings.schemas import (
    Attendance,
    Line,
    RequiredReason,
    SetupStyle,
    Text,
    Title,
)
from houseful.kernel.http import Body, View

Rule = Annotated[
    str,
    Meta(min_length=1, max_length=200, description="RFC 5545: `FREQ=WEEKLY;BYDAY=TU;COUNT=10`."),
]
WallTime = Annotated[time, Meta(tz=False, description="On the venue's wall: `19:30:00`.")]
OnConflict = Literal["fail", "skip"]


class RecurringSpace(Body):
    """A space that each date wants; an end before the start is on the next day."""

    space_id: UUID
    starts: WallTime
    ends: WallTime
    setup_style: SetupStyle = ""
    attendance: Attendance | None = None


RecurringSpaces = Annotated[list[RecurringSpace], Meta(min_length=1, max_length=20)]


class NewSeries(Body):
    """A series to be made. With `onConflict: skip`, dates that cannot be had are left out."""

    title: Title
    rule: Rule
    starts_on: date
    spaces: RecurringSpaces
    on_conflict: OnConflict = "fail"
    purpose: Line = ""
    notes: Text = ""
    company_id: UUID | None = None
    person_id: UUID | None = None


class SeriesChanges(Body):
    """What is to change on the dates from `fromOn` on; never on those that are past."""

    from_on: date | None = None
    title: Title | UnsetType = UNSET
    spaces: RecurringSpaces | UnsetType = UNSET
    on_conflict: OnConflict = "fail"


class SkippedDate(Body):
    """A date to be taken out, and why."""

    on: date
    reason: RequiredReason


class RestoredDate(Body):
    """A date to be put back."""

    on: date


class SeriesEnd(Body):
    """From when on there is no more of it, and why."""

    from_on: date
    reason: RequiredReason


class SeriesConfirmation(Body):
    """Why all dates to come are confirmed; `passOver` also where others are ahead."""

    reason: RequiredReason
    pass_over: bool = False


class OccurrenceView(msgspec.Struct, rename="camel", kw_only=True):
    """One date of a series."""

    on: date
    booking_id: UUID
    status: str


class SeriesView(View):
    """A series with its dates; `skipped` says for each date that is left out why."""

    id: UUID
    organization_id: UUID
    venue_id: UUID
    title: str
    rule: str
    starts_on: date
    timezone: str
    template: dict[str, Any]
    skipped: dict[str, Any]
    occurrences: list[OccurrenceView]
    created_at: datetime
    updated_at: datetime
    version: int
