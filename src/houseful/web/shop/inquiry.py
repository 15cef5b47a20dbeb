"""The inquiry form: anybody asks for a space, and the house has it on its list."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.response import Redirect
from msgspec import Meta

from houseful.accounts import count_attempt
from houseful.hire import NewBooking, SpaceWish, create_booking
from houseful.hire.bookings.schemas import Email, Line, Title
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Body
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.origin import current_origin
from houseful.kernel.problems import Invalid, Problem
from houseful.venues import Space, Venue, active_spaces, get_space, get_venue, list_venues
from houseful.web.guards import Shop
from houseful.web.office.forms import Filled, message_of, read_body, read_id, read_number
from houseful.web.office.wishes import read_instant, times_shown_twice
from houseful.web.pages import act, show
from houseful.web.templating import page
from houseful.web.visits import Form, Visit

PATH = "/{organization:str}/inquiry"
INQUIRIES_PER_ADDRESS = 10
PEOPLE_MAX = 10_000_000
TRAP = "website"
"""A field that people do not see, and that programs fill in."""


class _Contact(Body):
    """Who asks, and for what."""

    title: Title
    name: Line
    email: Email
    phone: Line
    message: Annotated[str, Meta(max_length=5000, pattern=r"^[^\x00]*$")]


@show(PATH, Shop())
async def show_inquiry(visit: Visit) -> Response[Any]:
    """Show the form, or the thanks after it was sent."""
    return await _inquiry(visit, is_sent="sent" in visit.request.query_params)


@act(PATH, Shop())
async def send_inquiry(visit: Visit) -> Response[Any]:
    """Take an inquiry. What was typed stays if something is wrong with it."""
    form = await visit.form()
    try:
        await visit.database.run(None, _count)
        if not form.get(TRAP):
            await visit.run(_ask, form)
    except Problem as problem:
        return await _inquiry(visit, form=form, problem=problem)
    return Redirect(visit.request.url.path + "?sent=1", status_code=303)


async def _count(uow: UnitOfWork) -> None:
    name = f"inquiry {current_origin.get().address}"
    await count_attempt(uow, name, limit=INQUIRIES_PER_ADDRESS)


async def _ask(uow: UnitOfWork, form: Form) -> None:
    space = await get_space(uow, read_id(form.get("space", ""), "/space"))
    zone = (await get_venue(uow, space.venue_id)).timezone
    for name, words in (("name", "Please give your name."), ("title", "Please say what for.")):
        if not form.get(name, "").strip():
            raise Invalid.at(f"/{name}", words)
    if not form.get("email", "").strip():
        raise Invalid.at("/email", "Please give an address that we can answer to.")
    starts_at = read_instant(form, "starts_at", zone)
    ends_at = read_instant(form, "ends_at", zone)
    if starts_at < uow.now:
        raise Invalid.at("/startsAt", "This is past.")
    if ends_at <= starts_at:
        raise Invalid.at("/endsAt", "The end must be after the start.")
    people = form.get("attendance", "").strip()
    wish = SpaceWish(
        space_id=space.id,
        starts_at=starts_at,
        ends_at=ends_at,
        attendance=read_number(people, "/attendance", maximum=PEOPLE_MAX) if people else None,
    )
    data = read_body(
        _Contact,
        {
            "title": form["title"].strip(),
            "name": form["name"].strip(),
            "email": form["email"].strip(),
            "phone": form.get("phone", "").strip(),
            "message": form.get("message", "").replace("\r\n", "\n").strip(),
        },
    )
    await create_booking(
        uow,
        NewBooking(
            title=data.title,
            status="inquiry",
            spaces=[wish],
            contact_name=data.name,
            contact_email=data.email,
            contact_phone=data.phone,
            notes=data.message,
        ),
        may_override=False,
    )


async def _inquiry(
    visit: Visit,
    *,
    form: Form | None = None,
    problem: Problem | None = None,
    is_sent: bool = False,
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> tuple[list[Space], dict[UUID, Venue]]:
        houses, _ = await list_venues(uow, window=Window(limit=LIMIT_MAX))
        return await active_spaces(uow), {house.id: house for house in houses}

    spaces, venues = await visit.run(read)
    typed = form if form is not None else Form([])
    asked = next((one for one in spaces if str(one.id) == typed.get("space")), None)
    return page(
        visit,
        "shop/inquiry.html",
        status=problem.status if problem else 200,
        spaces=[(space.id, _name_of(space, venues)) for space in spaces],
        filled=Filled(typed, problem),
        message=message_of(problem, typed) if problem else "",
        twice=times_shown_twice(typed, venues[asked.venue_id].timezone) if asked else set(),
        is_sent=is_sent,
        trap=TRAP,
    )


def _name_of(space: Space, venues: dict[UUID, Venue]) -> str:
    return f"{venues[space.venue_id].name}: {space.name}" if len(venues) > 1 else space.name


handlers = [show_inquiry, send_inquiry]
