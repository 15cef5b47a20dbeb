"""The timetable: what can be booked, week by week; as a page and as a calendar to subscribe to."""

from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
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
from houseful.web.templating import page
from houseful.web.visits import Visit

PATH = "/{organization:str}/timetable"
WEEK = timedelta(days=7)
FEED_AHEAD = timedelta(days=60)
YEARS_MAX = 3


class Day(msgspec.Struct, frozen=True):
    """A day of the timetable."""

    date: date
    starts_at: datetime
    sessions: list[ShownSession]


@show(PATH, Shop())
async def show_timetable(
    visit: Visit, week: str = "", activity: str = "", space: str = "", instructor: str = ""
) -> Response[Any]:
    """Show seven days of sessions, perhaps of one activity, space or instructor."""
    require_sessions(visit)
    zone = ZoneInfo(visit.organization.timezone)
    chosen = {"activity": activity, "space": space, "instructor": instructor}

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        first = day_named(week, uow.now.astimezone(zone).date())
        sessions = await sessions_between(uow, week_filter(first, zone, chosen))
        activities, _ = await list_activities(uow, window=Window(limit=LIMIT_MAX), is_active=True)
        instructors, _ = await list_instructors(uow, window=Window(limit=LIMIT_MAX))
        return {
            "days": days_of(sessions, zone),
            "first": first,
            "activities": activities,
            "spaces": await active_spaces(uow),
            "instructors": [one for one in instructors if one.is_active],
        }

    found = await visit.run(read)
    return page(
        visit,
        "shop/timetable.html",
        **found,
        week_before=found["first"] - WEEK,
        week_after=found["first"] + WEEK,
        chosen=chosen,
        zone=visit.organization.timezone,
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
        media_type="text/calendar; charset=utf-8",
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


def days_of(sessions: list[ShownSession], zone: ZoneInfo) -> list[Day]:
    """Return the days that have sessions, with their sessions."""
    days: list[Day] = []
    for day, group in groupby(sessions, key=lambda one: one.starts_at.astimezone(zone).date()):
        of_day = list(group)
        days.append(Day(day, of_day[0].starts_at, of_day))
    return days


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


handlers = [show_timetable, show_timetable_feed]
