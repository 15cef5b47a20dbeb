"""Venues and their spaces over HTTP; sections and gates are in `ways.py`."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists, StillInUse
from houseful.kernel.http import Caller, ExpectedVersion, Page, delete, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.venues import queries, service, spaces, ways
from houseful.venues.problems import VenueLimitReached
from houseful.venues.schemas import (
    NewSpace,
    NewVenue,
    SpaceChanges,
    SpaceView,
    VenueChanges,
    VenueView,
)
from houseful.venues.scopes import require_whole_house

VenueId = Annotated[UUID | None, QueryParameter(name="venueId")]
ParentSpaceId = Annotated[UUID | None, QueryParameter(name="parentSpaceId")]
IsActive = Annotated[bool | None, QueryParameter(name="isActive")]
NamePart = Annotated[str | None, QueryParameter(max_length=200, description="Part of the name.")]


@get("/api/v1/venues", permission="venue.venues.read", module="venue", summary="List the venues")
async def list_venues(caller: Caller, window: Window, name: NamePart = None) -> Page[VenueView]:
    """List the organisation's venues."""
    return await caller.read_page(queries.list_venues, window=window, view=VenueView, name=name)


@post(
    "/api/v1/venues",
    permission="venue.venues.create",
    module="venue",
    summary="Create a venue",
    raises=[VenueLimitReached],
)
async def create_venue(caller: Caller, data: NewVenue) -> Response[VenueView]:
    """Create a venue, as far as the plan goes. Country and city are resolved where certain."""
    require_whole_house(caller.access.space_ids)
    return await caller.create(service.create_venue, data, view=VenueView, at="/api/v1/venues")


@get(
    "/api/v1/venues/{venue_id:uuid}",
    permission="venue.venues.read",
    module="venue",
    summary="Read a venue",
)
async def read_venue(caller: Caller, venue_id: UUID) -> Response[VenueView]:
    """Read one venue; its ETag is what a change must name."""
    return await caller.read(queries.get_venue, venue_id, view=VenueView)


@patch(
    "/api/v1/venues/{venue_id:uuid}",
    permission="venue.venues.update",
    module="venue",
    summary="Change a venue",
)
async def update_venue(
    caller: Caller, venue_id: UUID, data: VenueChanges, expected_version: ExpectedVersion
) -> Response[VenueView]:
    """Change what is given; the rest stays."""
    require_whole_house(caller.access.space_ids)
    return await caller.change(
        service.update_venue, venue_id, expected_version, data, view=VenueView
    )


@delete(
    "/api/v1/venues/{venue_id:uuid}",
    permission="venue.venues.delete",
    module="venue",
    summary="Remove a venue",
    raises=[StillInUse],
)
async def remove_venue(caller: Caller, venue_id: UUID) -> None:
    """Remove a venue that nothing refers to."""
    require_whole_house(caller.access.space_ids)
    await caller.remove(service.remove_venue, venue_id)


@get("/api/v1/spaces", permission="venue.spaces.read", module="venue", summary="List the spaces")
async def list_spaces(
    caller: Caller,
    window: Window,
    venue_id: VenueId = None,
    parent_space_id: ParentSpaceId = None,
    is_active: IsActive = None,
) -> Page[SpaceView]:
    """List the spaces that the caller sees, of one venue or of all."""
    return await caller.read_page(
        queries.list_spaces,
        window=window,
        view=SpaceView,
        venue_id=venue_id,
        parent_space_id=parent_space_id,
        is_active=is_active,
        scope=caller.access.space_ids,
    )


@post(
    "/api/v1/spaces",
    permission="venue.spaces.create",
    module="venue",
    summary="Add a space",
    raises=[AlreadyExists],
)
async def create_space(caller: Caller, data: NewSpace) -> Response[SpaceView]:
    """Add a space to a venue; with a parent it is a part of a divisible one."""
    return await caller.create(
        spaces.create_space,
        data,
        view=SpaceView,
        at="/api/v1/spaces",
        scope=caller.access.space_ids,
    )


@get(
    "/api/v1/spaces/{space_id:uuid}",
    permission="venue.spaces.read",
    module="venue",
    summary="Read a space",
)
async def read_space(caller: Caller, space_id: UUID) -> Response[SpaceView]:
    """Read one space."""
    return await caller.read(
        queries.get_space, space_id, view=SpaceView, scope=caller.access.space_ids
    )


@patch(
    "/api/v1/spaces/{space_id:uuid}",
    permission="venue.spaces.update",
    module="venue",
    summary="Change a space",
    raises=[AlreadyExists, StillInUse],
)
async def update_space(
    caller: Caller, space_id: UUID, data: SpaceChanges, expected_version: ExpectedVersion
) -> Response[SpaceView]:
    """Change what is given. A space whose time is claimed is not moved to another parent."""
    return await caller.change(
        spaces.update_space,
        space_id,
        expected_version,
        data,
        view=SpaceView,
        scope=caller.access.space_ids,
    )


@delete(
    "/api/v1/spaces/{space_id:uuid}",
    permission="venue.spaces.delete",
    module="venue",
    summary="Remove a space",
    raises=[StillInUse],
)
async def remove_space(caller: Caller, space_id: UUID) -> None:
    """Remove a space that nothing refers to; otherwise switch it off instead."""
    await caller.remove(spaces.remove_space, space_id, scope=caller.access.space_ids)


handlers = [
    list_venues,
    create_venue,
    read_venue,
    update_venue,
    remove_venue,
    list_spaces,
    create_space,
    read_space,
    update_space,
    remove_space,
    *ways.handlers,
]
