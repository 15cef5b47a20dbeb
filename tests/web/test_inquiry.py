"""The inquiry form: a time that the clocks show twice is asked about, and never guessed."""

from datetime import UTC, datetime

from sqlalchemy import select

from houseful.hire.bookings.models import BookingSpace
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.venues import a_space, a_venue
from tests.hire.test_paper_pages import Visitor

INQUIRY = "/playhouse/inquiry"
WHAT = {"title": "A ball", "name": "Nora", "email": "nora@example.org"}


async def _hall(uow: UnitOfWork) -> str:
    venue = await a_venue(uow, timezone="Europe/Berlin")
    return str((await a_space(uow, venue.id)).id)


async def test_of_a_time_that_comes_twice_the_asker_says_which_is_meant(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(datetime(2031, 6, 2, 10, tzinfo=UTC))
    space_id = await database.run(house.organization_id, _hall)
    guest = Visitor(api.guest())
    night = WHAT | {
        "space": space_id,
        "starts_at": "2031-10-25T20:00",
        "ends_at": "2031-10-26T02:30",
    }

    asked = await guest.send(INQUIRY, INQUIRY, **night)
    told = await guest.send(INQUIRY, INQUIRY, **night, **{"fold-ends_at": "1"})
    skipped = await guest.send(INQUIRY, INQUIRY, **(night | {"ends_at": "2032-03-28T02:30"}))

    async def kept(uow: UnitOfWork) -> list[datetime]:
        return list(await uow.all(select(BookingSpace.ends_at)))

    assert (asked.status_code, told.status_code) == (422, 303)
    assert "Which of the two" in asked.text
    assert "there is no such time" in skipped.text
    assert await database.run(house.organization_id, kept) == [
        datetime(2031, 10, 26, 1, 30, tzinfo=UTC)
    ]
