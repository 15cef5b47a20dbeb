"""Venues: the list, and the page of each with its spaces, sections and gates."""

from collections import Counter
from typing import Any
from uuid import UUID

from litestar import Response

from houseful.hire.holds.queries import freeze_in_force
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem, VersionMismatch
from houseful.venues import (
    NewVenue,
    Venue,
    VenueChanges,
    create_venue,
    gates_of,
    get_venue,
    list_sections,
    list_spaces,
    list_venues,
    remove_venue,
    require_whole_house,
    update_venue,
)
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of, read_body, read_number
from houseful.web.office.shell import Crumb, back_to, confirm_page, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/venues"
VENUE = PATH + "/{venue_id:uuid}"
VENUES = Crumb("/venues", "Venues")
VERSION_MAX = 2**31 - 1
CHANGED_MEANWHILE = (
    "Somebody else changed this meanwhile. What you typed is still here: saving again replaces "
    "what they wrote."
)

FIELDS = (
    "name",
    "timezone",
    "address_line1",
    "address_line2",
    "postal_code",
    "region",
    "city",
    "country",
    "country_iso2",
    "capacity",
)
MAY_BE_UNKNOWN = frozenset({"city", "country", "country_iso2", "capacity"})


@show(PATH, Office("venue.venues.read", module="venue"))
async def show_venues(visit: Visit) -> Response[Any]:
    """Show the venues, and the form to add one."""
    return await _list(visit)


@act(PATH, Office("venue.venues.create", module="venue"))
async def add_venue(visit: Visit) -> Response[Any]:
    """Add a venue."""
    form = await visit.form()
    try:
        _require_whole_house(visit)
        venue = await visit.run(create_venue, read_body(NewVenue, _values(form)))
    except Problem as problem:
        return await _list(visit, form=form, problem=problem)
    return back_to(visit, f"/venues/{venue.id}", f"{venue.name} was added.")


@show(VENUE, Office("venue.venues.read", module="venue"))
async def show_venue(visit: Visit, venue_id: UUID) -> Response[Any]:
    """Show one venue with all that it consists of."""
    return await venue_page(visit, venue_id)


@act(VENUE, Office("venue.venues.update", module="venue"))
async def change_venue(visit: Visit, venue_id: UUID) -> Response[Any]:
    """Save what was changed about a venue."""
    form = await visit.form()
    try:
        _require_whole_house(visit)
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        changes = read_body(VenueChanges, _values(form))
        venue = await visit.run(update_venue, venue_id, version, changes)
    except Problem as problem:
        return await venue_page(visit, venue_id, form=form, problem=problem)
    return back_to(visit, f"/venues/{venue_id}", f"{venue.name} was saved.")


@show(VENUE + "/remove", Office("venue.venues.delete", module="venue"))
async def ask_to_remove_venue(visit: Visit, venue_id: UUID) -> Response[Any]:
    """Ask before a venue is removed."""
    return await _ask_to_remove(visit, venue_id)


@act(VENUE + "/remove", Office("venue.venues.delete", module="venue"))
async def remove_the_venue(visit: Visit, venue_id: UUID) -> Response[Any]:
    """Remove a venue that nothing refers to."""
    await visit.form()
    try:
        _require_whole_house(visit)
        await visit.run(remove_venue, venue_id)
    except Problem as problem:
        return await _ask_to_remove(visit, venue_id, told(problem))
    return back_to(visit, "/venues", "The venue was removed.")


async def venue_page(
    visit: Visit,
    venue_id: UUID,
    *,
    form: Form | None = None,
    problem: Problem | None = None,
    of: str = "venue",
) -> Response[Any]:
    """Render a venue's page; `of` says which of its forms the problem is about."""
    assert visit.access is not None
    scope = visit.access.space_ids

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(limit=LIMIT_MAX)
        spaces, _ = await list_spaces(uow, window=window, venue_id=venue_id, scope=scope)
        sections, _ = await list_sections(uow, window=window, venue_id=venue_id)
        return {
            "venue": await get_venue(uow, venue_id),
            "spaces": _as_tree(spaces),
            "sections": sections,
            "gates": await gates_of(uow, venue_id),
            "freeze": await freeze_in_force(uow, venue_id),
        }

    found = await visit.run(read)
    venue: Venue = found["venue"]
    empty = Filled({})
    filled = Filled(form, problem) if form is not None else empty
    return office_page(
        visit,
        "venue.html",
        here="/venues",
        heading=venue.name,
        crumbs=(VENUES,),
        message=_message(problem, form),
        details=_details(venue, form, problem) if of == "venue" else _details(venue),
        new_space=filled if of == "space" else empty,
        new_section=filled if of == "section" else empty,
        new_gate=filled if of == "gate" else empty,
        **found,
    )


def _details(venue: Venue, form: Form | None = None, problem: Problem | None = None) -> Filled:
    stored = {name: getattr(venue, name) for name in (*FIELDS, "version")}
    if isinstance(problem, VersionMismatch):
        return Filled(stored | dict(form or {}) | {"version": venue.version})
    return Filled(stored | dict(form or {}), problem)


def _message(problem: Problem | None, form: Form | None) -> str:
    if problem is None:
        return ""
    if isinstance(problem, VersionMismatch):
        return CHANGED_MEANWHILE
    return message_of(problem, form or {})


async def _list(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    assert visit.access is not None
    scope = visit.access.space_ids

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(limit=LIMIT_MAX)
        venues, _ = await list_venues(uow, window=window)
        spaces, _ = await list_spaces(uow, window=window, scope=scope)
        return {"venues": venues, "space_count": Counter(space.venue_id for space in spaces)}

    return office_page(
        visit,
        "venues.html",
        here="/venues",
        heading="Venues",
        message=_message(problem, form),
        filled=Filled(form or {"timezone": visit.organization.timezone}, problem),
        is_adding=form is not None,
        **await visit.run(read),
    )


async def _ask_to_remove(visit: Visit, venue_id: UUID, message: str = "") -> Response[Any]:
    venue = await visit.run(get_venue, venue_id)
    return confirm_page(
        visit,
        here="/venues",
        heading=f"Remove {venue.name}?",
        crumbs=(VENUES, Crumb(f"/venues/{venue_id}", venue.name)),
        consequences=(
            "The venue goes for good; the log of what was done keeps its name.",
            "Only a venue without spaces, gates, layouts and events can be removed.",
        ),
        label="Remove the venue",
        message=message,
    )


def _values(form: Form) -> dict[str, Any]:
    texts = {name: form[name].strip() for name in FIELDS if name in form}
    if "country_iso2" in texts:
        texts["country_iso2"] = texts["country_iso2"].upper()
    return {
        name: None if not text and name in MAY_BE_UNKNOWN else text for name, text in texts.items()
    }


def _as_tree(spaces: list[Any]) -> list[tuple[int, Any]]:
    """Return the spaces with their depth, each part after the space that it is a part of."""
    known = {space.id for space in spaces}
    parts: dict[UUID | None, list[Any]] = {}
    for space in sorted(spaces, key=lambda space: space.name):
        parent = space.parent_space_id if space.parent_space_id in known else None
        parts.setdefault(parent, []).append(space)

    def walk(parent: UUID | None, depth: int) -> list[tuple[int, Any]]:
        found: list[tuple[int, Any]] = []
        for space in parts.get(parent, []):
            found += [(depth, space), *walk(space.id, depth + 1)]
        return found

    return walk(None, 0)


def _require_whole_house(visit: Visit) -> None:
    assert visit.access is not None
    require_whole_house(visit.access.space_ids)


handlers = [
    show_venues,
    add_venue,
    show_venue,
    change_venue,
    ask_to_remove_venue,
    remove_the_venue,
]
