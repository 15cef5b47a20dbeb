"""Changing a session in the office: this one, this and the following, or all to come.

Where people have booked, a new time or place is shown with whom it concerns before it is done.
"""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem
from houseful.sessions import (
    SessionChanges,
    ShownSession,
    change_session,
    list_instructors,
    list_resources,
    shown_session,
)
from houseful.venues import active_spaces
from houseful.web.guards import Office
from houseful.web.office.forms import read_amount, read_body, write_amount
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/sessions/{session_id:uuid}/change"
UPDATE = "sessions.sessions.update"
MODULE = "sessions"
SCOPES = (
    ("one", "only this one"),
    ("following", "this and the following"),
    ("all", "all that are to come"),
)
NUMBERS = {"minutes": "durationMinutes", "places": "capacity"}
AMOUNTS = {"price": "price", "drop_in_price": "dropInPrice"}
NEEDS = "needs"
"""A field that says that the form has shown the resources: none of them ticked is none, then."""


class Affected(msgspec.Struct, rename="camel"):
    """A booked session that a change would move, and who has a place in it."""

    id: UUID
    starts_at: datetime
    booked: int
    people: list[str]


class InTheWay(msgspec.Struct, rename="camel"):
    """Somebody whose place would not be there any more."""

    session_id: UUID
    starts_at: datetime
    attendee_name: str


@show(PATH, Office(UPDATE, module=MODULE))
async def show_change(visit: Visit, session_id: UUID) -> Response[Any]:
    """Show what a session is, to be changed."""
    return await _change_page(visit, session_id)


@act(PATH, Office(UPDATE, module=MODULE))
async def change(visit: Visit, session_id: UUID) -> Response[Any]:
    """Change what the form says otherwise than it is."""
    form = await visit.form()

    async def apply(uow: UnitOfWork) -> int:
        session = await shown_session(uow, session_id, scope=visit.space_ids)
        data = read_body(SessionChanges, _changes(form, session))
        version = form.get("version", "")
        number = int(version) if version.isdecimal() and len(version) < 10 else 0
        sheet = await change_session(uow, session_id, number, data, scope=visit.space_ids)
        return sheet.kept_own

    try:
        kept = await visit.run(apply)
    except Problem as problem:
        return await _change_page(visit, session_id, form, problem)
    notice = "The session is changed."
    if kept:
        notice += f" {kept} of the others keep what was changed of them alone."
    return back_to(visit, f"/sessions/{session_id}", notice)


def _changes(form: Form, session: ShownSession) -> dict[str, Any]:
    """Return what the form changes, as the API names it."""
    before, currency = _values_of(session), session.currency
    wanted: dict[str, Any] = {
        "scope": form.get("scope", "one"),
        "isConfirmed": form.get("confirmed") == "yes",
    }
    given = {name: form[name].strip() for name in before if name in form}
    changed = {name: text for name, text in given.items() if text != before[name]}
    for name, text in changed.items():
        if name in NUMBERS:
            wanted[NUMBERS[name]] = int(text) if text.isdecimal() and len(text) < 10 else text
        elif name == "price" or (name == "drop_in_price" and text):
            wanted[AMOUNTS[name]] = read_amount(text, currency, f"/{name}")
        elif name == "drop_in_price":
            wanted["dropInPrice"] = None
        elif name == "instructor":
            wanted["instructorId"] = text or None
        else:
            wanted[{"starts": "startsLocal", "space": "spaceId", "note": "note"}[name]] = text
    resources = form.all("resource")
    if NEEDS in form and set(resources) != set(session.resource_ids):
        wanted["resourceIds"] = resources
    return wanted


def _values_of(session: ShownSession) -> dict[str, str]:
    """Return the fields of the form as the session has them."""
    wall = session.starts_at.astimezone(ZoneInfo(session.timezone))
    minutes = int((session.ends_at - session.starts_at).total_seconds() // 60)
    return {
        "starts": f"{wall:%Y-%m-%dT%H:%M}",
        "minutes": str(minutes),
        "space": str(session.space_id),
        "instructor": str(session.instructor_id or ""),
        "places": str(session.capacity),
        "price": write_amount(session.price, session.currency),
        "drop_in_price": write_amount(session.drop_in_price, session.currency),
        "note": session.note,
    }


async def _change_page(
    visit: Visit, session_id: UUID, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        session = await shown_session(uow, session_id, scope=visit.space_ids)
        instructors, _ = await list_instructors(uow, window=Window(limit=LIMIT_MAX))
        resources, _ = await list_resources(uow, window=Window(limit=LIMIT_MAX))
        mine = session.resource_ids
        return {
            "session": session,
            "spaces": await active_spaces(uow, scope=visit.space_ids),
            "instructors": _usable(instructors, {str(session.instructor_id)}),
            "resources": _usable(resources, set(mine)),
            "chosen": form.all("resource") if form is not None and NEEDS in form else mine,
        }

    found = await visit.run(read)
    session: ShownSession = found["session"]
    fields = problem.fields if problem else {}
    return office_page(
        visit,
        "session_change.html",
        here="/sessions",
        heading=f"Change {session.name}",
        crumbs=(Crumb("/sessions", "Sessions"), Crumb(f"/sessions/{session_id}", session.name)),
        message=told(problem) if problem else "",
        values=_values_of(session) | dict(form or {}),
        scopes=SCOPES if session.series_id else SCOPES[:1],
        affected=msgspec.convert(fields.get("sessions", []), list[Affected]),
        in_the_way=msgspec.convert(fields.get("bookings", []), list[InTheWay]),
        **found,
    )


def _usable(rows: list[Any], mine: set[str]) -> list[Any]:
    """Return what can be planned, and what the session has of what cannot any more."""
    return [one for one in rows if one.is_active or str(one.id) in mine]


handlers = [show_change, change]
