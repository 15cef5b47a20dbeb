"""The ways through a venue: sections to find one's place, gates to come in by."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem, VersionMismatch
from houseful.venues import (
    GateChanges,
    NewGate,
    NewSection,
    SectionChanges,
    create_gate,
    create_section,
    get_gate,
    get_section,
    get_venue,
    remove_gate,
    remove_section,
    require_whole_house,
    update_gate,
    update_section,
)
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of, read_body, read_number
from houseful.web.office.shell import Crumb, back_to, confirm_page, office_page
from houseful.web.office.venues import CHANGED_MEANWHILE, VENUES, VERSION_MAX, venue_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

OFFICE = "/office/{organization:str}"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Sections and gates are kept alike: a name, a code, and what is done with them."""

    word: str
    path: str
    consequence: str
    new: type[Any]
    changes: type[Any]
    get: Callable[..., Any]
    create: Callable[..., Any]
    update: Callable[..., Any]
    remove: Callable[..., Any]


SECTION = Way(
    word="section",
    path="sections",
    consequence="Reports and signs that name it will name it no longer.",
    new=NewSection,
    changes=SectionChanges,
    get=get_section,
    create=create_section,
    update=update_section,
    remove=remove_section,
)
GATE = Way(
    word="gate",
    path="gates",
    consequence="Nobody can scan at it any more. What was scanned there stays recorded.",
    new=NewGate,
    changes=GateChanges,
    get=get_gate,
    create=create_gate,
    update=update_gate,
    remove=remove_gate,
)


def pages_of(way: Way) -> list[Any]:
    """Make the pages of one kind of way."""
    one = f"{OFFICE}/{way.path}/{{way_id:uuid}}"
    right = f"venue.{way.path}"

    @act(
        f"{OFFICE}/venues/{{venue_id:uuid}}/{way.path}",
        Office(f"{right}.create", module="venue"),
    )
    async def add(visit: Visit, venue_id: UUID) -> Response[Any]:
        form = await visit.form()
        try:
            _require_whole_house(visit)
            data = read_body(way.new, _values(form) | {"venue_id": str(venue_id)})
            added = await visit.run(way.create, data)
        except Problem as problem:
            return await venue_page(visit, venue_id, form=form, problem=problem, of=way.word)
        return back_to(visit, f"/venues/{venue_id}", f"{added.name} was added.")

    @show(one, Office(f"{right}.update", module="venue"))
    async def look(visit: Visit, way_id: UUID) -> Response[Any]:
        return await _page(visit, way, way_id)

    @act(one, Office(f"{right}.update", module="venue"))
    async def change(visit: Visit, way_id: UUID) -> Response[Any]:
        form = await visit.form()
        try:
            _require_whole_house(visit)
            version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
            changes = read_body(way.changes, _values(form))
            changed = await visit.run(way.update, way_id, version, changes)
        except Problem as problem:
            return await _page(visit, way, way_id, form=form, problem=problem)
        return back_to(visit, f"/venues/{changed.venue_id}", f"{changed.name} was saved.")

    @show(f"{one}/remove", Office(f"{right}.delete", module="venue"))
    async def ask_to_remove(visit: Visit, way_id: UUID) -> Response[Any]:
        return await _ask(visit, way, way_id)

    @act(f"{one}/remove", Office(f"{right}.delete", module="venue"))
    async def remove(visit: Visit, way_id: UUID) -> Response[Any]:
        await visit.form()
        row = await visit.run(way.get, way_id)
        try:
            _require_whole_house(visit)
            await visit.run(way.remove, way_id)
        except Problem as problem:
            return await _ask(visit, way, way_id, told(problem))
        return back_to(visit, f"/venues/{row.venue_id}", f"{row.name} was removed.")

    return [add, look, change, ask_to_remove, remove]


async def _page(
    visit: Visit,
    way: Way,
    way_id: UUID,
    *,
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    row, venue = await _read(visit, way, way_id)
    stored = {"name": row.name, "code": row.code, "version": row.version}
    values = stored | dict(form or {})
    message = message_of(problem, values) if problem is not None else ""
    if isinstance(problem, VersionMismatch):
        values["version"], message = row.version, CHANGED_MEANWHILE
    return office_page(
        visit,
        "way.html",
        here="/venues",
        heading=row.name,
        crumbs=(VENUES, Crumb(f"/venues/{venue.id}", venue.name)),
        message=message,
        filled=Filled(values, problem),
        way=way,
        row=row,
    )


async def _ask(visit: Visit, way: Way, way_id: UUID, message: str = "") -> Response[Any]:
    row, venue = await _read(visit, way, way_id)
    return confirm_page(
        visit,
        here="/venues",
        heading=f"Remove {row.name}?",
        crumbs=(
            VENUES,
            Crumb(f"/venues/{venue.id}", venue.name),
            Crumb(f"/{way.path}/{way_id}", row.name),
        ),
        consequences=(f"The {way.word} goes for good.", way.consequence),
        label=f"Remove the {way.word}",
        message=message,
    )


async def _read(visit: Visit, way: Way, way_id: UUID) -> tuple[Any, Any]:
    async def read(uow: UnitOfWork) -> tuple[Any, Any]:
        row = await way.get(uow, way_id)
        return row, await get_venue(uow, row.venue_id)

    return await visit.run(read)


def _values(form: Form) -> dict[str, Any]:
    return {name: form.get(name, "").strip() for name in ("name", "code")}


def _require_whole_house(visit: Visit) -> None:
    assert visit.access is not None
    require_whole_house(visit.access.space_ids)


handlers = [*pages_of(SECTION), *pages_of(GATE)]
