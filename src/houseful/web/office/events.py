"""Events: the list, and adding one."""

from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import QueryParameter

from houseful.events import Event, NewEvent, create_event, list_events
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, provide_window
from houseful.kernel.problems import Invalid, Problem
from houseful.ticketing import sales_figures
from houseful.venues import SpaceScope, active_spaces, get_space, get_venue
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of, read_body, read_id, read_time
from houseful.web.office.shell import Crumb, back_to, can_enter, next_page, office_page
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/events"
EVENTS = Crumb("/events", "Events")
PAGE_SIZE = 50
STATES = ("draft", "published", "live", "postponed", "ended", "cancelled", "archived")

Text = Annotated[str, QueryParameter(max_length=200)]
Cursor = Annotated[str | None, QueryParameter(max_length=64)]


@show(PATH, Office("promoter.events.read"))
async def show_events(
    visit: Visit, q: Text = "", status: Text = "", cursor: Cursor = None
) -> Response[Any]:
    """Show the events, the newest first, and the form to add one."""
    return await _events(visit, text=q, status=status, cursor=cursor)


@act(PATH, Office("promoter.events.create"))
async def add_event(visit: Visit) -> Response[Any]:
    """Add a draft; times are in the venue's zone."""
    form = await visit.form()

    async def add(uow: UnitOfWork) -> Event:
        space_id = read_id(form.get("space", ""), "/space")
        space = await get_space(uow, space_id, scope=scope_of(visit))
        venue = await get_venue(uow, space.venue_id)
        values = read_times(form, ZoneInfo(venue.timezone), ("start_at", "end_at"))
        if values["start_at"] is None or values["end_at"] is None:
            missing = "/startAt" if values["start_at"] is None else "/endAt"
            raise Invalid.at(missing, "Please give date and time.")
        texts = {name: form.get(name, "").strip() for name in ("name", "description")}
        places = {"venue_id": venue.id, "space_ids": [space.id]}
        return await create_event(uow, read_body(NewEvent, values | texts | places))

    try:
        event = await visit.run(add)
    except Problem as problem:
        return await _events(visit, form=form, problem=problem)
    return back_to(
        visit, f"/events/{event.id}", f"{event.name} is a draft: nobody outside sees it yet."
    )


def read_times(form: Form, zone: ZoneInfo, names: tuple[str, ...]) -> dict[str, Any]:
    """Read times of an event as they stand in a form. Raises `Invalid` at the field."""
    pointers = {"start_at": "/startAt", "end_at": "/endAt", "doors_at": "/doorsAt"}
    return {name: read_time(form.get(name, ""), zone, pointers[name]) for name in names}


def scope_of(visit: Visit) -> SpaceScope:
    """Return the spaces that the visitor is limited to; None means all."""
    assert visit.access is not None
    return visit.access.space_ids


async def _events(
    visit: Visit,
    *,
    text: str = "",
    status: str = "",
    cursor: str | None = None,
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    after = provide_window(cursor=cursor).after
    sees_sales = can_enter(visit, "ticketing.types.read", "ticketing")

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(PAGE_SIZE, after, is_newest_first=True)
        events, further = await list_events(
            uow, window=window, name=text or None, status=status if status in STATES else None
        )
        ids: list[UUID] = [event.id for event in events]
        return {
            "events": events,
            "further": further,
            "figures": await sales_figures(uow, ids) if ids and sees_sales else {},
            "spaces": await active_spaces(uow, scope=scope_of(visit)),
        }

    found = await visit.run(read)
    return office_page(
        visit,
        "events.html",
        here="/events",
        heading="Events",
        message=message_of(problem, dict(form or {}) | {"space": ""}) if problem else "",
        filled=Filled(form or {}, problem),
        is_adding=form is not None,
        text=text,
        wanted=status,
        states=STATES,
        next_path=next_page(found.pop("further"), q=text, status=status),
        **found,
    )


handlers = [show_events, add_event]
