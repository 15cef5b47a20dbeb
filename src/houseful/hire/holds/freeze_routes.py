"""Frozen ranks over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.bookings.routes import shown
from houseful.hire.bookings.schemas import BookingView
from houseful.hire.holds import freezing, queries
from houseful.hire.holds.problems import NoGapAhead, RanksFrozen
from houseful.hire.holds.schemas import NewRankFreeze, RankChange, RankFreezeView
from houseful.kernel.http import Caller, Page, StatedVersion, get, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition, VersionMismatch

FREEZES = "/api/v1/rank-freezes"
VenueId = Annotated[UUID | None, QueryParameter(name="venueId")]
IsInForce = Annotated[bool | None, QueryParameter(name="isInForce")]


@post(
    FREEZES,
    permission="venue.bookings.freeze",
    module="venue",
    summary="Freeze the ranks of a venue",
    raises=[RanksFrozen],
)
async def freeze_ranks(caller: Caller, data: NewRankFreeze) -> Response[RankFreezeView]:
    """Let no hold of the venue move up by itself, whoever goes away, until the freeze is lifted."""
    return await caller.create(
        freezing.freeze_ranks,
        data,
        view=RankFreezeView,
        at=FREEZES,
        scope=caller.access.space_ids,
    )


@get(FREEZES, permission="venue.bookings.read", module="venue", summary="List the freezes")
async def list_freezes(
    caller: Caller, window: Window, venue_id: VenueId = None, is_in_force: IsInForce = None
) -> Page[RankFreezeView]:
    """List when ranks were frozen, of one venue or of all, in force or over."""
    return await caller.read_page(
        queries.list_freezes,
        window=window,
        view=RankFreezeView,
        venue_id=venue_id,
        is_in_force=is_in_force,
    )


@get(
    FREEZES + "/{freeze_id:uuid}",
    permission="venue.bookings.read",
    module="venue",
    summary="Read a freeze",
)
async def read_freeze(caller: Caller, freeze_id: UUID) -> Response[RankFreezeView]:
    """Read since when the ranks of a venue are frozen, and why."""
    return await caller.read(queries.get_freeze, freeze_id, view=RankFreezeView)


@post(
    FREEZES + "/{freeze_id:uuid}/lift",
    status=200,
    permission="venue.bookings.freeze",
    module="venue",
    summary="Lift a freeze",
    raises=[VersionMismatch, IllegalTransition],
)
async def lift_freeze(
    caller: Caller, freeze_id: UUID, data: RankChange, stated_version: StatedVersion
) -> Response[RankFreezeView]:
    """Let the ranks move again: all who are behind a kept place move up, and are told."""
    return await caller.change(
        freezing.lift_freeze,
        freeze_id,
        data,
        view=RankFreezeView,
        scope=caller.access.space_ids,
        version=stated_version,
    )


@post(
    "/api/v1/bookings/{booking_id:uuid}/close-gaps",
    status=200,
    permission="venue.bookings.freeze",
    module="venue",
    summary="Close the gaps ahead of a hold",
    raises=[NoGapAhead, IllegalTransition],
)
async def close_gaps(caller: Caller, booking_id: UUID, data: RankChange) -> Response[BookingView]:
    """Give up the places that are kept ahead of one hold, though ranks are frozen: it moves up."""
    return await caller.change(
        shown(freezing.close_gaps),
        booking_id,
        data,
        view=BookingView,
        scope=caller.access.space_ids,
    )


handlers = [freeze_ranks, list_freezes, read_freeze, lift_freeze, close_gaps]
