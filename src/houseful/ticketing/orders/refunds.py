"""Giving tickets back: the money exactly as it was taken, the places on sale again."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from houseful import audit, ledger
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import NotFound
from houseful.payments import (
    NothingToTakeBack,
    Refund,
    find_transactions,
    refunds_of,
    request_refund,
)
from houseful.ticketing.facts import TicketsRefunded, TicketVoided
from houseful.ticketing.offers import get_sale
from houseful.ticketing.orders.fulfilment import PAYABLE_KIND, lines_of, tickets_of
from houseful.ticketing.orders.funds import borne_by
from houseful.ticketing.orders.models import Order, OrderLine, Ticket
from houseful.ticketing.orders.rules import RefundShare, refund_share
from houseful.ticketing.places import move_sold, take_back_seats
from houseful.ticketing.problems import NothingToRefund, RefundWaits
from houseful.ticketing.states import ORDER, TICKET


class _Asked(NamedTuple):
    """What is to be given back, and what comes back for each ticket."""

    order: Order
    tickets: Sequence[Ticket]
    lines: dict[UUID, OrderLine]
    shares: dict[UUID, RefundShare]
    off_sale: bool

    @property
    def amount(self) -> int:
        return sum(share.amount for share in self.shares.values())


async def refund_tickets(
    uow: UnitOfWork,
    order_id: UUID,
    ticket_ids: Collection[UUID] | None,
    *,
    reason: str,
    keep_seats_off_sale: bool = False,
    waits: bool = False,
) -> Refund | None:
    """Give back an order's tickets, or with None all that are left; return the refund of the money.

    None is returned when they had cost nothing. Where it `waits` for somebody to approve it, the
    tickets stay valid until then. Raises `NotFound` for a ticket of another order,
    `NothingToRefund` for one that is not sold any more, and `RefundWaits`.
    """
    order = await uow.get(Order, order_id, lock=True)
    tickets = _chosen(await tickets_of(uow, order_id, lock=True), ticket_ids)
    await _require_none_waits(uow, order_id, tickets)
    lines = {line.id: line for line in await lines_of(uow, order_id)}
    sale = await get_sale(uow, order.event_id)
    shares = {
        ticket.id: refund_share(
            lines[ticket.order_line_id], is_fee_refundable=sale.is_fee_refundable
        )
        for ticket in tickets
    }
    asked = _Asked(order, tickets, lines, shares, off_sale=keep_seats_off_sale)
    if waits and asked.amount > 0:
        return await _give_money_back(uow, asked, reason, is_approved=False)
    await _take_back(uow, order, tickets, off_sale=keep_seats_off_sale)
    refund = await _give_money_back(uow, asked, reason) if asked.amount > 0 else None
    await _note(uow, order, tickets)
    return refund


async def take_tickets_back(uow: UnitOfWork, order_id: UUID, refund: Refund) -> None:
    """Take back the tickets of a refund that waited, as it was asked for.

    Raises `NothingToTakeBack` for one that is not sold any more.
    """
    wanted = {UUID(one["ticketId"]): one["offSale"] for one in refund.allocation}
    if not wanted:
        return
    order = await uow.get(Order, order_id, lock=True)
    try:
        tickets = _chosen(await tickets_of(uow, order_id, lock=True), wanted)
    except NothingToRefund as error:
        raise NothingToTakeBack from error
    await _take_back(uow, order, tickets, off_sale=any(wanted.values()))
    order.refunded += refund.amount_minor
    await _note(uow, order, tickets)


async def refundable(uow: UnitOfWork, order_id: UUID) -> dict[UUID, int]:
    """Return what giving back each ticket that is still sold would return, in minor units.

    Raises `NotFound`.
    """
    order = await uow.get(Order, order_id)
    lines = {line.id: line for line in await lines_of(uow, order_id)}
    sale = await get_sale(uow, order.event_id)
    return {
        ticket.id: refund_share(
            lines[ticket.order_line_id], is_fee_refundable=sale.is_fee_refundable
        ).amount
        for ticket in await tickets_of(uow, order_id)
        if ticket.status == "sold"
    }


async def void_ticket(
    uow: UnitOfWork, ticket_id: UUID, *, reason: str, keep_seat_off_sale: bool = False
) -> Ticket:
    """Make a ticket worthless without giving money back. Raises `IllegalTransition`."""
    ticket = await uow.get(Ticket, ticket_id)
    await uow.get(Order, ticket.order_id, lock=True)
    ticket = await uow.get(Ticket, ticket_id, lock=True)
    ticket.status = TICKET.next(ticket.status, "void")
    ticket.ended_at = uow.now
    ticket.details = ticket.details | {"voidReason": reason}
    await audit.record(uow, "ticketing.ticket.voided", ticket)
    await uow.flush()
    await _free_places(uow, ticket.event_id, [ticket], off_sale=keep_seat_off_sale)
    await uow.announce(TicketVoided(subject_id=ticket.id, event_id=ticket.event_id))
    return ticket


def _chosen(tickets: list[Ticket], wanted: Collection[UUID] | None) -> list[Ticket]:
    if wanted is None:
        chosen = [ticket for ticket in tickets if ticket.status == "sold"]
    else:
        by_id = {ticket.id: ticket for ticket in tickets}
        if not set(wanted) <= by_id.keys():
            raise NotFound("This ticket is not of this order.")
        chosen = [by_id[ticket_id] for ticket_id in sorted(set(wanted))]
    if not chosen or any(ticket.status != "sold" for ticket in chosen):
        raise NothingToRefund
    return chosen


async def _free_places(
    uow: UnitOfWork, event_id: UUID, tickets: Sequence[Ticket], *, off_sale: bool
) -> None:
    pools = Counter(ticket.pool_id for ticket in tickets if ticket.pool_id is not None)
    await move_sold(uow, Counter({pool: -count for pool, count in pools.items()}))
    if off_sale:
        await shrink_pools(uow, pools)
    await take_back_seats(
        uow,
        event_id,
        [ticket.id for ticket in tickets],
        [ticket.seat_number for ticket in tickets if ticket.seat_number is not None],
        off_sale=off_sale,
    )


async def shrink_pools(uow: UnitOfWork, pools: Counter[UUID]) -> None:
    """Take places that were just given back out of their pools."""
    for pool_id in sorted(pools):
        await uow.execute(
            "UPDATE event_pools SET capacity = capacity - :count"
            " WHERE organization_id = :tenant AND id = :pool",
            {"tenant": uow.tenant, "pool": pool_id, "count": pools[pool_id]},
        )


async def _require_none_waits(uow: UnitOfWork, order_id: UUID, tickets: Sequence[Ticket]) -> None:
    waiting = {
        one["ticketId"]
        for refund in await refunds_of(uow, PAYABLE_KIND, order_id)
        if refund.status == "requested"
        for one in refund.allocation
    }
    if waiting & {str(ticket.id) for ticket in tickets}:
        raise RefundWaits


async def _take_back(
    uow: UnitOfWork, order: Order, tickets: Sequence[Ticket], *, off_sale: bool
) -> None:
    for ticket in tickets:
        ticket.status = TICKET.next(ticket.status, "refund")
        ticket.ended_at = uow.now
    await uow.flush()
    await _free_places(uow, order.event_id, tickets, off_sale=off_sale)


async def _give_money_back(
    uow: UnitOfWork, asked: _Asked, reason: str, *, is_approved: bool = True
) -> Refund:
    order, tickets, lines, shares = asked.order, asked.tickets, asked.lines, asked.shares
    paid = next(
        transaction
        for transaction in await find_transactions(uow, PAYABLE_KIND, order.id)
        if transaction.outcome == "honoured"
    )
    chart = ledger.chart
    if is_approved:
        order.refunded += asked.amount
    return await request_refund(
        uow,
        paid.id,
        asked.amount,
        reason=reason,
        is_approved=is_approved,
        lines=[
            *await borne_by(uow, order.event_id, sum(share.funds for share in shares.values())),
            ledger.debit(chart.TAX_PAYABLE, sum(share.tax for share in shares.values())),
            ledger.debit(chart.FEE_REVENUE, sum(share.fee for share in shares.values())),
        ],
        allocation=[
            {
                "ticketId": str(ticket.id),
                "line": lines[ticket.order_line_id].position,
                "amountMinor": shares[ticket.id].amount,
                "fundsMinor": shares[ticket.id].funds,
                "taxMinor": shares[ticket.id].tax,
                "feeMinor": shares[ticket.id].fee,
                "offSale": asked.off_sale,
            }
            for ticket in tickets
        ],
    )


async def _note(uow: UnitOfWork, order: Order, tickets: Sequence[Ticket]) -> None:
    left = [t for t in await tickets_of(uow, order.id) if t.status == "sold"]
    order.status = ORDER.next(order.status, "refund_part" if left else "refund")
    if not left:
        order.ended_at = uow.now
    await audit.record(
        uow, "ticketing.order.refunded", order, sentence=f"gave back tickets of {order.number}"
    )
    await uow.flush()
    await uow.announce(
        TicketsRefunded(
            subject_id=order.id,
            event_id=order.event_id,
            ticket_ids=[ticket.id for ticket in tickets],
        )
    )
