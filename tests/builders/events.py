"""Events for tests, in any state."""

from datetime import timedelta
from typing import Any

from houseful import events
from houseful.kernel.database import UnitOfWork
from tests.builders.venues import a_space

WAYS = {
    "draft": (),
    "published": ("publish",),
    "live": ("publish", "start"),
    "ended": ("publish", "start", "end"),
    "postponed": ("publish", "postpone"),
    "cancelled": ("publish", "cancel"),
    "archived": ("publish", "cancel", "archive"),
}


async def an_event(
    uow: UnitOfWork, *, in_state: str = "published", **fields: Any
) -> events.ShownEvent:
    """Make an event in a month, from 20:00 for three hours, and lead it to a state.

    Without `venue_id` it is in a new space of a new venue.
    """
    if "venue_id" not in fields:
        space = await a_space(uow)
        fields |= {"venue_id": space.venue_id, "space_ids": [space.id]}
    start_at = (uow.now + timedelta(days=30)).replace(hour=18, minute=0, second=0, microsecond=0)
    given = {
        "name": "An Evening of Songs",
        "start_at": start_at,
        "end_at": start_at + timedelta(hours=3),
        "doors_at": start_at - timedelta(hours=1),
    } | fields
    event = await events.create_event(uow, events.NewEvent(**given))
    for act in WAYS[in_state]:
        await _do(uow, event.id, act)
    return await events.get_event(uow, event.id)


async def _do(uow: UnitOfWork, event_id: Any, act: str) -> None:
    if act == "postpone":
        await events.postpone_event(uow, event_id, events.Postponement())
    elif act == "cancel":
        await events.cancel_event(uow, event_id, events.Cancellation())
    else:
        acts = {
            "publish": events.publish_event,
            "start": events.start_event,
            "end": events.end_event,
            "archive": events.archive_event,
        }
        await acts[act](uow, event_id)
