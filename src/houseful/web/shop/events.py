"""The page of an event: what it is, and its places to choose from."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.events import Offer, ShownEvent, event_json_ld, find_public_event
from houseful.kernel.problems import Problem
from houseful.ticketing import SeatTaken, Wish, WrongHoldToken, show_basket
from houseful.web.guards import Shop
from houseful.web.pages import show, told
from houseful.web.shop.choosing import Choice, read_choice
from houseful.web.shop.holding import HeldBasket, held_by
from houseful.web.shop.pages import opens
from houseful.web.templating import page
from houseful.web.visits import Visit

SectionName = Annotated[str, QueryParameter(max_length=200)]


@show("/{organization:str}/{event:str}", Shop())
async def show_event(visit: Visit, event: str, section: SectionName = "") -> Response[Any]:
    """Show an event; `section` opens one of its sections in the list of seats."""
    return await event_page(visit, await visit.run(find_public_event, event), section=section)


async def event_page(
    visit: Visit,
    event: ShownEvent,
    *,
    section: str = "",
    problem: Problem | None = None,
    wish: Wish | None = None,
) -> Response[Any]:
    """Render an event's page, with what went wrong and what was chosen when that is the reason."""
    house_url = f"{visit.settings.base_url}/{visit.organization.slug}"
    held = await find_basket(visit, event.id)
    choice = await read_choice(visit, event, section)
    return page(
        visit,
        "shop/event.html",
        status=problem.status if problem else 200,
        event=event,
        zone=event.timezone or visit.organization.timezone,
        choice=choice,
        opens_at=opens(choice.offer) if choice else None,
        held=held,
        places=_places(wish, held),
        chosen={seat: wish.types.get(seat) for seat in wish.seats} if wish else {},
        has_wheelchair=bool(wish and wish.has_wheelchair),
        message=told(problem) if problem else "",
        lost=sorted(wish.seats) if wish and isinstance(problem, SeatTaken) else [],
        structured_data=event_json_ld(
            event,
            url=f"{house_url}/{event.slug}",
            organizer=visit.organization.name,
            organizer_url=house_url,
            offers=_offers(choice, f"{house_url}/{event.slug}") if choice else (),
        ),
    )


async def find_basket(visit: Visit, event_id: UUID) -> HeldBasket | None:
    """Return what the visitor holds at the event, as long as it is held."""
    held = held_by(visit, event_id)
    if held is None:
        return None
    try:
        basket = await show_basket(visit.database, visit.organization_id, held.hold_id, held.token)
    except WrongHoldToken:
        return None
    is_mine = basket.event_id == event_id and basket.status == "active" and basket.lines
    return HeldBasket(held, basket) if is_mine else None


def _offers(choice: Choice, url: str) -> list[Offer]:
    """Return what search engines are told of the tickets: each type at its lowest price."""
    return [
        Offer(
            name=kind.name,
            price=min(kind.prices.values(), key=lambda price: price.amount),
            url=url,
            is_available=kind.sale_state == "on_sale" and kind.available != 0,
            valid_from=kind.sale_starts_at,
        )
        for kind in choice.offer.ticket_types
        if kind.prices
    ]


def _places(wish: Wish | None, held: HeldBasket | None) -> dict[UUID, int]:
    """Return how many places of each ticket type the form begins with."""
    if wish is not None:
        return {pool.ticket_type_id: pool.quantity for pool in wish.pools}
    return held.places if held is not None else {}


handlers = [show_event]
