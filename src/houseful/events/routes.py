"""Events and series over HTTP, for who puts them on; the public's side is in `client.py`."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import StillInUse
from houseful.calendar import SpaceNotInUse, SpaceTaken
from houseful.events import client, internal, life, queries, series, service
from houseful.events.models import Event
from houseful.events.problems import NotReadyToPublish, ScheduleFixed, SlugTaken, SourceIdTaken
from houseful.events.queries import ShownEvent
from houseful.events.schemas import (
    Cancellation,
    EventChanges,
    EventView,
    NewEvent,
    NewSeries,
    Postponement,
    SeriesChanges,
    SeriesView,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, ExpectedVersion, Page, delete, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.instants import query_instant
from houseful.kernel.problems import IllegalTransition

VenueId = Annotated[UUID | None, QueryParameter(name="venueId")]
SeriesId = Annotated[UUID | None, QueryParameter(name="seriesId")]
Status = Annotated[
    str | None,
    QueryParameter(pattern="^(draft|published|live|ended|postponed|cancelled|archived)$"),
]
NamePart = Annotated[str | None, QueryParameter(max_length=200, description="Part of the name.")]
PerhapsFrom = Annotated[datetime | None, QueryParameter(name="fromAt", description="Starts from.")]
PerhapsUntil = Annotated[datetime | None, QueryParameter(name="toAt", description="Starts before.")]


def shown(use_case: Callable[..., Awaitable[Event]]) -> Callable[..., Awaitable[ShownEvent]]:
    """Let a use case answer with the event as it is shown."""

    async def act(uow: UnitOfWork, *args: Any, **kwargs: Any) -> ShownEvent:
        event = await use_case(uow, *args, **kwargs)
        await uow.flush()
        return await queries.show_event(uow, event)

    return act


@get(
    "/api/v1/promoter/events",
    permission="promoter.events.read",
    module="promoter",
    summary="List the events",
)
async def list_events(
    caller: Caller,
    window: Window,
    status: Status = None,
    venue_id: VenueId = None,
    series_id: SeriesId = None,
    starts_from: PerhapsFrom = None,
    starts_before: PerhapsUntil = None,
    name: NamePart = None,
) -> Page[EventView]:
    """List the organisation's events, in whatever state."""
    return await caller.read_page(
        queries.list_events,
        window=window,
        view=EventView,
        status=status,
        venue_id=venue_id,
        series_id=series_id,
        from_at=query_instant("fromAt", starts_from) if starts_from else None,
        until_at=query_instant("toAt", starts_before) if starts_before else None,
        name=name,
    )


@post(
    "/api/v1/promoter/events",
    permission="promoter.events.create",
    module="promoter",
    summary="Draft an event",
    raises=[SlugTaken, SourceIdTaken],
)
async def create_event(caller: Caller, data: NewEvent) -> Response[EventView]:
    """Draft an event; what is still open can be left out.

    One that is brought in from another system keeps its id of there as `sourceObjectId`.
    """
    return await caller.create(
        shown(service.create_event), data, view=EventView, at="/api/v1/promoter/events"
    )


@get(
    "/api/v1/promoter/events/{event_id:uuid}",
    permission="promoter.events.read",
    module="promoter",
    summary="Read an event",
)
async def read_event(caller: Caller, event_id: UUID) -> Response[EventView]:
    """Read one event; its ETag is what a change must name."""
    return await caller.read(queries.get_event, event_id, view=EventView)


@patch(
    "/api/v1/promoter/events/{event_id:uuid}",
    permission="promoter.events.update",
    module="promoter",
    summary="Change an event",
    raises=[SlugTaken, ScheduleFixed, SpaceTaken, SpaceNotInUse, IllegalTransition],
)
async def update_event(
    caller: Caller, event_id: UUID, data: EventChanges, expected_version: ExpectedVersion
) -> Response[EventView]:
    """Change what is given. A published event is moved to another start by postponing it."""
    return await caller.change(
        shown(service.update_event),
        event_id,
        expected_version,
        data,
        view=EventView,
        scope=caller.access.space_ids,
    )


@delete(
    "/api/v1/promoter/events/{event_id:uuid}",
    permission="promoter.events.delete",
    module="promoter",
    summary="Remove a draft",
    raises=[IllegalTransition, StillInUse],
)
async def remove_event(caller: Caller, event_id: UUID) -> None:
    """Remove a draft; what the public has seen is cancelled or archived instead."""
    await caller.remove(service.remove_event, event_id)


@post(
    "/api/v1/promoter/events/{event_id:uuid}/publish",
    status=200,
    permission="promoter.events.publish",
    module="promoter",
    summary="Publish an event",
    raises=[IllegalTransition, NotReadyToPublish, SpaceTaken, SpaceNotInUse],
)
async def publish_event(caller: Caller, event_id: UUID) -> Response[EventView]:
    """Let the public know of the event, and claim its spaces, from doors to end."""
    return await caller.change(
        shown(life.publish_event), event_id, view=EventView, scope=caller.access.space_ids
    )


@post(
    "/api/v1/promoter/events/{event_id:uuid}/postpone",
    status=200,
    permission="promoter.events.postpone",
    module="promoter",
    summary="Postpone an event",
    raises=[IllegalTransition, NotReadyToPublish, SpaceTaken, SpaceNotInUse],
)
async def postpone_event(caller: Caller, event_id: UUID, data: Postponement) -> Response[EventView]:
    """Put the event off: to new times, or until further notice when none are given."""
    return await caller.change(
        shown(life.postpone_event), event_id, data, view=EventView, scope=caller.access.space_ids
    )


@post(
    "/api/v1/promoter/events/{event_id:uuid}/cancel",
    status=200,
    permission="promoter.events.cancel",
    module="promoter",
    summary="Cancel an event",
    raises=[IllegalTransition],
)
async def cancel_event(caller: Caller, event_id: UUID, data: Cancellation) -> Response[EventView]:
    """Call the event off, and give its spaces back."""
    return await caller.change(shown(life.cancel_event), event_id, data, view=EventView)


@post(
    "/api/v1/promoter/events/{event_id:uuid}/go-live",
    status=200,
    permission="promoter.events.update",
    module="promoter",
    summary="Begin an event",
    raises=[IllegalTransition],
)
async def start_event(caller: Caller, event_id: UUID) -> Response[EventView]:
    """Say that the event has begun; it does so by itself at its start."""
    return await caller.change(shown(life.start_event), event_id, view=EventView)


@post(
    "/api/v1/promoter/events/{event_id:uuid}/end",
    status=200,
    permission="promoter.events.update",
    module="promoter",
    summary="End an event",
    raises=[IllegalTransition],
)
async def end_event(caller: Caller, event_id: UUID) -> Response[EventView]:
    """Say that the event is over; it ends by itself at its end."""
    return await caller.change(shown(life.end_event), event_id, view=EventView)


@post(
    "/api/v1/promoter/events/{event_id:uuid}/archive",
    status=200,
    permission="promoter.events.archive",
    module="promoter",
    summary="Archive an event",
    raises=[IllegalTransition],
)
async def archive_event(caller: Caller, event_id: UUID) -> Response[EventView]:
    """Put away an event that is over or called off."""
    return await caller.change(shown(life.archive_event), event_id, view=EventView)


@get(
    "/api/v1/promoter/series",
    permission="promoter.series.read",
    module="promoter",
    summary="List the series",
)
async def list_series(caller: Caller, window: Window) -> Page[SeriesView]:
    """List the organisation's series."""
    return await caller.read_page(queries.list_series, window=window, view=SeriesView)


@post(
    "/api/v1/promoter/series",
    permission="promoter.series.create",
    module="promoter",
    summary="Create a series",
    raises=[SlugTaken],
)
async def create_series(caller: Caller, data: NewSeries) -> Response[SeriesView]:
    """Create a series; events join it by their `seriesId`."""
    return await caller.create(
        series.create_series, data, view=SeriesView, at="/api/v1/promoter/series"
    )


@get(
    "/api/v1/promoter/series/{series_id:uuid}",
    permission="promoter.series.read",
    module="promoter",
    summary="Read a series",
)
async def read_series(caller: Caller, series_id: UUID) -> Response[SeriesView]:
    """Read one series."""
    return await caller.read(queries.get_series, series_id, view=SeriesView)


@patch(
    "/api/v1/promoter/series/{series_id:uuid}",
    permission="promoter.series.update",
    module="promoter",
    summary="Change a series",
    raises=[SlugTaken],
)
async def update_series(
    caller: Caller, series_id: UUID, data: SeriesChanges, expected_version: ExpectedVersion
) -> Response[SeriesView]:
    """Change what is given; the rest stays."""
    return await caller.change(
        series.update_series, series_id, expected_version, data, view=SeriesView
    )


@delete(
    "/api/v1/promoter/series/{series_id:uuid}",
    permission="promoter.series.delete",
    module="promoter",
    summary="Remove a series",
    raises=[StillInUse],
)
async def remove_series(caller: Caller, series_id: UUID) -> None:
    """Remove a series without events."""
    await caller.remove(series.remove_series, series_id)


handlers = [
    list_events,
    create_event,
    read_event,
    update_event,
    remove_event,
    publish_event,
    postpone_event,
    cancel_event,
    start_event,
    end_event,
    archive_event,
    list_series,
    create_series,
    read_series,
    update_series,
    remove_series,
    *client.handlers,
    *internal.handlers,
]
