"""The public pages: the houses, and what is on in one."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Response

from houseful.accounts import organization_names
from houseful.events import upcoming_events
from houseful.kernel.database import UnitOfWork
from houseful.kernel.money import Money
from houseful.sessions import SlotFilter, sessions_between
from houseful.ticketing import OfferView, load_offers, offer_view
from houseful.web.guards import Anybody, Shop
from houseful.web.pages import show
from houseful.web.templating import page
from houseful.web.visits import Visit

CLASSES_AHEAD = timedelta(days=7)
CLASSES_SHOWN = 3


@show("/", Anybody())
async def show_home(visit: Visit) -> Response[Any]:
    """Show every house."""
    houses = await visit.database.run(None, organization_names)
    return page(visit, "shop/home.html", houses=houses)


@show("/{organization:str}", Shop())
async def show_house(visit: Visit) -> Response[Any]:
    """Show what is on: the shows, the next classes, and how to hire."""
    modules = visit.access.modules if visit.access is not None else ()

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        events = await upcoming_events(uow)
        offers = await load_offers(uow, events)
        views = {event_id: offer_view(offer, uow.now) for event_id, offer in offers.items()}
        ahead = SlotFilter(from_at=uow.now, until_at=uow.now + CLASSES_AHEAD)
        classes = await sessions_between(uow, ahead) if "sessions" in modules else []
        coming = [one for one in classes if one.is_bookable or one.status == "booked"]
        return {"events": events, "offers": views, "classes": coming[:CLASSES_SHOWN]}

    return page(
        visit,
        "shop/house.html",
        **await visit.run(read),
        is_for_hire="venue" in modules,
        cheapest=cheapest,
        opens=opens,
    )


def cheapest(offer: OfferView) -> Money | None:
    """Return the lowest price that is on sale."""
    prices = [
        price
        for kind in offer.ticket_types
        if kind.sale_state == "on_sale" and kind.available != 0
        for price in kind.prices.values()
    ]
    return min(prices, key=lambda price: price.amount, default=None)


def opens(offer: OfferView) -> datetime | None:
    """Return when the first ticket type comes on sale."""
    starts = [
        kind.sale_starts_at
        for kind in offer.ticket_types
        if kind.sale_state == "not_yet" and kind.sale_starts_at is not None
    ]
    return min(starts, default=None)


handlers = [show_home, show_house]
