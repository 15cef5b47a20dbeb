"""An event's page says what has become of it."""

from datetime import timedelta
from typing import Any

from houseful import events
from houseful.events.models import Event
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.ticketing import a_show
from tests.hire.test_paper_pages import Visitor


async def test_who_looks_reads_that_it_was_moved_and_why_and_that_it_was_cancelled(
    api: Api, database: Database, house: House
) -> None:
    show = await database.run(house.organization_id, a_show)

    async def read(uow: UnitOfWork) -> Event:
        return await uow.get(Event, show.event_id)

    async def move(uow: UnitOfWork) -> Any:
        event = await read(uow)
        assert event.start_at is not None
        assert event.end_at is not None
        later = timedelta(days=3)
        data = events.Postponement(
            reason="The singer is hoarse.",
            start_at=event.start_at + later,
            end_at=event.end_at + later,
        )
        return await events.postpone_event(uow, event.id, data)

    async def cancel(uow: UnitOfWork) -> Any:
        data = events.Cancellation(reason="The singer is ill.")
        return await events.cancel_event(uow, show.event_id, data)

    slug = (await database.run(house.organization_id, read)).slug
    guest = Visitor(api.guest())
    before = await guest.read(f"/playhouse/{slug}")
    await database.run(house.organization_id, move)
    moved = await guest.read(f"/playhouse/{slug}")
    await database.run(house.organization_id, cancel)
    cancelled = await guest.read(f"/playhouse/{slug}")

    assert "another time" not in before
    assert "moved to another time. The singer is hoarse." in moved
    assert "has been cancelled. The singer is ill." in cancelled
    assert "No tickets are sold any more." in cancelled
    assert "not on sale yet" not in cancelled
