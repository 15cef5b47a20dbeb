"""Sessions in the office: the week by space or instructor, and each session's sheet."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, Problem
from houseful.sessions import (
    DOORS_BEFORE,
    PRIORITY_MAX,
    AttendanceBody,
    CallOff,
    NewActivity,
    NewInstructor,
    SessionCancellation,
    ShownSession,
    Taking,
    WaitingPriority,
    call_off,
    cancel_session,
    create_activity,
    create_instructor,
    mark,
    next_session,
    prioritise,
    read_sheet,
    sessions_between,
    take_money_for,
    wait_at_desk,
)
from houseful.web.guards import Office
from houseful.web.office.customer_choice import choose_customers
from houseful.web.office.forms import read_amount, read_body, read_id
from houseful.web.office.session_change import SCOPES, Affected
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.shop.cancelling import HOW_PAID, told_lines
from houseful.web.shop.timetable import WEEK, monday_of, week_filter
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/sessions"
SHEET = PATH + "/{session_id:uuid}"
BOOKING = SHEET + "/bookings/{booking_id:uuid}"
SESSIONS = Crumb("/sessions", "Sessions")
MODULE = "sessions"
WAITING = SHEET + "/waiting/{entry_id:uuid}"
WAYS = ("space", "instructor")
WAITS = ("waiting", "offered")
TURNS = ((0, "as they came"), (1, "before others"), (2, "first of all"))


class Row(msgspec.Struct, frozen=True):
    """A line of the week: a space or an instructor, with seven days of sessions."""

    name: str
    days: list[list[ShownSession]]


@show(PATH, Office("sessions.sessions.read", module=MODULE))
async def show_week(visit: Visit, week: str = "", by: str = "space") -> Response[Any]:
    """Show a week, a line for each space or instructor."""
    return await _week(visit, week, by if by in WAYS else "space")


@act(PATH + "/activities", Office("sessions.activities.create", module=MODULE))
async def add_activity(visit: Visit) -> Response[Any]:
    """Add what can be put on."""
    form = await visit.form()

    async def add(uow: UnitOfWork) -> None:
        name = form.get("name", "").strip()[:200]
        if not name:
            raise Invalid.at("/name", "Please give the activity a name.")
        data = NewActivity(
            name=name,
            description=form.get("description", "")[:5000],
            duration_minutes=_number(form, "minutes", 5, 1440),
            capacity=_number(form, "places", 1, 10_000),
            price=read_amount(form.get("price", ""), visit.organization.currency, "/price"),
        )
        await create_activity(uow, data)

    return await _added(visit, add, form, "The activity is there.")


@act(PATH + "/instructors", Office("sessions.activities.create", module=MODULE))
async def add_instructor(visit: Visit) -> Response[Any]:
    """Add who leads sessions."""
    form = await visit.form()

    async def add(uow: UnitOfWork) -> None:
        name = form.get("name", "").strip()[:200]
        if not name:
            raise Invalid.at("/name", "Please give the instructor's name.")
        await create_instructor(uow, NewInstructor(name=name))

    return await _added(visit, add, form, "The instructor is there.")


@show(SHEET, Office("sessions.bookings.read", module=MODULE))
async def show_sheet(visit: Visit, session_id: UUID, q: str = "") -> Response[Any]:
    """Show a session: who is booked, who waits, and what can be done; `q` finds a customer."""
    return await _sheet(visit, session_id, search=q)


@act(SHEET + "/waiting", Office("sessions.bookings.create", module=MODULE))
async def let_wait(visit: Visit, session_id: UUID) -> Response[Any]:
    """Put somebody on the waiting list of a full session."""
    form = await visit.form()

    async def wait(uow: UnitOfWork) -> None:
        customer_id = read_id(form.get("customer", ""), "/customer")
        await wait_at_desk(uow, session_id, customer_id, scope=visit.space_ids)

    return await _done(visit, session_id, wait, "They are on the waiting list.", form)


@act(WAITING + "/priority", Office("sessions.bookings.create", module=MODULE))
async def set_turn(visit: Visit, session_id: UUID, entry_id: UUID) -> Response[Any]:
    """Let somebody who waits go before others, or as they came."""
    form = await visit.form()

    async def change(uow: UnitOfWork) -> None:
        data = WaitingPriority(priority=_number(form, "priority", 0, PRIORITY_MAX))
        await prioritise(uow, session_id, entry_id, data, scope=visit.space_ids)

    return await _done(visit, session_id, change, "The waiting list is in another order.", form)


@act(BOOKING + "/check-in", Office("sessions.bookings.attend", module=MODULE))
async def check_in(visit: Visit, session_id: UUID, booking_id: UUID) -> Response[Any]:
    """Check somebody in."""
    return await _mark(visit, session_id, booking_id, AttendanceBody(mark="check_in"))


@act(BOOKING + "/miss", Office("sessions.bookings.attend", module=MODULE))
async def miss(visit: Visit, session_id: UUID, booking_id: UUID) -> Response[Any]:
    """Note that somebody did not come."""
    return await _mark(visit, session_id, booking_id, AttendanceBody(mark="miss"))


@act(BOOKING + "/undo", Office("sessions.bookings.attend", module=MODULE))
async def undo(visit: Visit, session_id: UUID, booking_id: UUID) -> Response[Any]:
    """Take the mark back."""
    return await _mark(visit, session_id, booking_id, AttendanceBody(mark="undo"))


@act(BOOKING + "/cash", Office("sessions.bookings.create", module=MODULE))
async def take_cash(visit: Visit, session_id: UUID, booking_id: UUID) -> Response[Any]:
    """Take cash for what is held or owed."""
    return await _take(visit, session_id, booking_id, Taking())


@act(BOOKING + "/card", Office("sessions.bookings.create", module=MODULE))
async def take_card(visit: Visit, session_id: UUID, booking_id: UUID) -> Response[Any]:
    """Take a card at the terminal for what is held or owed."""
    return await _take(visit, session_id, booking_id, Taking(payment="card_terminal"))


@act(BOOKING + "/call-off", Office("sessions.bookings.cancel", module=MODULE))
async def cancel_for_house(visit: Visit, session_id: UUID, booking_id: UUID) -> Response[Any]:
    """Cancel a booking for the house."""
    await visit.form()

    async def cancel(uow: UnitOfWork) -> None:
        data = CallOff(reason="cancelled at the desk")
        await call_off(uow, session_id, booking_id, data, scope=visit.space_ids)

    return await _done(visit, session_id, cancel, "Cancelled; everything is given back.")


@act(SHEET + "/cancel", Office("sessions.sessions.cancel", module=MODULE))
async def call_session_off(visit: Visit, session_id: UUID) -> Response[Any]:
    """Call the session off, or with it others of its series, once it is said whom it concerns."""
    form = await visit.form()
    version = form.get("version", "")
    scope = form.get("scope", "one")

    async def cancel(uow: UnitOfWork) -> None:
        values = {
            "reason": form.get("reason", "")[:200],
            "scope": scope,
            "is_confirmed": scope == "one" or form.get("confirmed") == scope,
        }
        data = read_body(SessionCancellation, values)
        number = int(version) if version.isdecimal() and len(version) < 10 else 0
        await cancel_session(uow, session_id, number, data, scope=visit.space_ids)

    try:
        await visit.run(cancel)
    except Problem as problem:
        return await _sheet(visit, session_id, told(problem), form, problem)
    notice = "The session is called off." if scope == "one" else "The sessions are called off."
    return back_to(visit, f"/sessions/{session_id}", notice)


async def _added(visit: Visit, add: Any, form: Form, notice: str) -> Response[Any]:
    try:
        await visit.run(add)
    except Problem as problem:
        return await _week(visit, "", "space", form, told(problem))
    return back_to(visit, "/sessions", notice)


async def _mark(
    visit: Visit, session_id: UUID, booking_id: UUID, data: AttendanceBody
) -> Response[Any]:
    await visit.form()

    async def note(uow: UnitOfWork) -> None:
        await mark(uow, session_id, booking_id, data, scope=visit.space_ids)

    return await _done(visit, session_id, note, "")


async def _take(visit: Visit, session_id: UUID, booking_id: UUID, data: Taking) -> Response[Any]:
    await visit.form()

    async def take(uow: UnitOfWork) -> None:
        await take_money_for(uow, session_id, booking_id, data, scope=visit.space_ids)

    return await _done(visit, session_id, take, "Paid.")


async def _done(
    visit: Visit, session_id: UUID, do: Any, notice: str, form: Form | None = None
) -> Response[Any]:
    try:
        await visit.run(do)
    except Problem as problem:
        search = form.get("q", "") if form else ""
        return await _sheet(visit, session_id, told(problem), form, search=search)
    return back_to(visit, f"/sessions/{session_id}", notice)


async def _sheet(
    visit: Visit,
    session_id: UUID,
    message: str = "",
    form: Form | None = None,
    problem: Problem | None = None,
    search: str = "",
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        sheet = await read_sheet(uow, session_id, scope=visit.space_ids)
        marks_from = sheet.session.starts_at - DOORS_BEFORE
        return {
            "sheet": sheet,
            "waits": [one for one in sheet.waiting if one[0].status in WAITS],
            "waited": [one for one, _ in sheet.waiting if one.status not in WAITS],
            "customer_choice": await choose_customers(uow, search),
            "may_mark": uow.now >= marks_from,
            "marks_from": marks_from if uow.now < marks_from else None,
        }

    found = await visit.run(read)
    booked: list[Any] = problem.fields.get("sessions", []) if problem else []
    return office_page(
        visit,
        "session.html",
        here="/sessions",
        heading=found["sheet"].session.name,
        crumbs=(SESSIONS,),
        message=message,
        form=form or {},
        scopes=SCOPES,
        turns=TURNS,
        affected=msgspec.convert(booked, list[Affected]),
        told_lines=told_lines,
        how=HOW_PAID,
        **found,
    )


async def _week(
    visit: Visit, week: str, by: str, form: Form | None = None, message: str = ""
) -> Response[Any]:
    zone = ZoneInfo(visit.organization.timezone)

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        today = uow.now.astimezone(zone).date()
        monday = monday_of(week, today)
        nothing = {"activity": "", "space": "", "instructor": ""}
        wanted = week_filter(monday, zone, nothing)
        sessions = await sessions_between(uow, wanted, scope=visit.space_ids)
        is_over = monday == monday_of("", today) and all(one.ends_at <= uow.now for one in sessions)
        return {
            "monday": monday,
            "coming": await next_session(uow, scope=visit.space_ids) if is_over else None,
            "rows": rows_of(sessions, by, monday, zone),
        }

    found = await visit.run(read)
    coming: ShownSession | None = found["coming"]
    return office_page(
        visit,
        "sessions.html",
        here="/sessions",
        heading="Sessions",
        message=message,
        form=form or {},
        by=by,
        coming_on=coming.starts_at.astimezone(zone).date() if coming else None,
        days=[found["monday"] + timedelta(days=day) for day in range(7)],
        week_before=found["monday"] - WEEK,
        week_after=found["monday"] + WEEK,
        **found,
    )


def rows_of(sessions: Sequence[ShownSession], by: str, monday: date, zone: ZoneInfo) -> list[Row]:
    """Return a week as lines, by the name of the space or of the instructor."""
    names = {_line_of(one, by) for one in sessions}
    rows = {name: Row(name, [[] for _ in range(7)]) for name in sorted(names)}
    for one in sessions:
        day = (one.starts_at.astimezone(zone).date() - monday).days
        rows[_line_of(one, by)].days[day].append(one)
    return list(rows.values())


def _line_of(session: ShownSession, by: str) -> str:
    return session.space_name if by == "space" else session.instructor_name or "Nobody yet"


def _number(form: Form, name: str, least: int, most: int) -> int:
    text = form.get(name, "").strip()
    number = int(text) if text.isdecimal() and len(text) < len(str(most)) + 1 else -1
    if not least <= number <= most:
        raise Invalid.at(f"/{name}", f"Please give a whole number from {least} to {most}: {name}.")
    return number


handlers = [
    show_week,
    add_activity,
    add_instructor,
    show_sheet,
    let_wait,
    set_turn,
    check_in,
    miss,
    undo,
    take_cash,
    take_card,
    cancel_for_house,
    call_session_off,
]
