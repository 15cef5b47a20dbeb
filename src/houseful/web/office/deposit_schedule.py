"""A schedule of deposits for a booking: so many parts, each with its share and its day."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import QueryParameter

from houseful import hire
from houseful.hire.deposits import service
from houseful.hire.deposits.schemas import ITEMS_MAX, NewSchedule, ShownDeposit
from houseful.hire.deposits.states import WHOLE, shares_of_price
from houseful.hire.services import services_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, Problem
from houseful.web.office.deposits import DEPOSITS, KINDS, PATH
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_body,
    read_id,
    read_number,
    read_percent,
    write_amount,
    write_percent,
)
from houseful.web.office.papers import WholeHouse, booking_titles
from houseful.web.office.shell import back_to, office_page
from houseful.web.pages import act, show
from houseful.web.templating import money
from houseful.web.visits import Form, Visit

SCHEDULE = PATH + "/schedule"
PARTS = 3
DAYS_TO_PAY = 14
"""How long one has for the first part, and how long before the night the last one is due."""

BookingId = Annotated[UUID | None, QueryParameter(name="booking_id")]
Parts = Annotated[int, QueryParameter(ge=1, le=ITEMS_MAX)]


@show(SCHEDULE, WholeHouse("venue.deposits.create", module="finance"))
async def draw_schedule(
    visit: Visit, booking_id: BookingId = None, parts: Parts = PARTS
) -> Response[Any]:
    """Show a schedule as it might be: even parts of what the booking costs."""
    return await _schedule(visit, booking_id, parts)


@act(SCHEDULE, WholeHouse("venue.deposits.create", module="finance"))
async def make_schedule(visit: Visit) -> Response[Any]:
    """Expect all of it, or nothing when a part cannot be."""
    form = await visit.form()
    booking_id = read_id(form.get("booking_id", ""), "/bookingId")
    parts = max(1, read_number(form.get("parts", ""), "/parts", maximum=ITEMS_MAX))

    async def save(uow: UnitOfWork) -> str:
        booking = await hire.get_booking(uow, booking_id)
        base = read_amount(form.get("base", ""), booking.currency, "/base")
        if base == 0:
            raise Invalid.at("/base", "Shares of what?")
        is_price = base == await _priced(uow, booking)
        values = {
            "booking_id": booking_id,
            "base_minor": None if is_price else base,
            "items": [_item(form, row) for row in range(1, parts + 1)],
        }
        data = read_body(NewSchedule, values)
        is_external = services_of(visit.database).finance is not None
        try:
            made = await service.create_schedule(uow, data, is_external=is_external)
        except Invalid as problem:
            raise _at_its_row(problem) from problem
        return _rest(base, made, visit.organization.locale)

    try:
        rest = await visit.run(save)
    except Problem as problem:
        return await _schedule(visit, booking_id, parts, form=form, problem=problem)
    told = "The deposit is expected." if parts == 1 else f"{parts} deposits are expected."
    return back_to(visit, "/deposits", told + rest)


def _rest(base: int, made: list[ShownDeposit], locale: str) -> str:
    """Say what of the whole is in none of the parts."""
    parts = [one.deposit for one in made if one.deposit.kind != "security"]
    share = WHOLE - sum(shares_of_price([(one.kind, one.share or 0) for one in parts]))
    if not parts or share == 0:
        return ""
    rest = money(base - sum(one.amount_minor for one in parts), parts[0].currency, locale)
    return f" The other {share / 100:g} %, {rest}, is due with the settlement."


def _item(form: Form, row: int) -> dict[str, Any]:
    title = form.get(f"title_{row}", "").strip()
    if not title:
        raise Invalid.at(f"/title_{row}", "Please fill this in.")
    share = read_percent(form.get(f"share_{row}", ""), f"/share_{row}")
    if share == 0:
        raise Invalid.at(f"/share_{row}", "That comes to nothing.")
    try:
        due_on = date.fromisoformat(form.get(f"due_on_{row}", ""))
    except ValueError as error:
        raise Invalid.at(f"/due_on_{row}", "Please give a day.") from error
    kind = form.get(f"kind_{row}", "")
    return {
        "title": title[:200],
        "share": share,
        "dueOn": due_on.isoformat(),
        "kind": kind if kind in dict(KINDS) else "instalment",
        "isRequired": form.get("is_required") == "yes",
    }


def _at_its_row(problem: Invalid) -> Problem:
    """Point at the fields of the form: what is wrong with all of them stands at the first share."""
    entries: list[dict[str, str]] = problem.fields.get("errors") or []
    for entry in entries:
        steps = entry["pointer"].strip("/").split("/")
        if steps[0] == "items":
            row = int(steps[1]) + 1 if len(steps) > 1 else 1
            return Invalid.at(f"/share_{row}", entry["detail"])
    return problem


async def _schedule(
    visit: Visit,
    booking_id: UUID | None,
    parts: int,
    *,
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        bookings = await booking_titles(uow)
        if booking_id is None:
            return {"bookings": bookings, "booking": None}
        booking = await hire.get_booking(uow, booking_id)
        total = await _priced(uow, booking)
        zone = ZoneInfo(booking.timezone)
        days = _days(uow.now.astimezone(zone), booking.starts_at.astimezone(zone), parts)
        return {
            "bookings": {booking.id: booking.title, **bookings},
            "booking": booking,
            "proposed": _proposed(days)
            | {"base": write_amount(total, booking.currency) if total else ""},
        }

    found = await visit.run(read)
    values: Any = form or found.get("proposed", {})
    return office_page(
        visit,
        "deposit_schedule.html",
        here="/deposits",
        heading="A schedule of deposits",
        crumbs=(DEPOSITS,),
        message=message_of(problem, values) if problem else "",
        filled=Filled(values, problem),
        parts=parts,
        parts_max=ITEMS_MAX,
        kinds=KINDS,
        **found,
    )


async def _priced(uow: UnitOfWork, booking: hire.BookingView) -> int:
    charges = await hire.charges_of(uow, booking.id)
    return sum(one.amount_minor for one in charges if one.currency == booking.currency)


def _proposed(days: list[date]) -> dict[str, str]:
    """Return what the rows say at first: even shares, and the rest with the last."""
    parts = len(days)
    values = {"is_required": "yes"}
    for row, day in enumerate(days, start=1):
        share = WHOLE // parts + (WHOLE % parts if row == parts else 0)
        values[f"title_{row}"] = f"Instalment {row} of {parts}" if parts > 1 else "Booking deposit"
        values[f"share_{row}"] = write_percent(share)
        values[f"due_on_{row}"] = day.isoformat()
        values[f"kind_{row}"] = "instalment" if parts > 1 else "booking"
    return values


def _days(now: datetime, starts_at: datetime, parts: int) -> list[date]:
    """Return the days on which the parts are due, evenly until two weeks before the night."""
    first = min(now.date() + timedelta(days=DAYS_TO_PAY), max(now.date(), starts_at.date()))
    last = max(first, starts_at.date() - timedelta(days=DAYS_TO_PAY))
    steps = max(1, parts - 1)
    return [first + (last - first) * row // steps for row in range(parts)]


handlers = [draw_schedule, make_schedule]
