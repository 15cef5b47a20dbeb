"""Deals: draft, offer, accept; and what a night would come to, drawn as one types."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response

from houseful.events import list_events
from houseful.hire.deals import queries, service
from houseful.hire.deals.models import Deal
from houseful.hire.deals.schemas import Answer, DealView, NewDeal, NewVersion, WhatIf
from houseful.hire.deals.terms import DealTerms
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, Problem
from houseful.web.office.deal_terms import read_terms, rows_of, write_terms_form
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_id,
    read_number,
)
from houseful.web.office.papers import NEWEST, WholeHouse, ask_once, booking_titles, do_and_go
from houseful.web.office.plots import Plot, plot
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.templating import fragment, money
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/deals"
ONE = PATH + "/{deal_id:uuid}"
DEALS = Crumb("/deals", "Deals")
SHAPES = (
    ("flat", "Flat rent"),
    ("guarantee", "Guarantee"),
    ("percentage", "Percentage"),
    ("versus", "Guarantee versus percentage"),
    ("plus", "Guarantee plus percentage over the split point"),
    ("door", "Door: percentage of the net gross"),
    ("per_ticket", "Per ticket"),
)
PARTIES = (("promoter", "The promoter"), ("venue", "The venue"))
BEARERS = (("show", "The show"), *PARTIES)
BASES = (
    ("net", "Net gross less expenses"),
    ("net_gross", "Net gross (NBOR)"),
    ("adjusted_gross", "Adjusted gross"),
    ("gross", "Gross receipts"),
)
BASE_NAMES = {key: title[0].lower() + title[1:] for key, title in BASES}
SOLD_MAX = 200_000
POINTS = 60
FIRST_LOOK = {"price": "35.00", "capacity": "1000"}


@show(PATH, WholeHouse("venue.deals.read", module="venue"))
async def show_deals(visit: Visit) -> Response[Any]:
    """Show the deals, the newest first, and the form to draft one."""
    return await _deals(visit)


@act(PATH, WholeHouse("venue.deals.create", module="venue"))
async def draft_deal(visit: Visit) -> Response[Any]:
    """Draft a deal on a booking or an event."""
    form = await visit.form()
    try:
        kind, _, chosen = form.get("about", "").partition(":")
        subject = read_id(chosen, "/about")
        title = form.get("title", "").strip()
        if not title:
            raise Invalid.at("/title", "Please fill this in.")
        data = NewDeal(title=title, terms=read_terms(form, visit.organization.currency))
        data.booking_id = subject if kind == "booking" else None
        data.event_id = subject if kind == "event" else None
        deal: Deal = await visit.run(service.create_deal, data)
    except Problem as problem:
        return await _deals(visit, form=form, problem=problem)
    path = f"/deals/{deal.id}?{urlencode(_look(form))}"
    return back_to(visit, path, "The deal is a draft: nobody has seen it yet.")


@show(ONE, WholeHouse("venue.deals.read", module="venue"))
async def show_deal(visit: Visit, deal_id: UUID) -> Response[Any]:
    """Show a deal, its versions, and what it would come to."""
    return await _deal(visit, deal_id)


@act(ONE + "/terms", WholeHouse("venue.deals.update", module="venue"))
async def write_terms(visit: Visit, deal_id: UUID) -> Response[Any]:
    """Write other terms: a new version, which supersedes the one before."""
    form = await visit.form()
    try:
        deal: Deal = await visit.run(queries.get_deal, deal_id)
        terms = read_terms(form, DealView.of(deal).terms.currency)
        await visit.run(
            service.revise_deal, deal_id, NewVersion(terms=terms, note=form.get("note", ""))
        )
    except Problem as problem:
        return await _deal(visit, deal_id, form=form, problem=problem)
    path = f"/deals/{deal_id}?{urlencode(_look(form))}"
    return back_to(visit, path, "The new version is a draft.")


@act(ONE + "/offer", WholeHouse("venue.deals.offer", module="venue"))
async def offer_deal(visit: Visit, deal_id: UUID) -> Response[Any]:
    """Put the terms before the other party."""
    deal: Deal = await visit.run(queries.get_deal, deal_id)
    asked = await ask_once(
        visit,
        crumbs=(DEALS, Crumb(f"/deals/{deal_id}", deal.title)),
        label="Offer the deal",
        consequences=["Its terms stay as they are from then on: others are a new version."],
    )
    notice = "The deal is offered: its terms stay as they are."
    return asked or await do_and_go(visit, f"/deals/{deal_id}", notice, service.offer_deal, deal_id)


@act(ONE + "/accept", WholeHouse("venue.deals.accept", module="venue"))
async def accept_deal(visit: Visit, deal_id: UUID) -> Response[Any]:
    """Note that both agree."""
    await visit.form()
    path, notice = f"/deals/{deal_id}", "Both parties agree."
    return await do_and_go(visit, path, notice, service.accept_deal, deal_id, Answer())


@act(ONE + "/decline", WholeHouse("venue.deals.accept", module="venue"))
async def decline_deal(visit: Visit, deal_id: UUID) -> Response[Any]:
    """Note that the other party does not agree."""
    await visit.form()
    path, notice = f"/deals/{deal_id}", "The deal was declined: a new version can be offered."
    return await do_and_go(visit, path, notice, service.decline_deal, deal_id, Answer())


@act(PATH + "/what-if", WholeHouse("venue.deals.read", module="venue"))
async def plot_what_if(visit: Visit) -> Response[str]:
    """Answer the plot of the terms that a form holds, for the page to show as one types."""
    form = await visit.form()
    currency = form.get("currency", "") or visit.organization.currency
    try:
        drawn, message = _what_if(visit, read_terms(form, currency), _look(form)), ""
    except Problem as problem:
        drawn, message = None, told(problem)
    html = fragment(visit, "office/deal_plot.html", drawn=drawn, message=message)
    return Response(html, media_type="text/html", headers={"cache-control": "no-store"})


class _Drawn(msgspec.Struct, frozen=True):
    """A plot with the rows that say the same as a table."""

    plot: Plot
    currency: str
    price_minor: int
    points: list[Any]


def _look(given: Mapping[str, str]) -> dict[str, str]:
    """Return at which price, and of how many tickets at most, it is reckoned."""
    return {name: given.get(name, "").strip() or usual for name, usual in FIRST_LOOK.items()}


def _what_if(visit: Visit, terms: DealTerms, look: Mapping[str, str]) -> _Drawn:
    currency = terms.currency
    price = read_amount(look["price"], currency, "/price")
    capacity = max(1, read_number(look["capacity"], "/capacity", maximum=SOLD_MAX))
    sold = sorted({capacity * step // POINTS for step in range(POINTS + 1)})
    points = queries.plot(terms, WhatIf(price_minor=price, sold=sold)).points
    series = [
        ("The promoter", "promoter", [point.promoter_minor for point in points]),
        ("The venue", "venue", [point.venue_minor for point in points]),
    ]

    def write(value: int) -> str:
        return money(value, currency, visit.organization.locale)

    rows = [points[place * (len(points) - 1) // 6] for place in range(7)]
    return _Drawn(plot(sold, series, write=write), currency, price, rows)


async def _deals(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        deals, _ = await queries.list_deals(uow, window=NEWEST)
        events, _ = await list_events(uow, window=NEWEST)
        bookings = await booking_titles(uow)
        return {
            "deals": [DealView.of(deal) for deal in deals],
            "bookings": bookings,
            "events": {event.id: event.name for event in events},
            "abouts": [
                *((f"booking:{key}", f"Booking: {title}") for key, title in bookings.items()),
                *((f"event:{event.id}", f"Event: {event.name}") for event in events),
            ],
        }

    chosen = visit.request.query_params.get("booking_id", "")
    about = {"about": f"booking:{chosen}"} if chosen else {}
    values: Any = form or {
        "shape": "versus",
        "payee": "promoter",
        "base": "net",
        **about,
        **FIRST_LOOK,
    }
    return office_page(
        visit,
        "deals.html",
        here="/deals",
        heading="Deals",
        message=message_of(problem, values) if problem else "",
        filled=Filled(values, problem),
        is_drafting=problem is not None or bool(chosen),
        **_choices(values),
        **await visit.run(read),
    )


async def _deal(
    visit: Visit, deal_id: UUID, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    view = DealView.of(await visit.run(queries.get_deal, deal_id))
    look = _look(dict(visit.request.query_params) if form is None else form)
    values: Any = form or (write_terms_form(view.terms) | look)
    try:
        drawn, message_of_plot = _what_if(visit, view.terms, look), ""
    except Invalid as fault:
        drawn, message_of_plot = None, told(fault)
    return office_page(
        visit,
        "deal.html",
        here="/deals",
        heading=view.title,
        crumbs=(DEALS,),
        message=message_of(problem, values) if problem else "",
        deal=view,
        drawn=drawn,
        look=look,
        filled=Filled(values, problem),
        is_revising=problem is not None,
        message_of_plot=message_of_plot,
        shape_names=dict(SHAPES),
        base_names=BASE_NAMES,
        **_choices(values),
    )


def _choices(values: Any) -> dict[str, Any]:
    return {
        "shapes": SHAPES,
        "parties": PARTIES,
        "bases": BASES,
        "bearers": BEARERS,
        "rows": rows_of(values),
    }


handlers = [
    show_deals,
    draft_deal,
    show_deal,
    write_terms,
    offer_deal,
    accept_deal,
    decline_deal,
    plot_what_if,
]
