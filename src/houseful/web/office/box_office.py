"""The box office: choose, take the money, print. Made for hands that stay on the keyboard."""

from contextlib import suppress
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from houseful.events import ShownEvent, get_event, upcoming_events
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, NotFound, Problem
from houseful.ticketing import (
    BasketView,
    Buyer,
    HoldOver,
    Offer,
    PoolWish,
    SeatPlan,
    ShownOrder,
    TillPayment,
    Wish,
    WrongHoldToken,
    change_hold,
    load_offer,
    load_offers,
    order_of_hold,
    release_hold,
    sales_figures,
    seat_boards,
    seat_plan,
    sell_held,
    show_basket,
    show_order,
    take_hold,
)
from houseful.web.guards import Office
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_body,
    read_id,
    write_amount,
)
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.office.till import (
    CHANNEL,
    kinds_by_category,
    kinds_on_sale,
    place_lines,
    pool_choices,
    read_wish,
    sections_of,
    stored_hold,
)
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/box-office"
TILL = PATH + "/{event_id:uuid}"
BOX_OFFICE = Crumb("/box-office", "Sell")
KEPT_SECONDS = 3600
SELL = Office("ticketing.orders.sell", module="ticketing")
SELLING_STATES = ("published", "live")

Tendered = Annotated[int | None, QueryParameter(ge=0, le=10**12)]


class WalkIn(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Who buys over the counter, if they say so."""

    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    email: Annotated[
        str, msgspec.Meta(max_length=254, pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")
    ] = ""


@show(PATH, SELL)
async def show_events(visit: Visit) -> Response[Any]:
    """Show what can be sold now, the soonest first."""

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        events = [one for one in await upcoming_events(uow) if one.status in SELLING_STATES]
        offers = await load_offers(uow, events)
        ids = [event.id for event in events if event.id in offers]
        return {
            "events": [event for event in events if event.id in offers],
            "figures": await sales_figures(uow, ids) if ids else {},
        }

    return office_page(
        visit, "box_office.html", here="/box-office", heading="Sell", **await visit.run(read)
    )


@show(TILL, SELL)
async def show_till(visit: Visit, event_id: UUID) -> Response[Any]:
    """Show the till of an event: what to choose, and what this sale holds."""
    return await _till(visit, event_id)


@act(TILL, SELL)
async def add(visit: Visit, event_id: UUID) -> Response[Any]:
    """Hold what was chosen, beside what this sale holds already."""
    form = await visit.form()
    try:
        offer: Offer = await visit.run(load_offer, event_id)
        plan = await _plan(visit, offer)
        held = _held(visit, event_id)
        wish = read_wish(form, offer, plan, await _basket(visit, event_id))
        hold_id, token = await _hold(visit, event_id, held, wish)
    except Problem as problem:
        return await _till(visit, event_id, form=form, problem=problem)
    answer = back_to(visit, f"/box-office/{event_id}#sale")
    _remember(visit, answer, event_id, f"{hold_id}.{token}")
    return answer


@act(TILL + "/change", SELL)
async def change(visit: Visit, event_id: UUID) -> Response[Any]:
    """Change ticket types, or take something out of the sale."""
    form = await visit.form()
    held, basket = _held(visit, event_id), await _basket(visit, event_id)
    if held is None or basket is None:
        return back_to(visit, f"/box-office/{event_id}")
    removed = form.get("remove", "")
    try:
        wish = _changed(form, basket, removed)
        gone = [line.seat_number for line in basket.lines if str(line.seat_number) == removed]
        state = await change_hold(
            visit.database,
            visit.organization_id,
            *held,
            wish,
            give_back=[number for number in gone if number is not None],
        )
    except Problem as problem:
        return await _till(visit, event_id, form=form, problem=problem)
    if not state.seats and not state.pools:
        return await _clear(visit, event_id)
    return back_to(visit, f"/box-office/{event_id}#sale")


@act(TILL + "/clear", SELL)
async def clear(visit: Visit, event_id: UUID) -> Response[Any]:
    """Give everything back, and begin anew."""
    await visit.form()
    return await _clear(visit, event_id)


@act(TILL + "/sell", SELL)
async def sell(visit: Visit, event_id: UUID) -> Response[Any]:
    """Take the money, and issue the tickets; sent twice, it sells once."""
    form = await visit.form()
    held = _held(visit, event_id)
    if held is None:
        return back_to(visit, f"/box-office/{event_id}")
    try:
        walk_in = read_body(
            WalkIn, {name: form.get(name, "").strip() for name in ("name", "email")}
        )
        payment: TillPayment = "card_terminal" if form.get("payment") == "card" else "cash"
        tendered = await _tendered(visit, event_id, form, payment)
        order = await visit.run(
            sell_held,
            visit.vault,
            *held,
            Buyer(name=walk_in.name, email=walk_in.email, locale=visit.organization.locale[:2]),
            payment=payment,
            reference=form.get("reference", "").strip()[:80],
        )
    except Problem as problem:
        return await _till(visit, event_id, form=form, problem=problem)
    query = f"?tendered={tendered}" if tendered is not None else ""
    answer = back_to(visit, f"/box-office/{event_id}/sold/{order.id}{query}")
    _remember(visit, answer, event_id, "")
    return answer


@show(TILL + "/sold/{order_id:uuid}", SELL)
async def show_sold(
    visit: Visit, event_id: UUID, order_id: UUID, tendered: Tendered = None
) -> Response[Any]:
    """Show what is to be handed over: the change, and the tickets."""
    shown: ShownOrder = await visit.run(show_order, order_id)
    if shown.order.event_id != event_id:
        raise NotFound
    return office_page(
        visit,
        "sold.html",
        here="/box-office",
        heading="Sold",
        crumbs=(BOX_OFFICE, Crumb(f"/box-office/{event_id}", shown.event.name)),
        order=shown.order,
        event=shown.event,
        lines=shown.lines,
        tendered=tendered,
        change_due=max(0, tendered - shown.order.total) if tendered is not None else None,
    )


async def _till(
    visit: Visit,
    event_id: UUID,
    *,
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    event: ShownEvent = await visit.run(get_event, event_id)
    offer: Offer = await visit.run(load_offer, event_id)
    plan = await _plan(visit, offer)
    board = await seat_boards(visit.database).fresh(visit.organization_id, event_id, at_once=True)
    now = visit.database.clock.now()
    kinds = kinds_on_sale(offer, now)
    had = _held(visit, event_id)
    basket = await _basket(visit, event_id)
    values: dict[str, Any] = {"payment": "cash"} | dict(form or {})
    answer = office_page(
        visit,
        "till.html",
        here="/box-office",
        heading=event.name,
        crumbs=(BOX_OFFICE,),
        message=message_of(problem, values) if problem else "",
        filled=Filled(values, problem),
        event=event,
        zone=event.timezone or visit.organization.timezone,
        offer=offer,
        currency=offer.sale.currency,
        layout_id=offer.sale.layout_id if plan is not None else None,
        is_selling=event.status in SELLING_STATES and bool(kinds),
        sections=sections_of(plan, board) if plan is not None else [],
        has_spaces=plan is not None and any(one.accessible for one in plan.places.values()),
        seat_kinds=[kind for kind in kinds if kind.pool_id is None],
        by_category=kinds_by_category(offer, kinds),
        pools=pool_choices(offer, kinds, board.areas),
        basket=basket,
        seats=[line for line in basket.lines if line.seat_number is not None] if basket else [],
        places=place_lines(basket) if basket else [],
        due=write_amount(basket.total.amount, offer.sale.currency) if basket else "",
        is_over=had is not None and basket is None and problem is None,
    )
    if had is not None and basket is None:
        _remember(visit, answer, event_id, "")
    return answer


async def _hold(
    visit: Visit, event_id: UUID, held: tuple[UUID, str] | None, wish: Wish
) -> tuple[UUID, str]:
    """Add to what is held, or begin anew when that is over."""
    tenant = visit.organization_id
    if held is not None:
        try:
            await change_hold(visit.database, tenant, *held, wish)
        except (HoldOver, WrongHoldToken):
            pass
        else:
            return held
    taken = await take_hold(visit.database, tenant, event_id, wish, channel=CHANNEL)
    return taken.state.id, taken.token


def _changed(form: Form, basket: BasketView, removed: str) -> Wish:
    """Return the sale's seats with the types that were chosen, and how many places there are."""
    seats = [line for line in basket.lines if line.seat_number is not None]
    kept = [line for line in seats if str(line.seat_number) != removed]
    types: dict[int, UUID] = {}
    for line in kept:
        assert line.seat_number is not None
        chosen = form.get(f"type-{line.seat_number}", "")
        types[line.seat_number] = read_id(chosen, "/type") if chosen else line.ticket_type_id
    pools = [
        PoolWish(
            line.pool_id,
            line.ticket_type_id,
            0 if str(line.ticket_type_id) == removed else count,
        )
        for line, count, _ in place_lines(basket)
    ]
    return Wish(seats=list(types), types=types, pools=pools)


async def _tendered(visit: Visit, event_id: UUID, form: Form, payment: TillPayment) -> int | None:
    """Return what was handed over in cash, if the clerk typed it; raises when it is too little."""
    text = form.get("tendered", "").strip()
    basket = await _basket(visit, event_id)
    if payment != "cash" or not text or basket is None:
        return None
    tendered = read_amount(text, basket.total.currency, "/tendered")
    if tendered < basket.total.amount:
        raise Invalid.at("/tendered", "That is less than is due.")
    return tendered


async def _basket(visit: Visit, event_id: UUID) -> BasketView | None:
    """Return what this sale holds, or None when there is nothing, or it is over."""
    held = _held(visit, event_id)
    if held is None:
        return None
    try:
        if await visit.run(order_of_hold, *held) is not None:
            return None
        basket = await show_basket(visit.database, visit.organization_id, *held)
    except WrongHoldToken:
        return None
    is_open = basket.status == "active" and basket.expires_at > basket.now
    return basket if is_open and basket.lines and basket.event_id == event_id else None


async def _clear(visit: Visit, event_id: UUID) -> Response[Any]:
    held = _held(visit, event_id)
    if held is not None:
        with suppress(HoldOver, WrongHoldToken):  # it may be given back already
            await release_hold(visit.database, visit.organization_id, *held)
    answer = back_to(visit, f"/box-office/{event_id}", "Everything was given back.")
    _remember(visit, answer, event_id, "")
    return answer


async def _plan(visit: Visit, offer: Offer) -> SeatPlan | None:
    layout_id = offer.sale.layout_id
    if layout_id is None:
        return None
    plan = await seat_plan(visit.database, visit.organization_id, offer.event.id, layout_id)
    return plan if plan.places else None


def _held(visit: Visit, event_id: UUID) -> tuple[UUID, str] | None:
    return stored_hold(visit.read_cookie(_cookie(event_id)))


def _remember(visit: Visit, answer: Response[Any], event_id: UUID, value: str) -> None:
    age = KEPT_SECONDS if value else 0
    answer.set_cookie(visit.cookie(_cookie(event_id), value, max_age=age))


def _cookie(event_id: UUID) -> str:
    return f"till-{event_id.hex[-12:]}"


handlers = [show_events, show_till, add, change, clear, sell, show_sold]
