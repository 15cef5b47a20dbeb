"""What other services ask of events: the canonical ones, by id, whosever they are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response

from houseful.events import queries
from houseful.events.announced import announced_event
from houseful.events.problems import SourceIdAmbiguous
from houseful.kernel.database import Database
from houseful.kernel.http import View, get
from houseful.kernel.problems import NotFound


class InternalEventView(View):
    """An event as another service knows it."""

    id: UUID
    source_object_id: str | None
    organization_id: UUID
    name: str
    slug: str
    status: str
    start_at: datetime | None
    end_at: datetime | None
    doors_at: datetime | None
    venue_id: UUID | None
    venue_name: str | None
    timezone: str | None
    updated_at: datetime
    version: int


@get(
    "/internal/events/{event_id:str}",
    internal=True,
    summary="Read an event, for another service",
    raises=[SourceIdAmbiguous],
)
async def read_internal_event(
    request: Request[Any, Any, Any], event_id: str
) -> Response[InternalEventView]:
    """Read an event of whichever organisation, by its id or the object id that it had before.

    A draft is nobody else's business.
    """
    database: Database = request.app.state.database
    found = await database.run(None, announced_event, event_id)
    if found is None:
        raise NotFound("There is no event of this id.")
    event = await database.run(found.organization_id, queries.get_event, found.id)
    return Response(
        InternalEventView(
            **{name: getattr(event, name) for name in InternalEventView.__struct_fields__}
        )
    )


handlers = [read_internal_event]
