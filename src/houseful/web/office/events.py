"""Events: add, publish, cancel."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.response import Redirect

from houseful.events import (
    Cancellation,
    NewEvent,
    cancel_event,
    create_event,
    list_events,
    publish_event,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem
from houseful.venues import active_spaces, get_space, get_venue
from houseful.web.guards import Office
from houseful.web.office.shell import office_page
from houseful.web.pages import act, show
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/events"


@show(PATH, Office("promoter.events.read"))
async def show_events(visit: Visit) -> Response[Any]:
    """Show every event, and the form to add one."""
    return await _events(visit)


@act(PATH, Office("promoter.events.create"))
async def add_event(visit: Visit) -> Response[Any]:
    """Add a draft; times are in the venue's zone."""
    form = await visit.form()

    async def add(uow: UnitOfWork) -> None:
        space = await get_space(uow, _id(form.get("space", "")))
        venue = await get_venue(uow, space.venue_id)
        zone = ZoneInfo(venue.timezone)
        data = NewEvent(
            name=form.get("name", ""),
            description=form.get("description", ""),
            start_at=_wall_time(form.get("start_at", ""), zone, "/startAt"),
            end_at=_wall_time(form.get("end_at", ""), zone, "/endAt"),
            venue_id=venue.id,
            space_ids=[space.id],
        )
        await create_event(uow, data)

    try:
        await visit.run(add)
    except Problem as problem:
        return await _events(visit, message=problem.detail or problem.title, form=form)
    return Redirect(visit.request.url.path, status_code=303)


@act(PATH + "/{event_id:uuid}/publish", Office("promoter.events.publish"))
async def publish(visit: Visit, event_id: UUID) -> Response[Any]:
    """Publish a draft: its spaces are claimed."""
    return await _change(visit, publish_event, event_id)


@act(PATH + "/{event_id:uuid}/cancel", Office("promoter.events.cancel"))
async def cancel(visit: Visit, event_id: UUID) -> Response[Any]:
    """Cancel an event."""
    return await _change(visit, cancel_event, event_id, Cancellation())


async def _change(visit: Visit, use_case: Any, *args: Any) -> Response[Any]:
    await visit.form()
    try:
        await visit.run(use_case, *args)
    except Problem as problem:
        return await _events(visit, message=problem.detail or problem.title)
    return Redirect(f"/office/{visit.organization.slug}/events", status_code=303)


async def _events(
    visit: Visit, *, message: str = "", form: dict[str, str] | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(limit=LIMIT_MAX, is_newest_first=True)
        events, _ = await list_events(uow, window=window)
        return {"events": events, "spaces": await active_spaces(uow)}

    return office_page(
        visit,
        "events.html",
        here="/events",
        heading="Events",
        message=message,
        form=form or {},
        **await visit.run(read),
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid.at("/space", "Please choose a space.") from error


def _wall_time(text: str, zone: ZoneInfo, pointer: str) -> datetime:
    """Read a time as people write it; one that the clocks skip is told, not guessed."""
    try:
        wall = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid.at(pointer, "Please give date and time.") from error
    at = wall.replace(tzinfo=zone)
    if at.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != wall:
        raise Invalid.at(pointer, "The clocks are put forward then: there is no such time.")
    return at


handlers = [show_events, add_event, publish, cancel]
