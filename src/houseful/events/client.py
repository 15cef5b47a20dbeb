"""What the public may read of events; prices and seats are the ticketing room's."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.events import queries
from houseful.events.schemas import PublicEventView
from houseful.kernel.http import Caller, Page, get
from houseful.kernel.http.listing import Window

SeriesId = Annotated[UUID | None, QueryParameter(name="seriesId")]


@get("/api/client/events", public=True, module="promoter", summary="List the events to come")
async def list_public_events(
    caller: Caller, window: Window, series_id: SeriesId = None
) -> Page[PublicEventView]:
    """List the events that are to come, or have only been put off."""
    return await caller.read_page(
        queries.public_events, window=window, view=PublicEventView, series_id=series_id
    )


@get(
    "/api/client/events/{slug:str}", public=True, module="promoter", summary="Read an event's page"
)
async def read_public_event(caller: Caller, slug: str) -> Response[PublicEventView]:
    """Read what the public may know of one event, also when it is over or called off."""
    return await caller.read(queries.find_public_event, slug, view=PublicEventView)


handlers = [list_public_events, read_public_event]
