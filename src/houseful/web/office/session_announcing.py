"""Announcing sessions: one, or a series for a term without its holidays, after a look at the dates.

What is in the way of a date is shown before anything is announced; such a date can be left out.
"""

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response

from houseful import venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem
from houseful.sessions import (
    NewSeries,
    NewSession,
    PlannedSession,
    create_series,
    create_session,
    list_activities,
    list_instructors,
    list_resources,
    plan_series,
)
from houseful.web.guards import Office
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_body,
    read_id,
    read_time,
)
from houseful.web.office.recurring import WEEKDAYS
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/sessions/announce"
MODULE = "sessions"
CREATE = "sessions.sessions.create"
SESSIONS = Crumb("/sessions", "Sessions")
EVERY = (
    ("", "once"),
    ("WEEKLY", "every week"),
    ("WEEKLY;INTERVAL=2", "every other week"),
    ("DAILY", "every day"),
)
ONCE = "FREQ=DAILY;COUNT=1"
HOLIDAYS = 4
SEVERAL = ("resource_ids", "days", "skip")
OWN = ("duration_minutes", "capacity", "price", "drop_in_price", "note", "rule")
"""The fields that are folded away until one of them says something."""


@show(PATH, Office(CREATE, module=MODULE))
async def show_form(visit: Visit) -> Response[Any]:
    """Show the form to announce sessions."""
    return await _form(visit)


@act(PATH, Office(CREATE, module=MODULE))
async def announce(visit: Visit) -> Response[Any]:
    """Announce what the form says, or only show which dates that would be."""
    form = await visit.form()
    is_look = form.get("act") in {"look", "free"}
    try:
        plan = await visit.run(_plan, visit, form)
        if form.get("act") == "free":
            form = _without(form, [one for one in plan if one.obstacles])
            plan = await visit.run(_plan, visit, form)
        if not is_look and not any(one.obstacles for one in plan):
            await visit.run(_announce, visit, form)
    except Problem as problem:
        return await _form(visit, form, problem)
    if is_look:
        return await _form(visit, form, plan=plan)
    if any(one.obstacles for one in plan):
        return await _form(visit, form, plan=plan, message=_in_the_way(plan))
    notice = "The session is announced." if _is_once(form) else "The series is announced."
    return back_to(visit, f"/sessions?week={form.get('starts_local', '')[:10]}", notice)


async def _plan(uow: UnitOfWork, visit: Visit, form: Form) -> list[PlannedSession]:
    data = read_body(NewSeries, _series_values(form, visit.organization.currency))
    return await plan_series(uow, data, scope=visit.space_ids)


async def _announce(uow: UnitOfWork, visit: Visit, form: Form) -> None:
    currency = visit.organization.currency
    if not _is_once(form):
        data = read_body(NewSeries, _series_values(form, currency))
        await create_series(uow, data, scope=visit.space_ids)
        return
    space = await venues.get_space(
        uow, read_id(form.get("space_id", ""), "/space_id"), scope=visit.space_ids
    )
    zone = ZoneInfo((await venues.get_venue(uow, space.venue_id)).timezone)
    values = _shared_values(form, currency) | {
        "starts_at": read_time(form.get("starts_local", ""), zone, "/starts_local"),
        "note": form.get("note", "").strip(),
    }
    await create_session(uow, read_body(NewSession, values), scope=visit.space_ids)


def _shared_values(form: Form, currency: str) -> dict[str, Any]:
    """Return what one session and a series have in common; an empty field is the activity's."""
    values: dict[str, Any] = {
        name: form.get(name, "").strip() or None
        for name in ("instructor_id", "duration_minutes", "capacity")
    }
    values |= {name: form.get(name, "") for name in ("activity_id", "space_id")}
    for name in ("price", "drop_in_price"):
        text = form.get(name, "").strip()
        values[name] = read_amount(text, currency, f"/{name}") if text else None
    return values | {"resource_ids": form.all("resource_ids")}


def _series_values(form: Form, currency: str) -> dict[str, Any]:
    wall = form.get("starts_local", "")[:16]
    if not wall:
        raise Invalid.at("/starts_local", "Please give date and time.")
    return _shared_values(form, currency) | {
        "starts_local": wall,
        "rrule": _rule(form),
        "exdates": form.all("skip")[:400],
        "days_off": _days_off(form),
    }


def _rule(form: Form) -> str:
    """Write the rule that was chosen; an own one, in the words of RFC 5545, comes first."""
    own = form.get("rule", "").strip().removeprefix("RRULE:")
    if own:
        return own
    every = form.get("every", "")
    if every not in {value for value, _ in EVERY}:
        raise Invalid.at("/every", "Please choose one.")
    if not every:
        return ONCE
    parts = [f"FREQ={every}"]
    days = [day for day in form.all("days") if day in dict(WEEKDAYS)]
    if days:
        parts.append("BYDAY=" + ",".join(days))
    if until := form.get("until", "").strip():
        parts.append("UNTIL=" + _day(until, "/until").strftime("%Y%m%d"))
    return ";".join(parts)


def _days_off(form: Form) -> list[dict[str, str]]:
    """Return the holidays; one without a last day is a day."""
    days: list[dict[str, str]] = []
    for number in range(HOLIDAYS):
        first, last = (form.get(f"off_{end}_{number}", "").strip() for end in ("from", "until"))
        if not first and not last:
            continue
        begins = _day(first or last, f"/off_from_{number}")
        ends = _day(last or first, f"/off_until_{number}")
        if ends < begins:
            raise Invalid.at(f"/off_until_{number}", "The last day is before the first.")
        days.append({"fromDate": begins.isoformat(), "untilDate": ends.isoformat()})
    return days


def _day(text: str, pointer: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid.at(pointer, "Please give a day.") from error


def _is_once(form: Form) -> bool:
    return not form.get("every") and not form.get("rule", "").strip()


def _without(form: Form, dates: list[PlannedSession]) -> Form:
    """Return the form with these dates left out, too."""
    left_out = [("skip", one.local.isoformat()) for one in dates]
    return Form([*form.items_in_order(), *left_out])


def _in_the_way(plan: list[PlannedSession]) -> str:
    blocked = sum(bool(one.obstacles) for one in plan)
    dates = "1 date is" if blocked == 1 else f"{blocked} dates are"
    return f"Nothing is announced yet: {dates} taken. Leave them out, or choose another time."


async def _form(
    visit: Visit,
    form: Form | None = None,
    problem: Problem | None = None,
    *,
    plan: list[PlannedSession] | None = None,
    message: str = "",
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(limit=LIMIT_MAX)
        activities, _ = await list_activities(uow, window=window, is_active=True)
        instructors, _ = await list_instructors(uow, window=window)
        resources, _ = await list_resources(uow, window=window)
        return {
            "activities": _choices(activities),
            "spaces": _choices(await venues.active_spaces(uow, scope=visit.space_ids)),
            "instructors": [("", "nobody yet"), *_choices([o for o in instructors if o.is_active])],
            "resources": [one for one in resources if one.is_active],
        }

    typed = form if form is not None else Form([])
    texts = dict(typed) | {name: typed.all(name) for name in SEVERAL}
    return office_page(
        visit,
        "session_announce.html",
        here="/sessions",
        heading="Announce sessions",
        crumbs=(SESSIONS,),
        message=message_of(problem, typed) if problem else message,
        filled=Filled(texts, problem),
        every=EVERY,
        weekdays=WEEKDAYS,
        holidays=range(HOLIDAYS),
        is_open=any(texts.get(name) for name in OWN),
        plan=plan,
        skipped=set(typed.all("skip")),
        **await visit.run(read),
    )


def _choices(rows: list[Any]) -> list[tuple[UUID, str]]:
    return [(one.id, one.name) for one in rows]


handlers = [show_form, announce]
