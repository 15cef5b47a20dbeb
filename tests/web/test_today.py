"""The office's first page: what waits in hire, and what takes place today beside the shows."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.calendar import at
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_contract, a_deposit
from tests.builders.venues import a_space
from tests.hire.test_paper_pages import OFFICE, Visitor


@pytest.fixture
async def admin(api: Api, house: House) -> Visitor:
    """An admin at the pages."""
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    return visitor


async def test_an_empty_house_is_told_how_to_begin(admin: Visitor) -> None:
    page = await admin.read(OFFICE)

    assert "From here to your first sale" in page
    assert "Needs somebody" not in page


async def test_what_waits_in_hire_is_told_with_the_page_where_it_is_seen_to(
    admin: Visitor, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> None:
        await a_booking(uow, in_state="inquiry")
        await a_contract(uow, in_state="approved")
        overdue_since = (uow.now - timedelta(days=3)).date()
        await a_deposit(uow, in_state="invoiced", due_on=overdue_since)

    await database.run(house.organization_id, make)
    page = await admin.read(OFFICE)

    assert f'<a href="{OFFICE}/bookings?status=inquiry">1 inquiry to answer</a>' in page
    assert f'<a href="{OFFICE}/deposits">1 deposit overdue</a>' in page
    assert "to approve" not in page


async def test_what_was_signed_when_its_booking_had_ended_needs_somebody(
    admin: Visitor, database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="released", title="Too late")
        await a_contract(uow, in_state="signed", booking_id=booking.id)
    await Worker(database).drain()

    page = await admin.read(OFFICE)
    story = await admin.read(f"{OFFICE}/bookings/{booking.id}")

    said = "Too late had ended when its contract was signed: please see to it"
    assert f'<a href="{OFFICE}/bookings/{booking.id}">{said}</a>' in page
    assert "<strong>The contract</strong> was signed by all when the booking had ended" in story


async def test_a_firm_hire_of_today_is_on_the_list_and_a_hold_is_not(
    admin: Visitor, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> None:
        now = (uow.now - at(0)) / timedelta(hours=1)
        for title, state in (("Choir", "confirmed"), ("Perhaps", "hold")):
            wish = ((await a_space(uow)).id, now - 1, now + 1)
            await a_booking(uow, [wish], in_state=state, title=title)

    await database.run(house.organization_id, make)
    page = await admin.read(OFFICE)

    assert "Choir" in page
    assert "Perhaps" not in page


async def test_before_six_in_the_morning_it_is_still_the_evening_before(
    api: Api, house: House, clock: TravelClock
) -> None:
    clock.freeze(datetime(2035, 5, 2, 4, tzinfo=ZoneInfo("Europe/Berlin")))
    early = Visitor(api.guest())
    await early.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    before = await early.read(OFFICE)
    clock.travel(timedelta(hours=2))
    after = await early.read(OFFICE)

    assert "Tuesday, 1 May 2035" in before
    assert "Wednesday, 2 May 2035" in after
