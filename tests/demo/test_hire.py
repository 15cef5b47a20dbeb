"""The demo's season has bookings in every state, ranked holds, and a challenge."""

from houseful import hire
from houseful.demo.hire import book_season
from houseful.demo.house import build_house
from houseful.kernel.database import Database
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.ids import new_id
from tests.builders.calendar import overlapping_claims


async def test_the_season_has_every_state_and_nothing_twice(database: Database) -> None:
    tenant = new_id()
    spaces = await database.run(tenant, build_house)
    await database.run(tenant, book_season, spaces)

    async with database.unit_of_work(tenant) as uow:
        bookings, _ = await hire.list_bookings(
            uow, window=Window(limit=LIMIT_MAX), matching=hire.BookingFilter()
        )
        doubled = await overlapping_claims(uow)

    assert {each.status for each in bookings} == {
        "inquiry",
        "hold",
        "offered",
        "contracted",
        "confirmed",
        "completed",
        "closed",
        "released",
        "lost",
        "cancelled",
    }
    assert {each.rank for each in bookings if each.status == "hold"} >= {1, 2, 3}
    assert len([each for each in bookings if each.series_id]) >= 4
    assert doubled == 0
