"""Use cases of recurring bookings. Every date is a booking of its own, with its own claims."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import select

from houseful import audit, venues
from houseful.hire.bookings.life import cancel_booking, confirm_booking, let_go
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import EDITABLE_STATES, ENDED_STATES, FIRM_STATES
from houseful.hire.bookings.schemas import (
    BookingChanges,
    Cancellation,
    Confirmation,
    NewBooking,
    SpaceWish,
)
from houseful.hire.bookings.service import create_booking, lock_bookings, update_booking
from houseful.hire.series.clashes import Clashes
from houseful.hire.series.models import BookingSeries
from houseful.hire.series.rules import dates_of, span_on
from houseful.hire.series.schemas import (
    NewSeries,
    OccurrenceView,
    RecurringSpace,
    RestoredDate,
    SeriesChanges,
    SeriesConfirmation,
    SeriesEnd,
    SeriesView,
    SkippedDate,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Conflict, Forbidden, Invalid
from houseful.venues import SpaceScope

NO_SUCH_TIME = "The clocks are put forward then: there is no such time."


async def create_series(
    uow: UnitOfWork, data: NewSeries, *, scope: SpaceScope = None
) -> SeriesView:
    """Make a series and hold all its dates: all, or with `on_conflict="skip"` those to be had.

    Raises `SpaceTaken`, `Invalid` (rule, times, no date at all), and `NotFound`.
    """
    venue = await _venue_of(uow, data.spaces, scope)
    series = BookingSeries(
        organization_id=uow.tenant,
        id=new_id(),
        venue_id=venue.id,
        title=data.title,
        rule=data.rule,
        starts_on=data.starts_on,
        timezone=venue.timezone,
        template={
            "spaces": msgspec.to_builtins(data.spaces),
            "purpose": data.purpose,
            "notes": data.notes,
            "companyId": str(data.company_id) if data.company_id else None,
            "personId": str(data.person_id) if data.person_id else None,
        },
    )
    uow.add(series)
    await uow.flush()
    skipped: dict[str, str] = {}
    clashes = Clashes()
    dates = dates_of(data.rule, data.starts_on)
    for day in dates:
        await _try_date(uow, series, day, data.on_conflict, skipped, clashes, scope)
    if data.on_conflict == "fail":
        await clashes.require_none(uow)
    skipped |= clashes.reasons()
    if len(skipped) == len(dates):
        raise Conflict("None of the dates can be had.", skipped=skipped)
    series.skipped = skipped
    await audit.record(uow, "hire.series.created", series)
    await uow.flush()
    return await show_series(uow, series)


async def change_series(
    uow: UnitOfWork,
    series_id: UUID,
    expected_version: int,
    data: SeriesChanges,
    *,
    scope: SpaceScope = None,
    may_move_firm: bool = True,
) -> SeriesView:
    """Change the dates to come, or those from one date on; the past stays as it was.

    Raises `SpaceTaken` (or skips), `Forbidden` for firm dates, and `Invalid`.
    """
    series = await uow.get_version(BookingSeries, series_id, expected_version)
    _require_spaces(series, scope)
    if not isinstance(data.spaces, UnsetType):
        venue = await _venue_of(uow, data.spaces, scope)
        if venue.id != series.venue_id:
            raise Invalid.at("/spaces", "A series stays in its venue.")
        series.template = series.template | {"spaces": msgspec.to_builtins(data.spaces)}
    if not isinstance(data.title, UnsetType):
        series.title = data.title
    clashes = Clashes()
    for booking in await _to_come(uow, series, data.from_on):
        assert booking.occurs_on is not None
        async with clashes.noted(uow, booking.occurs_on):
            await _change_date(uow, series, booking, data, scope, may_move_firm=may_move_firm)
    if data.on_conflict == "fail":
        await clashes.require_none(uow)
    series.skipped = series.skipped | clashes.reasons("Not moved: ")
    await audit.record(uow, "hire.series.updated", series)
    await uow.flush()
    return await show_series(uow, series)


async def skip_date(
    uow: UnitOfWork,
    series_id: UUID,
    data: SkippedDate,
    *,
    scope: SpaceScope = None,
    may_cancel: bool = True,
) -> SeriesView:
    """Take one date out: its booking is released, or cancelled if it was firm."""
    series = await _lock_series(uow, series_id, scope)
    booking = next(
        (each for each in await _to_come(uow, series, None) if each.occurs_on == data.on), None
    )
    if booking is None:
        raise Invalid.at("/on", "That is no date to come of this series.")
    await _end_date(uow, booking, data.reason, scope, may_cancel=may_cancel)
    series.skipped = series.skipped | {data.on.isoformat(): data.reason}
    await audit.record(
        uow, "hire.series.date_skipped", series, sentence=f"took out {data.on}: {data.reason}"
    )
    await uow.flush()
    return await show_series(uow, series)


async def restore_date(
    uow: UnitOfWork, series_id: UUID, data: RestoredDate, *, scope: SpaceScope = None
) -> SeriesView:
    """Put a skipped date back.

    Raises `SpaceTaken`, and `Conflict` when it was not skipped, or is past by now.
    """
    series = await _lock_series(uow, series_id, scope)
    taken = {each.occurs_on for each in await _occurrences(uow, series)}
    if data.on.isoformat() not in series.skipped or data.on in taken:
        raise Conflict("That date was not taken out.")
    wishes = _wishes(series, data.on)
    if wishes and min(wish.starts_at for wish in wishes) <= uow.now:
        raise Conflict("That date is past: it stays as it was.")
    clashes = Clashes()
    await _try_date(uow, series, data.on, "fail", {}, clashes, scope)
    await clashes.require_none(uow)
    series.skipped = {day: why for day, why in series.skipped.items() if day != data.on.isoformat()}
    await audit.record(uow, "hire.series.date_restored", series)
    await uow.flush()
    return await show_series(uow, series)


async def end_series(
    uow: UnitOfWork,
    series_id: UUID,
    data: SeriesEnd,
    *,
    scope: SpaceScope = None,
    may_cancel: bool = True,
) -> SeriesView:
    """Give back all dates from one on, and cancel the firm ones; the past stays."""
    series = await _lock_series(uow, series_id, scope)
    for booking in await _to_come(uow, series, data.from_on):
        await _end_date(uow, booking, data.reason, scope, may_cancel=may_cancel)
        series.skipped = series.skipped | {f"{booking.occurs_on}": data.reason}
    await audit.record(uow, "hire.series.ended", series, sentence=f"ended it: {data.reason}")
    await uow.flush()
    return await show_series(uow, series)


async def confirm_series(
    uow: UnitOfWork, series_id: UUID, data: SeriesConfirmation, *, scope: SpaceScope = None
) -> SeriesView:
    """Confirm all dates to come that are holds, or none. Raises `SpaceTaken`, `OthersAhead`."""
    series = await _lock_series(uow, series_id, scope)
    go = Confirmation(reason=data.reason, pass_over=data.pass_over)
    clashes = Clashes()
    for booking in await _to_come(uow, series, None):
        if booking.status not in FIRM_STATES:
            assert booking.occurs_on is not None
            async with clashes.noted(uow, booking.occurs_on):
                await confirm_booking(uow, booking.id, go, scope=scope)
    await clashes.require_none(uow)
    return await show_series(uow, series)


async def get_series(uow: UnitOfWork, series_id: UUID, *, scope: SpaceScope = None) -> SeriesView:
    """Return the series with its dates; raises `NotFound`, also for who does not see its spaces."""
    series = await uow.get(BookingSeries, series_id)
    _require_spaces(series, scope)
    return await show_series(uow, series)


async def list_series(
    uow: UnitOfWork, *, window: Window, scope: SpaceScope = None
) -> tuple[list[Any], str | None]:
    """Return one page of the series; for who is limited to some spaces, those in them."""
    statement = select(BookingSeries).where(BookingSeries.organization_id == uow.tenant)
    rows, cursor = await fetch_page(uow, statement, BookingSeries, window)
    seen = [
        row
        for row in rows
        if scope is None or all(space.space_id in scope for space in _spaces(row))
    ]
    return [await show_series(uow, row) for row in seen], cursor


async def show_series(uow: UnitOfWork, series: BookingSeries) -> SeriesView:
    """Return the series with its dates."""
    fields = {
        name: getattr(series, name)
        for name in SeriesView.__struct_fields__
        if name != "occurrences"
    }
    return SeriesView(
        **fields,
        occurrences=[
            OccurrenceView(on=booking.occurs_on, booking_id=booking.id, status=booking.status)
            for booking in await _occurrences(uow, series)
            if booking.occurs_on is not None
        ],
    )


async def _try_date(
    uow: UnitOfWork,
    series: BookingSeries,
    day: date,
    on_conflict: str,
    skipped: dict[str, str],
    clashes: Clashes,
    scope: SpaceScope,
) -> None:
    """Hold one date, or write down why not; a time that the clocks skip may be `skipped`."""
    wishes = _wishes(series, day)
    if wishes is None:
        if on_conflict == "fail":
            raise Invalid.at("/spaces", f"{day}: {NO_SUCH_TIME}")
        skipped[day.isoformat()] = NO_SUCH_TIME
        return
    template = series.template
    data = NewBooking(
        title=series.title,
        spaces=wishes,
        purpose=template["purpose"],
        notes=template["notes"],
        company_id=UUID(template["companyId"]) if template["companyId"] else None,
        person_id=UUID(template["personId"]) if template["personId"] else None,
    )
    async with clashes.noted(uow, day):
        await create_booking(uow, data, scope=scope, occurrence=(series.id, day))


async def _change_date(
    uow: UnitOfWork,
    series: BookingSeries,
    booking: Booking,
    data: SeriesChanges,
    scope: SpaceScope,
    *,
    may_move_firm: bool,
) -> None:
    assert booking.occurs_on is not None
    changes = BookingChanges(title=data.title)
    if data.spaces is not UNSET:
        wishes = _wishes(series, booking.occurs_on)
        if wishes is None:
            raise Invalid.at("/spaces", f"{booking.occurs_on}: {NO_SUCH_TIME}")
        changes.spaces = wishes
    await update_booking(
        uow,
        booking.id,
        booking.version,
        changes,
        scope=scope,
        may_move_firm=may_move_firm,
    )


async def _end_date(
    uow: UnitOfWork, booking: Booking, reason: str, scope: SpaceScope, *, may_cancel: bool
) -> None:
    is_firm = booking.status in FIRM_STATES
    if is_firm and not may_cancel:
        raise Forbidden(
            "To take out a firm date needs venue.bookings.cancel.",
            permission="venue.bookings.cancel",
        )
    if is_firm:
        await cancel_booking(uow, booking.id, Cancellation(reason=reason), scope=scope)
        return
    act = "lose" if booking.status == "inquiry" else "release"
    await let_go(uow, booking.id, act, reason=reason, scope=scope)


async def _to_come(uow: UnitOfWork, series: BookingSeries, from_on: date | None) -> list[Booking]:
    """Return the dates to come, locked; those that have begun are never touched."""
    ids = [
        booking.id
        for booking in await _occurrences(uow, series)
        if booking.occurs_on is not None
        and (from_on is None or booking.occurs_on >= from_on)
        and booking.starts_at > uow.now
        and booking.status in EDITABLE_STATES
    ]
    rows = await lock_bookings(uow, ids)
    return sorted(rows, key=lambda row: str(row.occurs_on))


async def _lock_series(uow: UnitOfWork, series_id: UUID, scope: SpaceScope) -> BookingSeries:
    """Return the series, locked. Raises `NotFound`, also for who does not see its spaces."""
    series = await uow.get(BookingSeries, series_id, lock=True)
    _require_spaces(series, scope)
    return series


def _require_spaces(series: BookingSeries, scope: SpaceScope) -> None:
    for space in _spaces(series):
        venues.require_space(scope, space.space_id)


async def _occurrences(uow: UnitOfWork, series: BookingSeries) -> Sequence[Booking]:
    return await uow.all(
        select(Booking)
        .where(
            Booking.organization_id == uow.tenant,
            Booking.series_id == series.id,
            Booking.status.not_in(ENDED_STATES),
        )
        .order_by(Booking.occurs_on)
    )


async def _venue_of(
    uow: UnitOfWork, spaces: Sequence[RecurringSpace], scope: SpaceScope
) -> venues.Venue:
    for wanted in spaces:
        venues.require_space(scope, wanted.space_id)
    space = await venues.get_space(uow, spaces[0].space_id)
    return await venues.get_venue(uow, space.venue_id)


def _wishes(series: BookingSeries, day: date) -> list[SpaceWish] | None:
    """Return what a date wants; None when the clocks skip a time that night."""
    wishes: list[SpaceWish] = []
    for space in _spaces(series):
        span = span_on(day, space.starts, space.ends, series.timezone)
        if span is None:
            return None
        wishes.append(
            SpaceWish(
                space_id=space.space_id,
                starts_at=span.start,
                ends_at=span.end,
                setup_style=space.setup_style,
                attendance=space.attendance,
            )
        )
    return wishes


def _spaces(series: BookingSeries) -> list[RecurringSpace]:
    return msgspec.convert(series.template["spaces"], list[RecurringSpace])
