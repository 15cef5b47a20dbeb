"""Paid: places become tickets, or the money goes back. Also: called off, or nobody paid."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from houseful import audit, ledger
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.payments import (
    require_no_attempt,
)
from houseful.ticketing.facts import (
    OrderCanceled,
    OrderExpired,
    OrderPaid,
    OrderUnavailable,
    Unavailability,
)
from houseful.ticketing.models import Hold
from houseful.ticketing.orders.models import Order, OrderLine, Ticket
from houseful.ticketing.orders.rules import new_public_id
from houseful.ticketing.places import (
    free_pools,
    lock_seats,
    mark_sold,
    release_places,
    sell_pools,
)
from houseful.ticketing.states import HOLD, ORDER

PAYABLE_KIND = "order"
HONOURING_STATES = frozenset({"published", "live", "postponed"})
"""Of an event: money that comes when it is over or called off goes back."""
_SAID: dict[Unavailability, str] = {
    "gone": "paid when the places were gone; the money is on its way back",
    "off": "paid for what is not sold any more; the money is on its way back",
    "too_late": "paid when the price no longer stood; the money is on its way back",
}
PAID = frozenset({"paid", "partially_refunded", "refunded"})


class Sold(NamedTuple):
    """An order that is paid, its lines, and the account that the money came to."""

    order: Order
    lines: Sequence[OrderLine]
    clearing_account: str | None


async def fulfil(uow: UnitOfWork, order: Order, *, clearing_account: str | None) -> bool:
    """Issue the tickets and post the sale, if every place is still the order's, or free again.

    The order is locked, or was made in this unit of work.
    """
    hold = await uow.get(Hold, order.hold_id, lock=True)
    lines = await lines_of(uow, order.id)
    pools = Counter(line.pool_id for line in lines if line.pool_id is not None)
    seats = [line.seat_number for line in lines if line.seat_number is not None]
    if pools:
        await free_pools(uow, pools, hold.id)
    if not await _are_open(uow, order, lines, seats) or not await sell_pools(uow, pools, hold.id):
        return False
    await issue_tickets(uow, [Sold(order, lines, clearing_account)])
    if HOLD.allows(hold.status, "convert"):
        hold.status = HOLD.next(hold.status, "convert")
    order.status = ORDER.next(order.status, "honor" if order.status == "expired" else "settle")
    order.paid_at = uow.now
    order.ended_at = None
    order.status_reason = ""
    await audit.record(uow, "ticketing.order.paid", order)
    await uow.announce(OrderPaid(subject_id=order.id, event_id=order.event_id))
    await uow.flush()
    return True


async def issue_tickets(uow: UnitOfWork, sold: Sequence[Sold]) -> list[list[Ticket]]:
    """Make the tickets of orders, give them their seats, and post the sales.

    The places are locked, and the orders' own. Returns the tickets of each order.
    """
    tickets_of_each = [[_ticket(uow, one.order, line) for line in one.lines] for one in sold]
    tickets = [ticket for made in tickets_of_each for ticket in made]
    uow.add(*tickets)
    await uow.flush()
    for event_id in sorted({ticket.event_id for ticket in tickets}):
        await mark_sold(
            uow,
            event_id,
            (
                (ticket.seat_number, ticket.id)
                for ticket in tickets
                if ticket.event_id == event_id and ticket.seat_number is not None
            ),
        )
    await ledger.post_all(uow, [_sale_entry(one) for one in sold if one.order.total > 0])
    return tickets_of_each


async def cancel_order(uow: UnitOfWork, order_id: UUID, *, reason: str = "") -> Order:
    """Call off an order that is not paid; its places are free.

    Raises `IllegalTransition`, and `PaymentUnderWay` while somebody may still be paying for it: see
    `stop_payments`.
    """
    order = await uow.get(Order, order_id, lock=True)
    order.status = ORDER.next(order.status, "cancel")
    await require_no_attempt(uow, PAYABLE_KIND, order.id)
    order.status_reason = reason
    await _end(uow, order, "released")
    await audit.record(uow, "ticketing.order.canceled", order)
    await uow.announce(OrderCanceled(subject_id=order.id, event_id=order.event_id))
    await uow.flush()
    return order


async def expire_order(uow: UnitOfWork, order: Order) -> None:
    """Say that nobody paid in time; the order is locked. Money that comes late may still buy it."""
    order.status = ORDER.next(order.status, "expire")
    order.status_reason = "not paid in time"
    await _end(uow, order, "expired")
    await audit.record(uow, "ticketing.order.expired", order)
    await uow.announce(OrderExpired(subject_id=order.id, event_id=order.event_id))
    await uow.flush()


async def lines_of(uow: UnitOfWork, order_id: UUID) -> list[OrderLine]:
    """Return an order's lines in their order."""
    return list(
        await uow.all(
            select(OrderLine)
            .where(OrderLine.organization_id == uow.tenant, OrderLine.order_id == order_id)
            .order_by(OrderLine.position)
        )
    )


async def tickets_of(uow: UnitOfWork, order_id: UUID, *, lock: bool = False) -> list[Ticket]:
    """Return an order's tickets in the order of its lines."""
    statement = (
        select(Ticket)
        .where(Ticket.organization_id == uow.tenant, Ticket.order_id == order_id)
        .order_by(Ticket.id)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return list(await uow.all(statement))


async def _are_open(
    uow: UnitOfWork, order: Order, lines: list[OrderLine], seats: list[int]
) -> bool:
    locked = await lock_seats(uow, order.event_id, seats)
    return all(
        line.seat_number in locked
        and locked[line.seat_number].is_open_to(order.hold_id, line.hold_version, uow.now)
        for line in lines
        if line.seat_number is not None
    )


async def give_up(uow: UnitOfWork, order: Order, *, reason: Unavailability = "gone") -> None:
    """The money came, but in vain: nothing is kept, and the buyer is told."""
    if ORDER.allows(order.status, "expire"):
        order.status = ORDER.next(order.status, "expire")
    order.status_reason = _SAID[reason]
    await _end(uow, order, "expired")
    await audit.record(uow, "ticketing.order.unavailable", order)
    fact = OrderUnavailable(subject_id=order.id, event_id=order.event_id, reason=reason)
    await uow.announce(fact)
    await uow.flush()


async def _end(uow: UnitOfWork, order: Order, hold_status: str) -> None:
    order.ended_at = uow.now
    hold = await uow.get(Hold, order.hold_id, lock=True)
    await release_places(uow, hold)
    if hold.status == "active":
        hold.status = hold_status


def _ticket(uow: UnitOfWork, order: Order, line: OrderLine) -> Ticket:
    return Ticket(
        organization_id=uow.tenant,
        id=line.id,
        event_id=order.event_id,
        order_id=order.id,
        order_line_id=line.id,
        public_id=new_public_id(),
        secure_token_hash=line.secure_token_hash,
        credential_id=new_id(),
        ticket_type_id=line.ticket_type_id,
        ticket_type=line.ticket_type_name,
        seat_number=line.seat_number,
        seat_id=line.seat_id,
        pool_id=line.pool_id,
        section_label=line.section_label,
        row_label=line.row_label,
        seat_label=line.seat_label,
        holder_name=order.buyer_name,
        price=line.total,
        currency=line.currency,
        sold_at=uow.now,
    )


def _sale_entry(sold: Sold) -> ledger.Entry:
    order, chart = sold.order, ledger.chart
    assert sold.clearing_account is not None
    return ledger.Entry(
        kind="sale",
        source_key=f"sale:{order.id}",
        subject_kind=PAYABLE_KIND,
        subject_id=order.id,
        currency=order.currency,
        lines=[
            ledger.debit(sold.clearing_account, order.total),
            ledger.credit(chart.ORGANISER_FUNDS, order.net + order.rounding),
            ledger.credit(chart.FEE_REVENUE, order.fee),
            ledger.credit(chart.TAX_PAYABLE, order.tax),
        ],
        memo=f"Order {order.number}",
    )
