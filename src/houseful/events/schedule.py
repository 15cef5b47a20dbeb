"""An event's time in its spaces: from the doors until the end, with the spaces' buffers."""

from houseful.calendar import ClaimRequest, move_claims
from houseful.events.models import Event
from houseful.events.problems import NotReadyToPublish
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope


async def claim_spaces(uow: UnitOfWork, event: Event, *, scope: SpaceScope = None) -> None:
    """Claim the event's spaces firmly for its present times, in place of what it had.

    Raises `NotReadyToPublish` without venue, spaces or times, and `SpaceTaken`.
    """
    missing = [
        name
        for name, value in (
            ("venueId", event.venue_id),
            ("spaceIds", event.space_ids),
            ("startAt", event.start_at),
            ("endAt", event.end_at),
        )
        if not value
    ]
    if missing:
        raise NotReadyToPublish("It lacks: " + ", ".join(missing) + ".", missing=missing)
    assert event.start_at is not None
    assert event.end_at is not None
    requests = [
        ClaimRequest(
            space_id=space_id,
            starts_at=event.doors_at or event.start_at,
            ends_at=event.end_at,
            source="event",
            source_id=event.id,
            label=event.name,
        )
        for space_id in event.space_ids
    ]
    await move_claims(uow, "event", event.id, requests, scope=scope)
