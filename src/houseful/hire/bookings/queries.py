"""Reading bookings, with where their holds stand."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, and_, func, select, tuple_

from houseful import venues
from houseful.hire.bookings.models import Booking, BookingAct, BookingSpace
from houseful.hire.bookings.rules import SOFT_STATES
from houseful.hire.bookings.schemas import BookingActView, BookingSpaceView, BookingView
from houseful.hire.holds.ranks import Standings, standings
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.problems import NotFound
from houseful.venues import Space, SpaceScope

PageOf = tuple[list[Any], str | None]
DERIVED = frozenset({"rank", "is_backup", "spaces"})
LINE_DERIVED = frozenset({"rank", "is_backup", "is_joint", "space_name"})


class BookingFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which bookings are wanted; None means all."""

    status: str | None = None
    venue_id: UUID | None = None
    space_id: UUID | None = None
    company_id: UUID | None = None
    person_id: UUID | None = None
    event_id: UUID | None = None
    series_id: UUID | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    title: str | None = None


async def get_booking(
    uow: UnitOfWork, booking_id: UUID, *, scope: SpaceScope = None
) -> BookingView:
    """Return the booking; raises `NotFound`, also for who sees none of its spaces."""
    booking = await uow.get(Booking, booking_id)
    return await show_booking(uow, booking, scope=scope)


async def statuses_of(uow: UnitOfWork, booking_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the states of those of the bookings that there are."""
    rows: Any = await uow.execute(
        select(Booking.id, Booking.status).where(
            Booking.organization_id == uow.tenant, Booking.id.in_(booking_ids)
        )
    )
    return dict(rows.all())


async def list_bookings(
    uow: UnitOfWork, *, window: Window, matching: BookingFilter, scope: SpaceScope = None
) -> PageOf:
    """Return one page of the bookings that the caller sees."""
    statement = _matching(uow, matching, scope)
    rows, cursor = await fetch_page(uow, statement, Booking, window)
    return await show_bookings(uow, rows, scope=scope), cursor


async def list_by_night(
    uow: UnitOfWork,
    *,
    is_past: bool,
    limit: int,
    after: tuple[datetime, UUID] | None = None,
    matching: BookingFilter,
    scope: SpaceScope = None,
) -> tuple[list[BookingView], tuple[datetime, UUID] | None]:
    """Return one page of the bookings to come, the next first; or of the past, the last first.

    What has begun is to come until it ends. `after` is where the page before ended, as it was
    returned with it; None after the last page.
    """
    times = select(BookingSpace.booking_id).where(BookingSpace.organization_id == uow.tenant)
    if is_past:
        night = times.add_columns(func.max(BookingSpace.starts_at).label("at"))
        night = night.having(func.max(BookingSpace.ends_at) <= uow.now)
    else:
        night = times.add_columns(func.min(BookingSpace.starts_at).label("at"))
        night = night.where(BookingSpace.ends_at > uow.now)
    nights = night.group_by(BookingSpace.booking_id).subquery()
    place = tuple_(nights.c.at, Booking.id)
    statement = (
        _matching(uow, matching, scope)
        .add_columns(nights.c.at)
        .join(nights, nights.c.booking_id == Booking.id)
    )
    if after is not None:
        statement = statement.where(place < after if is_past else place > after)
    orders = (nights.c.at.desc(), Booking.id.desc()) if is_past else (nights.c.at, Booking.id)
    result: Any = await uow.execute(statement.order_by(*orders).limit(limit + 1))
    rows = [(booking, at) for booking, at in result.all()]
    shown = await show_bookings(uow, [booking for booking, _ in rows[:limit]], scope=scope)
    if len(rows) <= limit:
        return shown, None
    last, at = rows[limit - 1]
    return shown, (at, last.id)


async def bookings_between(
    uow: UnitOfWork,
    from_at: datetime,
    until_at: datetime,
    *,
    statuses: Sequence[str],
    limit: int,
    scope: SpaceScope = None,
) -> list[BookingView]:
    """Return the bookings in some states that take place between two instants."""
    line = _wanted_line(BookingFilter(from_at=from_at, until_at=until_at), scope)
    assert line is not None
    rows = await uow.all(
        select(Booking)
        .where(Booking.organization_id == uow.tenant, Booking.status.in_(statuses), line)
        .order_by(Booking.id)
        .limit(limit)
    )
    return await show_bookings(uow, rows, scope=scope)


async def show_booking(
    uow: UnitOfWork, booking: Booking, *, scope: SpaceScope = None
) -> BookingView:
    """Return the booking as it is shown. Raises `NotFound` for who sees none of its spaces."""
    (shown,) = await show_bookings(uow, [booking], scope=scope)
    if not shown.spaces:
        raise NotFound
    return shown


async def show_bookings(
    uow: UnitOfWork, bookings: Sequence[Booking], *, scope: SpaceScope = None
) -> list[BookingView]:
    """Return bookings as they are shown: with the ranks of holds, and the spaces that one sees."""
    soft = [booking.id for booking in bookings if booking.status in SOFT_STATES]
    stand = await standings(uow, soft)
    spaces = await venues.spaces_by_id(
        uow, {line.space_id for booking in bookings for line in booking.spaces}
    )
    return [_show(booking, stand, spaces, scope) for booking in bookings]


async def list_acts(
    uow: UnitOfWork, booking_id: UUID, *, window: Window, scope: SpaceScope = None
) -> PageOf:
    """Return one page of what happened to the booking. Raises `NotFound`."""
    await get_booking(uow, booking_id, scope=scope)
    statement = select(BookingAct).where(
        BookingAct.organization_id == uow.tenant, BookingAct.booking_id == booking_id
    )
    rows, cursor = await fetch_page(uow, statement, BookingAct, window)
    return [_show_act(row, scope) for row in rows], cursor


def _show_act(act: BookingAct, scope: SpaceScope) -> BookingActView:
    """Return the act as it is shown: who is limited to some spaces hears of no others."""
    view = BookingActView.of(act)
    if scope is None:
        return view
    if act.act == "conflict":
        return msgspec.structs.replace(view, reason="", details={})
    moved = [one for one in act.details.get("spaces", []) if UUID(one["spaceId"]) in scope]
    return msgspec.structs.replace(view, details=act.details | ({"spaces": moved} if moved else {}))


def _matching(uow: UnitOfWork, matching: BookingFilter, scope: SpaceScope) -> Select[Any]:
    statement = select(Booking).where(Booking.organization_id == uow.tenant)
    for name in ("status", "venue_id", "company_id", "person_id", "event_id", "series_id"):
        wanted = getattr(matching, name)
        if wanted is not None:
            statement = statement.where(getattr(Booking, name) == wanted)
    if matching.title:
        statement = statement.where(Booking.title.icontains(matching.title, autoescape=True))
    line = _wanted_line(matching, scope)
    if line is not None:
        statement = statement.where(line)
    return statement


def _wanted_line(matching: BookingFilter, scope: SpaceScope) -> Any:
    conditions: list[Any] = []
    if matching.space_id is not None:
        conditions.append(BookingSpace.space_id == matching.space_id)
    if matching.from_at is not None:
        conditions.append(BookingSpace.ends_at > matching.from_at)
    if matching.until_at is not None:
        conditions.append(BookingSpace.starts_at < matching.until_at)
    if scope is not None:
        conditions.append(BookingSpace.space_id.in_(scope))
    return Booking.spaces.any(and_(*conditions)) if conditions else None


def _show(
    booking: Booking, stand: Standings, spaces: dict[UUID, Space], scope: SpaceScope
) -> BookingView:
    lines = [
        _show_line(line, stand, spaces[line.space_id].name)
        for line in booking.spaces
        if scope is None or line.space_id in scope
    ]
    shared = {
        name: getattr(booking, name)
        for name in BookingView.__struct_fields__
        if name not in DERIVED
    }
    return BookingView(
        **shared,
        rank=max((line.rank for line in lines if line.rank), default=None),
        is_backup=any(line.is_backup for line in lines),
        spaces=lines,
    )


def _show_line(line: BookingSpace, stand: Standings, space_name: str) -> BookingSpaceView:
    shared = {
        name: getattr(line, name)
        for name in BookingSpaceView.__struct_fields__
        if name not in LINE_DERIVED
    }
    place = stand.of(line)
    return BookingSpaceView(
        **shared,
        space_name=space_name,
        rank=place.rank if place else None,
        is_backup=place.is_backup if place else False,
        is_joint=place.is_joint if place else False,
    )
