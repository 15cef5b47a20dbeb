"""Reading events and series."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, or_, select

from houseful import venues
from houseful.events.models import Event, EventSeries
from houseful.events.rules import PUBLIC_STATES, UPCOMING_STATES
from houseful.events.schemas import PublicPlace
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.problems import NotFound

UPCOMING_MAX = 200


class ShownEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event with what its venue says about it: what other rooms and all views read."""

    id: UUID
    organization_id: UUID
    name: str
    slug: str
    source_object_id: str | None
    description: str
    start_at: datetime | None
    end_at: datetime | None
    doors_at: datetime | None
    previous_start_at: datetime | None
    status: str
    status_reason: str
    ended_at: datetime | None
    max_capacity: int | None
    settings: dict[str, Any]
    venue_id: UUID | None
    venue_name: str | None
    timezone: str | None
    venue: PublicPlace | None
    space_ids: list[UUID]
    series_id: UUID | None
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def is_public(self) -> bool:
        """Whether the public may see the event's page."""
        return self.status in PUBLIC_STATES


async def get_event(uow: UnitOfWork, event_id: UUID, *, lock: bool = False) -> ShownEvent:
    """Return the event; with `lock`, its row is kept from changing. Raises `NotFound`."""
    return await show_event(uow, await uow.get(Event, event_id, lock=lock))


async def event_of_source(uow: UnitOfWork, source_object_id: str) -> ShownEvent | None:
    """Return the organisation's event that had this id where it was brought in from, if any."""
    event: Event | None = await uow.first(
        select(Event).where(
            Event.organization_id == uow.tenant, Event.source_object_id == source_object_id.lower()
        )
    )
    return await show_event(uow, event) if event is not None else None


async def status_of(uow: UnitOfWork, event_id: UUID) -> str:
    """Return the event's status. Raises `NotFound`."""
    return (await uow.get(Event, event_id)).status


async def statuses_of(uow: UnitOfWork, event_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the statuses of those of the events that there are."""
    rows: Any = await uow.execute(
        select(Event.id, Event.status).where(
            Event.organization_id == uow.tenant, Event.id.in_(event_ids)
        )
    )
    return dict(rows.all())


async def events_by_id(uow: UnitOfWork, event_ids: Collection[UUID]) -> dict[UUID, ShownEvent]:
    """Return those of the events that there are, by id."""
    if not event_ids:
        return {}
    rows = await uow.all(
        select(Event).where(Event.organization_id == uow.tenant, Event.id.in_(event_ids))
    )
    return {event.id: event for event in await show_events(uow, rows)}


async def find_public_event(uow: UnitOfWork, slug: str) -> ShownEvent:
    """Return the event with this slug, if the public may see it. Raises `NotFound`."""
    event = await uow.first(
        select(Event).where(
            Event.organization_id == uow.tenant,
            Event.slug == slug,
            Event.status.in_(PUBLIC_STATES),
        )
    )
    if event is None:
        raise NotFound
    return await show_event(uow, event)


async def public_events(
    uow: UnitOfWork, *, window: Window, series_id: UUID | None = None
) -> tuple[list[ShownEvent], str | None]:
    """Return one page of the events that are to come, or have only been put off."""
    statement = _upcoming(uow)
    if series_id is not None:
        statement = statement.where(Event.series_id == series_id)
    rows, cursor = await fetch_page(uow, statement, Event, window)
    return await show_events(uow, rows), cursor


async def upcoming_events(uow: UnitOfWork, *, limit: int = UPCOMING_MAX) -> list[ShownEvent]:
    """Return what the public may look forward to, the soonest first, the undated last."""
    rows = await uow.all(_upcoming(uow).order_by(Event.start_at, Event.id).limit(limit))
    return await show_events(uow, rows)


async def list_events(
    uow: UnitOfWork,
    *,
    window: Window,
    status: str | None = None,
    venue_id: UUID | None = None,
    series_id: UUID | None = None,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
    name: str | None = None,
) -> tuple[list[ShownEvent], str | None]:
    """Return one page of events, in whatever state; `from_at` and `until_at` bound the start."""
    statement = select(Event).where(Event.organization_id == uow.tenant)
    for column, wanted in (
        (Event.status, status),
        (Event.venue_id, venue_id),
        (Event.series_id, series_id),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if from_at is not None:
        statement = statement.where(Event.start_at >= from_at)
    if until_at is not None:
        statement = statement.where(Event.start_at < until_at)
    if name:
        statement = statement.where(Event.name.icontains(name, autoescape=True))
    rows, cursor = await fetch_page(uow, statement, Event, window)
    return await show_events(uow, rows), cursor


async def get_series(uow: UnitOfWork, series_id: UUID) -> EventSeries:
    """Return the series; raises `NotFound`."""
    return await uow.get(EventSeries, series_id)


async def list_series(uow: UnitOfWork, *, window: Window) -> tuple[list[EventSeries], str | None]:
    """Return one page of series."""
    statement = select(EventSeries).where(EventSeries.organization_id == uow.tenant)
    return await fetch_page(uow, statement, EventSeries, window)


async def show_event(uow: UnitOfWork, event: Event) -> ShownEvent:
    """Return the event with what its venue says about it."""
    return (await show_events(uow, [event]))[0]


async def show_events(uow: UnitOfWork, events: Sequence[Event]) -> list[ShownEvent]:
    """Return the events with what their venues say about them, in one query for all."""
    houses = await venues.venues_by_id(
        uow, {event.venue_id for event in events if event.venue_id is not None}
    )
    return [
        _show(event, houses.get(event.venue_id) if event.venue_id else None) for event in events
    ]


def _upcoming(uow: UnitOfWork) -> Select[Any]:
    return select(Event).where(
        Event.organization_id == uow.tenant,
        Event.status.in_(UPCOMING_STATES),
        or_(Event.end_at.is_(None), Event.end_at > uow.now),
    )


def _show(event: Event, venue: venues.Venue | None) -> ShownEvent:
    derived = {"venue_name", "timezone", "venue"}
    return ShownEvent(
        **{
            name: getattr(event, name)
            for name in ShownEvent.__struct_fields__
            if name not in derived
        },
        venue_name=venue.name if venue else None,
        timezone=venue.timezone if venue else None,
        venue=public_place(venue) if venue else None,
    )


def public_place(venue: venues.Venue) -> PublicPlace:
    """Return where a venue is, as anybody may know."""
    return PublicPlace(
        name=venue.name,
        street_address=", ".join(
            line for line in (venue.address_line1, venue.address_line2) if line
        ),
        postal_code=venue.postal_code,
        city=venue.city,
        region=venue.region,
        country_iso2=venue.country_iso2,
    )
