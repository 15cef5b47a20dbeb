"""The lines of a booking: which space, when, with which buffers; and the claims behind them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec
from msgspec import UNSET

from houseful import venues
from houseful.calendar import (
    ClaimRequest,
    SpaceTaken,
    Span,
    claim_time,
    move_claims,
    require_free,
)
from houseful.hire.bookings.alternatives import add_alternatives
from houseful.hire.bookings.models import PRIORITIES, Booking, BookingSpace
from houseful.hire.bookings.rules import (
    FIRM_STATES,
    SOFT_STATES,
    overlapping_pair,
    stays_within,
    wall_time,
)
from houseful.hire.bookings.schemas import NewBooking, SpaceWish, UsageSegment
from houseful.hire.venue_events.shows import show_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Forbidden, Invalid, NotFound
from houseful.venues import Space, SpaceScope, Venue

OVERRIDE = "venue.bookings.override"
_CHANGING = (
    "position",
    "starts_at",
    "ends_at",
    "starts_wall",
    "ends_wall",
    "setup_style",
    "attendance",
    "setup_minutes",
    "teardown_minutes",
    "gap_minutes",
    "buffer_reason",
    "usage",
    "priority",
)


def require_lines(booking: Booking, scope: SpaceScope) -> None:
    """Raise `NotFound` for who sees none of its spaces, `Forbidden` for who sees only some."""
    if scope is None:
        return
    seen = [line.space_id in scope for line in booking.spaces]
    if not any(seen):
        raise NotFound
    if not all(seen):
        raise Forbidden("This booking has spaces that your membership does not include.")


async def wishes_of(uow: UnitOfWork, data: NewBooking) -> Sequence[SpaceWish]:
    """Return the spaces that are wanted; of a whole venue, each that is part of no other in use.

    Raises `NotFound` (venue), and `Invalid` where no space is wanted.
    """
    whole = data.whole_venue
    named = [] if data.spaces is UNSET else data.spaces
    if whole is None and not named:
        raise Invalid.at("/spaces", "Name the spaces, or the whole venue.")
    if whole is None:
        return named
    venue = await venues.get_venue(uow, whole.venue_id)
    spaces = await venues.active_spaces(uow, venue_id=venue.id)
    if not spaces:
        raise Invalid.at("/wholeVenue/venueId", "This venue has no spaces.")
    return named + [
        SpaceWish(space_id=space.id, starts_at=whole.starts_at, ends_at=whole.ends_at)
        for space in venues.wholes_of(spaces)
    ]


async def lines_of(
    uow: UnitOfWork,
    booking_id: UUID,
    wishes: Sequence[SpaceWish],
    *,
    keeping: Sequence[BookingSpace] = (),
    may_override: bool,
) -> tuple[list[BookingSpace], Venue]:
    """Return a line for each wish, and their venue; what is kept within old lines keeps its rank.

    Raises `NotFound` (space), `Invalid`, and `Forbidden` for buffers that are not the space's own.
    """
    spaces = await venues.spaces_by_id(uow, {wish.space_id for wish in wishes})
    venue = await _venue_of(uow, wishes, spaces)
    lines: list[BookingSpace] = []
    for position, wish in enumerate(wishes):
        _check_wish(position, wish, may_override=may_override, space=spaces[wish.space_id])
        priority = _kept_priority(wish, keeping) or await next_priority(uow)
        lines.append(
            _line(uow.tenant, booking_id, position, wish, spaces[wish.space_id], venue, priority)
        )
    clash = overlapping_pair([(line.space_id, _span(line)) for line in lines])
    if clash is not None:
        raise Invalid.at(
            f"/spaces/{clash[1]}", "This booking asks for the same space at the same time twice."
        )
    return lines, venue


async def claim_lines(
    uow: UnitOfWork,
    booking: Booking,
    lines: Sequence[BookingSpace],
    *,
    as_backup: bool,
    scope: SpaceScope,
) -> None:
    """Claim softly what the booking wants; others' firm claims are in the way unless a backup."""
    requests = await requests_for(uow, booking, lines, firm=False)
    try:
        if not as_backup:
            await require_free(uow, requests, scope=scope)
        await claim_time(uow, requests, scope=scope)
    except SpaceTaken as taken:
        await add_alternatives(uow, taken, booking, lines, scope)
        raise


async def move_lines(
    uow: UnitOfWork,
    booking: Booking,
    lines: list[BookingSpace],
    *,
    had: Mapping[UUID, list[Span]],
    scope: SpaceScope,
) -> None:
    """Replace the booking's lines, and its claims with them, or leave all as it is."""
    is_firm = booking.status in FIRM_STATES
    requests = await requests_for(uow, booking, lines, firm=is_firm)
    try:
        if booking.status in SOFT_STATES:
            await require_free(uow, _new_in(requests, had), scope=scope)
        if is_firm or booking.status in SOFT_STATES:
            await move_claims(uow, "hire", booking.id, requests, scope=scope)
    except SpaceTaken as taken:
        await add_alternatives(uow, taken, booking, lines, scope)
        raise
    booking.spaces = _merged(booking.spaces, lines)


async def requests_for(
    uow: UnitOfWork, booking: Booking, lines: Sequence[BookingSpace], *, firm: bool
) -> list[ClaimRequest]:
    """Return what the lines ask of the calendar, for the show that the booking is for."""
    show_id = await show_of(uow, booking)
    return [
        ClaimRequest(
            space_id=line.space_id,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            source="hire",
            source_id=booking.id,
            label=booking.title,
            show_id=show_id,
            firm=firm,
            setup_minutes=line.setup_minutes,
            teardown_minutes=line.teardown_minutes,
            gap_minutes=line.gap_minutes,
        )
        for line in lines
    ]


async def next_priority(uow: UnitOfWork) -> Decimal:
    """Return the priority of who comes now: behind everybody else."""
    number = await uow.session.scalar(PRIORITIES)
    assert number is not None
    return Decimal(number)


def _merged(old: Sequence[BookingSpace], new: Sequence[BookingSpace]) -> list[BookingSpace]:
    """Return the new lines; where a space is still wanted, its row stays, and takes them on.

    Of several in one space the nearest stays: its price and its place in calendars go with it.
    """
    left = list(old)
    kept: dict[UUID, BookingSpace] = {}
    for is_near in (_is_same_time, _overlaps, _is_same_space):
        for line in new:
            row = next((row for row in left if is_near(row, line)), None)
            if row is not None and line.id not in kept:
                left.remove(row)
                kept[line.id] = row
    for line in new:
        if (row := kept.get(line.id)) is not None:
            for name in _CHANGING:
                setattr(row, name, getattr(line, name))
    return [kept.get(line.id, line) for line in new]


def _is_same_space(old: BookingSpace, new: BookingSpace) -> bool:
    return old.space_id == new.space_id


def _overlaps(old: BookingSpace, new: BookingSpace) -> bool:
    return _is_same_space(old, new) and _span(old).overlaps(_span(new))


def _is_same_time(old: BookingSpace, new: BookingSpace) -> bool:
    return _is_same_space(old, new) and _span(old) == _span(new)


def _new_in(requests: Sequence[ClaimRequest], had: Mapping[UUID, list[Span]]) -> list[ClaimRequest]:
    """Return the requests that want more than the booking had: a backup may stay where it is."""
    return [
        request
        for request in requests
        if not stays_within(had.get(request.space_id, []), [request.span])
    ]


async def _venue_of(
    uow: UnitOfWork, wishes: Sequence[SpaceWish], spaces: Mapping[UUID, Space]
) -> Venue:
    for position, wish in enumerate(wishes):
        if wish.space_id not in spaces:
            raise NotFound("There is no such space.")
        if spaces[wish.space_id].venue_id != spaces[wishes[0].space_id].venue_id:
            raise Invalid.at(f"/spaces/{position}/spaceId", "That space is in another venue.")
    return await venues.get_venue(uow, spaces[wishes[0].space_id].venue_id)


def _check_wish(position: int, wish: SpaceWish, *, may_override: bool, space: Space) -> None:
    if wish.ends_at <= wish.starts_at:
        raise Invalid.at(f"/spaces/{position}/endsAt", "The end must be after the start.")
    for number, segment in enumerate(wish.usage):
        if segment.ends_at <= segment.starts_at:
            raise Invalid.at(
                f"/spaces/{position}/usage/{number}/endsAt", "The end must be after the start."
            )
    if not _overrides(wish, space):
        return
    if not may_override:
        raise Forbidden(f"Other buffers than the space's own need {OVERRIDE}.", permission=OVERRIDE)
    if not wish.buffer_reason.strip():
        raise Invalid.at(
            f"/spaces/{position}/bufferReason", "Say why the buffers are not the space's own."
        )


def _overrides(wish: SpaceWish, space: Space) -> bool:
    return any(
        given is not None and given != own
        for given, own in (
            (wish.setup_minutes, space.setup_minutes),
            (wish.teardown_minutes, space.teardown_minutes),
            (wish.gap_minutes, space.minimum_gap_minutes),
        )
    )


def _kept_priority(wish: SpaceWish, keeping: Sequence[BookingSpace]) -> Decimal | None:
    """Return the priority of the old line that the wish lies within."""
    span = Span(wish.starts_at, wish.ends_at)
    return min(
        (
            line.priority
            for line in keeping
            if line.space_id == wish.space_id and stays_within([_span(line)], [span])
        ),
        default=None,
    )


def _line(
    tenant: UUID,
    booking_id: UUID,
    position: int,
    wish: SpaceWish,
    space: Space,
    venue: Venue,
    priority: Decimal,
) -> BookingSpace:
    def given(minutes: int | None, own: int) -> int:
        return own if minutes is None else minutes

    return BookingSpace(
        organization_id=tenant,
        id=new_id(),
        booking_id=booking_id,
        space_id=wish.space_id,
        position=position,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        starts_wall=wall_time(wish.starts_at, venue.timezone),
        ends_wall=wall_time(wish.ends_at, venue.timezone),
        setup_style=wish.setup_style,
        attendance=wish.attendance,
        setup_minutes=given(wish.setup_minutes, space.setup_minutes),
        teardown_minutes=given(wish.teardown_minutes, space.teardown_minutes),
        gap_minutes=given(wish.gap_minutes, space.minimum_gap_minutes),
        buffer_reason=wish.buffer_reason,
        usage=[_segment(segment) for segment in wish.usage],
        priority=priority,
    )


def _segment(segment: UsageSegment) -> dict[str, str]:
    return dict[str, str](msgspec.to_builtins(segment))


def _span(line: BookingSpace) -> Span:
    return Span(line.starts_at, line.ends_at)
