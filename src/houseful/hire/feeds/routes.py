"""Calendar feeds over HTTP: for staff who make them, and for whoever has the address."""

import hashlib
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import QueryParameter

from houseful.hire.feeds import service
from houseful.hire.feeds.schemas import FeedView, NewFeed
from houseful.hire.feeds.service import FEEDS
from houseful.kernel.http import Caller, Page, delete, get, post
from houseful.kernel.http.listing import Window
from houseful.kernel.instants import query_instant

MINE = "/api/v1/calendar-feeds"
CALENDAR = "text/calendar"
SpaceId = Annotated[UUID, QueryParameter(name="spaceId")]
From = Annotated[datetime, QueryParameter(name="fromAt", description="RFC 3339 with an offset.")]
Until = Annotated[datetime, QueryParameter(name="toAt", description="RFC 3339 with an offset.")]


@get(MINE, permission="venue.feeds.read", module="venue", summary="List the calendar feeds")
async def list_calendar_feeds(caller: Caller, window: Window) -> Page[FeedView]:
    """List the feeds; their addresses were told when they were made."""
    return await caller.read_page(
        service.list_feeds, window=window, view=FeedView, scope=caller.access.space_ids
    )


@post(MINE, permission="venue.feeds.create", module="venue", summary="Make a calendar feed")
async def create_calendar_feed(caller: Caller, data: NewFeed) -> Response[FeedView]:
    """Make a feed with a secret address, which is told this once."""
    return await caller.create(
        service.create_feed,
        data,
        caller.request.app.state.settings.base_url,
        view=FeedView,
        at=MINE,
        scope=caller.access.space_ids,
    )


@get(
    MINE + "/{feed_id:uuid}",
    permission="venue.feeds.read",
    module="venue",
    summary="Read a calendar feed's settings",
)
async def read_calendar_feed(caller: Caller, feed_id: UUID) -> Response[FeedView]:
    """Read what a feed is of, and how much it tells."""
    return await caller.read(
        service.get_feed, feed_id, view=FeedView, scope=caller.access.space_ids
    )


@delete(
    MINE + "/{feed_id:uuid}",
    permission="venue.feeds.delete",
    module="venue",
    summary="Revoke a calendar feed",
)
async def revoke_calendar_feed(caller: Caller, feed_id: UUID) -> None:
    """Let its address lead nowhere from now on."""
    await caller.remove(service.revoke_feed, feed_id, scope=caller.access.space_ids)


@get(
    "/api/v1/free-busy",
    permission="venue.availability.read",
    module="venue",
    summary="Read when a space is busy",
    media_type=CALENDAR,
)
async def read_free_busy(
    caller: Caller, space_id: SpaceId, starts_after: From, ends_before: Until
) -> Response[str]:
    """Read when a space is busy, as VFREEBUSY of RFC 5545, with nothing of why."""
    text = await caller.run(
        service.free_busy,
        space_id,
        query_instant("fromAt", starts_after),
        query_instant("toAt", ends_before),
        scope=caller.access.space_ids,
    )
    return Response(text, media_type=CALENDAR)


@get(
    FEEDS + "/{feed_token:str}",
    summary="Read a calendar feed",
    media_type=CALENDAR,
)
async def read_feed(feed_token: str, request: Request[Any, Any, Any]) -> Response[str]:
    """Read the calendar behind a secret address; unchanged ones answer 304."""
    text = await service.read_feed(request.app.state.database, feed_token)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, max-age=300"}
    if request.headers.get("if-none-match") == tag:
        return Response("", status_code=304, headers=headers, media_type=CALENDAR)
    return Response(text, media_type=CALENDAR, headers=headers)


handlers = [
    list_calendar_feeds,
    create_calendar_feed,
    read_calendar_feed,
    revoke_calendar_feed,
    read_free_busy,
    read_feed,
]
