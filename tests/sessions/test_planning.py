"""The dates of a series are looked at before it is announced: days off, and what is in the way."""
# ruff: noqa: DTZ001 (wall times have no zone: that is the point)

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.sessions.catalogue import service
from houseful.sessions.catalogue.models import Session
from houseful.sessions.catalogue.planning import PlannedSession, plan_series
from houseful.sessions.catalogue.scheduling import create_series
from houseful.sessions.catalogue.schemas import DaysOff, NewInstructor, NewResource, NewSeries
from houseful.venues import Space
from tests.builders.accounts import House
from tests.builders.events import an_event
from tests.builders.sessions import a_session, an_activity
from tests.builders.venues import a_space
from tests.sessions.test_scheduling import sessions_of, walls

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2031, 9, 1, 18, 30)
TERM = "FREQ=WEEKLY;BYDAY=MO;UNTIL=20311222"
AUTUMN = DaysOff(from_date=date(2031, 10, 6), until_date=date(2031, 10, 18))


@pytest.fixture(autouse=True)
def at_monday(clock: TravelClock) -> None:
    """Let it be the morning of the first Monday."""
    clock.freeze((MONDAY - timedelta(hours=10)).replace(tzinfo=BERLIN))


async def a_term(uow: UnitOfWork, **fields: Any) -> NewSeries:
    """Say what is wanted: a class on the Mondays of a term, in a new space."""
    activity = await an_activity(uow)
    given: dict[str, Any] = {
        "activity_id": activity.id,
        "space_id": (await a_space(uow)).id,
        "starts_local": MONDAY.isoformat(timespec="minutes"),
        "rrule": TERM,
        "days_off": [AUTUMN],
    }
    return NewSeries(**given | fields)


def left_out(plan: list[PlannedSession]) -> list[date]:
    """The days that are left out."""
    return [one.local.date() for one in plan if one.is_left_out]


async def test_a_term_is_announced_without_its_holidays(database: Database, house: House) -> None:
    async def announce(uow: UnitOfWork) -> tuple[list[PlannedSession], list[datetime], list[str]]:
        data = await a_term(uow, exdates=["2031-09-22T18:30"])
        plan = await plan_series(uow, data)
        series = await create_series(uow, data)
        return plan, walls(await sessions_of(uow, series.id)), series.exdates

    plan, made, exdates = await database.run(house.organization_id, announce)

    assert len(plan) == 17
    assert left_out(plan) == [date(2031, 9, 22), date(2031, 10, 6), date(2031, 10, 13)]
    assert plan[-1].local == datetime(2031, 12, 22, 18, 30)
    assert plan[7].starts_at < plan[8].starts_at - timedelta(days=7)  # the clocks go back between
    assert exdates == ["2031-09-22T18:30:00", "2031-10-06T18:30:00", "2031-10-13T18:30:00"]
    assert datetime(2031, 9, 29, 18, 30) in made
    assert not {one.date() for one in made} & set(left_out(plan))


async def test_each_date_says_what_is_in_its_way_and_nothing_is_taken(
    database: Database, house: House
) -> None:
    async def look(uow: UnitOfWork) -> tuple[list[PlannedSession], int]:
        ana = await service.create_instructor(uow, NewInstructor(name="Ana"))
        piano = await service.create_resource(uow, NewResource(name="Piano"))
        data = await a_term(uow, instructor_id=ana.id, resource_ids=[piano.id])
        await _a_show_in(uow, data.space_id, datetime(2031, 9, 8, 18))
        other = await an_activity(uow, name="Pilates")
        for day, needs in (
            (15, {"instructor_id": ana.id}),
            (29, {"resource_ids": [piano.id]}),
        ):
            starts = datetime(2031, 9, day, 19, tzinfo=BERLIN)
            await a_session(uow, other, starts_at=starts, **needs)
        plan = await plan_series(uow, data)
        how_many = await uow.first(select(func.count()).select_from(Session))
        return plan, how_many or 0

    plan, how_many = await database.run(house.organization_id, look)
    blocked = {one.local.day: one.obstacles for one in plan if one.obstacles}

    assert {day: [(each.kind, each.name) for each in found] for day, found in blocked.items()} == {
        8: [("space", "An Evening of Songs")],
        15: [("instructor", "Pilates")],
        29: [("resource", "Pilates")],
    }
    assert how_many == 2


async def test_who_is_limited_to_other_spaces_learns_when_and_not_what(
    database: Database, house: House
) -> None:
    async def look(uow: UnitOfWork) -> list[PlannedSession]:
        hall = await a_space(uow, name="Hall")
        studio = await a_space(uow, name="Studio", parent_space_id=hall.id, venue_id=hall.venue_id)
        data = await a_term(uow, space_id=studio.id)
        await _a_show_in(uow, hall.id, datetime(2031, 9, 8, 18))
        return await plan_series(uow, data, scope=frozenset({studio.id}))

    plan = await database.run(house.organization_id, look)
    (obstacle,) = plan[1].obstacles

    assert (obstacle.kind, obstacle.name) == ("space", "")


@pytest.mark.parametrize(
    ("days_off", "pointer"),
    [
        (DaysOff(from_date=date(2031, 10, 6), until_date=date(2031, 10, 5)), "/daysOff"),
        (DaysOff(from_date=date(2031, 10, 6), until_date=date(9999, 12, 31)), "/daysOff"),
    ],
)
async def test_days_off_that_cannot_be_are_told(
    database: Database, house: House, days_off: DaysOff, pointer: str
) -> None:
    async def announce(uow: UnitOfWork) -> None:
        await create_series(uow, await a_term(uow, days_off=[days_off]))

    with pytest.raises(Invalid) as refused:
        await database.run(house.organization_id, announce)
    assert refused.value.fields["errors"][0]["pointer"] == pointer


async def test_a_rule_without_an_end_is_looked_at_for_three_months(
    database: Database, house: House
) -> None:
    async def look(uow: UnitOfWork) -> list[PlannedSession]:
        return await plan_series(uow, await a_term(uow, rrule="FREQ=WEEKLY", days_off=[]))

    plan = await database.run(house.organization_id, look)

    assert len(plan) == 14
    assert plan[-1].local.date() == date(2031, 12, 1)


async def _a_show_in(uow: UnitOfWork, space_id: UUID, starts: datetime) -> None:
    space = await uow.get(Space, space_id)
    at = starts.replace(tzinfo=BERLIN)
    await an_event(
        uow,
        venue_id=space.venue_id,
        space_ids=[space_id],
        start_at=at,
        end_at=at + timedelta(hours=2),
        doors_at=None,
    )
