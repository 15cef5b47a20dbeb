"""Sales over the counter: places, order, money and tickets in one act, many sales at once."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, TypeVar
from uuid import UUID

import msgspec

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.identity import Actor
from houseful.kernel.ids import new_id
from houseful.kernel.origin import Origin
from houseful.kernel.problems import Invalid, Problem
from houseful.kernel.secrets import new_token, token_hash
from houseful.payments import Taking, provider_named, record_takings, require_at_till
from houseful.ticketing.facts import OrderPaid, OrderPlaced
from houseful.ticketing.hold_commands import HoldCommand, HoldState, PoolWish, Wanted
from houseful.ticketing.offers import Offer, load_offer
from houseful.ticketing.orders.fulfilment import PAYABLE_KIND, Sold, issue_tickets
from houseful.ticketing.orders.models import Order, OrderLine, Ticket
from houseful.ticketing.orders.placing import Buyer, Place, draw_up, free_numbers
from houseful.ticketing.orders.rules import check_quantities
from houseful.ticketing.places import SeatRow, convert_holds, hold_now, read_seats
from houseful.ticketing.problems import EmptyHold, NotOnSale
from houseful.ticketing.states import ORDER
from houseful.ticketing.vault import Vault

T = TypeVar("T")

CHANNEL = "box_office"
PLACES_MAX = 100

TillPayment = Literal["cash", "card_terminal"]
TILL: dict[TillPayment, str] = {"cash": "cash", "card_terminal": "terminal"}
"""Which provider of payments each is."""


class Clerk(NamedTuple):
    """Who sells, and the request that they do it by."""

    actor: Actor
    origin: Origin


class CounterSale(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants over the counter: seats, each as a type or the first that fits, pools.

    `reference` is what the card terminal printed; `clerk` is who sells, where it is not who acts in
    the unit of work.
    """

    event_id: UUID
    buyer: Buyer
    seats: Sequence[tuple[int, UUID | None]] = ()
    pools: Sequence[PoolWish] = ()
    payment: TillPayment = "cash"
    reference: str = ""
    clerk: Clerk | None = None


class CounterReceipt(NamedTuple):
    """What was sold."""

    offer: Offer
    order: Order
    lines: list[OrderLine]
    tickets: list[Ticket]


class _Basket(NamedTuple):
    sale: CounterSale
    offer: Offer
    places: list[Place]


class _Drawn(NamedTuple):
    basket: _Basket
    order: Order
    lines: list[OrderLine]


async def sell_at_box_office(uow: UnitOfWork, vault: Vault, sale: CounterSale) -> Order:
    """Sell over the counter in this unit of work. Raises what holding and ordering raise."""
    (answer,) = await sell_over_counter(uow, vault, [sale])
    if isinstance(answer, Problem):
        raise answer
    return answer.order


async def sell_over_counter(
    uow: UnitOfWork, vault: Vault, sales: Sequence[CounterSale]
) -> list[CounterReceipt | Problem]:
    """Sell over the counter, in as many statements as one sale takes; answer in the same order.

    Who is refused gets the problem, and the others their tickets. A seat that two want goes to the
    first.
    """
    baskets = await _fill_baskets(uow, sales)
    filled = [basket for basket in baskets if isinstance(basket, _Basket)]
    holds = await hold_now(uow, [_hold_command(basket) for basket in filled])
    receipts = iter(await _sell(uow, vault, list(zip(filled, holds, strict=True))))
    return [basket if isinstance(basket, Problem) else next(receipts) for basket in baskets]


async def _fill_baskets(uow: UnitOfWork, sales: Sequence[CounterSale]) -> list[_Basket | Problem]:
    """Look up what is wanted, and refuse what the counter does not sell."""
    offers: dict[UUID, Offer | Problem] = {}
    seats: dict[UUID, dict[int, SeatRow]] = {}
    for event_id in dict.fromkeys(sale.event_id for sale in sales):
        numbers = {seat for sale in sales if sale.event_id == event_id for seat, _ in sale.seats}
        try:
            offers[event_id] = await load_offer(uow, event_id)
        except Problem as problem:
            offers[event_id] = problem
        seats[event_id] = await read_seats(uow, event_id, numbers)
    tills: dict[str, Problem | None] = {}
    for provider in {TILL[sale.payment] for sale in sales}:
        try:
            tills[provider] = await require_at_till(uow, provider)
        except Problem as problem:
            tills[provider] = problem
    return [
        _answered(_fill, uow, sale, offers[sale.event_id], seats[sale.event_id], tills)
        for sale in sales
    ]


def _answered(act: Callable[..., T], *args: object) -> T | Problem:
    try:
        return act(*args)
    except Problem as problem:
        return problem


def _fill(
    uow: UnitOfWork,
    sale: CounterSale,
    offer: Offer | Problem,
    seats: dict[int, SeatRow],
    tills: dict[str, Problem | None],
) -> _Basket:
    if isinstance(offer, Problem):
        raise offer
    places: list[Place] = []
    for number, kind_id in sorted(dict(sale.seats).items()):
        if number not in seats:
            raise Invalid.at("/seats", f"There is no seat {number} at this event.")
        places.append(_seat_place(uow, offer, seats[number], kind_id))
    for wish in sale.pools:
        places += _pool_places(uow, offer, wish)
    if not places:
        raise EmptyHold
    check_quantities(offer.types, [place.kind.id for place in places])
    refused = tills[TILL[sale.payment]]
    if refused is not None and any(place.price.total for place in places):
        raise refused
    return _Basket(sale, offer, places)


def _seat_place(uow: UnitOfWork, offer: Offer, seat: SeatRow, kind_id: UUID | None) -> Place:
    kind = offer.type_for(seat.category_key, kind_id, CHANNEL, uow.now)
    price = offer.price(kind, seat.category_key)
    return Place(kind=kind, category_key=seat.category_key, seat=seat, price=price)


def _pool_places(uow: UnitOfWork, offer: Offer, wish: PoolWish) -> list[Place]:
    kind, pool = offer.types.get(wish.ticket_type_id), offer.pools.get(wish.pool_id)
    if pool is None:
        raise Invalid.at("/pools", "There is no such pool at this event.")
    if kind is None:
        raise NotOnSale(ticketType=str(wish.ticket_type_id))
    offer.require_on_sale(kind, CHANNEL, uow.now)
    price = offer.price(kind, pool.category_key)
    place = Place(kind=kind, category_key=pool.category_key, pool_id=pool.id, price=price)
    return [place] * wish.quantity


def _hold_command(basket: _Basket) -> HoldCommand:
    rules = basket.offer.sale
    return HoldCommand(
        hold_id=new_id(),
        event_id=basket.sale.event_id,
        token_hash=token_hash(new_token()),
        channel=CHANNEL,
        is_new=True,
        take=tuple(
            Wanted(place.seat.seat_number, place.kind.id)
            for place in basket.places
            if place.seat is not None
        ),
        pools=tuple(basket.sale.pools),
        ttl_seconds=rules.hold_ttl_seconds,
        cap_seconds=rules.hold_cap_seconds,
        max_tickets=PLACES_MAX,
    )


async def _sell(
    uow: UnitOfWork, vault: Vault, held: Sequence[tuple[_Basket, HoldState | Problem]]
) -> list[CounterReceipt | Problem]:
    """Sell what is held; from here on nobody is refused any more."""
    numbers = iter(await free_numbers(uow, len(held)))
    answers = [
        hold if isinstance(hold, Problem) else _draw_up(uow, vault, basket, hold, next(numbers))
        for basket, hold in held
    ]
    drawn = [answer for answer in answers if isinstance(answer, _Drawn)]
    uow.add(*(one.order for one in drawn))
    await uow.flush()
    uow.add(*(line for one in drawn for line in one.lines))
    await record_takings(uow, [_taking(one) for one in drawn if one.order.total > 0])
    tickets = iter(await issue_tickets(uow, [_sold(one) for one in drawn]))
    await convert_holds(uow, {one.order.hold_id: one.order.id for one in drawn})
    for one in drawn:
        with uow.acting(*(one.basket.sale.clerk or (uow.actor, uow.origin))):
            await _tell(uow, one.order)
    return [
        answer
        if isinstance(answer, Problem)
        else CounterReceipt(answer.basket.offer, answer.order, answer.lines, next(tickets))
        for answer in answers
    ]


def _draw_up(
    uow: UnitOfWork, vault: Vault, basket: _Basket, hold: HoldState, number: str
) -> _Drawn:
    """Write the order, paid already."""
    order, lines = draw_up(
        uow, vault, basket.offer, basket.sale.buyer, basket.places, hold=hold, number=number
    )
    order.status = ORDER.next(order.status, "settle")
    order.paid_at = uow.now
    return _Drawn(basket, order, lines)


def _taking(drawn: _Drawn) -> Taking:
    return Taking(
        payable_kind=PAYABLE_KIND,
        payable_id=drawn.order.id,
        amount_minor=drawn.order.total,
        currency=drawn.order.currency,
        provider=TILL[drawn.basket.sale.payment],
        reference=drawn.basket.sale.reference,
    )


def _sold(drawn: _Drawn) -> Sold:
    provider = provider_named(TILL[drawn.basket.sale.payment])
    return Sold(drawn.order, drawn.lines, provider.clearing_account)


async def _tell(uow: UnitOfWork, order: Order) -> None:
    was_paid = {"status": ["awaiting_payment", order.status], "paid_at": [None, str(uow.now)]}
    await audit.record(uow, "ticketing.order.created", order)
    await audit.record(uow, "ticketing.order.paid", order, changes=was_paid)
    await uow.announce(
        OrderPlaced(subject_id=order.id, event_id=order.event_id),
        OrderPaid(subject_id=order.id, event_id=order.event_id),
    )
