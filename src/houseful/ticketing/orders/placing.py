"""Placing an order: what is held becomes lines with prices that nothing changes any more."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.secrets import token_hash
from houseful.ticketing.facts import OrderPlaced
from houseful.ticketing.hold_commands import HoldState
from houseful.ticketing.limits import Limits, limit_unpaid
from houseful.ticketing.models import Hold, TicketType
from houseful.ticketing.offers import Offer, load_offer
from houseful.ticketing.orders.fulfilment import fulfil
from houseful.ticketing.orders.models import Order, OrderLine
from houseful.ticketing.orders.rules import check_quantities, new_order_number
from houseful.ticketing.places import (
    SeatRow,
    find_hold,
    keep_until,
    lock_seats,
    require_active,
    state_of,
)
from houseful.ticketing.pricing import PricedLine, price_order
from houseful.ticketing.problems import EmptyHold, HoldOver, NotOnSale
from houseful.ticketing.vault import Vault


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Who pays, and in which language we speak to them."""

    name: str
    email: str
    phone: str = ""
    locale: str = "en"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place to be ordered: its type, its seat or its pool, and what it costs.

    `hold_version` tells later whether the seat is still held for it: where it is not paid at once.
    """

    kind: TicketType
    category_key: str
    price: PricedLine
    seat: SeatRow | None = None
    hold_version: int | None = None
    pool_id: UUID | None = None


async def place_order(
    uow: UnitOfWork,
    vault: Vault,
    hold_id: UUID,
    hold_token: str,
    buyer: Buyer,
    *,
    offer: Offer | None = None,
) -> Order:
    """Order what is held; the places stay held until the payment's deadline.

    Ordering the same hold twice gives the same order. What costs nothing is paid at once. An
    `offer` that this unit of work has read already need not be read again. Raises
    `WrongHoldToken`, `HoldOver`, `EmptyHold`, `NotOnSale`, `TooFewTickets`, `TooManyTickets`.
    """
    hold = await find_hold(uow, hold_id, hold_token, lock=True)
    if hold.order_id is not None:
        return await uow.get(Order, hold.order_id)
    require_active(hold, uow.now)
    state = await state_of(uow, hold)
    offer = offer or await load_offer(uow, hold.event_id)
    places = await _places(uow, state, offer)
    if not places:
        raise EmptyHold
    check_quantities(offer.types, [place.kind.id for place in places])
    order = await _add_order(uow, vault, hold, offer, buyer, places)
    await keep_until(uow, hold, state.pools, order.payable_until)
    hold.order_id = order.id
    await uow.flush()
    if order.total == 0:
        await fulfil(uow, order, clearing_account=None)
    return order


async def place_own_order(
    uow: UnitOfWork, vault: Vault, limits: Limits, hold_id: UUID, hold_token: str, buyer: Buyer
) -> Order:
    """Order what the buyer holds: no more is left unpaid than `limits` lets one person.

    Raises `TooMuchUnpaid`, and as `place_order` does.
    """
    await limit_unpaid(uow, limits, hold_id, buyer.email)
    return await place_order(uow, vault, hold_id, hold_token, buyer)


async def _places(uow: UnitOfWork, state: HoldState, offer: Offer) -> list[Place]:
    seats = await lock_seats(uow, state.event_id, [seat.seat_number for seat in state.seats])
    places: list[Place] = []
    for wanted in state.seats:
        seat = seats.get(wanted.seat_number)
        if seat is None or seat.hold_id != state.id or seat.ticket_id is not None:
            raise HoldOver(status="superseded", seats=[wanted.seat_number])
        kind = _type_of(offer, wanted.ticket_type_id, state)
        price = offer.price(kind, seat.category_key)
        places.append(
            Place(
                kind=kind,
                category_key=seat.category_key,
                price=price,
                seat=seat,
                hold_version=seat.hold_version,
            )
        )
    for wish in state.pools:
        kind = _type_of(offer, wish.ticket_type_id, state)
        category_key = offer.pools[wish.pool_id].category_key
        place = Place(
            kind=kind,
            category_key=category_key,
            price=offer.price(kind, category_key),
            pool_id=wish.pool_id,
        )
        places += [place] * wish.quantity
    return places


def _type_of(offer: Offer, kind_id: UUID, state: HoldState) -> TicketType:
    """Return the type, if it was on sale when the hold was taken, and is not off now."""
    kind = offer.types.get(kind_id)
    if kind is None:
        raise NotOnSale(ticketType=str(kind_id))
    channel = "box_office" if state.channel == "box_office" else "online"
    offer.require_on_sale(kind, channel, state.acquired_at)
    return kind


def draw_up(
    uow: UnitOfWork,
    vault: Vault,
    offer: Offer,
    buyer: Buyer,
    places: Sequence[Place],
    *,
    hold: Hold | HoldState,
    number: str,
) -> tuple[Order, list[OrderLine]]:
    """Return the order of held places and its lines, with nothing written yet."""
    order_id = new_id()
    sale = offer.sale
    sums = price_order([place.price for place in places], sale.currency)
    order = Order(
        organization_id=uow.tenant,
        id=order_id,
        event_id=hold.event_id,
        hold_id=hold.id,
        number=number,
        status="awaiting_payment",
        channel=hold.channel,
        buyer_name=buyer.name,
        buyer_email=buyer.email,
        buyer_phone=buyer.phone,
        locale=buyer.locale,
        token_hash=token_hash(vault.order_token(order_id)),
        currency=sale.currency,
        net=sums.net,
        fee=sums.fee,
        charged_fee=sums.charged_fee,
        tax=sums.tax,
        rounding=sums.rounding,
        total=sums.total,
        placed_at=uow.now,
        payable_until=uow.now + timedelta(seconds=sale.payment_deadline_seconds),
    )
    return order, [
        _line(uow, vault, order, position, place) for position, place in enumerate(places)
    ]


async def free_numbers(uow: UnitOfWork, count: int) -> list[str]:
    """Return that many order numbers that nobody has."""
    numbers: set[str] = set()
    while len(numbers) < count:
        drawn = {new_order_number() for _ in range(count - len(numbers))}
        taken = await uow.all(
            select(Order.number).where(Order.organization_id == uow.tenant, Order.number.in_(drawn))
        )
        numbers |= drawn - set(taken)
    return list(numbers)


async def _add_order(
    uow: UnitOfWork, vault: Vault, hold: Hold, offer: Offer, buyer: Buyer, places: list[Place]
) -> Order:
    (number,) = await free_numbers(uow, 1)
    order, lines = draw_up(uow, vault, offer, buyer, places, hold=hold, number=number)
    uow.add(order)
    await uow.flush()
    uow.add(*lines)
    await audit.record(uow, "ticketing.order.created", order)
    await uow.announce(OrderPlaced(subject_id=order.id, event_id=order.event_id))
    return order


def _line(uow: UnitOfWork, vault: Vault, order: Order, position: int, place: Place) -> OrderLine:
    line_id = new_id()
    seat, price = place.seat, place.price
    return OrderLine(
        organization_id=uow.tenant,
        id=line_id,
        order_id=order.id,
        position=position,
        ticket_type_id=place.kind.id,
        ticket_type_name=place.kind.name,
        category_key=place.category_key,
        seat_number=seat.seat_number if seat else None,
        hold_version=place.hold_version,
        seat_id=seat.seat_id if seat else None,
        pool_id=place.pool_id,
        section_label=seat.section_label if seat else "",
        row_label=seat.row_label if seat else "",
        seat_label=seat.seat_label if seat else "",
        currency=price.currency,
        unit_price=price.unit_price,
        net=price.net,
        fee=price.fee,
        charged_fee=price.charged_fee,
        tax=price.tax,
        rounding=price.rounding,
        total=price.total,
        trace=msgspec.to_builtins(price.trace),
        secure_token_hash=token_hash(vault.ticket_token(line_id)),
    )
