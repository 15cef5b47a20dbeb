"""What other services ask of events: the canonical ones, by id, whosever they are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response

from houseful.events import queries
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http import View, get
from houseful.kernel.problems import NotFound


class InternalEventView(View):
    """An event as another service knows it."""

    id: UUID
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
)
async def read_internal_event(
    request: Request[Any, Any, Any], event_id: str
) -> Response[InternalEventView]:
    """Read the event of this id, of whichever organisation; a draft is nobody else's business."""
    try:
        wanted = UUID(event_id)
    except ValueError as error:
        raise NotFound("There is no event of this id.") from error
    database: Database = request.app.state.database
    owner = await database.run(None, _owner_of, wanted)
    if owner is None:
        raise NotFound("There is no event of this id.")
    event = await database.run(owner, queries.get_event, wanted)
    return Response(
        InternalEventView(
            **{name: getattr(event, name) for name in InternalEventView.__struct_fields__}
        )
    )


async def _owner_of(uow: UnitOfWork, event_id: UUID) -> UUID | None:
    found = await uow.execute("SELECT organization_id FROM promoter_event(:id)", {"id": event_id})
    return found.scalar_one_or_none()


handlers = [read_internal_event]
