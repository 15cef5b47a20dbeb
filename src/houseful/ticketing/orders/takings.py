"""What an event has taken, as the books say it: sales less refunds, with fees and tax apart."""

from uuid import UUID

import msgspec
from sqlalchemy import func, select

from houseful import ledger
from houseful.kernel.database import UnitOfWork
from houseful.ticketing.orders.fulfilment import PAYABLE_KIND
from houseful.ticketing.orders.funds import funds_in, paid_orders, standing_of
from houseful.ticketing.orders.models import Ticket

GIVEN_BACK = ("refunded", "canceled")


class Takings(msgspec.Struct, frozen=True, kw_only=True):
    """The receipts of an event in one currency, in minor units; `sold` counts tickets.

    Of the organiser's part of them, `released_minor` is payable already, and `owed_minor` is what
    refunds have made the organiser owe (below nought, as it counts less).
    """

    currency: str
    gross_minor: int
    fees_minor: int
    tax_minor: int
    sold: int
    released_minor: int
    owed_minor: int


async def takings_of(uow: UnitOfWork, event_id: UUID, currency: str) -> Takings:
    """Return what the ledger holds of an event's sales, less what was given back."""
    orders = await paid_orders(uow, event_id, currency)
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
    standing = await standing_of(uow, event_id, currency)
    return Takings(
        currency=currency,
        gross_minor=funds_in(turnover) + fees + tax,
        fees_minor=fees,
        tax_minor=tax,
        sold=sold,
        released_minor=standing[ledger.chart.ORGANISER_PAYABLE],
        owed_minor=standing[ledger.chart.RECEIVABLE_FROM_ORGANISER],
    )
