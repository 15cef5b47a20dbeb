"""Who holds tickets for an event: for whoever has to tell them something."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from houseful.kernel.database import UnitOfWork
from houseful.ticketing.orders.models import Order, Ticket


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer whose tickets still hold, and the first of their orders for the event."""

    order_id: UUID
    email: str
    locale: str


async def holders_of(uow: UnitOfWork, event_id: UUID) -> list[Holder]:
    """Return everybody with valid tickets who left an address, each address once."""
    address = func.lower(Order.buyer_email)
    still_hold = select(Ticket.order_id).where(
        Ticket.organization_id == uow.tenant,
        Ticket.event_id == event_id,
        Ticket.status == "sold",
    )
    found = await uow.execute(
        select(Order.id, Order.buyer_email, Order.locale)
        .ext(distinct_on(address))
        .where(
            Order.organization_id == uow.tenant,
            Order.event_id == event_id,
            Order.buyer_email != "",
            Order.id.in_(still_hold),
        )
        .order_by(address, Order.id)
    )
    return [Holder(order_id=row.id, email=row.buyer_email, locale=row.locale) for row in found]


async def orders_sold_until(uow: UnitOfWork, event_id: UUID, until: datetime) -> list[Holder]:
    """Return the orders with valid tickets that were sold until then, with or without address."""
    sold = select(Ticket.order_id).where(
        Ticket.organization_id == uow.tenant,
        Ticket.event_id == event_id,
        Ticket.status == "sold",
        Ticket.sold_at <= until,
    )
    found = await uow.execute(
        select(Order.id, Order.buyer_email, Order.locale)
        .where(Order.organization_id == uow.tenant, Order.id.in_(sold))
        .order_by(Order.id)
    )
    return [Holder(order_id=row.id, email=row.buyer_email, locale=row.locale) for row in found]
