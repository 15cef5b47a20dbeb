"""How payments asks what an order costs, hands its places over, and takes tickets back."""

from uuid import UUID

from houseful import events
from houseful.accounts import organization_of
from houseful.kernel.database import UnitOfWork
from houseful.payments import (
    NothingToPay,
    Outcome,
    Payable,
    PayableView,
    Refund,
    Transaction,
    provider_named,
)
from houseful.ticketing.orders.fulfilment import HONOURING_STATES, PAID, fulfil, give_up
from houseful.ticketing.orders.models import Order
from houseful.ticketing.orders.refunds import take_tickets_back


class OrderPayable(Payable):
    """How payments asks what an order costs, and hands the places over."""

    async def describe(self, uow: UnitOfWork, payable_id: UUID) -> PayableView:
        """Return what is to be paid. Raises `NothingToPay` once it cannot be paid any more."""
        order = await uow.get(Order, payable_id)
        if order.status != "awaiting_payment" or order.payable_until <= uow.now:
            raise NothingToPay(status=order.status)
        path = order.return_path or await _page_of(uow, order)
        return PayableView(order.total, order.currency, f"Order {order.number}", path)

    async def honour(self, uow: UnitOfWork, transaction: Transaction) -> Outcome:
        """Turn the order's places into tickets, also late, as long as they are open."""
        order = await uow.get(Order, transaction.payable_id, lock=True)
        if order.status in PAID:
            return "duplicate"
        event_status = await events.status_of(uow, order.event_id)
        if order.status == "canceled" or event_status not in HONOURING_STATES:
            await give_up(uow, order, reason="off")
            return "unavailable"
        clearing = provider_named(transaction.provider).clearing_account
        if await fulfil(uow, order, clearing_account=clearing):
            return "honoured"
        await give_up(uow, order)
        return "unavailable"

    async def turn_away(self, uow: UnitOfWork, transaction: Transaction) -> Outcome:
        """Tell the buyer that their money came when the price no longer stood, and goes back."""
        order = await uow.get(Order, transaction.payable_id, lock=True)
        if order.status in PAID:
            return "duplicate"
        await give_up(uow, order, reason="too_late")
        return "unavailable"

    async def take_back(self, uow: UnitOfWork, refund: Refund, payable_id: UUID) -> None:
        """Take back the tickets of a refund that waited. Raises `NothingToTakeBack`."""
        await take_tickets_back(uow, payable_id, refund)


async def _page_of(uow: UnitOfWork, order: Order) -> str:
    organization = await organization_of(uow)
    return f"/{organization.slug}/orders/{order.id}/return"
