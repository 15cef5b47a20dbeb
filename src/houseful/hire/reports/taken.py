"""How much of each space's time was taken: hires, shows and sessions on one calendar."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from houseful import venues
from houseful.accounts import organization_of
from houseful.calendar import BusyTime, Span, busy_times, without_shows_within
from houseful.hire.bookings.models import Booking
from houseful.hire.reports.buckets import cuts
from houseful.hire.reports.queries import find_bookings
from houseful.hire.reports.schemas import ReportQuery, UtilizationRow
from houseful.kernel.database import UnitOfWork


class Merged(msgspec.Struct):
    """Times without overlaps, the earliest first: what is taken twice counts once."""

    spans: list[Span]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> "Merged":
        """Join the times that meet or overlap."""
        joined: list[Span] = []
        for span in sorted(spans, key=lambda one: one.start):
            if joined and span.start <= joined[-1].end:
                joined[-1] = joined[-1].joined(span)
            else:
                joined.append(span)
        return cls(joined)

    def minutes(self, start: datetime, end: datetime) -> int:
        """Return how many minutes of them lie between two instants."""
        at = max(0, bisect_right(self.spans, start, key=lambda one: one.start) - 1)
        covered = timedelta()
        while at < len(self.spans) and self.spans[at].start < end:
            span = self.spans[at]
            covered += max(timedelta(), min(span.end, end) - max(span.start, start))
            at += 1
        return int(covered.total_seconds() // 60)


class SpaceTime(msgspec.Struct):
    """What takes a space's time."""

    hires: list[BusyTime]
    shows: Merged
    sessions: Merged
    kept_free: Merged
    hired: Merged
    taken: Merged


async def utilization(uow: UnitOfWork, query: ReportQuery) -> list[UtilizationRow]:
    """Return how much of each space's time was firmly taken, bucket by bucket.

    A space is taken, too, while a part of it is, or a whole that it is a part of: nobody else could
    have had it. Set-up and tear-down do not count. A show within its hire is the hire's time. What
    is kept free was not there to be had. Asked about some customers or a unit, only their hires
    count.
    """
    spaces = await _spaces(uow, query)
    busy = await busy_times(
        uow, [space.id for space in spaces], query.from_at, query.to_at, firm_only=True
    )
    wanted = {one.id for one in await _their_bookings(uow, query)}
    by_space: dict[UUID, list[BusyTime]] = defaultdict(list)
    for each in without_shows_within(busy):
        if not query.is_of_some or each.claim.source == "block" or each.claim.source_id in wanted:
            by_space[each.space_id].append(each)
    times = {space.id: _space_time(by_space[space.id]) for space in spaces}
    house = await organization_of(uow)
    buckets = cuts(query.from_at, query.to_at, query.bucket, house.timezone, house.day_begins_hour)
    return [
        _row(label, space, times[space.id], start, end)
        for label, start, end in buckets
        for space in spaces
    ]


def _row(
    label: str, space: venues.Space, time: SpaceTime, start: datetime, end: datetime
) -> UtilizationRow:
    there_was = int((end - start).total_seconds() // 60)
    booked = time.taken.minutes(start, end)
    available = max(booked, there_was - time.kept_free.minutes(start, end))
    hires = {
        each.claim.source_id
        for each in time.hires
        if each.claim.starts_at < end and each.claim.ends_at > start
    }
    return UtilizationRow(
        bucket=label,
        space_id=space.id,
        space_name=space.name,
        bookings=len(hires),
        booked_minutes=booked,
        hired_minutes=time.hired.minutes(start, end),
        show_minutes=time.shows.minutes(start, end),
        session_minutes=time.sessions.minutes(start, end),
        available_minutes=available,
        utilization_basis_points=10_000 * booked // available if available else 0,
    )


def _space_time(found: Sequence[BusyTime]) -> SpaceTime:
    by_source: dict[str, list[Span]] = defaultdict(list)
    for each in found:
        by_source[each.claim.source].append(Span(each.claim.starts_at, each.claim.ends_at))
    return SpaceTime(
        hires=[each for each in found if each.claim.source == "hire"],
        hired=Merged.of(by_source["hire"]),
        shows=Merged.of(by_source["event"]),
        sessions=Merged.of(by_source["session"]),
        kept_free=Merged.of(by_source["block"]),
        taken=Merged.of(
            span for source, spans in by_source.items() if source != "block" for span in spans
        ),
    )


async def _their_bookings(uow: UnitOfWork, query: ReportQuery) -> list[Booking]:
    if not query.is_of_some:
        return []
    return await find_bookings(uow, msgspec.structs.replace(query, space_id=None, venue_id=None))


async def _spaces(uow: UnitOfWork, query: ReportQuery) -> list[venues.Space]:
    found = await venues.active_spaces(uow)
    return [
        space
        for space in found
        if query.space_id in {None, space.id} and query.venue_id in {None, space.venue_id}
    ]
