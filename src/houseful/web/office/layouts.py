"""Layouts: import a plan, look at it, publish it, begin its next version."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.datastructures import UploadFile

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem
from houseful.seating import (
    Layout,
    NotASeatingPlan,
    ReadPlan,
    categories_of,
    create_layout,
    get_layout,
    list_layouts,
    new_version,
    publish_layout,
    read_plan,
    remove_layout,
    retire_layout,
    seat_counts,
    standing_areas_of,
)
from houseful.venues import list_venues
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of, read_id
from houseful.web.office.shell import Crumb, back_to, confirm_page, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/layouts"
LAYOUT = PATH + "/{layout_id:uuid}"
LAYOUTS = Crumb("/layouts", "Layouts")

KINDLY = {
    "duplicate or missing id renamed": "Seats shared an id, or had none; they were given new ones",
    "row without seats left out": "Rows had no seats, and were left out",
    "section without seats left out": "Sections had no seats, and were left out",
    "unknown category added": "Seats named a category that the file does not list; it was added",
    "category inherited from the section or row": (
        "Seats had no category of their own, and took that of their section or row"
    ),
    "standing area without capacity": (
        "Standing areas had no capacity; they hold nobody until somebody says how many"
    ),
    "seat without position put at its row": "Seats had no position, and were put at their row's",
}


class Repair(msgspec.Struct, frozen=True):
    """What the import changed, in a sentence."""

    sentence: str
    count: int
    examples: list[str]


@show(PATH, Office("seating.layouts.read", module="ticketing"))
async def show_layouts(visit: Visit) -> Response[Any]:
    """Show every layout, the newest first, and the form to import one."""
    return await _list(visit)


@act(PATH, Office("seating.layouts.create", module="ticketing"))
async def import_layout(visit: Visit) -> Response[Any]:
    """Import a seats.io chart or a pretix seating plan as a draft."""
    form = await visit.form()
    try:
        venue_id = read_id(form["venue_id"], "/venueId") if form.get("venue_id") else None
        read = await _read_plan(await _uploaded(visit))
        layout = await visit.run(
            create_layout, read, name=form.get("name", "")[:200], venue_id=venue_id
        )
    except Problem as problem:
        return await _list(visit, form=form, problem=problem)
    repairs = sum(repair.count for repair in _repairs(layout))
    word = f"{repairs:,} small repairs were made: see below." if repairs else "Nothing was amiss."
    return back_to(visit, f"/layouts/{layout.id}", f"{layout.name} was imported. {word}")


@show(LAYOUT, Office("seating.layouts.read", module="ticketing"))
async def show_layout(visit: Visit, layout_id: UUID) -> Response[Any]:
    """Show a layout: its map, what is in it, what was repaired, and its versions."""
    return await _layout(visit, layout_id)


@show(LAYOUT + "/publish", Office("seating.layouts.publish", module="ticketing"))
async def ask_to_publish(visit: Visit, layout_id: UUID) -> Response[Any]:
    """Ask before a draft becomes final."""
    layout = await visit.run(get_layout, layout_id)
    return confirm_page(
        visit,
        here="/layouts",
        heading=f"Publish {layout.name}?",
        crumbs=(LAYOUTS, Crumb(f"/layouts/{layout_id}", layout.name)),
        consequences=(
            "The layout can be put on sale from now on.",
            "It never changes again. To change it later, begin a new version.",
        ),
        label="Publish",
        is_dangerous=False,
    )


@act(LAYOUT + "/publish", Office("seating.layouts.publish", module="ticketing"))
async def publish(visit: Visit, layout_id: UUID) -> Response[Any]:
    """Make a draft final."""
    return await _do(visit, publish_layout, layout_id, "Published: events can be sold with it.")


@show(LAYOUT + "/retire", Office("seating.layouts.publish", module="ticketing"))
async def ask_to_retire(visit: Visit, layout_id: UUID) -> Response[Any]:
    """Ask before a layout is offered no longer."""
    layout = await visit.run(get_layout, layout_id)
    return confirm_page(
        visit,
        here="/layouts",
        heading=f"Retire {layout.name}?",
        crumbs=(LAYOUTS, Crumb(f"/layouts/{layout_id}", layout.name)),
        consequences=(
            "It is no longer offered for new events.",
            "Events that are sold with it keep it, and so do their tickets.",
        ),
        label="Retire",
    )


@act(LAYOUT + "/retire", Office("seating.layouts.publish", module="ticketing"))
async def retire(visit: Visit, layout_id: UUID) -> Response[Any]:
    """Offer a layout no longer."""
    return await _do(visit, retire_layout, layout_id, "Retired. What is sold with it stays.")


@act(LAYOUT + "/new-version", Office("seating.layouts.create", module="ticketing"))
async def begin_version(visit: Visit, layout_id: UUID) -> Response[Any]:
    """Begin the next version: a draft that is a copy."""
    await visit.form()
    try:
        layout = await visit.run(new_version, layout_id)
    except Problem as problem:
        return await _layout(visit, layout_id, told(problem))
    return back_to(visit, f"/layouts/{layout.id}", f"This is version {layout.version}, a draft.")


@show(LAYOUT + "/remove", Office("seating.layouts.create", module="ticketing"))
async def ask_to_remove(visit: Visit, layout_id: UUID) -> Response[Any]:
    """Ask before a draft is removed."""
    layout = await visit.run(get_layout, layout_id)
    return confirm_page(
        visit,
        here="/layouts",
        heading=f"Remove the draft {layout.name}?",
        crumbs=(LAYOUTS, Crumb(f"/layouts/{layout_id}", layout.name)),
        consequences=("The draft goes for good, with all its seats. It can be imported again.",),
        label="Remove the draft",
    )


@act(LAYOUT + "/remove", Office("seating.layouts.create", module="ticketing"))
async def remove(visit: Visit, layout_id: UUID) -> Response[Any]:
    """Remove a draft."""
    await visit.form()
    try:
        await visit.run(remove_layout, layout_id)
    except Problem as problem:
        return await _layout(visit, layout_id, told(problem))
    return back_to(visit, "/layouts", "The draft was removed.")


async def _do(visit: Visit, use_case: Any, layout_id: UUID, notice: str) -> Response[Any]:
    await visit.form()
    try:
        await visit.run(use_case, layout_id)
    except Problem as problem:
        return await _layout(visit, layout_id, told(problem))
    return back_to(visit, f"/layouts/{layout_id}", notice)


async def _list(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        newest = Window(limit=LIMIT_MAX, is_newest_first=True)
        layouts, _ = await list_layouts(uow, window=newest)
        venues, _ = await list_venues(uow, window=Window(limit=LIMIT_MAX))
        return {"layouts": layouts, "venues": venues}

    found = await visit.run(read)
    values = dict(form or {}) | {"file": ""}
    return office_page(
        visit,
        "layouts.html",
        here="/layouts",
        heading="Layouts",
        message=message_of(problem, values) if problem is not None else "",
        filled=Filled(values, problem),
        is_importing=form is not None,
        venue_names={venue.id: venue.name for venue in found["venues"]},
        **found,
    )


async def _layout(visit: Visit, layout_id: UUID, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        layout = await get_layout(uow, layout_id)
        newest = Window(limit=LIMIT_MAX, is_newest_first=True)
        versions, _ = await list_layouts(uow, window=newest, family_id=layout.family_id)
        return {
            "layout": layout,
            "versions": versions,
            "categories": await categories_of(uow, layout_id),
            "areas": await standing_areas_of(uow, layout_id),
            "counts": await seat_counts(uow, layout_id),
        }

    found = await visit.run(read)
    layout: Layout = found["layout"]
    counts: list[tuple[str, str | None, int]] = found.pop("counts")
    return office_page(
        visit,
        "layout.html",
        here="/layouts",
        heading=layout.name,
        crumbs=(LAYOUTS,),
        message=message,
        repairs=_repairs(layout),
        sections=_sections(counts),
        in_category=_summed(counts, of=1),
        **found,
    )


def _repairs(layout: Layout) -> list[Repair]:
    made: list[dict[str, Any]] = layout.repair_report.get("repairs", [])
    return [
        Repair(
            KINDLY.get(str(each["kind"]), str(each["kind"])),
            each["count"],
            list(dict.fromkeys(each["examples"])),
        )
        for each in made
    ]


def _sections(counts: list[tuple[str, str | None, int]]) -> list[tuple[str, int, list[str]]]:
    """Return every section with its seats and the keys of its categories."""
    names: dict[str, list[str]] = {}
    for section, category, _ in counts:
        names.setdefault(section, []).append(category or "")
    seats = _summed(counts, of=0)
    return [(section, seats[section], keys) for section, keys in names.items()]


def _summed(counts: list[tuple[str, str | None, int]], *, of: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in counts:
        sums[str(row[of] or "")] = sums.get(str(row[of] or ""), 0) + row[2]
    return sums


async def _read_plan(raw: bytes) -> ReadPlan:
    """Read a plan, and tell at the field what is wrong with the file."""
    try:
        return await read_plan(raw)
    except NotASeatingPlan as problem:
        raise Invalid.at("/file", f"{problem.detail} Nothing was imported.") from problem


async def _uploaded(visit: Visit) -> bytes:
    data: Any = (await visit.request.form()).get("file")
    if not isinstance(data, UploadFile) or not data.filename:
        raise Invalid.at("/file", "Please choose a file.")
    return await data.read()


handlers = [
    show_layouts,
    import_layout,
    show_layout,
    ask_to_publish,
    publish,
    ask_to_retire,
    retire,
    begin_version,
    ask_to_remove,
    remove,
]
