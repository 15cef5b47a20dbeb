"""Use cases of an event's life: publish, postpone, cancel, begin, end, archive."""

from uuid import UUID

from houseful import audit
from houseful.calendar import release_claims
from houseful.events.facts import (
    EventArchived,
    EventCancelled,
    EventEnded,
    EventPostponed,
    EventPublished,
    EventRescheduled,
    EventWentLive,
)
from houseful.events.models import Event
from houseful.events.rules import LIFE, check_times
from houseful.events.schedule import claim_spaces
from houseful.events.schemas import Cancellation, Postponement
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope


async def publish_event(uow: UnitOfWork, event_id: UUID, *, scope: SpaceScope = None) -> Event:
    """Let the public know, and claim the spaces firmly.

    Raises `NotReadyToPublish`, `SpaceTaken`, `IllegalTransition`, and `Invalid` for a start that is
    past.
    """
    event = await uow.get(Event, event_id, lock=True)
    status = LIFE.next(event.status, "publish")
    check_times(event.start_at, event.end_at, event.doors_at, now=uow.now)
    await claim_spaces(uow, event, scope=scope)
    event.published_at = uow.now
    await _enter(uow, event, status, "published")
    assert event.venue_id is not None
    await uow.announce(EventPublished(subject_id=event.id, venue_id=event.venue_id))
    return event


async def postpone_event(
    uow: UnitOfWork, event_id: UUID, data: Postponement, *, scope: SpaceScope = None
) -> Event:
    """Put the event off: to new times, which its claims move to, or until further notice.

    Raises `SpaceTaken`, `IllegalTransition`, and `Invalid` for times that cannot be.
    """
    event = await uow.get(Event, event_id, lock=True)
    check_times(data.start_at, data.end_at, data.doors_at, now=uow.now)
    if data.start_at is None:
        return await _postpone_until_further_notice(uow, event, data.reason)
    status = LIFE.next(event.status, "reschedule")
    previous = event.start_at or event.previous_start_at
    event.previous_start_at = previous
    event.start_at = data.start_at
    event.end_at = data.end_at
    event.doors_at = data.doors_at
    event.status_reason = data.reason
    await _enter(uow, event, status, "rescheduled")
    await claim_spaces(uow, event, scope=scope)
    await uow.announce(
        EventRescheduled(subject_id=event.id, previous_start_at=previous, start_at=data.start_at)
    )
    return event


async def cancel_event(uow: UnitOfWork, event_id: UUID, data: Cancellation) -> Event:
    """Call the event off and give its spaces back. Raises `IllegalTransition`."""
    event = await uow.get(Event, event_id, lock=True)
    status = LIFE.next(event.status, "cancel")
    await release_claims(uow, "event", event_id)
    event.status_reason = data.reason
    await _enter(uow, event, status, "cancelled")
    await uow.announce(EventCancelled(subject_id=event.id))
    return event


async def start_event(uow: UnitOfWork, event_id: UUID) -> Event:
    """Say that the event has begun. Raises `IllegalTransition`."""
    event = await uow.get(Event, event_id, lock=True)
    await _enter(uow, event, LIFE.next(event.status, "start"), "started")
    await uow.announce(EventWentLive(subject_id=event.id))
    return event


async def end_event(uow: UnitOfWork, event_id: UUID) -> Event:
    """Say that the event is over. What is left of its time stays claimed, for the tear-down.

    Raises `IllegalTransition`.
    """
    event = await uow.get(Event, event_id, lock=True)
    event.ended_at = uow.now
    await _enter(uow, event, LIFE.next(event.status, "end"), "ended")
    await uow.announce(EventEnded(subject_id=event.id))
    return event


async def archive_event(uow: UnitOfWork, event_id: UUID) -> Event:
    """Put an event away that is over or called off. Raises `IllegalTransition`."""
    event = await uow.get(Event, event_id, lock=True)
    await _enter(uow, event, LIFE.next(event.status, "archive"), "archived")
    await uow.announce(EventArchived(subject_id=event.id))
    return event


async def _postpone_until_further_notice(uow: UnitOfWork, event: Event, reason: str) -> Event:
    status = LIFE.next(event.status, "postpone")
    await release_claims(uow, "event", event.id)
    event.previous_start_at = event.start_at
    event.start_at = event.end_at = event.doors_at = None
    event.status_reason = reason
    await _enter(uow, event, status, "postponed")
    await uow.announce(
        EventPostponed(subject_id=event.id, previous_start_at=event.previous_start_at)
    )
    return event


async def _enter(uow: UnitOfWork, event: Event, status: str, act: str) -> None:
    event.status = status
    await audit.record(uow, f"events.event.{act}", event, sentence=f"{act} the event")
    await uow.flush()
