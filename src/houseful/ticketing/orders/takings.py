"""What an event has taken, as the books say it: sales less refunds, with fees and tax apart."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from houseful import ledger
from houseful.kernel.database import UnitOfWork
from houseful.ticketing.orders.fulfilment import PAYABLE_KIND
from houseful.ticketing.orders.models import Order, Ticket

GIVEN_BACK = ("refunded", "canceled")


class Takings(msgspec.Struct, frozen=True, kw_only=True):
    """The receipts of an event in one currency, in minor units; `sold` counts tickets."""

    currency: str
    gross_minor: int
    fees_minor: int
    tax_minor: int
    sold: int


async def takings_of(uow: UnitOfWork, event_id: UUID, currency: str) -> Takings:
    """Return what the ledger holds of an event's sales, less what was given back."""
    orders: Sequence[UUID] = await uow.all(
        select(Order.id).where(
            Order.organization_id == uow.tenant,
            Order.event_id == event_id,
            Order.currency == currency,
            Order.paid_at.is_not(None),
        )
    )
    turnover = await ledger.turnover_of(uow, PAYABLE_KIND, orders, currency)
    fees = turnover.get(ledger.chart.FEE_REVENUE, 0)
    tax = turnover.get(ledger.chart.TAX_PAYABLE, 0)
    sold = await uow.first(
        select(func.count())
        .select_from(Ticket)
        .where(
            Ticket.organization_id == uow.tenant,
            Ticket.order_id.in_(orders),
            Ticket.status.not_in(GIVEN_BACK),
        )
    )
    return Takings(
        currency=currency,
        gross_minor=turnover.get(ledger.chart.ORGANISER_FUNDS, 0) + fees + tax,
        fees_minor=fees,
        tax_minor=tax,
        sold=sold,
    )
