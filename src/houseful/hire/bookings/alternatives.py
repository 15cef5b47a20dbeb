"""What could be had instead: the nearest free days, and other spaces at the same time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from houseful import venues
from houseful.calendar import BusyTime, SpaceTaken, Span, busy_times
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.bookings.rules import SEARCH_DAYS, nearest_days, shifted
from houseful.hire.venue_events.shows import show_of
from houseful.kernel.database import UnitOfWork
from houseful.venues import Space, SpaceScope

ALTERNATIVES_MAX = 3
FURTHEST = timedelta(days=SEARCH_DAYS + 15)

Busy = Mapping[UUID, Sequence[BusyTime]]


async def add_alternatives(
    uow: UnitOfWork,
    taken: SpaceTaken,
    booking: Booking,
    lines: Sequence[BookingSpace],
    scope: SpaceScope,
) -> None:
    """Add `alternatives` to the problem: up to three other days, and three other spaces."""
    spaces = await venues.active_spaces(uow, venue_id=booking.venue_id, scope=scope)
    names = {space.id: space.name for space in spaces}
    wanted = {line.space_id for line in lines}
    if not wanted <= names.keys():
        return
    own = {booking.id, await show_of(uow, booking)}
    busy = await _busy(uow, own, names.keys(), lines)
    taken.fields["alternatives"] = [
        *_other_days(lines, busy, names, booking.timezone, earliest=Span(uow.now, uow.now)),
        *_other_spaces(lines, busy, spaces, wanted, booking.timezone),
    ]


def taken_by(line: BookingSpace, span: Span) -> Span:
    """Return what the line takes of its space if it is at `span`: with buffers and gap."""
    after = line.teardown_minutes + line.gap_minutes
    return Span(
        span.start - timedelta(minutes=line.setup_minutes), span.end + timedelta(minutes=after)
    )


async def _busy(
    uow: UnitOfWork,
    own: Collection[UUID | None],
    space_ids: Collection[UUID],
    lines: Sequence[BookingSpace],
) -> dict[UUID, list[BusyTime]]:
    found: dict[UUID, list[BusyTime]] = {space_id: [] for space_id in space_ids}
    for each in await busy_times(
        uow,
        space_ids,
        min(line.starts_at for line in lines) - FURTHEST,
        max(line.ends_at for line in lines) + FURTHEST,
        firm_only=True,
    ):
        if each.claim.source_id not in own:
            found[each.space_id].append(each)
    return found


def _other_days(
    lines: Sequence[BookingSpace],
    busy: Busy,
    names: Mapping[UUID, str],
    timezone: str,
    *,
    earliest: Span,
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for days in nearest_days():
        spans = shifted([Span(line.starts_at, line.ends_at) for line in lines], days, timezone)
        if spans is None or min(span.start for span in spans) < earliest.start:
            continue
        pairs = list(zip(lines, spans, strict=True))
        if all(_is_free(line, span, busy[line.space_id]) for line, span in pairs):
            told = [_told(line.space_id, span, names) for line, span in pairs]
            found.append({"days": days, "on": _day(spans, timezone), "spaces": told})
        if len(found) == ALTERNATIVES_MAX:
            break
    return found


def _other_spaces(
    lines: Sequence[BookingSpace],
    busy: Busy,
    spaces: Sequence[Space],
    wanted: Collection[UUID],
    timezone: str,
) -> list[dict[str, Any]]:
    if len(lines) != 1:
        return []
    (line,) = lines
    span = Span(line.starts_at, line.ends_at)
    names = {space.id: space.name for space in spaces}
    return [
        {"days": 0, "on": _day([span], timezone), "spaces": [_told(space.id, span, names)]}
        for space in spaces
        if space.id not in wanted and _fits(space, line) and _is_free(line, span, busy[space.id])
    ][:ALTERNATIVES_MAX]


def _is_free(line: BookingSpace, span: Span, busy: Sequence[BusyTime]) -> bool:
    wanted = taken_by(line, span)
    return not any(each.span.overlaps(wanted) for each in busy)


def _fits(space: Space, line: BookingSpace) -> bool:
    if line.setup_style and line.setup_style not in space.capacities:
        return False
    if not line.attendance:
        return True
    styles = [line.setup_style] if line.setup_style else list(space.capacities)
    return any(int(space.capacities[style]) >= line.attendance for style in styles)


def _day(spans: Sequence[Span], timezone: str) -> str:
    """Return the day on which it would begin, by the venue's clock."""
    return min(span.start for span in spans).astimezone(ZoneInfo(timezone)).date().isoformat()


def _told(space_id: UUID, span: Span, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "spaceId": str(space_id),
        "spaceName": names[space_id],
        "startsAt": span.start.isoformat(),
        "endsAt": span.end.isoformat(),
    }
