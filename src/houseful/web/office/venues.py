"""Venues and their spaces."""

from typing import Any

import msgspec
from litestar import Response
from litestar.response import Redirect

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem
from houseful.venues import (
    NewSpace,
    NewVenue,
    create_space,
    create_venue,
    list_spaces,
    list_venues,
)
from houseful.web.guards import Office
from houseful.web.office.shell import office_page
from houseful.web.pages import act, show
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/venues"


@show(PATH, Office("venue.venues.read", module="venue"))
async def show_venues(visit: Visit) -> Response[Any]:
    """Show venues with their spaces, and the forms to add more."""
    return await _venues(visit)


@act(PATH, Office("venue.venues.create", module="venue"))
async def add_venue(visit: Visit) -> Response[Any]:
    """Add a venue."""
    form = await visit.form()
    return await _add(visit, create_venue, NewVenue, form, ("name", "timezone"))


@act("/office/{organization:str}/spaces", Office("venue.spaces.create", module="venue"))
async def add_space(visit: Visit) -> Response[Any]:
    """Add a space to a venue."""
    form = await visit.form()
    form["venueId"] = form.get("venue", "")
    return await _add(visit, create_space, NewSpace, form, ("name", "code", "venueId"))


async def _add(
    visit: Visit, use_case: Any, kind: Any, form: dict[str, str], names: tuple[str, ...]
) -> Response[Any]:
    try:
        data = msgspec.convert({name: form.get(name, "") for name in names}, kind)
        await visit.run(use_case, data)
    except msgspec.ValidationError as error:
        problem: Problem = Invalid(str(error))
        return await _venues(visit, message=problem.detail)
    except Problem as problem:
        return await _venues(visit, message=problem.detail or problem.title)
    return Redirect(f"/office/{visit.organization.slug}/venues", status_code=303)


async def _venues(visit: Visit, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(limit=LIMIT_MAX)
        venues, _ = await list_venues(uow, window=window)
        spaces, _ = await list_spaces(uow, window=window)
        return {"venues": venues, "spaces": spaces}

    return office_page(
        visit,
        "venues.html",
        here="/venues",
        heading="Venues",
        message=message,
        **await visit.run(read),
    )


handlers = [show_venues, add_venue, add_space]
