"""Series go on, are changed and called off as a whole, and one's fault is nobody else's."""
# ruff: noqa: DTZ001 (wall times have no zone: that is the point)

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.sessions import subscribers
from houseful.sessions.bookings.cancelling import call_off_sessions
from houseful.sessions.catalogue import scheduling
from houseful.sessions.catalogue.changing import change_sessions
from houseful.sessions.catalogue.models import Session, SessionSeries
from houseful.sessions.catalogue.schemas import SessionCancellation, SessionChanges
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.recurrence import occurrences
from tests.api import Api
from tests.builders.accounts import House, a_house
from tests.builders.sessions import a_booking, a_customer, a_pass, a_series, an_activity
from tests.builders.venues import a_space, a_venue
from tests.sessions.test_scheduling import MONDAY, at_monday, sessions_of, walls

WEEKLY = "FREQ=WEEKLY;BYDAY=MO"


@pytest.fixture(autouse=True)
def monday(clock: TravelClock) -> None:
    """It is the morning of the Monday that the series begin on."""
    at_monday(clock)


async def change(uow: UnitOfWork, session: Session, **changes: Any) -> Any:
    """Change a session as it is now, with others of its series."""
    now = await uow.get(Session, session.id)
    return await change_sessions(uow, now.id, now.version, SessionChanges(**changes))


def test_a_rule_without_an_end_goes_on_for_ever() -> None:
    since = datetime(2045, 3, 1, tzinfo=UTC)
    found = occurrences(
        "FREQ=DAILY",
        datetime(2027, 1, 1, 9),
        "Europe/Berlin",
        since=since,
        until=since + timedelta(days=30),
    )

    assert len(found) == 30
    assert found[0].local == datetime(2045, 3, 1, 9)


async def test_a_daily_series_goes_on_after_years_and_can_be_split_then(
    database: Database, house: House, clock: TravelClock
) -> None:
    series = await database.run(house.organization_id, a_series, MONDAY, "FREQ=DAILY")
    for _ in range(8):
        clock.travel(timedelta(days=80))
        made = await database.run(house.organization_id, scheduling.extend_series, series.id)

    assert len(made) == 80
    changed = await database.run(
        house.organization_id, change, made[40], scope="following", capacity=3
    )
    later = await database.run(house.organization_id, sessions_of, changed.session.series_id)
    assert {one.capacity for one in later} == {3}


async def test_what_is_counted_is_counted_on_after_years(
    database: Database, house: House, clock: TravelClock
) -> None:
    series = await database.run(house.organization_id, a_series, MONDAY, "FREQ=DAILY;COUNT=700")
    for _ in range(6):
        clock.travel(timedelta(days=80))
        made = await database.run(house.organization_id, scheduling.extend_series, series.id)

    async def rule(uow: UnitOfWork) -> str:
        changed = await change(uow, made[0], scope="following", capacity=3)
        return (await uow.get(SessionSeries, changed.session.series_id)).rrule

    before = (made[0].starts_at.date() - MONDAY.date()).days
    assert before > 400
    assert await database.run(house.organization_id, rule) == f"FREQ=DAILY;COUNT={700 - before}"


async def test_one_series_fault_keeps_nothing_else_from_being_tended(
    database: Database, house: House, clock: TravelClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await a_house(database, "second-house")
    houses = (house.organization_id, other.organization_id)
    broken = await database.run(houses[0], a_series, MONDAY, WEEKLY)
    sound = [await database.run(each, another_series) for each in houses]
    extend = scheduling.extend_series

    async def fail_for_one(uow: UnitOfWork, series_id: UUID) -> list[Session]:
        if series_id == broken.id:
            raise RuntimeError
        return await extend(uow, series_id)

    monkeypatch.setattr(subscribers, "extend_series", fail_for_one)
    ended = await database.run(houses[0], a_pass_that_ends)
    clock.travel(timedelta(weeks=4))
    await subscribers.tend_series_and_funds(database)

    for house_id, series in zip(houses, sound, strict=True):
        now = await database.run(house_id, UnitOfWork.get, SessionSeries, series.id)
        assert now.materialised_until > series.materialised_until
    after = await database.run(houses[0], UnitOfWork.get, CustomerPass, ended.id)
    assert after.status == "expired"


async def another_series(uow: UnitOfWork) -> SessionSeries:
    """A series of an activity with a name of its own."""
    dance = await an_activity(uow, name="Dance")
    return await a_series(uow, MONDAY, WEEKLY, activity_id=dance.id)


async def a_pass_that_ends(uow: UnitOfWork) -> Any:
    """A pass that somebody has, and that ends in a week."""
    held = await a_pass(uow, (await a_customer(uow)).id)
    held.status, held.starts_at, held.expires_at = "active", uow.now, uow.now + timedelta(days=7)
    await uow.flush()
    return held


async def test_a_change_from_the_last_one_made_on_is_followed_by_those_made_later(
    database: Database, house: House, clock: TravelClock
) -> None:
    async def change_last(uow: UnitOfWork) -> Session:
        series = await a_series(uow, MONDAY, WEEKLY)
        last = (await sessions_of(uow, series.id))[-1]
        return (await change(uow, last, scope="following", capacity=5)).session

    last = await database.run(house.organization_id, change_last)
    clock.travel(timedelta(weeks=3))
    assert last.series_id is not None
    later = await database.run(house.organization_id, scheduling.extend_series, last.series_id)

    assert [one.capacity for one in later] == [5, 5, 5]
    assert not last.is_modified


async def test_what_was_changed_alone_keeps_that_and_follows_in_all_else(
    database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Any, list[Session]]:
        series = await a_series(uow, MONDAY, "FREQ=WEEKLY;COUNT=5")
        first, second, third, *_ = await sessions_of(uow, series.id)
        await change(uow, second, note="Bring a towel.")
        await change(uow, third, starts_local="2031-05-19T20:00", capacity=5)
        changed = await change(
            uow, first, scope="all", starts_local="2031-05-05T17:00", duration_minutes=45, price=900
        )
        return changed, await sessions_of(uow, changed.session.series_id)

    changed, sessions = await database.run(house.organization_id, prepare)

    assert [wall.hour for wall in walls(sessions)] == [17, 17, 20, 17, 17]
    assert {one.ends_at - one.starts_at for one in sessions} == {timedelta(minutes=45)}
    assert {one.price for one in sessions} == {900}
    assert [one.capacity for one in sessions] == [12, 12, 5, 12, 12]
    assert sessions[1].note == "Bring a towel."
    assert changed.kept_own == 1
    assert [one.is_modified for one in sessions] == [False, True, True, False, False]


async def test_calling_off_takes_those_along_that_were_changed_alone(
    database: Database, house: House
) -> None:
    async def call_off(uow: UnitOfWork) -> list[Session]:
        series = await a_series(uow, MONDAY, WEEKLY)
        first, second, *_ = await sessions_of(uow, series.id)
        await change(uow, second, note="Bring a towel.")
        await a_booking(uow, second.id)
        data = SessionCancellation(scope="all", is_confirmed=True, reason="The roof leaks.")
        await call_off_sessions(uow, first.id, first.version, data)
        return await sessions_of(uow, series.id)

    sessions = await database.run(house.organization_id, call_off)

    assert {(one.status, one.taken) for one in sessions} == {("cancelled", 0)}


async def test_a_series_that_moves_to_another_zone_goes_on_in_its_time(
    database: Database, house: House, clock: TravelClock
) -> None:
    async def move(uow: UnitOfWork) -> SessionSeries:
        series = await a_series(uow, MONDAY, WEEKLY)
        third = (await sessions_of(uow, series.id))[2]
        lisbon = await a_space(uow, (await a_venue(uow, timezone="Europe/Lisbon")).id)
        changed = await change(uow, third, scope="following", space_id=lisbon.id)
        return await uow.get(SessionSeries, changed.session.series_id)

    series = await database.run(house.organization_id, move)
    clock.travel(timedelta(weeks=3))
    later = await database.run(house.organization_id, scheduling.extend_series, series.id)

    assert series.timezone == "Europe/Lisbon"
    assert {one.timezone for one in later} == {"Europe/Lisbon"}
    assert {(wall.hour, wall.minute) for wall in walls(later)} == {(18, 30)}


async def test_a_series_is_moved_over_a_clock_gap_from_the_time_that_it_has(
    database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(datetime(2031, 3, 25, 8, tzinfo=UTC))

    async def move(uow: UnitOfWork, to: str) -> list[Session]:
        yoga = await an_activity(uow, name=f"Yoga at {to}")
        start = datetime(2031, 3, 28, 2, 30)
        series = await a_series(uow, start, "FREQ=DAILY;COUNT=4", activity_id=yoga.id)
        first = (await sessions_of(uow, series.id))[0]
        changed = await change(uow, first, scope="all", starts_local=f"2031-03-28T{to}")
        return await sessions_of(uow, changed.session.series_id)

    out = await database.run(house.organization_id, move, "04:30")
    within = await database.run(house.organization_id, move, "02:15")

    assert [f"{wall:%H:%M}" for wall in walls(out)] == ["04:30"] * 4
    assert {one.note for one in out} == {""}
    assert [f"{wall:%H:%M}" for wall in walls(within)] == ["02:15", "02:15", "03:15", "02:15"]
    assert [one.note for one in within] == ["", "", "The clocks skip 02:15 that day.", ""]


async def test_the_answer_says_how_many_keep_their_own(
    api: Api, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> Session:
        series = await a_series(uow, MONDAY, "FREQ=WEEKLY;COUNT=4")
        first, second, *_ = await sessions_of(uow, series.id)
        await change(uow, second, price=700)
        return first

    first = await database.run(house.organization_id, prepare)
    owner = await api.as_("owner")
    answer = await owner.patch(
        f"/api/v1/sessions/{first.id}",
        json={"scope": "all", "price": 900},
        headers={"If-Match": f'"{first.version}"'},
    )

    assert (answer.status_code, answer.json()["keptOwn"]) == (200, 1)
