"""Recurring bookings over HTTP."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.calendar import SpaceNotInUse, SpaceTaken
from houseful.hire.bookings.problems import DepositsOpen, OthersAhead
from houseful.hire.rates.problems import NotEnoughStock
from houseful.hire.series import service
from houseful.hire.series.schemas import (
    NewSeries,
    RestoredDate,
    SeriesChanges,
    SeriesConfirmation,
    SeriesEnd,
    SeriesView,
    SkippedDate,
)
from houseful.kernel.http import Caller, ExpectedVersion, Page, get, patch, post
from houseful.kernel.http.listing import Window

SERIES = "/api/v1/booking-series"
ONE = SERIES + "/{series_id:uuid}"
CONFIRM, CANCEL = "venue.bookings.confirm", "venue.bookings.cancel"


@get(SERIES, permission="venue.bookings.read", module="venue", summary="List recurring bookings")
async def list_booking_series(caller: Caller, window: Window) -> Page[SeriesView]:
    """List the series, each with its dates."""
    return await caller.read_page(
        service.list_series, window=window, view=SeriesView, scope=caller.access.space_ids
    )


@post(
    SERIES,
    permission="venue.bookings.create",
    module="venue",
    summary="Make a recurring booking",
    raises=[SpaceTaken, SpaceNotInUse],
)
async def create_booking_series(caller: Caller, data: NewSeries) -> Response[SeriesView]:
    """Hold every date of a rule: all of them, or with `onConflict: skip` those to be had."""
    return await caller.create(
        service.create_series, data, view=SeriesView, at=SERIES, scope=caller.access.space_ids
    )


@get(ONE, permission="venue.bookings.read", module="venue", summary="Read a recurring booking")
async def read_booking_series(caller: Caller, series_id: UUID) -> Response[SeriesView]:
    """Read one series; its ETag is what a change must name."""
    return await caller.read(
        service.get_series, series_id, view=SeriesView, scope=caller.access.space_ids
    )


@patch(
    ONE,
    permission="venue.bookings.update",
    module="venue",
    summary="Change the dates to come",
    raises=[SpaceTaken, SpaceNotInUse, NotEnoughStock],
)
async def update_booking_series(
    caller: Caller, series_id: UUID, data: SeriesChanges, expected_version: ExpectedVersion
) -> Response[SeriesView]:
    """Change all dates to come, or those from one on. One date alone is changed as a booking."""
    return await caller.change(
        service.change_series,
        series_id,
        expected_version,
        data,
        view=SeriesView,
        scope=caller.access.space_ids,
        may_move_firm=caller.access.allows(CONFIRM),
    )


@post(
    ONE + "/skip",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Take a date out",
)
async def skip_series_date(
    caller: Caller, series_id: UUID, data: SkippedDate
) -> Response[SeriesView]:
    """Take one date out; it can be put back."""
    may_cancel = caller.access.allows(CANCEL)
    return await _change(caller, service.skip_date, series_id, data, may_cancel=may_cancel)


@post(
    ONE + "/restore",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Put a date back",
    raises=[SpaceTaken, SpaceNotInUse],
)
async def restore_series_date(
    caller: Caller, series_id: UUID, data: RestoredDate
) -> Response[SeriesView]:
    """Put a date back that was taken out."""
    return await _change(caller, service.restore_date, series_id, data)


@post(
    ONE + "/end",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="End a recurring booking",
)
async def end_booking_series(
    caller: Caller, series_id: UUID, data: SeriesEnd
) -> Response[SeriesView]:
    """Give back all dates from one on; what is past stays."""
    may_cancel = caller.access.allows(CANCEL)
    return await _change(caller, service.end_series, series_id, data, may_cancel=may_cancel)


@post(
    ONE + "/confirm",
    status=200,
    permission=CONFIRM,
    module="venue",
    summary="Confirm all dates to come",
    raises=[SpaceTaken, SpaceNotInUse, NotEnoughStock, DepositsOpen, OthersAhead],
)
async def confirm_booking_series(
    caller: Caller, series_id: UUID, data: SeriesConfirmation
) -> Response[SeriesView]:
    """Confirm all dates to come, or none: also none while a date's required deposit is open."""
    return await _change(caller, service.confirm_series, series_id, data)


async def _change(caller: Caller, use_case: Any, *args: Any, **kwargs: Any) -> Response[SeriesView]:
    return await caller.change(
        use_case, *args, view=SeriesView, scope=caller.access.space_ids, **kwargs
    )


handlers = [
    list_booking_series,
    create_booking_series,
    read_booking_series,
    update_booking_series,
    skip_series_date,
    restore_series_date,
    end_booking_series,
    confirm_booking_series,
]
