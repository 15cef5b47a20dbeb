"""The public pages: the houses, and what is on in one."""

from datetime import datetime
from typing import Any

from litestar import Response

from houseful.accounts import organization_names
from houseful.events import upcoming_events
from houseful.kernel.database import UnitOfWork
from houseful.kernel.money import Money
from houseful.ticketing import OfferView, load_offers, offer_view
from houseful.web.guards import Anybody, Shop
from houseful.web.pages import show
from houseful.web.templating import page
from houseful.web.visits import Visit


@show("/", Anybody())
async def show_home(visit: Visit) -> Response[Any]:
    """Show every house."""
    houses = await visit.database.run(None, organization_names)
    return page(visit, "shop/home.html", houses=houses)


@show("/{organization:str}", Shop())
async def show_house(visit: Visit) -> Response[Any]:
    """Show what is on."""

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        events = await upcoming_events(uow)
        offers = await load_offers(uow, events)
        views = {event_id: offer_view(offer, uow.now) for event_id, offer in offers.items()}
        return {"events": events, "offers": views}

    return page(visit, "shop/house.html", **await visit.run(read), cheapest=cheapest, opens=opens)


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
