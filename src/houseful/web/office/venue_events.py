"""The venue's events: references to promoters' shows, and places held for promoters elsewhere."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.hire.deposits.queries import deposits_of, finance_status
from houseful.hire.venue_events import queries, service
from houseful.hire.venue_events.asking import known_promoter_event
from houseful.hire.venue_events.schemas import LinkPromoter, NewVenueEvent, VenueEventView
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem
from houseful.web.office.forms import Filled, message_of, read_body
from houseful.web.office.papers import NEWEST, WholeHouse, booking_titles
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/venue-events"
ONE = PATH + "/{venue_event_id:uuid}"
VENUE_EVENTS = Crumb("/venue-events", "Hired nights")
TEXTS = ("title", "placeholder_promoter_name", "placeholder_promoter_email", "placeholder_notes")


@show(PATH, WholeHouse("venue.events.read", module="venue"))
async def show_venue_events(visit: Visit) -> Response[Any]:
    """Show the references and the placeholders, the newest first."""
    return await _events(visit)


@act(PATH, WholeHouse("venue.events.create", module="venue"))
async def add_venue_event(visit: Visit) -> Response[Any]:
    """Refer to a promoter's show, or hold its place."""
    form = await visit.form()
    promoter_event_id = form.get("promoter_event_id", "").strip()
    try:
        values: dict[str, Any] = {name: form.get(name, "").strip() for name in TEXTS}
        if promoter_event_id:
            found_id = await known_promoter_event(visit, promoter_event_id)
            values = {"title": values["title"], "promoter_event_id": found_id}
        else:
            values["placeholder"] = True
        made = await visit.run(service.create_venue_event, read_body(NewVenueEvent, values))
    except Problem as problem:
        return await _events(visit, form=form, problem=problem)
    return back_to(visit, f"/venue-events/{made.event.id}", "The night is in the books.")


@show(ONE, WholeHouse("venue.events.read", module="venue"))
async def show_venue_event(visit: Visit, venue_event_id: UUID) -> Response[Any]:
    """Show one, with its bookings and what finance says of them."""

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        shown = await queries.get_venue_event(uow, venue_event_id)
        deposits = await deposits_of(uow, shown.booking_ids)
        titles = await booking_titles(uow)
        return {
            "event": VenueEventView.of(shown),
            "titles": {one: titles.get(one, "The booking") for one in shown.booking_ids},
            "finance": finance_status(deposits, is_linked=True),
        }

    found = await visit.run(read)
    return office_page(
        visit,
        "venue_event.html",
        here="/venue-events",
        heading=found["event"].title,
        crumbs=(VENUE_EVENTS,),
        **found,
    )


@act(ONE + "/link", WholeHouse("venue.events.link", module="venue"))
async def link_promoter(visit: Visit, venue_event_id: UUID) -> Response[Any]:
    """Say which show a placeholder is, now that its promoter has joined."""
    form = await visit.form()
    path = f"/venue-events/{venue_event_id}"
    try:
        data = read_body(
            LinkPromoter, {"promoter_event_id": form.get("promoter_event_id", "").strip()}
        )
        promoter_event_id = await known_promoter_event(visit, data.promoter_event_id)
        shown = await visit.run(
            service.link_promoter,
            venue_event_id,
            promoter_event_id,
            merge=form.get("merge") == "yes",
        )
    except Problem as problem:
        return back_to(visit, path, f"Not done: {told(problem)}")
    return back_to(visit, f"/venue-events/{shown.event.id}", "The night is linked to its promoter.")


async def _events(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    found, _ = await visit.run(queries.list_venue_events, window=NEWEST)
    values: Any = form or {}
    return office_page(
        visit,
        "venue_events.html",
        here="/venue-events",
        heading="Hired nights",
        message=message_of(problem, values) if problem else "",
        filled=Filled(values, problem),
        is_adding=problem is not None,
        events=[VenueEventView.of(one) for one in found],
    )


handlers = [show_venue_events, add_venue_event, show_venue_event, link_promoter]
