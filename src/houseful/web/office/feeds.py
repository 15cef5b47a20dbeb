"""Calendar feeds: secret addresses that other calendar programs subscribe to."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.hire.feeds.schemas import FeedView, NewFeed
from houseful.hire.feeds.service import create_feed, get_feed, list_feeds, revoke_feed
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem
from houseful.venues import active_spaces, list_venues
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of, read_body
from houseful.web.office.shell import Crumb, back_to, confirm_page, office_page
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/feeds"
ONE = PATH + "/{feed_id:uuid}/revoke"
DETAILS = (
    ("busy", "only that it is busy"),
    ("titles", "the titles"),
    ("full", "titles and purposes"),
)


@show(PATH, Office("venue.feeds.read", module="venue"))
async def show_feeds(visit: Visit) -> Response[Any]:
    """Show the feeds, the newest first."""
    return await _feeds(visit)


@act(PATH, Office("venue.feeds.create", module="venue"))
async def add_feed(visit: Visit) -> Response[Any]:
    """Make a feed, and show its address, this once."""
    form = await visit.form()
    venue_id, _, space_id = form.get("of", "").partition(":")
    values = {"venue_id": venue_id, "space_id": space_id or None}
    values |= {name: form.get(name, "").strip() for name in ("name", "detail")}
    try:
        data = read_body(NewFeed, values)
        base_url = visit.settings.base_url
        feed = await visit.run(create_feed, data, base_url, scope=visit.space_ids)
    except Problem as problem:
        return await _feeds(visit, form=form, problem=problem)
    return await _feeds(visit, made=feed)


@show(ONE, Office("venue.feeds.delete", module="venue"))
async def ask_to_revoke(visit: Visit, feed_id: UUID) -> Response[Any]:
    """Ask before an address is revoked."""
    feed = await visit.run(get_feed, feed_id, scope=visit.space_ids)
    return _ask(visit, feed.name)


@act(ONE, Office("venue.feeds.delete", module="venue"))
async def revoke(visit: Visit, feed_id: UUID) -> Response[Any]:
    """Let the address lead nowhere from now on."""
    await visit.form()
    await visit.run(revoke_feed, feed_id, scope=visit.space_ids)
    return back_to(visit, "/feeds", "The address leads nowhere from now on.")


def _ask(visit: Visit, name: str) -> Response[Any]:
    return confirm_page(
        visit,
        here="/feeds",
        heading=f"Revoke {name}?",
        crumbs=(Crumb("/feeds", "Calendar feeds"),),
        consequences=(
            "Whoever subscribed to it gets no more news.",
            "The address cannot be brought back; a new feed has another one.",
        ),
        label="Revoke",
    )


async def _feeds(
    visit: Visit,
    *,
    form: Form | None = None,
    problem: Problem | None = None,
    made: FeedView | None = None,
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        feeds, _ = await list_feeds(
            uow, window=Window(limit=LIMIT_MAX, is_newest_first=True), scope=visit.space_ids
        )
        venues, _ = await list_venues(uow, window=Window(limit=LIMIT_MAX))
        spaces = await active_spaces(uow, scope=visit.space_ids)
        whole = [] if visit.space_ids is not None else [(f"{v.id}:", v.name) for v in venues]
        parts = [(f"{space.venue_id}:{space.id}", space.name) for space in spaces]
        names = {v.id: v.name for v in venues} | {space.id: space.name for space in spaces}
        return {"feeds": feeds, "choices": [*whole, *parts], "names": names}

    found = await visit.run(read)
    typed = form if form is not None else Form([])
    return office_page(
        visit,
        "feeds.html",
        here="/feeds",
        heading="Calendar feeds",
        message=message_of(problem, typed) if problem else "",
        filled=Filled(typed, problem),
        details=DETAILS,
        made=made,
        **found,
    )


handlers = [show_feeds, add_feed, ask_to_revoke, revoke]
