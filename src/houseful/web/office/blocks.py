"""Time that is kept free of everything: repairs, holidays, a polished floor."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.calendar import NewBlock, create_block
from houseful.calendar.queries import list_blocks
from houseful.calendar.service import remove_block
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, Problem
from houseful.venues import Space, Venue, active_spaces, list_venues
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of, read_body
from houseful.web.office.shell import back_to, office_page
from houseful.web.office.wishes import read_instant
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/blocks"


@show(PATH, Office("venue.availability.read", module="venue"))
async def show_blocks(visit: Visit) -> Response[Any]:
    """Show what is kept free from now on."""
    return await _blocks(visit)


@act(PATH, Office("venue.availability.create", module="venue"))
async def add_block(visit: Visit) -> Response[Any]:
    """Keep a space free for a time."""
    form = await visit.form()

    async def add(uow: UnitOfWork) -> Space:
        spaces, venues = await _house(uow, visit)
        space = spaces.get(form.get("space_id", ""))
        if space is None:
            raise Invalid.at("/spaceId", "Please choose one.")
        zone = venues[space.venue_id].timezone
        data = read_body(
            NewBlock,
            {
                "space_id": str(space.id),
                "starts_at": read_instant(form, "starts_at", zone).isoformat(),
                "ends_at": read_instant(form, "ends_at", zone).isoformat(),
                "reason": form.get("reason", "").strip(),
                "firm": "firm" in form,
            },
        )
        await create_block(uow, data, scope=visit.space_ids)
        return space

    try:
        space = await visit.run(add)
    except Problem as problem:
        return await _blocks(visit, form=form, problem=problem)
    return back_to(visit, "/blocks", f"{space.name} is kept free.")


@act(PATH + "/{block_id:uuid}/remove", Office("venue.availability.delete", module="venue"))
async def take_block_away(visit: Visit, block_id: UUID) -> Response[Any]:
    """Let the space be had again."""
    await visit.form()
    await visit.run(remove_block, block_id, scope=visit.space_ids)
    return back_to(visit, "/blocks", "The space can be had again.")


async def _blocks(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        spaces, venues = await _house(uow, visit)
        blocks, _ = await list_blocks(
            uow, window=Window(limit=LIMIT_MAX), from_at=uow.now, scope=visit.space_ids
        )
        by_id = {space.id: space for space in spaces.values()}
        shown = [
            (block, by_id[block.space_id], venues[by_id[block.space_id].venue_id])
            for block in sorted(blocks, key=lambda block: block.starts_at)
            if block.space_id in by_id
        ]
        return {"blocks": shown, "spaces": list(spaces.values())}

    found = await visit.run(read)
    typed = dict(form) if form is not None else {"firm": "yes"}
    return office_page(
        visit,
        "blocks.html",
        here="/blocks",
        heading="Kept free",
        message=message_of(problem, typed) if problem else "",
        filled=Filled(typed, problem),
        **found,
    )


async def _house(uow: UnitOfWork, visit: Visit) -> tuple[dict[str, Space], dict[UUID, Venue]]:
    spaces = await active_spaces(uow, scope=visit.space_ids)
    venues, _ = await list_venues(uow, window=Window(limit=LIMIT_MAX))
    return {str(space.id): space for space in spaces}, {venue.id: venue for venue in venues}


handlers = [show_blocks, add_block, take_block_away]
