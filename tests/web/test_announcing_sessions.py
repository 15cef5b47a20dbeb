"""Announcing and changing sessions in the office, with a look at the dates first."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.sessions import (
    NewInstructor,
    NewResource,
    Session,
    create_instructor,
    create_resource,
)
from houseful.sessions.catalogue.changing import change_sessions
from houseful.sessions.catalogue.models import SessionSeries
from houseful.sessions.catalogue.schemas import SessionChanges
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.sessions import a_series, a_session, an_activity
from tests.builders.venues import a_space
from tests.hire.test_paper_pages import OFFICE, Visitor

MONDAY_NOON = datetime(2031, 6, 2, 10, tzinfo=UTC)
PAGE = f"{OFFICE}/sessions/announce"


@pytest.fixture
async def admin(api: Api, house: House, clock: TravelClock) -> Visitor:
    """An admin at the pages, on a Monday at noon."""
    clock.freeze(MONDAY_NOON)
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    return visitor


async def a_wish(uow: UnitOfWork, **fields: Any) -> dict[str, Any]:
    """What the form says: Mondays until the middle of July, a week of them off."""
    activity = await an_activity(uow)
    space = await a_space(uow)
    return {
        "activity_id": str(activity.id),
        "space_id": str(space.id),
        "starts_local": "2031-06-09T18:30",
        "every": "WEEKLY",
        "days": ["MO"],
        "until": "2031-07-14",
        "off_from_0": "2031-06-20",
        "off_until_0": "2031-06-29",
        "act": "look",
    } | fields


async def days_made(uow: UnitOfWork) -> list[str]:
    """The days on which there are sessions in the first series."""
    found = await uow.all(
        select(Session).where(Session.series_id.is_not(None)).order_by(Session.starts_at)
    )
    return [one.starts_at.date().isoformat() for one in found]


async def test_a_term_is_looked_at_cleared_and_announced(
    admin: Visitor, database: Database, house: House
) -> None:
    tenant = house.organization_id
    wish = await database.run(tenant, a_wish)

    async def be_in_the_way(uow: UnitOfWork) -> None:
        pilates = await an_activity(uow, name="Pilates")
        starts = datetime(2031, 6, 30, 16, tzinfo=UTC)
        await a_session(uow, pilates, space_id=UUID(wish["space_id"]), starts_at=starts)

    await database.run(tenant, be_in_the_way)
    looked = (await admin.send(PAGE, PAGE, **wish)).text
    refused = (await admin.send(PAGE, PAGE, **wish | {"act": "announce"})).text
    cleared = (await admin.send(PAGE, PAGE, **wish | {"act": "free"})).text
    nothing_yet = await database.run(tenant, days_made)
    wish |= {"act": "announce", "skip": ["2031-06-30T18:30:00"]}
    announced = await admin.send(PAGE, PAGE, **wish)

    assert "5 dates, 1 left out, <strong>1 taken</strong>" in " ".join(looked.split())
    assert "a day off" in looked
    assert "Pilates" in looked
    assert "Nothing is announced yet: 1 date is taken." in refused
    assert 'value="2031-06-30T18:30:00" checked' in cleared
    assert 'value="MO" checked' in cleared
    assert nothing_yet == []
    assert announced.status_code == 303
    assert await database.run(tenant, days_made) == [
        "2031-06-09",
        "2031-06-16",
        "2031-07-07",
        "2031-07-14",
    ]


async def test_one_session_is_announced_otherwise_than_its_activity_has_it(
    admin: Visitor, database: Database, house: House
) -> None:
    wish = await database.run(house.organization_id, a_wish)
    wish |= {"every": "", "days": [], "until": "", "act": "announce"}
    wish |= {"capacity": "7", "price": "9,50", "note": "Bring a mat"}
    announced = await admin.send(PAGE, PAGE, **wish)

    async def read(uow: UnitOfWork) -> Session:
        return (await uow.all(select(Session)))[0]

    made = await database.run(house.organization_id, read)
    assert announced.status_code == 303
    assert made.starts_at == datetime(2031, 6, 9, 16, 30, tzinfo=UTC)
    assert (made.series_id, made.capacity, made.price, made.note) == (None, 7, 950, "Bring a mat")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"starts_local": ""}, "Please give date and time."),
        ({"off_until_0": "2031-06-01"}, "The last day is before the first."),
        ({"until": "soon"}, "Please give a day."),
        ({"rule": "FREQ=SOMETIMES"}, "Give a rule such as FREQ=WEEKLY;BYDAY=MO,WE."),
        ({"price": "dear"}, "Please give an amount, such as 12.50."),
        ({"activity_id": ""}, "Please choose one."),
    ],
)
async def test_what_is_wrong_is_told_and_what_was_typed_stays(
    admin: Visitor, database: Database, house: House, wrong: dict[str, str], told: str
) -> None:
    wish = await database.run(house.organization_id, a_wish)
    answer = (await admin.send(PAGE, PAGE, **wish | wrong)).text

    assert told in answer
    assert 'value="2031-06-20"' in answer
    assert 'value="MO" checked' in answer
    assert 'id="dates"' not in answer


async def test_resources_and_instructor_change_for_this_and_the_following(
    admin: Visitor, database: Database, house: House
) -> None:
    tenant = house.organization_id

    async def make(uow: UnitOfWork) -> tuple[list[Session], str, str]:
        ana = await create_instructor(uow, NewInstructor(name="Ana"))
        piano = await create_resource(uow, NewResource(name="Piano"))
        starts = MONDAY_NOON + timedelta(days=7)
        series = await a_series(uow, starts, "FREQ=WEEKLY;COUNT=3")
        return await _sessions(uow, series.id), str(ana.id), str(piano.id)

    sessions, ana, piano = await database.run(tenant, make)
    page = f"{OFFICE}/sessions/{sessions[1].id}/change"
    shown = await admin.read(page)
    wish: dict[str, Any] = {
        "version": str(sessions[1].version),
        "scope": "following",
        "starts": shown.split('name="starts" required value="')[1].split('"')[0],
        "minutes": "60",
        "space": str(sessions[1].space_id),
        "instructor": ana,
        "needs": "shown",
        "resource": [piano],
        "places": "12",
        "price": "15.00",
        "drop_in_price": "18",
        "note": "",
    }
    changed = await admin.send(page, page, **wish)

    async def read(uow: UnitOfWork) -> list[tuple[str, list[Any], int | None]]:
        every = await uow.all(select(Session).order_by(Session.starts_at))
        return [(str(one.instructor_id), one.resource_ids, one.drop_in_price) for one in every]

    async def series_now(uow: UnitOfWork) -> list[Any]:
        found = await uow.all(select(SessionSeries).where(SessionSeries.ended_at.is_(None)))
        return [(str(one.instructor_id), one.resource_ids) for one in found]

    assert changed.status_code == 303, changed.text
    assert await database.run(tenant, read) == [
        ("None", [], None),
        (ana, [piano], 1800),
        (ana, [piano], 1800),
    ]
    assert await database.run(tenant, series_now) == [(ana, [piano])]
    after = await admin.read(page)
    assert f'value="{piano}" checked' in after


async def test_the_page_says_how_many_keep_what_was_changed_of_them_alone(
    admin: Visitor, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> list[Session]:
        series = await a_series(uow, MONDAY_NOON + timedelta(days=7), "FREQ=WEEKLY;COUNT=3")
        sessions = await _sessions(uow, series.id)
        alone = sessions[1]
        await change_sessions(uow, alone.id, alone.version, SessionChanges(price=700))
        return sessions

    first, *_ = await database.run(house.organization_id, make)
    page = f"{OFFICE}/sessions/{first.id}/change"
    wish = {"version": str(first.version), "scope": "all", "price": "9.00"}
    changed = await admin.send(page, page, **wish)

    told = await admin.read(changed.headers["location"])
    assert "1 of the others keep what was changed of them alone." in told


async def _sessions(uow: UnitOfWork, series_id: UUID) -> list[Session]:
    return list(
        await uow.all(
            select(Session).where(Session.series_id == series_id).order_by(Session.starts_at)
        )
    )
