"""What an event says about itself: name, times, place, description."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response

from houseful.events import EventChanges, ShownEvent, get_event, update_event
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem, VersionMismatch
from houseful.venues import Space, active_spaces, get_space
from houseful.web.guards import Office
from houseful.web.office.event import EVENT, crumbs_of
from houseful.web.office.events import read_times
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_body,
    read_id,
    read_number,
    write_time,
)
from houseful.web.office.shell import back_to, office_page
from houseful.web.office.venues import CHANGED_MEANWHILE, VERSION_MAX
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

TIMES = ("start_at", "end_at", "doors_at")
TEXTS = ("name", "slug", "description", "max_capacity")


@show(EVENT + "/details", Office("promoter.events.update"))
async def show_details(visit: Visit, event_id: UUID) -> Response[Any]:
    """Show the form to change what an event says."""
    return await _details(visit, event_id)


@act(EVENT + "/details", Office("promoter.events.update"))
async def change_details(visit: Visit, event_id: UUID) -> Response[Any]:
    """Save what was changed; a published event gets another start by postponing it."""
    form = await visit.form()
    assert visit.access is not None
    scope = visit.access.space_ids

    async def change(uow: UnitOfWork) -> Any:
        event = await get_event(uow, event_id)
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        changes = read_body(EventChanges, await _changes(uow, visit, event, form))
        return await update_event(uow, event_id, version, changes, scope=scope)

    try:
        await visit.run(change)
    except Problem as problem:
        return await _details(visit, event_id, form=form, problem=problem)
    return back_to(visit, f"/events/{event_id}", "Saved.")


async def _changes(uow: UnitOfWork, visit: Visit, event: ShownEvent, form: Form) -> dict[str, Any]:
    zone = ZoneInfo(event.timezone or visit.organization.timezone)
    values: dict[str, Any] = {name: form[name].strip() for name in TEXTS if name in form}
    if "max_capacity" in values:
        values["max_capacity"] = values["max_capacity"] or None
    values |= read_times(form, zone, tuple(name for name in TIMES if name in form))
    if "spaces" in form:
        chosen = [read_id(text, "/spaceIds") for text in form.all("space_ids")]
        space_ids = [one for one in event.space_ids if one in chosen]  # the main one stays first
        space_ids += [one for one in chosen if one not in space_ids]
        values["space_ids"] = space_ids
        if event.status == "draft" and space_ids:
            values["venue_id"] = (await get_space(uow, space_ids[0])).venue_id
    return values


async def _details(
    visit: Visit, event_id: UUID, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    assert visit.access is not None
    scope = visit.access.space_ids

    async def read(uow: UnitOfWork) -> tuple[ShownEvent, list[Space]]:
        event = await get_event(uow, event_id)
        venue_id = event.venue_id if event.status != "draft" else None
        return event, await active_spaces(uow, venue_id=venue_id, scope=scope)

    event, spaces = await visit.run(read)
    zone = event.timezone or visit.organization.timezone
    values: dict[str, Any] = {name: getattr(event, name) for name in (*TEXTS, "version")}
    values |= {name: write_time(getattr(event, name), zone) for name in TIMES}
    values["space_ids"] = [str(space_id) for space_id in event.space_ids]
    message = ""
    if form is not None and problem is not None:
        values |= form | {"space_ids": form.all("space_ids")}
        message = message_of(problem, values)
    if isinstance(problem, VersionMismatch):
        values["version"], message = event.version, CHANGED_MEANWHILE
    return office_page(
        visit,
        "event_details.html",
        here="/events",
        heading="Details",
        crumbs=crumbs_of(event),
        message=message,
        event=event,
        zone=zone,
        tab="/details",
        spaces=spaces,
        filled=Filled(values, problem),
    )


handlers = [show_details, change_details]
