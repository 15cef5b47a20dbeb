"""The timetable: what can be booked, week by week; as a page and as a calendar to subscribe to."""

from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response

from houseful.kernel.copies import Copies
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.identity import GUEST
from houseful.kernel.problems import NotFound
from houseful.sessions import (
    ShownSession,
    SlotFilter,
    list_activities,
    list_instructors,
    sessions_between,
    sessions_ics,
)
from houseful.venues import active_spaces
from houseful.web.guards import Shop
from houseful.web.pages import show
from houseful.web.templating import environment, page
from houseful.web.visits import Visit

PATH = "/{organization:str}/timetable"
WEEK = timedelta(days=7)
FEED_AHEAD = timedelta(days=60)
YEARS_MAX = 3
KEPT_MAX = 16
KEPT_SECONDS = 1.0


class Asked(msgspec.Struct, frozen=True):
    """Which days of a house somebody would like to see, and in which words."""

    organization_id: UUID
    slug: str
    locale: str
    timezone: str
    first: date
    activity: str
    space: str
    instructor: str

    @property
    def chosen(self) -> dict[str, str]:
        """What is filtered by."""
        return {"activity": self.activity, "space": self.space, "instructor": self.instructor}


class Choice(msgspec.Struct, frozen=True):
    """Something that can be filtered by."""

    id: UUID
    name: str


class Shown(msgspec.Struct, frozen=True):
    """Seven days as they are shown to everybody, and what else can be chosen."""

    days: str
    activities: list[Choice]
    spaces: list[Choice]
    instructors: list[Choice]


class Day(msgspec.Struct, frozen=True):
    """A day of the timetable."""

    date: date
    starts_at: datetime
    sessions: list[ShownSession]


class Timetables(Copies[Asked, Shown]):
    """The days that a crowd looks at, written once: whoever books asks the database itself."""

    def __init__(self, database: Database) -> None:
        async def read(asked: Asked) -> Shown:
            return await database.run_as(GUEST, asked.organization_id, _read, asked)

        super().__init__(read, at_most=KEPT_MAX, seconds=KEPT_SECONDS)


@show(PATH, Shop())
async def show_timetable(
    visit: Visit, week: str = "", activity: str = "", space: str = "", instructor: str = ""
) -> Response[Any]:
    """Show seven days of sessions, perhaps of one activity, space or instructor."""
    require_sessions(visit)
    house = visit.organization
    today = visit.database.clock.now().astimezone(ZoneInfo(house.timezone)).date()
    asked = Asked(
        organization_id=visit.organization_id,
        slug=house.slug,
        locale=house.locale,
        timezone=house.timezone,
        first=day_named(week, today),
        activity=_known(activity),
        space=_known(space),
        instructor=_known(instructor),
    )
    shown = await visit.database.keep(Timetables).get(asked)
    return page(
        visit,
        "shop/timetable.html",
        shown=shown,
        first=asked.first,
        week_before=asked.first - WEEK,
        week_after=asked.first + WEEK,
        chosen=asked.chosen,
        zone=house.timezone,
    )


@show(PATH + ".ics", Shop())
async def show_timetable_feed(visit: Visit) -> Response[Any]:
    """Answer with the sessions of the next two months as a calendar."""
    require_sessions(visit)

    async def read(uow: UnitOfWork) -> str:
        wanted = SlotFilter(from_at=uow.now - WEEK, until_at=uow.now + FEED_AHEAD)
        sessions = await sessions_between(uow, wanted)
        return sessions_ics(sessions, now=uow.now, name=visit.organization.name)

    return ics(await visit.run(read), "timetable.ics")


def require_sessions(visit: Visit) -> None:
    """Raise `NotFound` at a house that has no sessions."""
    if visit.access is None or "sessions" not in visit.access.modules:
        raise NotFound("There is no timetable here.")


def ics(text: str, name: str) -> Response[Any]:
    """Answer with a calendar."""
    return Response(
        text,
        media_type="text/calendar",
        headers={"content-disposition": f'inline; filename="{name}"'},
    )


def day_named(text: str, today: date) -> date:
    """Return the day that an address names, or today."""
    try:
        named = date.fromisoformat(text) if text else today
    except ValueError:
        named = today
    return named if abs(named.year - today.year) <= YEARS_MAX else today


def monday_of(text: str, today: date) -> date:
    """Return the Monday of the week that an address names a day of, or of this week."""
    named = day_named(text, today)
    return named - timedelta(days=named.weekday())


def week_filter(first: date, zone: ZoneInfo, chosen: dict[str, str]) -> SlotFilter:
    """Return which sessions a week shows; what is no id filters nothing."""
    return SlotFilter(
        from_at=datetime.combine(first, time(), zone),
        until_at=datetime.combine(first + WEEK, time(), zone),
        activity_id=_id(chosen["activity"]),
        space_id=_id(chosen["space"]),
        instructor_id=_id(chosen["instructor"]),
    )


async def _read(uow: UnitOfWork, asked: Asked) -> Shown:
    zone = ZoneInfo(asked.timezone)
    sessions = await sessions_between(uow, week_filter(asked.first, zone, asked.chosen))
    activities, _ = await list_activities(uow, window=Window(limit=LIMIT_MAX), is_active=True)
    instructors, _ = await list_instructors(uow, window=Window(limit=LIMIT_MAX))
    days = environment().get_template("shop/timetable_days.html")
    return Shown(
        days.render(asked=asked, days=days_of(sessions, zone)),
        [Choice(one.id, one.name) for one in activities],
        [Choice(one.id, one.name) for one in await active_spaces(uow)],
        [Choice(one.id, one.name) for one in instructors if one.is_active],
    )


def days_of(sessions: list[ShownSession], zone: ZoneInfo) -> list[Day]:
    """Return the days that have sessions, with their sessions."""
    days: list[Day] = []
    for day, group in groupby(sessions, key=lambda one: one.starts_at.astimezone(zone).date()):
        of_day = list(group)
        days.append(Day(day, of_day[0].starts_at, of_day))
    return days


def _known(text: str) -> str:
    """Return an id as it is written, or nothing for what is none: it filters nothing."""
    found = _id(text)
    return str(found) if found is not None else ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


handlers = [show_timetable, show_timetable_feed]
