"""Spaces of a venue: what can be had by itself."""

import re
from typing import Any
from uuid import UUID

from litestar import Response

from houseful.calendar import blocked_spaces, set_blocked_spaces
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, Problem, VersionMismatch
from houseful.venues import (
    NewSpace,
    Space,
    SpaceChanges,
    SpaceScope,
    active_spaces,
    create_space,
    get_space,
    get_venue,
    remove_space,
    update_space,
)
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of, read_body, read_id, read_number
from houseful.web.office.shell import Crumb, back_to, confirm_page, office_page
from houseful.web.office.venues import CHANGED_MEANWHILE, VENUES, VERSION_MAX, venue_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

ADD = "/office/{organization:str}/venues/{venue_id:uuid}/spaces"
SPACE = "/office/{organization:str}/spaces/{space_id:uuid}"
COUNT_MAX = 10_000_000
BLOCKS = "blocks-"


@act(ADD, Office("venue.spaces.create", module="venue"))
async def add_space(visit: Visit, venue_id: UUID) -> Response[Any]:
    """Add a space to a venue."""
    form = await visit.form()
    try:
        data = read_body(NewSpace, _values(form) | {"venue_id": str(venue_id)})
        space = await visit.run(create_space, data, scope=visit.space_ids)
    except Problem as problem:
        return await venue_page(visit, venue_id, form=form, problem=problem, of="space")
    return back_to(visit, f"/venues/{venue_id}", f"{space.name} was added.")


@show(SPACE, Office("venue.spaces.update", module="venue"))
async def show_space(visit: Visit, space_id: UUID) -> Response[Any]:
    """Show the form to change a space."""
    return await _space(visit, space_id)


@act(SPACE, Office("venue.spaces.update", module="venue"))
async def change_space(visit: Visit, space_id: UUID) -> Response[Any]:
    """Save what was changed about a space."""
    form = await visit.form()
    try:
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        values = _values(form) | {"is_active": "is_active" in form}
        changes = read_body(SpaceChanges, values)
        blocked = _blocked(form) if visit.space_ids is None else None
        space = await visit.run(_change, space_id, version, changes, blocked, scope=visit.space_ids)
    except Problem as problem:
        return await _space(visit, space_id, form=form, problem=problem)
    return back_to(visit, f"/venues/{space.venue_id}", f"{space.name} was saved.")


@show(SPACE + "/remove", Office("venue.spaces.delete", module="venue"))
async def ask_to_remove_space(visit: Visit, space_id: UUID) -> Response[Any]:
    """Ask before a space is removed."""
    return await _ask_to_remove(visit, space_id)


@act(SPACE + "/remove", Office("venue.spaces.delete", module="venue"))
async def remove_the_space(visit: Visit, space_id: UUID) -> Response[Any]:
    """Remove a space that nothing refers to."""
    await visit.form()
    space = await visit.run(get_space, space_id, scope=visit.space_ids)
    try:
        await visit.run(remove_space, space_id, scope=visit.space_ids)
    except Problem as problem:
        return await _ask_to_remove(visit, space_id, told(problem))
    return back_to(visit, f"/venues/{space.venue_id}", f"{space.name} was removed.")


async def _change(
    uow: UnitOfWork,
    space_id: UUID,
    version: int,
    changes: SpaceChanges,
    blocked: list[UUID] | None,
    *,
    scope: SpaceScope,
) -> Space:
    space = await update_space(uow, space_id, version, changes, scope=scope)
    if blocked is not None and blocked != (await blocked_spaces(uow, space_id)).space_ids:
        await set_blocked_spaces(uow, space_id, blocked)
    return space


async def _space(
    visit: Visit, space_id: UUID, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> tuple[Space, Any, list[Space], list[UUID]]:
        space = await get_space(uow, space_id, scope=visit.space_ids)
        siblings = await active_spaces(uow, venue_id=space.venue_id, scope=visit.space_ids)
        blocking = await blocked_spaces(uow, space_id, scope=visit.space_ids)
        return space, await get_venue(uow, space.venue_id), siblings, blocking.space_ids

    space, venue, siblings, blocked = await visit.run(read)
    ticked = {} if form is not None else {f"{BLOCKS}{one}": "yes" for one in blocked}
    values = _stored(space) | ticked | dict(form or {})
    message = ""
    if problem is not None:
        message = message_of(problem, values)
    if form is not None:
        values["is_active"] = "is_active" in form
    if isinstance(problem, VersionMismatch):
        values["version"], message = space.version, CHANGED_MEANWHILE
    return office_page(
        visit,
        "space.html",
        here="/venues",
        heading=space.name,
        crumbs=(VENUES, Crumb(f"/venues/{venue.id}", venue.name)),
        message=message,
        space=space,
        venue=venue,
        filled=Filled(values, problem),
        others=[other for other in siblings if other.id != space_id],
    )


async def _ask_to_remove(visit: Visit, space_id: UUID, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> tuple[Space, Any]:
        space = await get_space(uow, space_id, scope=visit.space_ids)
        return space, await get_venue(uow, space.venue_id)

    space, venue = await visit.run(read)
    return confirm_page(
        visit,
        here="/venues",
        heading=f"Remove {space.name}?",
        crumbs=(
            VENUES,
            Crumb(f"/venues/{venue.id}", venue.name),
            Crumb(f"/spaces/{space_id}", space.name),
        ),
        consequences=(
            "The space goes for good.",
            "Only a space that nothing is planned in can be removed.",
            "To offer it no longer, but keep what was, untick “in use” instead.",
        ),
        label="Remove the space",
        message=message,
    )


def _blocked(form: Form) -> list[UUID]:
    ticked = [name.removeprefix(BLOCKS) for name in form if name.startswith(BLOCKS)]
    return sorted(read_id(one, "/blocks") for one in ticked)


def _stored(space: Space) -> dict[str, Any]:
    names = ("name", "code", "setup_minutes", "teardown_minutes", "minimum_gap_minutes")
    return {name: getattr(space, name) for name in names} | {
        "parent_space_id": space.parent_space_id or "",
        "capacities": ", ".join(
            f"{style.replace('_', ' ')} {count}" for style, count in space.capacities.items()
        ),
        "amenities": ", ".join(space.amenities),
        "is_active": space.is_active,
        "version": space.version,
    }


def _values(form: Form) -> dict[str, Any]:
    minutes = {
        name: form[name].strip() or "0"
        for name in ("setup_minutes", "teardown_minutes", "minimum_gap_minutes")
        if name in form
    }
    return minutes | {
        "name": form.get("name", "").strip(),
        "code": form.get("code", "").strip(),
        "parent_space_id": form.get("parent_space_id") or None,
        "capacities": _capacities(form.get("capacities", "")),
        "amenities": _parts(form.get("amenities", "")),
    }


def _capacities(text: str) -> dict[str, int]:
    """Read `seated 400, standing 900`: a style and how many, parted by commas."""
    found: dict[str, int] = {}
    for part in _parts(text):
        match = re.fullmatch(r"(?P<style>\D*?)[\s:=]*(?P<count>\d+)", part)
        style = re.sub(r"[^a-z0-9]+", "_", match["style"].lower()).strip("_") if match else ""
        if match is None or not style:
            raise Invalid.at("/capacities", f"“{part}” is not like “seated 400”.")
        found[style] = read_number(match["count"], "/capacities", maximum=COUNT_MAX)
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


handlers = [add_space, show_space, change_space, ask_to_remove_space, remove_the_space]
