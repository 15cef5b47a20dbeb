"""The shows, owned by who puts them on: from draft to archive.

Publishing an event claims its spaces. Other rooms read a `ShownEvent` and hear the facts.
"""

from houseful.events.announced import AnnouncedEvent, announced_event, is_object_id
from houseful.events.facts import (
    EventArchived,
    EventCancelled,
    EventEnded,
    EventPostponed,
    EventPublished,
    EventRescheduled,
    EventUpdated,
    EventWentLive,
)
from houseful.events.life import (
    archive_event,
    cancel_event,
    end_event,
    postpone_event,
    publish_event,
    start_event,
)
from houseful.events.models import Event
from houseful.events.queries import (
    ShownEvent,
    event_of_source,
    events_by_id,
    find_public_event,
    get_event,
    list_events,
    list_series,
    public_events,
    public_place,
    status_of,
    statuses_of,
    upcoming_events,
)
from houseful.events.schemas import (
    Cancellation,
    EventChanges,
    NewEvent,
    NewSeries,
    Postponement,
    PublicPlace,
)
from houseful.events.series import create_series
from houseful.events.service import create_event, remove_event, update_event
from houseful.events.structured_data import Offer, event_json_ld

__all__ = [
    "AnnouncedEvent",
    "Cancellation",
    "Event",
    "EventArchived",
    "EventCancelled",
    "EventChanges",
    "EventEnded",
    "EventPostponed",
    "EventPublished",
    "EventRescheduled",
    "EventUpdated",
    "EventWentLive",
    "NewEvent",
    "NewSeries",
    "Offer",
    "Postponement",
    "PublicPlace",
    "ShownEvent",
    "announced_event",
    "archive_event",
    "cancel_event",
    "create_event",
    "create_series",
    "end_event",
    "event_json_ld",
    "event_of_source",
    "events_by_id",
    "find_public_event",
    "get_event",
    "is_object_id",
    "list_events",
    "list_series",
    "postpone_event",
    "public_events",
    "public_place",
    "publish_event",
    "remove_event",
    "start_event",
    "status_of",
    "statuses_of",
    "upcoming_events",
    "update_event",
]
