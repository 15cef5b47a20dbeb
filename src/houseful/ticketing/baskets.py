"""What somebody holds, as they see it: places, prices and the time that is left."""

from datetime import datetime
from uuid import UUID

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.money import Money
from houseful.ticketing.hold_commands import HoldState
from houseful.ticketing.holds import current_offer
from houseful.ticketing.models import TicketType
from houseful.ticketing.offers import Offer
from houseful.ticketing.places import find_hold, state_of
from houseful.ticketing.pricing import PricedLine
from houseful.ticketing.schemas import (
    BasketLine,
    BasketView,
    OfferedCategory,
    OfferedType,
    OfferView,
)
from houseful.ticketing.seat_plans import SeatPlace, SeatPlan, seat_plan


async def show_basket(database: Database, tenant: UUID, hold_id: UUID, token: str) -> BasketView:
    """Return what the hold keeps and what it costs now. Raises `WrongHoldToken`."""

    async def read(uow: UnitOfWork) -> tuple[HoldState, datetime]:
        return await state_of(uow, await find_hold(uow, hold_id, token)), uow.now

    state, now = await database.run(tenant, read)
    return await basket_of(database, tenant, state, now)


async def basket_of(
    database: Database, tenant: UUID, state: HoldState, now: datetime, token: str | None = None
) -> BasketView:
    """Return a hold's state with names and prices."""
    offer = await current_offer(database, tenant, state.event_id)
    plan = await seat_plan(database, tenant, state.event_id, offer.sale.layout_id)
    lines = [
        *_seat_lines(state, offer, plan),
        *(
            line
            for pool in state.pools
            for line in _pool_lines(offer, pool.ticket_type_id, pool.quantity)
        ),
    ]
    currency = offer.sale.currency
    return BasketView(
        id=state.id,
        event_id=state.event_id,
        status=state.status,
        acquired_at=state.acquired_at,
        expires_at=state.expires_at,
        cap_at=state.cap_at,
        now=now,
        version=state.version,
        lines=lines,
        charged_fee=Money(sum(line.charged_fee.amount for line in lines), currency),
        tax=Money(sum(line.tax.amount for line in lines), currency),
        total=Money(sum(line.total.amount for line in lines), currency),
        token=token,
    )


def offer_view(offer: Offer, now: datetime) -> OfferView:
    """Return what the public may know of an offer."""
    currency = offer.sale.currency
    types = [
        _offered_type(offer, kind, now)
        for kind in offer.types.values()
        if offer.sale_state(kind, "online", now) != "off"
    ]
    return OfferView(
        event_id=offer.event.id,
        currency=currency,
        is_on_sale=any(kind.sale_state == "on_sale" for kind in types),
        has_seats=offer.sale.layout_id is not None and any(kind.categories for kind in types),
        max_tickets_per_hold=offer.sale.max_tickets_per_hold,
        hold_ttl_seconds=offer.sale.hold_ttl_seconds,
        is_fee_passed_on=offer.sale.is_fee_passed_on,
        ticket_types=types,
        categories=[
            OfferedCategory(
                key=price.category_key,
                name=price.name,
                color=price.color,
                price=Money(price.amount, currency),
            )
            for price in offer.prices.values()
        ],
    )


def _offered_type(offer: Offer, kind: TicketType, now: datetime) -> OfferedType:
    pool = offer.pools.get(kind.pool_id) if kind.pool_id else None
    keys = [pool.category_key] if pool else kind.categories
    prices = {
        key: Money(offer.price(kind, key).total, offer.sale.currency)
        for key in keys
        if key in offer.prices or kind.price_kind == "absolute"
    }
    return OfferedType(
        id=kind.id,
        name=kind.name,
        description=kind.description,
        categories=kind.categories,
        pool_id=kind.pool_id,
        sale_state=offer.sale_state(kind, "online", now),
        sale_starts_at=kind.sale_starts_at,
        sale_ends_at=kind.sale_ends_at,
        min_per_order=kind.min_per_order,
        max_per_order=kind.max_per_order,
        prices=prices,
        available=pool.capacity - pool.sold - pool.held if pool else None,
    )


def _seat_lines(state: HoldState, offer: Offer, plan: SeatPlan) -> list[BasketLine]:
    lines: list[BasketLine] = []
    for seat in state.seats:
        place, kind = plan.places.get(seat.seat_number), offer.types.get(seat.ticket_type_id)
        if place is not None and kind is not None:
            price = offer.price(kind, place.category_key)
            lines.append(_line(kind, place.category_key, price, place, None))
    return lines


def _pool_lines(offer: Offer, kind_id: UUID, quantity: int) -> list[BasketLine]:
    kind = offer.types.get(kind_id)
    if kind is None or kind.pool_id is None or kind.pool_id not in offer.pools:
        return []
    category_key = offer.pools[kind.pool_id].category_key
    price = offer.price(kind, category_key)
    return [_line(kind, category_key, price, None, kind.pool_id) for _ in range(quantity)]


def _line(
    kind: TicketType,
    category_key: str,
    price: PricedLine,
    seat: SeatPlace | None,
    pool_id: UUID | None,
) -> BasketLine:
    return BasketLine(
        seat_number=seat.number if seat else None,
        pool_id=pool_id,
        ticket_type_id=kind.id,
        ticket_type_name=kind.name,
        category_key=category_key,
        section_label=seat.section if seat else "",
        row_label=seat.row if seat else "",
        seat_label=seat.label if seat else "",
        unit_price=Money(price.unit_price, price.currency),
        charged_fee=Money(price.charged_fee, price.currency),
        tax=Money(price.tax, price.currency),
        total=Money(price.total, price.currency),
        trace=list(price.trace),
    )
