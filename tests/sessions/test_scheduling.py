"""Sessions take what they need, once; series repeat, change and end."""
# ruff: noqa: DTZ001 (wall times have no zone: that is the point)

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from houseful.calendar import SpaceTaken
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import IllegalTransition, Invalid
from houseful.sessions.catalogue import scheduling, service
from houseful.sessions.catalogue.changing import change_sessions
from houseful.sessions.catalogue.models import Session, SessionSeries
from houseful.sessions.catalogue.queries import SlotFilter, sessions_between
from houseful.sessions.catalogue.schemas import NewInstructor, NewResource, SessionChanges
from houseful.sessions.problems import AlreadyInUse, BookedSessionsAffected, CapacityInUse
from tests.builders.accounts import House
from tests.builders.calendar import at, overlapping_claims
from tests.builders.events import an_event
from tests.builders.hire import a_booking as a_hire
from tests.builders.sessions import a_booking, a_customer, a_series, a_session, an_activity
from tests.builders.venues import a_space

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2031, 5, 5, 18, 30)
WEEKLY = "FREQ=WEEKLY;BYDAY=MO"


async def sessions_of(uow: UnitOfWork, series_id: UUID) -> list[Session]:
    """The sessions of a series, in its order."""
    return list(
        await uow.all(
            select(Session)
            .where(Session.series_id == series_id)
            .order_by(Session.recurrence_local)
            .execution_options(populate_existing=True)
        )
    )


def walls(sessions: list[Session]) -> list[datetime]:
    """When they begin, as the clock on the wall says it."""
    return [
        one.starts_at.astimezone(ZoneInfo(one.timezone)).replace(tzinfo=None) for one in sessions
    ]


def at_monday(clock: TravelClock) -> None:
    """Let it be the morning of the Monday that the series begin on."""
    clock.freeze((MONDAY - timedelta(hours=10)).replace(tzinfo=BERLIN))


async def test_a_session_cannot_be_where_a_show_is_and_says_which(
    database: Database, house: House
) -> None:
    async def collide(uow: UnitOfWork) -> None:
        space = await a_space(uow)
        event = await an_event(uow, venue_id=space.venue_id, space_ids=[space.id])
        await a_session(uow, space_id=space.id, starts_at=event.start_at)

    with pytest.raises(SpaceTaken) as refused:
        await database.run(house.organization_id, collide)
    assert refused.value.fields["conflicts"][0]["label"] == "An Evening of Songs"


async def test_a_show_cannot_be_where_a_session_is_and_says_which(
    database: Database, house: House
) -> None:
    async def collide(uow: UnitOfWork) -> None:
        space = await a_space(uow)
        session = await a_session(uow, space_id=space.id)
        await an_event(
            uow,
            venue_id=space.venue_id,
            space_ids=[space.id],
            start_at=session.starts_at,
            end_at=session.ends_at,
            doors_at=session.starts_at,
        )

    with pytest.raises(SpaceTaken) as refused:
        await database.run(house.organization_id, collide)
    (conflict,) = refused.value.fields["conflicts"]
    assert (conflict["source"], conflict["label"]) == ("session", "Morning Yoga")


async def test_a_session_cannot_be_where_a_hire_is_and_says_which(
    database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(at(9))

    async def collide(uow: UnitOfWork) -> None:
        space = await a_space(uow)
        await a_hire(uow, [(space.id, 18, 22)], in_state="confirmed")
        await a_session(uow, space_id=space.id, starts_at=at(21.5))

    with pytest.raises(SpaceTaken) as refused:
        await database.run(house.organization_id, collide)
    (conflict,) = refused.value.fields["conflicts"]
    assert (conflict["source"], conflict["label"]) == ("hire", "Harvest Ball")


async def test_a_hire_cannot_be_where_a_session_is_and_says_which(
    database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(at(9))

    async def collide(uow: UnitOfWork) -> None:
        space = await a_space(uow)
        await a_session(uow, space_id=space.id, starts_at=at(21.5))
        await a_hire(uow, [(space.id, 18, 22)], in_state="confirmed")

    with pytest.raises(SpaceTaken) as refused:
        await database.run(house.organization_id, collide)
    (conflict,) = refused.value.fields["conflicts"]
    assert (conflict["source"], conflict["label"]) == ("session", "Morning Yoga")


async def test_an_instructor_leads_one_session_at_a_time(database: Database, house: House) -> None:
    async def twice(uow: UnitOfWork) -> None:
        yoga = await an_activity(uow)
        ana = await service.create_instructor(uow, NewInstructor(name="Ana"))
        await a_session(uow, yoga, in_hours=24, instructor_id=ana.id)
        await a_session(uow, yoga, in_hours=24.5, instructor_id=ana.id)

    with pytest.raises(AlreadyInUse) as refused:
        await database.run(house.organization_id, twice)
    assert refused.value.fields["conflicts"][0]["name"] == "Morning Yoga"
    assert refused.value.fields["conflicts"][0]["kind"] == "instructor"
    assert re.fullmatch(
        r"The instructor has Morning Yoga then: \w{3}, \d+ \w{3} \d{4}, \d\d:\d\d to \d\d:\d\d\.",
        refused.value.detail,
    )


@pytest.mark.parametrize(
    ("table", "subject"), [("session_uses", "used_id"), ("add_on_takings", "add_on_id")]
)
async def test_who_has_it_then_is_looked_up_by_an_index(
    database: Database, house: House, table: str, subject: str
) -> None:
    async def explain(uow: UnitOfWork) -> str:
        await uow.execute("SET LOCAL enable_seqscan = off")
        plan = await uow.execute(
            f"EXPLAIN SELECT * FROM {table} WHERE organization_id = :tenant AND {subject} = :one"
            " AND taken_from < :until AND taken_until > :begins",
            {"tenant": uow.tenant, "one": new_id(), "begins": uow.now, "until": uow.now},
        )
        return "\n".join(plan.scalars())

    plan = await database.run(house.organization_id, explain)

    (condition,) = [line for line in plan.splitlines() if "Index Cond" in line]
    assert f"{table}_taken_idx" in plan
    assert "taken_from" in condition
    assert "taken_until" in condition


async def test_a_resource_is_promised_once_however_many_ask_at_once(
    database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Any, Any, list[Any]]:
        projector = await service.create_resource(uow, NewResource(name="Projector"))
        spaces = [await a_space(uow) for _ in range(8)]
        return await an_activity(uow), projector.id, spaces

    activity, projector, spaces = await database.run(house.organization_id, prepare)
    answers = await asyncio.gather(
        *(
            database.run(
                house.organization_id,
                a_session,
                activity,
                resource_ids=[projector],
                space_id=space.id,
            )
            for space in spaces
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, Session) for answer in answers) == 1
    assert all(isinstance(answer, Session | AlreadyInUse) for answer in answers)


async def test_back_to_back_sessions_are_not_in_each_others_way(
    database: Database, house: House
) -> None:
    async def one_after_another(uow: UnitOfWork) -> int:
        space = await a_space(uow, setup_minutes=30, teardown_minutes=30)
        yoga = await an_activity(uow)
        for hour in range(3):
            await a_session(uow, yoga, space_id=space.id, in_hours=24 + hour)
        return await overlapping_claims(uow)

    assert await database.run(house.organization_id, one_after_another) == 0


async def test_a_series_makes_its_sessions_and_time_makes_more(
    database: Database, house: House, clock: TravelClock
) -> None:
    at_monday(clock)
    series = await database.run(
        house.organization_id,
        a_series,
        MONDAY,
        "FREQ=WEEKLY;BYDAY=MO",
        exdates=["2031-05-12T18:30"],
    )
    before = await database.run(house.organization_id, sessions_of, series.id)
    clock.travel(timedelta(weeks=4))
    await database.run(house.organization_id, scheduling.extend_series, series.id)
    await database.run(house.organization_id, scheduling.extend_series, series.id)
    after = await database.run(house.organization_id, sessions_of, series.id)

    assert walls(before)[:2] == [MONDAY, MONDAY + timedelta(weeks=2)]
    assert len(after) == len(before) + 4
    assert len(set(walls(after))) == len(after)


async def test_a_session_that_cannot_be_is_shown_not_dropped(
    database: Database, house: House, clock: TravelClock
) -> None:
    at_monday(clock)

    async def begin(uow: UnitOfWork) -> tuple[UUID, UUID]:
        space = await a_space(uow)
        series = await a_series(uow, MONDAY, "FREQ=WEEKLY", space_id=space.id)
        last = (await sessions_of(uow, series.id))[-1]
        await a_session(
            uow,
            await an_activity(uow, name="Workshop"),
            space_id=space.id,
            starts_at=last.starts_at + timedelta(weeks=1),
        )
        return series.id, last.id

    series_id, _ = await database.run(house.organization_id, begin)
    clock.travel(timedelta(weeks=2))
    made = await database.run(house.organization_id, scheduling.extend_series, series_id)
    all_of_them = await database.run(house.organization_id, sessions_of, series_id)

    refused = [one for one in all_of_them if one.status == "cancelled"]
    assert len(made) == 1
    assert len(refused) == 1
    assert "is taken" in refused[0].note


async def test_changing_one_leaves_the_others(
    database: Database, house: House, clock: TravelClock
) -> None:
    at_monday(clock)

    async def change(uow: UnitOfWork) -> list[Session]:
        series = await a_series(uow, MONDAY, "FREQ=WEEKLY;COUNT=4")
        second = (await sessions_of(uow, series.id))[1]
        changes = SessionChanges(starts_local="2031-05-12T20:00", capacity=5)
        await change_sessions(uow, second.id, second.version, changes)
        return await sessions_of(uow, series.id)

    sessions = await database.run(house.organization_id, change)

    assert [wall.hour for wall in walls(sessions)] == [18, 20, 18, 18]
    assert [one.capacity for one in sessions] == [12, 5, 12, 12]
    assert [one.is_modified for one in sessions] == [False, True, False, False]


async def test_changing_this_and_the_following_splits_the_series(
    database: Database, house: House, clock: TravelClock
) -> None:
    at_monday(clock)

    async def change(uow: UnitOfWork) -> tuple[list[Session], list[Session], Any]:
        series = await a_series(uow, MONDAY, "FREQ=WEEKLY;BYDAY=MO")
        third = (await sessions_of(uow, series.id))[2]
        changes = SessionChanges(
            scope="following", starts_local="2031-05-20T17:00", duration_minutes=45
        )
        changed = (await change_sessions(uow, third.id, third.version, changes)).session
        assert changed.series_id is not None
        new = await uow.get(SessionSeries, changed.series_id)
        return await sessions_of(uow, series.id), await sessions_of(uow, new.id), new

    old, new, series = await database.run(house.organization_id, change)
    clock.travel(timedelta(weeks=3))
    more = await database.run(house.organization_id, scheduling.extend_series, series.id)

    assert walls(old) == [MONDAY, MONDAY + timedelta(weeks=1)]
    assert {(wall.weekday(), wall.hour) for wall in walls(new)} == {(1, 17)}
    assert {one.ends_at - one.starts_at for one in new} == {timedelta(minutes=45)}
    assert series.rrule == "FREQ=WEEKLY;BYDAY=TU"
    assert {(wall.weekday(), wall.hour) for wall in walls(more)} == {(1, 17)}


async def test_a_daily_series_can_be_moved_by_a_day_through_itself(
    database: Database, house: House, clock: TravelClock
) -> None:
    at_monday(clock)

    async def change(uow: UnitOfWork) -> tuple[list[Session], int]:
        series = await a_series(uow, MONDAY, "FREQ=DAILY;COUNT=10")
        first = (await sessions_of(uow, series.id))[0]
        changes = SessionChanges(scope="all", starts_local="2031-05-06T18:30")
        changed = (await change_sessions(uow, first.id, first.version, changes)).session
        assert changed.series_id is not None
        return await sessions_of(uow, changed.series_id), await overlapping_claims(uow)

    sessions, overlaps = await database.run(house.organization_id, change)

    assert walls(sessions) == [MONDAY + timedelta(days=1 + day) for day in range(10)]
    assert overlaps == 0


async def test_booked_sessions_are_told_before_they_are_moved(
    database: Database, house: House, clock: TravelClock
) -> None:
    at_monday(clock)

    async def change(uow: UnitOfWork, *, is_confirmed: bool) -> Session:
        series = await a_series(uow, MONDAY, "FREQ=WEEKLY;COUNT=4")
        sessions = await sessions_of(uow, series.id)
        for name in ("Ana", "Ben", "Cleo"):
            customer = await a_customer(uow, name)
            await a_booking(uow, sessions[2].id, customer.id)
        changes = SessionChanges(
            scope="all", starts_local="2031-05-05T19:00", is_confirmed=is_confirmed
        )
        first = sessions[0]
        return (await change_sessions(uow, first.id, first.version, changes)).session

    with pytest.raises(BookedSessionsAffected) as refused:
        await database.run(house.organization_id, change, is_confirmed=False)
    changed = await database.run(house.organization_id, change, is_confirmed=True)

    (told,) = refused.value.fields["sessions"]
    assert (told["booked"], told["people"]) == (3, ["Ana", "Ben", "Cleo"])
    assert changed.starts_at.astimezone(BERLIN).hour == 19


async def test_what_is_over_cannot_be_changed(
    database: Database, house: House, clock: TravelClock
) -> None:
    session = await database.run(house.organization_id, a_session, in_hours=1)
    clock.travel(timedelta(hours=2))

    with pytest.raises(IllegalTransition):
        await database.run(
            house.organization_id,
            change_sessions,
            session.id,
            session.version,
            SessionChanges(capacity=3),
        )


async def test_a_rule_that_never_comes_is_refused(
    database: Database, house: House, clock: TravelClock
) -> None:
    at_monday(clock)

    with pytest.raises(Invalid):
        await database.run(
            house.organization_id, a_series, MONDAY, "FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=MO;COUNT=1"
        )


async def test_the_timetable_lists_what_is_wanted(database: Database, house: House) -> None:
    async def list_them(uow: UnitOfWork) -> list[str]:
        yoga, dance = await an_activity(uow), await an_activity(uow, name="Dance")
        await a_session(uow, yoga, in_hours=2)
        await a_session(uow, dance, in_hours=3)
        await a_session(uow, dance, in_hours=400)
        week = SlotFilter(from_at=uow.now, until_at=uow.now + timedelta(days=7))
        found = await sessions_between(uow, week)
        return [one.name for one in found]

    assert await database.run(house.organization_id, list_them) == ["Morning Yoga", "Dance"]


async def test_fewer_places_than_are_taken_are_refused_and_it_says_by_whom(
    database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> tuple[Session, UUID]:
        session = await a_session(uow)
        await a_booking(uow, session.id)
        return session, (await a_booking(uow, session.id)).id

    session, second = await database.run(house.organization_id, make)

    async def shrink(uow: UnitOfWork, places: int) -> Session:
        version = (await uow.get(Session, session.id)).version
        changes = SessionChanges(capacity=places)
        return (await change_sessions(uow, session.id, version, changes)).session

    with pytest.raises(CapacityInUse) as refused:
        await database.run(house.organization_id, shrink, 1)
    told = refused.value.fields["bookings"]
    assert [one["attendeeName"] for one in told] == ["Cleo Customer"] * 2
    assert str(second) in {one["id"] for one in told}
    assert (await database.run(house.organization_id, shrink, 2)).capacity == 2
