"""The basket: what a visitor holds at an event, until when, and for how much."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.response import Redirect

from houseful.events import ShownEvent, find_public_event
from houseful.kernel.money import Money
from houseful.kernel.problems import Problem
from houseful.ticketing import (
    BasketView,
    HoldOver,
    OfferedType,
    OfferView,
    TakenHold,
    Wish,
    WrongHoldToken,
    change_hold,
    extend_hold,
    hold_instead,
    load_offer,
    lost_seats,
    offer_view,
    order_of_hold,
    read_hold,
    release_hold,
    show_basket,
    take_hold,
)
from houseful.web.guards import Shop
from houseful.web.pages import act, show, told
from houseful.web.shop.choosing import read_lost, read_wish
from houseful.web.shop.events import event_page
from houseful.web.shop.holding import Held, forget, held_by, remember
from houseful.web.templating import page
from houseful.web.visits import Visit

PATH = "/{organization:str}/{event:str}/basket"


class PlaceLine(msgspec.Struct, frozen=True):
    """So many places without numbers, of one ticket type."""

    ticket_type_id: UUID
    name: str
    quantity: int
    unit: Money
    total: Money


@show(PATH, Shop())
async def show_held(visit: Visit, event: str) -> Response[Any]:
    """Show what is held; what was ordered meanwhile is shown as the order."""
    return await basket_page(visit, await visit.run(find_public_event, event))


@act(PATH, Shop())
async def fill(visit: Visit, event: str) -> Response[Any]:
    """Hold what was chosen on the event's page, beside what is held already."""
    form = await visit.form()
    shown = await visit.run(find_public_event, event)
    wish = Wish()
    try:
        wish = read_wish(form, await _offer(visit, shown))
        if "as_good" in form:
            taken = await _hold_as_good(visit, shown, wish, read_lost(form))
        else:
            taken = await _hold(visit, shown, wish)
    except Problem as problem:
        return await event_page(visit, shown, problem=problem, wish=wish)
    answer = _to_basket(visit, shown)
    remember(visit, answer, shown.id, Held(taken.state.id, taken.token))
    return answer


@act(PATH + "/change", Shop())
async def change(visit: Visit, event: str) -> Response[Any]:
    """Take seats out, and change ticket types and numbers of places."""
    form = await visit.form()
    shown = await visit.run(find_public_event, event)
    held = held_by(visit, shown.id)
    if held is None:
        return _to_basket(visit, shown)
    tenant, removed = visit.organization_id, form.get("remove", "")
    try:
        wish = read_wish(form, await _offer(visit, shown))
        state = await change_hold(
            visit.database,
            tenant,
            held.hold_id,
            held.token,
            Wish(
                seats=[seat for seat in wish.types if str(seat) != removed],
                types=wish.types,
                pools=wish.pools,
            ),
            give_back=[seat for seat in wish.seats if str(seat) == removed],
        )
    except Problem as problem:
        return await basket_page(visit, shown, problem=problem)
    if not state.seats and not state.pools:
        return await _give_back(visit, shown, held)
    return _to_basket(visit, shown)


@act(PATH + "/extend", Shop())
async def extend(visit: Visit, event: str) -> Response[Any]:
    """Give the basket its full time again, as often as its cap allows."""
    await visit.form()
    shown = await visit.run(find_public_event, event)
    held = held_by(visit, shown.id)
    if held is not None:
        try:
            await extend_hold(visit.database, visit.organization_id, held.hold_id, held.token)
        except Problem as problem:
            return await basket_page(visit, shown, problem=problem)
    return _to_basket(visit, shown)


@act(PATH + "/release", Shop())
async def release(visit: Visit, event: str) -> Response[Any]:
    """Give everything back."""
    await visit.form()
    shown = await visit.run(find_public_event, event)
    held = held_by(visit, shown.id)
    if held is None:
        return _to_basket(visit, shown)
    try:
        return await _give_back(visit, shown, held)
    except Problem as problem:
        return await basket_page(visit, shown, problem=problem)


async def basket_page(
    visit: Visit, event: ShownEvent, *, problem: Problem | None = None
) -> Response[Any]:
    """Render the basket, or go to the order that it became."""
    held = held_by(visit, event.id)
    basket = await _read(visit, held) if held else None
    if held is not None and basket is not None:
        order_id = await visit.run(order_of_hold, held.hold_id, held.token)
        if order_id is not None:
            return order_redirect(visit, order_id)
        if basket.status != "active":
            basket = None
    is_over = held is not None and basket is None
    answer = page(
        visit,
        "shop/basket.html",
        status=problem.status if problem else 200,
        event=event,
        zone=event.timezone or visit.organization.timezone,
        basket=basket,
        is_over=is_over,
        seats=[line for line in basket.lines if line.seat_number is not None] if basket else [],
        places=place_lines(basket) if basket else [],
        kinds=kinds_by_category(await _offer(visit, event)) if basket else {},
        message=told(problem) if problem else "",
    )
    if is_over:
        forget(visit, answer, event.id)
    return answer


def order_redirect(visit: Visit, order_id: UUID) -> Response[Any]:
    """Send the browser to an order that it may see."""
    token = order_token(visit, order_id)
    path = f"/{visit.organization.slug}/orders/{order_id}?token={token}"
    return Redirect(path, status_code=303)


def order_token(visit: Visit, order_id: UUID) -> str:
    """Return the token of an order's link."""
    return visit.vault.order_token(order_id)


def kinds_by_category(offer: OfferView) -> dict[str, list[OfferedType]]:
    """Return the ticket types that a seat of each category can be bought as."""
    kinds: dict[str, list[OfferedType]] = {}
    for kind in offer.ticket_types:
        if kind.pool_id is None and kind.sale_state == "on_sale":
            for key in kind.prices:
                kinds.setdefault(key, []).append(kind)
    return kinds


def place_lines(basket: BasketView) -> list[PlaceLine]:
    """Return the places without numbers, one line a ticket type."""
    lines: dict[UUID, PlaceLine] = {}
    for line in basket.lines:
        if line.seat_number is None:
            before = lines.get(line.ticket_type_id)
            quantity = (before.quantity if before else 0) + 1
            total = line.total.amount + (before.total.amount if before else 0)
            lines[line.ticket_type_id] = PlaceLine(
                line.ticket_type_id,
                line.ticket_type_name,
                quantity,
                line.total,
                Money(total, line.total.currency),
            )
    return list(lines.values())


async def _hold(visit: Visit, event: ShownEvent, wish: Wish) -> TakenHold:
    """Add to what is held, or begin anew when that is over."""
    held = held_by(visit, event.id)
    tenant = visit.organization_id
    if held is not None:
        try:
            state = await change_hold(visit.database, tenant, held.hold_id, held.token, wish)
            return TakenHold(state, held.token)
        except (HoldOver, WrongHoldToken):
            pass
    return await take_hold(visit.database, tenant, event.id, wish)


async def _hold_as_good(
    visit: Visit, event: ShownEvent, wish: Wish, numbers: list[int]
) -> TakenHold:
    """Hold places as good as those that somebody else got, beside what is held already."""
    database, tenant = visit.database, visit.organization_id
    held = held_by(visit, event.id)
    seats = list(dict.fromkeys([*wish.seats, *numbers]))
    lost = await lost_seats(database, tenant, event.id, seats, wish.types)
    pools = [pool for pool in wish.pools if pool.quantity]
    if held is not None:
        try:
            state = await visit.run(read_hold, held.hold_id, held.token)
            beside = TakenHold(state, held.token)
            return await hold_instead(database, tenant, event.id, lost, pools=pools, beside=beside)
        except (HoldOver, WrongHoldToken):
            pass
    return await hold_instead(database, tenant, event.id, lost, pools=pools)


async def _give_back(visit: Visit, event: ShownEvent, held: Held) -> Response[Any]:
    await release_hold(visit.database, visit.organization_id, held.hold_id, held.token)
    answer = Redirect(f"/{visit.organization.slug}/{event.slug}", status_code=303)
    forget(visit, answer, event.id)
    return answer


async def _read(visit: Visit, held: Held) -> BasketView | None:
    try:
        return await show_basket(visit.database, visit.organization_id, held.hold_id, held.token)
    except WrongHoldToken:
        return None


async def _offer(visit: Visit, event: ShownEvent) -> OfferView:
    return offer_view(await visit.run(load_offer, event.id), visit.database.clock.now())


def _to_basket(visit: Visit, event: ShownEvent) -> Response[Any]:
    return visit.keep(Redirect(f"/{visit.organization.slug}/{event.slug}/basket", status_code=303))


handlers = [show_held, fill, change, extend, release]
