"""The till's page: what is asked for is what is held."""

import pytest

from houseful.kernel.database import Database
from tests.builders.accounts import House
from tests.builders.ticketing import Show, a_show
from tests.hire.test_paper_pages import OFFICE, Visitor
from tests.ticketing.test_kept_seats import KEPT
from tests.web.test_order_pages import admin

__all__ = ["admin"]


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, kept=KEPT)


async def test_the_clerk_asks_for_the_best_places_with_a_wheelchair(
    admin: Visitor, show: Show
) -> None:
    till = f"{OFFICE}/box-office/{show.event_id}"

    answer = await admin.send(till, till, best="3", wheelchairs="1")
    page = await admin.read(till)

    assert answer.status_code == 303
    assert [f'name="remove" value="{seat}"' in page for seat in range(3, 8)] == [
        *(False, True, True, True, False)
    ]


@pytest.mark.parametrize(
    ("best", "wheelchairs", "said"),
    [
        ("1", "2", "At most as many as best seats."),
        ("", "1", "At most as many as best seats."),
        ("2", "two", "Please give a whole number."),
    ],
)
async def test_what_cannot_be_is_told_beside_the_field(
    admin: Visitor, show: Show, best: str, wheelchairs: str, said: str
) -> None:
    till = f"{OFFICE}/box-office/{show.event_id}"

    answer = await admin.send(till, till, best=best, wheelchairs=wheelchairs)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'name="wheelchairs" type="text" value="{wheelchairs}"' in answer.text


async def test_money_that_is_too_little_is_refused_and_nothing_is_sold(
    admin: Visitor, show: Show
) -> None:
    till = f"{OFFICE}/box-office/{show.event_id}"
    await admin.send(till, till, best="1")

    answer = await admin.send(till, f"{till}/sell", payment="cash", tendered="0.01")

    assert answer.status_code == 422
    assert "That is less than is due." in answer.text
    assert 'name="remove"' in await admin.read(till)


async def test_nobody_is_asked_where_there_are_no_spaces(
    admin: Visitor, database: Database, house: House
) -> None:
    show = await database.run(house.organization_id, a_show)

    assert "wheelchairs" not in await admin.read(f"{OFFICE}/box-office/{show.event_id}")
