"""What events announce."""

from datetime import datetime
from uuid import UUID

from houseful.kernel.outbox import Fact


class EventPublished(Fact):
    """The public may know of the event, and its spaces are claimed."""

    venue_id: UUID


class EventUpdated(Fact):
    """Something about a published event is different."""


class EventRescheduled(Fact):
    """The event has new times."""

    previous_start_at: datetime | None
    start_at: datetime


class EventPostponed(Fact):
    """The event does not take place when it was to, and nobody knows when it will."""

    previous_start_at: datetime | None


class EventCancelled(Fact):
    """The event does not take place."""


class EventWentLive(Fact):
    """The event has begun."""


class EventEnded(Fact):
    """The event is over."""


class EventArchived(Fact):
    """The event is put away."""
