"""What pages about sessions say: from when people are checked in, what is next, what it costs."""

from datetime import UTC, datetime

import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.short_codes import short_code
from houseful.sessions import (
    NewExtra,
    Session,
    booking_token,
    create_extra,
    key_of,
    list_passes,
)
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.sessions import a_booking, a_customer, a_pass, a_session, an_activity
from tests.builders.ticketing import SECRET
from tests.hire.test_paper_pages import OFFICE, Visitor

MONDAY_NOON = datetime(2031, 6, 2, 10, tzinfo=UTC)
SHOP = "/playhouse"


@pytest.fixture
async def admin(api: Api, house: House, clock: TravelClock) -> Visitor:
    """An admin at the pages, on a Monday at noon."""
    clock.freeze(MONDAY_NOON)
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    return visitor


async def test_a_sheet_says_from_when_people_can_be_checked_in(
    admin: Visitor, database: Database, house: House, clock: TravelClock
) -> None:
    async def make(uow: UnitOfWork) -> Session:
        session = await a_session(uow)
        await a_booking(uow, session.id)
        return session

    session = await database.run(house.organization_id, make)
    sheet = f"{OFFICE}/sessions/{session.id}"
    before = await admin.read(sheet)
    clock.freeze(datetime(2031, 6, 5, 9, tzinfo=UTC))
    open_now = await admin.read(sheet)

    assert "People can be checked in from Thu, 5 Jun 2031, 10:30 on." in " ".join(before.split())
    assert "/check-in" not in before
    assert "1 booking is given back in full" in before
    assert "can be checked in from" not in open_now
    assert "/check-in" in open_now


async def test_a_week_without_more_leads_to_the_next_session(
    admin: Visitor, database: Database, house: House
) -> None:
    assert "Next:" not in await admin.read(f"{OFFICE}/sessions")
    await database.run(house.organization_id, a_session, in_hours=24 * 8)
    nothing_left = await admin.read(f"{OFFICE}/sessions")
    week_after = await admin.read(f"{OFFICE}/sessions?week=2031-06-09")

    async def make_one_tomorrow(uow: UnitOfWork) -> None:
        await a_session(uow, await an_activity(uow, name="Pilates"), in_hours=24)

    await database.run(house.organization_id, make_one_tomorrow)
    more_to_come = await admin.read(f"{OFFICE}/sessions")

    assert f'Next: <a href="{OFFICE}/sessions?week=2031-06-10&by=space">' in nothing_left
    assert "Next:" not in week_after
    assert "Next:" not in more_to_come


async def test_an_empty_week_says_which_it_is(admin: Visitor) -> None:
    page = await admin.read(f"{OFFICE}/sessions?week=2031-06-09")

    assert "Nothing is planned for the week from 9 June 2031." in page


async def test_a_pass_that_is_paid_is_ready_in_the_office_too(
    admin: Visitor, database: Database, house: House
) -> None:
    async def sell(uow: UnitOfWork) -> str:
        customer = await a_customer(uow)
        await a_pass(uow, customer.id)
        return str(customer.id)

    customer_id = await database.run(house.organization_id, sell)
    for page in ("passes", f"session-customers/{customer_id}"):
        text = await admin.read(f"{OFFICE}/{page}")
        assert 'data-status="ready">ready<' in text
        assert ">pending<" not in text


async def test_what_a_guest_pays_is_said_beside_the_price(
    admin: Visitor, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> None:
        await a_session(uow, await an_activity(uow, price=1400, drop_in_price=1600), in_hours=24)

    await database.run(house.organization_id, make)
    for path in (SHOP, f"{SHOP}/timetable"):
        page = await admin.read(path)
        assert "€14.00" in page
        assert "without an account €16.00" in page


async def test_a_booking_has_its_code_as_text(
    admin: Visitor, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> str:
        booking = await a_booking(uow, (await a_session(uow)).id)
        path = f"{SHOP}/sessions/bookings/{booking.id}?token="
        return path + booking_token(key_of(SECRET), booking.id) + "#" + short_code(booking.id)

    path, _, code = (await database.run(house.organization_id, make)).partition("#")

    assert code in await admin.read(path)


async def test_a_pass_is_offered_on_all_its_terms(
    admin: Visitor, database: Database, house: House
) -> None:
    activity = await database.run(house.organization_id, an_activity)
    mat = await database.run(house.organization_id, create_extra, NewExtra(name="Mat", price=200))
    page = f"{OFFICE}/passes"
    terms = {
        "name": "Mornings",
        "price": "80",
        "description": "Ten mornings",
        "sessions_limit": "10",
        "validity_days": "90",
        "activity_ids": str(activity.id),
        "extra_ids": str(mat.id),
        "weekdays": ["1", "3"],
        "from_time": "06:00",
        "until_time": "12:00",
        "daily_cap": "1",
        "weekly_cap": "3",
        "freeze_days_max": "14",
        "tax": "19",
        "is_shared": "yes",
        "cancel_refund_policy": "proportional",
    }
    backwards = await admin.send(page, page, **terms | {"until_time": "05:00"})
    offered = await admin.send(page, page, **terms)
    found, _ = await database.run(house.organization_id, list_passes, window=Window(limit=5))
    listed = " ".join((await admin.read(page)).split())

    assert "The end must be after the start." in backwards.text
    assert '<details class="fold wide" open>' in backwards.text
    for kept in ('value="Mornings"', 'value="06:00"', f'value="{activity.id}" checked'):
        assert kept in backwards.text
    assert backwards.text.count('name="weekdays" value="1" checked') == 1
    assert offered.status_code == 303
    (one,) = found
    assert (one.price, one.tax_basis_points, one.sessions_limit, one.validity_days) == (
        8000,
        1900,
        10,
        90,
    )
    assert (one.activity_ids, one.weekdays) == ([str(activity.id)], [1, 3])
    assert one.extra_ids == [str(mat.id)]
    assert (one.from_time, one.until_time) == ("06:00", "12:00")
    assert (one.daily_cap, one.weekly_cap, one.freeze_days_max) == (1, 3, 14)
    assert (one.is_shared, one.cancel_refund_policy) == (True, "proportional")
    assert "Morning Yoga; on Tuesday, Thursday; from 06:00; before 12:00; with Mat" in listed


async def test_a_pass_is_sold_no_longer_and_again(
    admin: Visitor, database: Database, house: House
) -> None:
    page = f"{OFFICE}/passes"
    await admin.send(page, page, name="Ten", price="100")
    (one,), _ = await database.run(house.organization_id, list_passes, window=Window(limit=5))
    await admin.send(page, f"{page}/offered/{one.id}/turn")
    stopped = await admin.read(page)
    await admin.send(page, f"{page}/offered/{one.id}/turn")

    assert "(not on sale)" in stopped
    assert "(not on sale)" not in await admin.read(page)
