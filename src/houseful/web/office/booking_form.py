"""One form for a new booking and for changing one: all its spaces, each with its own time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response

from houseful import hire
from houseful.hire.customers.service import list_customers
from houseful.hire.rates.problems import NotEnoughStock
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem, VersionMismatch
from houseful.venues import Venue, active_spaces, list_venues
from houseful.web.guards import Office
from houseful.web.office.bookings import BOOKINGS, LIST, ONE
from houseful.web.office.forms import (
    Filled,
    faults_of,
    message_of,
    read_body,
    read_number,
    write_time,
)
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.office.usage import WORDS
from houseful.web.office.venues import CHANGED_MEANWHILE, VERSION_MAX
from houseful.web.office.wishes import (
    read_instant,
    read_rows,
    rows_shown,
    times_shown_twice,
    uses_shown,
    write_rows,
)
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

KINDS = (
    ("hold", "a hold"),
    ("backup", "a hold behind a firm booking"),
    ("inquiry", "an inquiry"),
)
DETAILS = ("title", "purpose", "notes", "contact_name", "contact_email", "contact_phone")


@show(LIST + "/new", Office("venue.bookings.create", module="venue"))
async def show_new_booking(visit: Visit) -> Response[Any]:
    """Show the empty form; a venue, a space and a time may be in the address."""
    query = visit.request.query_params
    given = {name: query.get(name, "")[:40] for name in ("venue", "space-0", "starts-0", "ends-0")}
    return await _form(visit, values=given)


@act(LIST + "/new", Office("venue.bookings.create", module="venue"))
async def add_booking(visit: Visit) -> Response[Any]:
    """Make a booking of one space, of several, or of the whole venue: all of it or nothing."""
    form = await visit.form()
    assert visit.access is not None
    try:
        booking = await visit.run(
            _add,
            form,
            scope=visit.space_ids,
            may_override=visit.access.allows("venue.bookings.override"),
        )
    except Problem as problem:
        return await _form(visit, values=dict(form), problem=problem)
    return back_to(visit, f"/bookings/{booking.id}", f"{booking.title} is on the calendar.")


@show(ONE + "/edit", Office("venue.bookings.update", module="venue"))
async def show_booking_form(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Show the form to change a booking."""
    return await _form(visit, booking_id=booking_id)


@act(ONE + "/edit", Office("venue.bookings.update", module="venue"))
async def change_booking(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Save what was changed; the claims follow, all or none."""
    form = await visit.form()
    assert visit.access is not None
    try:
        booking = await visit.run(
            _change,
            booking_id,
            form,
            scope=visit.space_ids,
            may_move_firm=visit.access.allows("venue.bookings.confirm"),
            may_override=visit.access.allows("venue.bookings.override"),
        )
    except Problem as problem:
        return await _form(visit, booking_id=booking_id, values=dict(form), problem=problem)
    return back_to(visit, f"/bookings/{booking.id}", f"{booking.title} was saved.")


async def _add(uow: UnitOfWork, form: Form, *, scope: Any, may_override: bool) -> Any:
    venue = _chosen(await _venues(uow), form.get("venue", ""))
    if venue is None:
        raise Invalid.at("/venue", "Please choose one.")
    kind = form.get("kind", "")
    values = _details(form) | {
        "spaces": await _rows(uow, form, venue, scope),
        "status": "inquiry" if kind == "inquiry" else "hold",
        "as_backup": kind == "backup",
    }
    data = read_body(hire.NewBooking, values)
    return await hire.create_booking(uow, data, scope=scope, may_override=may_override)


async def _change(uow: UnitOfWork, booking_id: UUID, form: Form, **permissions: Any) -> Any:
    scope = permissions["scope"]
    version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
    booking = await hire.get_booking(uow, booking_id, scope=scope)
    venue = (await _venues(uow))[booking.venue_id]
    values = _details(form) | {"spaces": await _rows(uow, form, venue, scope)}
    if form.get("customer", "") == _stored(booking)["customer"]:
        del values["company_id"], values["person_id"]
    if booking.status == "hold" and form.get("expires", "").strip():
        expires_at = read_instant(form, "expires", venue.timezone)
        if write_time(expires_at, venue.timezone) != write_time(
            booking.hold_expires_at, venue.timezone
        ):
            values["hold_expires_at"] = expires_at.isoformat()
    changes = read_body(hire.BookingChanges, values)
    return await hire.update_booking(uow, booking_id, version, changes, **permissions)


def _details(form: Form) -> dict[str, Any]:
    values: dict[str, Any] = {name: form.get(name, "").strip() for name in DETAILS}
    party = _party(form.get("customer", ""))
    return values | {"company_id": party[0], "person_id": party[1]}


def _party(chosen: str) -> tuple[str | None, str | None]:
    """Return the company or the person that was chosen."""
    if not chosen:
        return None, None
    kind, _, party_id = chosen.partition(":")
    if kind == "company":
        return party_id, None
    if kind == "person":
        return None, party_id
    raise Invalid.at("/customer", "Please choose one.")


async def _rows(uow: UnitOfWork, form: Form, venue: Venue, scope: Any) -> list[Any]:
    spaces = {
        str(space.id): space for space in await active_spaces(uow, venue_id=venue.id, scope=scope)
    }
    return read_rows(form, spaces, venue.timezone)


async def _form(
    visit: Visit,
    *,
    booking_id: UUID | None = None,
    values: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        houses = await _venues(uow)
        booking = (
            await hire.get_booking(uow, booking_id, scope=visit.space_ids) if booking_id else None
        )
        given = values or {}
        venue = (
            houses[booking.venue_id]
            if booking
            else _chosen(houses, given.get("venue", "")) or next(iter(houses.values()), None)
        )
        return {
            "booking": booking,
            "venue": venue,
            "venues": list(houses.values()),
            "spaces": await active_spaces(uow, venue_id=venue.id, scope=visit.space_ids)
            if venue
            else [],
            "customers": await _customers(uow, visit, booking),
        }

    found = await visit.run(read)
    booking, venue = found["booking"], found["venue"]
    texts = (_stored(booking) if booking else {}) | (values or {})
    message = message_of(problem, texts) if problem else ""
    if isinstance(problem, VersionMismatch):
        texts["version"], message = str(booking.version), CHANGED_MEANWHILE
    return office_page(
        visit,
        "booking_form.html",
        here="/bookings",
        heading=f"Change {booking.title}" if booking else "A new booking",
        crumbs=(BOOKINGS, Crumb(f"/bookings/{booking.id}", booking.title))
        if booking
        else (BOOKINGS,),
        message=message,
        filled=Filled(texts, problem),
        rows=rows_shown(texts),
        uses={number: uses_shown(texts, number) for number in rows_shown(texts)},
        use_words=WORDS,
        uses_at_fault=_uses_at_fault(problem),
        twice=times_shown_twice(texts, venue.timezone) if venue else set(),
        kinds=KINDS,
        conflicts=_conflicts(problem),
        alternatives=_alternatives(problem),
        styles=sorted({style for space in found["spaces"] for style in space.capacities}),
        **found,
    )


def _stored(booking: hire.BookingView) -> dict[str, str]:
    customer = (
        f"company:{booking.company_id}"
        if booking.company_id
        else f"person:{booking.person_id}"
        if booking.person_id
        else ""
    )
    return {
        **{name: getattr(booking, name) for name in DETAILS},
        **write_rows(booking),
        "customer": customer,
        "expires": write_time(booking.hold_expires_at, booking.timezone),
        "version": str(booking.version),
    }


async def _customers(
    uow: UnitOfWork, visit: Visit, booking: hire.BookingView | None
) -> list[tuple[str, str]]:
    """Return the customers to choose from, as far as the visitor may see them."""
    options = [("", "nobody known yet")]
    if visit.may("venue.customers.read") and visit.space_ids is None:
        rows, _ = await list_customers(uow, window=Window(limit=LIMIT_MAX))
        options += sorted(
            (
                (
                    f"company:{row.company_id}" if row.company_id else f"person:{row.person_id}",
                    row.name + (" (blocked)" if row.risk == "blocked" else ""),
                )
                for row in rows
            ),
            key=lambda option: option[1].lower(),
        )
    mine = _stored(booking)["customer"] if booking else ""
    if mine not in {value for value, _ in options}:
        options.append((mine, "as it is"))
    return options


def _uses_at_fault(problem: Problem | None) -> set[int]:
    """Return the rows of which a use was refused: theirs are shown unfolded."""
    faults = faults_of(problem) if problem else {}
    return {int(name.split("-")[1]) for name in faults if "-use-" in name}


def _conflicts(problem: Problem | None) -> list[dict[str, Any]]:
    """Return what is in the way, with times that the page can write."""
    found: list[dict[str, Any]] = problem.fields.get("conflicts") or [] if problem else []
    return [
        {
            "starts_at": datetime.fromisoformat(each["startsAt"]),
            "ends_at": datetime.fromisoformat(each["endsAt"]),
            "where": each.get("spaceName", "another space")
            if not isinstance(problem, NotEnoughStock)
            else f"{each['quantity']} taken",
            "what": each.get("label", each.get("source", "")),
            "status": each.get("status", ""),
        }
        for each in found
    ]


def _alternatives(problem: Problem | None) -> list[list[dict[str, Any]]]:
    found: list[dict[str, Any]] = problem.fields.get("alternatives") or [] if problem else []
    return [
        [
            {
                "where": space["spaceName"],
                "starts_at": datetime.fromisoformat(space["startsAt"]),
                "ends_at": datetime.fromisoformat(space["endsAt"]),
            }
            for space in each["spaces"]
        ]
        for each in found
    ]


async def _venues(uow: UnitOfWork) -> dict[UUID, Venue]:
    found, _ = await list_venues(uow, window=Window(limit=LIMIT_MAX))
    return {venue.id: venue for venue in found}


def _chosen(houses: dict[UUID, Venue], wanted: str) -> Venue | None:
    return next((venue for venue in houses.values() if str(venue.id) == wanted), None)


handlers = [show_new_booking, add_booking, show_booking_form, change_booking]
