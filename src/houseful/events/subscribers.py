"""Events begin and end by themselves when their time has come."""

from typing import Any
from uuid import UUID

from houseful.events.life import end_event, start_event
from houseful.events.models import Event
from houseful.events.rules import LIFE
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore, see_to_each

CHECK_EVERY_SECONDS = 10


@chore(every_seconds=CHECK_EVERY_SECONDS)
async def advance_events(database: Database) -> None:
    """Begin and end what is due, each event in its own transaction."""

    async def advance(due: tuple[UUID, UUID]) -> None:
        organization_id, event_id = due
        await database.run(organization_id, advance_event, event_id)

    await see_to_each(await database.run(None, _due), advance)


async def advance_event(uow: UnitOfWork, event_id: UUID) -> None:
    """Begin the event, or end it, if it is time; harmless twice, and in parallel."""
    event = await uow.get(Event, event_id, lock=True)
    if event.end_at is not None and event.end_at <= uow.now and LIFE.allows(event.status, "end"):
        await end_event(uow, event_id)
    elif (
        event.start_at is not None
        and event.start_at <= uow.now
        and LIFE.allows(event.status, "start")
    ):
        await start_event(uow, event_id)


async def _due(uow: UnitOfWork) -> list[tuple[UUID, UUID]]:
    found: Any = await uow.execute(
        "SELECT organization_id, event_id FROM events_due(:at)", {"at": uow.now}
    )
    return [tuple(row) for row in found]
