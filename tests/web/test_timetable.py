"""The timetable: what it shows, filtered and week by week; as a calendar; read once for a crowd."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar

from houseful import server
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.settings import Settings
from houseful.sessions import NewInstructor, Session, create_instructor
from houseful.sessions.bookings.cancelling import call_off_sessions
from houseful.sessions.catalogue.schemas import SessionCancellation
from houseful.web import templating
from houseful.web.shop import timetable
from houseful.web.shop.timetable import Timetables
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.sessions import a_booking, a_session, an_activity
from tests.builders.venues import a_space

MONDAY_NOON = datetime(2031, 6, 2, 10, tzinfo=UTC)
PATH = "/playhouse/timetable"


@pytest.fixture(autouse=True)
def read_anew(monkeypatch: pytest.MonkeyPatch, clock: TravelClock) -> None:
    """Monday at noon; nothing is kept for the next to look."""
    clock.freeze(MONDAY_NOON)
    monkeypatch.setattr(timetable, "KEPT_SECONDS", 0.0)


class Programme(dict[str, Any]):
    """Two activities in two spaces; Ana leads one of them."""


async def _a_programme(uow: UnitOfWork) -> Programme:
    yoga = await an_activity(uow, color="#aa3322", level="Everybody")
    dance = await an_activity(uow, name="Dance")
    ana = await create_instructor(uow, NewInstructor(name="Ana"))
    hall, foyer = await a_space(uow, code="HALL"), await a_space(uow, code="FOYER")
    await a_session(uow, yoga, in_hours=5, space_id=hall.id, instructor_id=ana.id)
    await a_session(uow, dance, in_hours=6, space_id=foyer.id)
    await a_session(uow, dance, in_hours=200, space_id=hall.id)
    return Programme(yoga=yoga, dance=dance, ana=ana, hall=hall, foyer=foyer)


async def _names(api: Api, query: str = "") -> list[str]:
    """The sessions that a page lists, in order."""
    answer = await api.guest().get(f"{PATH}{query}")
    assert answer.status_code == 200
    return [
        part.partition("</a>")[0].rpartition(">")[2]
        for part in answer.text.split('class="slot card')[1:]
    ]


@pytest.mark.parametrize(
    ("by", "of", "found"),
    [
        ("activity", "yoga", ["Morning Yoga"]),
        ("activity", "dance", ["Dance"]),
        ("instructor", "ana", ["Morning Yoga"]),
        ("space", "foyer", ["Dance"]),
    ],
)
async def test_one_looks_for_an_activity_a_space_or_an_instructor(
    api: Api, database: Database, house: House, by: str, of: str, found: list[str]
) -> None:
    programme = await database.run(house.organization_id, _a_programme)

    assert await _names(api) == ["Morning Yoga", "Dance"]
    assert await _names(api, f"?{by}={programme[of].id}") == found


async def test_a_choice_is_kept_from_week_to_week(
    api: Api, database: Database, house: House
) -> None:
    programme = await database.run(house.organization_id, _a_programme)
    hall = programme["hall"].id
    page = (await api.guest().get(f"{PATH}?space={hall}")).text

    assert f'<option value="{hall}" selected>' in page
    assert f'href="{PATH}?week=2031-06-09&space={hall}"' in page
    assert await _names(api, f"?week=2031-06-09&space={hall}") == ["Dance"]
    assert await _names(api, f"?week=2031-06-09&activity={programme['yoga'].id}") == []


async def test_what_is_no_id_filters_nothing(api: Api, database: Database, house: House) -> None:
    await database.run(house.organization_id, _a_programme)

    assert await _names(api, "?activity=yoga&space=%00&week=9999-99-99") == [
        "Morning Yoga",
        "Dance",
    ]


async def test_the_page_says_what_is_full_and_what_is_called_off(
    api: Api, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> None:
        full = await a_session(uow, await an_activity(uow, name="Full", capacity=1), in_hours=4)
        await a_booking(uow, full.id)
        off = await a_session(uow, await an_activity(uow, name="Off"), in_hours=5)
        gone = SessionCancellation(reason="Ill", is_confirmed=True)
        await call_off_sessions(uow, off.id, off.version, gone)

    await database.run(house.organization_id, make)
    page = (await api.guest().get(PATH)).text

    assert 'data-status="full">full<' in page
    assert 'data-status="cancelled">called off<' in page


async def test_the_feed_has_what_is_planned_and_what_was_called_off(
    api: Api, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> Session:
        yoga = await an_activity(uow)
        await a_session(uow, yoga, in_hours=24)
        await a_session(uow, yoga, in_hours=24 * 70)
        off = await a_session(uow, await an_activity(uow, name="Dance"), in_hours=30)
        gone = SessionCancellation(reason="Ill", is_confirmed=True)
        return await call_off_sessions(uow, off.id, off.version, gone)

    off = await database.run(house.organization_id, make)
    answer = await api.guest().get(f"{PATH}.ics")
    events = {str(one["SUMMARY"]): one for one in Calendar.from_ical(answer.text).walk("VEVENT")}

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert sorted(events) == ["Dance", "Morning Yoga"]
    assert str(events["Dance"]["STATUS"]) == "CANCELLED"
    assert str(off.id) in str(events["Dance"]["UID"])
    assert events["Morning Yoga"]["DTSTART"].dt == datetime(2031, 6, 3, 10, tzinfo=UTC)


def _guests(api: Api, number: int) -> list[Any]:
    return [api.guest() for _ in range(number)]


async def test_a_crowd_reads_one_copy_and_nothing_of_a_visitor_is_in_it(
    api: Api, database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.run(house.organization_id, _a_programme)
    monkeypatch.setattr(timetable, "KEPT_SECONDS", 60.0)
    readings: list[Any] = []

    async def read(uow: UnitOfWork, asked: Any) -> Any:
        readings.append(asked)
        return await real(uow, asked)

    real = timetable._read  # pyright: ignore[reportPrivateUsage] (to count readings)
    monkeypatch.setattr(timetable, "_read", read)
    visitor = api.guest()
    pages = await asyncio.gather(*(one.get(PATH) for one in [visitor, *_guests(api, 19)]))
    again = await visitor.get(PATH)

    assert len(readings) == 1
    assert {one.status_code for one in pages} == {200}
    assert "set-cookie" in pages[0].headers
    assert again.status_code == 200
    shown = await database.keep(Timetables).get(readings[0])
    assert "csrf" not in shown.days


def test_what_a_crowd_opens_first_is_compiled_before_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "_ahead", [])
    templating.environment.cache_clear()
    server.build_ahead(Settings())
    cache = templating.environment().cache
    assert cache is not None

    assert {key[1] for key in cache} >= set(templating.ASKED_FIRST)
