"""Use cases of events: drafting them, and changing what they say."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from houseful import audit, venues
from houseful.calendar import relabel_claims, release_claims
from houseful.events.facts import EventUpdated
from houseful.events.models import Event, EventSeries, EventSpace
from houseful.events.problems import ScheduleFixed, SlugTaken, SourceIdTaken
from houseful.events.queries import event_of_source
from houseful.events.rules import (
    CLAIMING_STATES,
    EDITABLE_STATES,
    LIFE,
    RESERVED_SLUGS,
    check_slug,
    check_times,
    free_slug,
    slug_of,
)
from houseful.events.schedule import claim_spaces
from houseful.events.schemas import EventChanges, NewEvent
from houseful.kernel.database import UnitOfWork, constraint_of
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.kernel.states import IllegalAct
from houseful.venues import SpaceScope

SLUG_CONSTRAINT = "events_organization_id_slug_key"
SOURCE_CONSTRAINT = "events_organization_id_source_object_id_key"
FIXED_ONCE_PUBLISHED = frozenset({"start_at", "venue_id"})
MOVES_CLAIMS = frozenset({"end_at", "doors_at", "space_ids"})


async def create_event(uow: UnitOfWork, data: NewEvent) -> Event:
    """Draft an event, perhaps one that is brought in from elsewhere.

    Raises `SlugTaken`, `SourceIdTaken`, `NotFound` (venue, space, series) and `Invalid`.
    """
    check_times(data.start_at, data.end_at, data.doors_at, now=uow.now)
    check_slug(data.slug or "")
    await _check_places(uow, data.venue_id, data.space_ids)
    if data.series_id is not None:
        await uow.get(EventSeries, data.series_id)
    event_id = new_id()
    event = Event(
        organization_id=uow.tenant,
        id=event_id,
        name=data.name,
        slug=data.slug or await _slug_for(uow, data.name),
        source_object_id=data.source_object_id,
        description=data.description,
        start_at=data.start_at,
        end_at=data.end_at,
        doors_at=data.doors_at,
        max_capacity=data.max_capacity,
        settings=data.settings,
        venue_id=data.venue_id,
        series_id=data.series_id,
        spaces=_space_rows(uow.tenant, event_id, data.space_ids),
    )
    try:
        return await audit.add_row(uow, event, "events.event.created")
    except audit.AlreadyExists as error:
        if constraint_of(error) == SOURCE_CONSTRAINT:
            assert data.source_object_id is not None
            raise await _brought_in(uow, data.source_object_id) from error
        raise SlugTaken(slug=event.slug) from error


async def _brought_in(uow: UnitOfWork, source_object_id: str) -> SourceIdTaken:
    found = await event_of_source(uow, source_object_id)
    return SourceIdTaken(eventId=str(found.id) if found is not None else None)


async def update_event(
    uow: UnitOfWork,
    event_id: UUID,
    expected_version: int,
    changes: EventChanges,
    *,
    scope: SpaceScope = None,
) -> Event:
    """Change what is given; a published event's claims follow its doors, end and spaces.

    Raises `VersionMismatch`, `SlugTaken`, `SpaceTaken`, `ScheduleFixed` (a published event gets
    another start by postponing it), `IllegalTransition` once it is over, and `Invalid`.
    """
    event = await uow.get_version(Event, event_id, expected_version)
    if event.status not in EDITABLE_STATES:
        raise IllegalAct(LIFE.thing, event.status, "update")
    given = _given(changes)
    _refuse_fixed(event, given)
    check_slug(given.get("slug", ""))
    await _check_changed_places(uow, event, given)
    try:
        async with uow.savepoint():
            _apply(event, given)
            check_times(event.start_at, event.end_at, event.doors_at)
            if event.status == "draft" and "start_at" in given:
                check_times(event.start_at, event.end_at, event.doors_at, now=uow.now)
            await audit.record(uow, "events.event.updated", event)
    except IntegrityError as error:
        if constraint_of(error) == SLUG_CONSTRAINT:
            raise SlugTaken(slug=given.get("slug")) from error
        raise
    if event.status in CLAIMING_STATES and MOVES_CLAIMS & given.keys():
        await claim_spaces(uow, event, scope=scope)
    if "name" in given:
        await relabel_claims(uow, "event", event.id, event.name)
    if event.status != "draft":
        await uow.announce(EventUpdated(subject_id=event.id))
    return event


async def remove_event(uow: UnitOfWork, event_id: UUID) -> None:
    """Remove a draft; whatever the public has seen is cancelled or archived instead."""
    event = await uow.get(Event, event_id, lock=True)
    if event.status != "draft":
        raise IllegalAct(LIFE.thing, event.status, "remove")
    await release_claims(uow, "event", event_id)
    await audit.remove_row(uow, Event, event_id, "events.event.removed")


def _given(changes: EventChanges) -> dict[str, Any]:
    return {
        name: value
        for name in changes.__struct_fields__
        if (value := getattr(changes, name)) is not UNSET
    }


def _refuse_fixed(event: Event, given: dict[str, Any]) -> None:
    if event.status == "draft":
        return
    for name in FIXED_ONCE_PUBLISHED & given.keys():
        if given[name] != getattr(event, name):
            raise ScheduleFixed


def _apply(event: Event, given: dict[str, Any]) -> None:
    for name, value in given.items():
        if name == "space_ids":
            _replace_spaces(event, value)
        else:
            setattr(event, name, value)


def _replace_spaces(event: Event, space_ids: Sequence[UUID]) -> None:
    """Keep the rows that stay, so that nothing is deleted and inserted under the same key."""
    rows = {row.space_id: row for row in event.spaces}
    for row in _space_rows(event.organization_id, event.id, space_ids):
        kept = rows.setdefault(row.space_id, row)
        kept.position = row.position
    event.spaces = [rows[space_id] for space_id in space_ids]
    flag_modified(event, "status")  # the version must change with the spaces


def _space_rows(
    organization_id: UUID, event_id: UUID, space_ids: Sequence[UUID]
) -> list[EventSpace]:
    return [
        EventSpace(
            organization_id=organization_id,
            event_id=event_id,
            space_id=space_id,
            position=position,
        )
        for position, space_id in enumerate(space_ids)
    ]


async def _check_changed_places(uow: UnitOfWork, event: Event, given: dict[str, Any]) -> None:
    if {"venue_id", "space_ids"} & given.keys():
        await _check_places(
            uow, given.get("venue_id", event.venue_id), given.get("space_ids", event.space_ids)
        )
    if event.status in CLAIMING_STATES and given.get("space_ids") == []:
        raise Invalid.at("/spaceIds", "A published event is in one space at least.")
    if given.get("series_id") is not None:
        await uow.get(EventSeries, given["series_id"])


async def _check_places(uow: UnitOfWork, venue_id: UUID | None, space_ids: Sequence[UUID]) -> None:
    if len(set(space_ids)) != len(space_ids):
        raise Invalid.at("/spaceIds", "Name each space once.")
    if venue_id is None:
        if space_ids:
            raise Invalid.at("/venueId", "Name the venue of the spaces.")
        return
    await venues.get_venue(uow, venue_id)
    known = await venues.spaces_by_id(uow, space_ids)
    for place, space_id in enumerate(space_ids):
        if space_id not in known:
            await venues.get_space(uow, space_id)
        if known[space_id].venue_id != venue_id:
            raise Invalid.at(f"/spaceIds/{place}", "That space is in another venue.")


async def _slug_for(uow: UnitOfWork, name: str) -> str:
    wanted = slug_of(name)
    taken = await uow.all(
        select(Event.slug).where(
            Event.organization_id == uow.tenant,
            Event.slug.startswith(wanted, autoescape=True),
        )
    )
    return free_slug(wanted, {*taken, *RESERVED_SLUGS})
