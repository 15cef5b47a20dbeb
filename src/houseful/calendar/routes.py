"""Availability and blocks over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from houseful.calendar import blockings, queries, service
from houseful.calendar.problems import SpaceNotInUse, SpaceTaken
from houseful.calendar.queries import AvailabilitySearch
from houseful.calendar.rules import Span
from houseful.calendar.schemas import (
    AvailabilityView,
    BlockedSpaces,
    BlockingView,
    BlockView,
    NewBlock,
)
from houseful.kernel.http import Caller, Page, delete, get, post, put
from houseful.kernel.http.listing import Window
from houseful.kernel.instants import query_instant

VenueId = Annotated[UUID | None, QueryParameter(name="venueId")]
SpaceId = Annotated[UUID | None, QueryParameter(name="spaceId")]
From = Annotated[datetime, QueryParameter(name="fromAt", description="RFC 3339 with an offset.")]
Until = Annotated[datetime, QueryParameter(name="toAt", description="RFC 3339 with an offset.")]
PerhapsFrom = Annotated[datetime | None, QueryParameter(name="fromAt", description="Ends after.")]
PerhapsUntil = Annotated[datetime | None, QueryParameter(name="toAt", description="Starts before.")]
MINUTES_MAX = 400 * 24 * 60
GAPS_MAX = 50
BLOCKED = "/api/v1/spaces/{space_id:uuid}/blocked-spaces"


class Availabilities(msgspec.Struct, rename="camel", kw_only=True):
    """The spaces that can be had."""

    items: list[AvailabilityView]


@get(
    "/api/v1/availability",
    permission="venue.availability.read",
    module="venue",
    summary="Find spaces that are free",
)
async def search_availability(
    caller: Caller,
    starts_after: From,
    ends_before: Until,
    venue_id: VenueId = None,
    capacity: Annotated[int | None, QueryParameter(ge=1, le=10_000_000)] = None,
    setup_style: Annotated[str | None, QueryParameter(name="setupStyle", max_length=40)] = None,
    duration_minutes: Annotated[
        int | None,
        QueryParameter(
            name="durationMinutes",
            ge=1,
            le=MINUTES_MAX,
            description="Look for gaps this long; else for all the time.",
        ),
    ] = None,
    gaps: Annotated[
        int, QueryParameter(ge=1, le=GAPS_MAX, description="How many gaps of each space.")
    ] = 1,
) -> Availabilities:
    """Find the spaces that are free from `fromAt` until `toAt`, or their next gaps in between."""
    search = AvailabilitySearch(
        within=Span(query_instant("fromAt", starts_after), query_instant("toAt", ends_before)),
        venue_id=venue_id,
        capacity=capacity,
        setup_style=setup_style,
        duration=timedelta(minutes=duration_minutes) if duration_minutes else None,
        gaps_max=gaps,
    )
    found = await caller.run(queries.search_availability, search, scope=caller.access.space_ids)
    return Availabilities(items=[AvailabilityView.of(each) for each in found])


@get(
    "/api/v1/availability-blocks",
    permission="venue.availability.read",
    module="venue",
    summary="List the availability blocks",
)
async def list_availability_blocks(
    caller: Caller,
    window: Window,
    starts_after: PerhapsFrom = None,
    ends_before: PerhapsUntil = None,
    space_id: SpaceId = None,
) -> Page[BlockView]:
    """List the blocks, of one space or of all, perhaps those that concern a span."""
    return await caller.read_page(
        queries.list_blocks,
        window=window,
        view=BlockView,
        space_id=space_id,
        from_at=query_instant("fromAt", starts_after) if starts_after else None,
        until_at=query_instant("toAt", ends_before) if ends_before else None,
        scope=caller.access.space_ids,
    )


@post(
    "/api/v1/availability-blocks",
    permission="venue.availability.create",
    module="venue",
    summary="Keep a space free",
    raises=[SpaceTaken, SpaceNotInUse],
)
async def create_availability_block(caller: Caller, data: NewBlock) -> Response[BlockView]:
    """Keep a space free of everything for a time, for a reason."""
    return await caller.create(
        service.create_block,
        data,
        view=BlockView,
        at="/api/v1/availability-blocks",
        scope=caller.access.space_ids,
    )


@get(
    "/api/v1/availability-blocks/{block_id:uuid}",
    permission="venue.availability.read",
    module="venue",
    summary="Read an availability block",
)
async def read_availability_block(caller: Caller, block_id: UUID) -> Response[BlockView]:
    """Read one block."""
    return await caller.read(
        queries.get_block, block_id, view=BlockView, scope=caller.access.space_ids
    )


@delete(
    "/api/v1/availability-blocks/{block_id:uuid}",
    permission="venue.availability.delete",
    module="venue",
    summary="Remove an availability block",
)
async def remove_availability_block(caller: Caller, block_id: UUID) -> None:
    """Let the space be had again."""
    await caller.remove(service.remove_block, block_id, scope=caller.access.space_ids)


@get(
    BLOCKED,
    permission="venue.spaces.read",
    module="venue",
    summary="Read what a space blocks",
)
async def read_blocked_spaces(caller: Caller, space_id: UUID) -> Response[BlockingView]:
    """Read which spaces cannot be had while this one is taken: a theatre's dressing room."""
    return await caller.read(
        blockings.blocked_spaces, space_id, view=BlockingView, scope=caller.access.space_ids
    )


@put(
    BLOCKED,
    permission="venue.spaces.update",
    module="venue",
    summary="Say what a space blocks",
)
async def set_blocked_spaces(
    caller: Caller, space_id: UUID, data: BlockedSpaces
) -> Response[BlockingView]:
    """Say which spaces cannot be had while this one is taken; what is taken already stays."""
    return await caller.change(
        blockings.set_blocked_spaces,
        space_id,
        data.space_ids,
        view=BlockingView,
        scope=caller.access.space_ids,
    )


handlers = [
    search_availability,
    read_blocked_spaces,
    set_blocked_spaces,
    list_availability_blocks,
    create_availability_block,
    read_availability_block,
    remove_availability_block,
]
