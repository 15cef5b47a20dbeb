"""What an event offers: types, prices and pools as they are now, and what a place costs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful import events
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import NotFound
from houseful.ticketing.models import CategoryPrice, EventPool, EventSale, TicketType
from houseful.ticketing.pricing import (
    AbsolutePrice,
    FeeRule,
    PercentageOfBase,
    PricedLine,
    TaxRule,
    price_line,
)
from houseful.ticketing.problems import NotOnSale

Row = TypeVar("Row", EventSale, TicketType, CategoryPrice, EventPool)

SELLING_STATES = frozenset({"published", "live"})

Channel = Literal["online", "box_office"]
SaleState = Literal["on_sale", "not_yet", "over", "off"]


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides what can be bought, and for how much, at one instant."""

    event: events.ShownEvent
    sale: EventSale
    types: dict[UUID, TicketType]
    prices: dict[str, CategoryPrice]
    pools: dict[UUID, EventPool]

    def sale_state(self, kind: TicketType, channel: Channel, now: datetime) -> SaleState:
        """Whether the type can be bought in this channel now; the box office sells to the end."""
        if not kind.is_active or channel not in kind.channels:
            return "off"
        if self.event.status not in SELLING_STATES:
            return "off"
        if kind.sale_starts_at is not None and now < kind.sale_starts_at:
            return "not_yet"
        ends_at = kind.sale_ends_at or self.event.end_at
        return "over" if ends_at is not None and now >= ends_at else "on_sale"

    def require_on_sale(self, kind: TicketType, channel: Channel, now: datetime) -> None:
        """Raise `NotOnSale` unless the type can be bought in this channel now."""
        state = self.sale_state(kind, channel, now)
        if state != "on_sale":
            raise NotOnSale(ticketType=str(kind.id), saleState=state)

    def type_for(
        self, category_key: str, wanted: UUID | None, channel: Channel, now: datetime
    ) -> TicketType:
        """Return the wanted type if it covers the category, or the first that does and is on sale.

        Raises `NotOnSale`.
        """
        if wanted is not None:
            kind = self.types.get(wanted)
            if kind is None or category_key not in kind.categories:
                raise NotOnSale("This ticket type is not for these seats.", ticketType=str(wanted))
            self.require_on_sale(kind, channel, now)
            return kind
        for kind in self.types.values():
            is_priced = category_key in self.prices or kind.price_kind == "absolute"
            if (
                is_priced
                and category_key in kind.categories
                and self.sale_state(kind, channel, now) == "on_sale"
            ):
                return kind
        raise NotOnSale(category=category_key)

    def price(self, kind: TicketType, category_key: str) -> PricedLine:
        """Price one place. Raises `NotOnSale` for a category that has no price."""
        base = self.prices.get(category_key)
        if base is None and kind.price_kind != "absolute":
            raise NotOnSale("There is no price for this category yet.", category=category_key)
        sale = self.sale
        return price_line(
            base_minor=base.amount if base else 0,
            quantity=1,
            currency=sale.currency,
            type_price=_type_price(kind),
            fee=FeeRule(
                fixed_minor=sale.fee_fixed,
                basis_points=sale.fee_basis_points,
                is_passed_on=sale.is_fee_passed_on,
            ),
            tax=TaxRule(basis_points=sale.tax_basis_points, is_inclusive=sale.is_tax_inclusive),
        )


async def get_sale(uow: UnitOfWork, event_id: UUID, *, lock: bool = False) -> EventSale:
    """Return how the event is sold; raises `NotFound` when it is not."""
    sale = await uow.session.get(
        EventSale, (uow.tenant, event_id), with_for_update=lock or None, populate_existing=lock
    )
    if sale is None:
        raise NotFound("This event has nothing on sale.")
    return sale


async def load_offer(uow: UnitOfWork, event_id: UUID) -> Offer:
    """Return what the event offers. Raises `NotFound` (event, sale)."""
    return await _load(uow, await events.get_event(uow, event_id))


async def load_public_offer(uow: UnitOfWork, slug: str) -> Offer:
    """Return what a public event offers. Raises `NotFound` (event, sale)."""
    return await _load(uow, await events.find_public_event(uow, slug))


async def load_offers(uow: UnitOfWork, shown: Sequence[events.ShownEvent]) -> dict[UUID, Offer]:
    """Return what those of the events offer that are sold, by event; four queries for all."""
    ids = [event.id for event in shown]
    sales = {row.event_id: row for row in await _rows_of(uow, EventSale, ids)}
    types = _by_event(await _rows_of(uow, TicketType, ids, TicketType.display_order, TicketType.id))
    prices = _by_event(await _rows_of(uow, CategoryPrice, ids))
    pools = _by_event(await _rows_of(uow, EventPool, ids, EventPool.id))
    return {
        event.id: Offer(
            event=event,
            sale=sales[event.id],
            types={kind.id: kind for kind in types[event.id]},
            prices={price.category_key: price for price in prices[event.id]},
            pools={pool.id: pool for pool in pools[event.id]},
        )
        for event in shown
        if event.id in sales
    }


async def _load(uow: UnitOfWork, event: events.ShownEvent) -> Offer:
    offers = await load_offers(uow, [event])
    if event.id not in offers:
        raise NotFound("This event has nothing on sale.")
    return offers[event.id]


async def _rows_of(
    uow: UnitOfWork, kind: type[Row], event_ids: Sequence[UUID], *order: Any
) -> Sequence[Row]:
    """Return rows of events as they are now, also those that were read before."""
    columns: Any = kind
    return await uow.all(
        select(kind)
        .where(columns.organization_id == uow.tenant, columns.event_id.in_(event_ids))
        .order_by(*order)
        .execution_options(populate_existing=True)
    )


def _by_event(rows: Iterable[Row]) -> defaultdict[UUID, list[Row]]:
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.event_id].append(row)
    return found


def _type_price(kind: TicketType) -> AbsolutePrice | PercentageOfBase | None:
    if kind.price_kind == "absolute":
        return AbsolutePrice(kind.price_value or 0)
    if kind.price_kind == "percentage":
        return PercentageOfBase(kind.price_value or 0)
    return None
