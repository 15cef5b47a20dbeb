"""From an order to a payment, and what a hold keeps sold over the counter."""

from uuid import UUID

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.payments import (
    ANSWER_GRACE,
    Transaction,
    open_payment,
    start_payment,
    take_at_till,
)
from houseful.ticketing.models import Hold
from houseful.ticketing.orders.counter import TILL, TillPayment
from houseful.ticketing.orders.fulfilment import PAYABLE_KIND
from houseful.ticketing.orders.models import Order
from houseful.ticketing.orders.placing import Buyer, place_order
from houseful.ticketing.orders.queries import require_order
from houseful.ticketing.orders.rules import LATE_MONEY
from houseful.ticketing.places import keep_until, pool_holds_of
from houseful.ticketing.problems import HoldOver
from houseful.ticketing.vault import Vault


async def begin_checkout(
    uow: UnitOfWork,
    order_id: UUID,
    token: str,
    *,
    provider: str | None = None,
    return_path: str = "",
) -> Transaction:
    """Begin to pay for an order; `return_path` is where the payer's browser goes afterwards.

    From now on its places are kept until the attempt has ended, see `ANSWER_GRACE`, and its price
    stands a while longer for money that comes late, see `LATE_MONEY`.
    Raises `NotFound`, `NothingToPay`, `UnknownProvider` and `Invalid`.
    """
    await require_order(uow, order_id, token)
    order = await uow.get(Order, order_id, lock=True)
    if return_path and (not return_path.startswith("/") or return_path.startswith(("//", "/\\"))):
        raise Invalid.at("/returnPath", "Give a path of this site.")
    if return_path:
        order.return_path = return_path
        await uow.flush()
    transaction = await start_payment(
        uow,
        PAYABLE_KIND,
        order_id,
        provider=provider,
        deadline_at=order.payable_until + LATE_MONEY,
    )
    hold = await uow.get(Hold, order.hold_id, lock=True)
    until = order.payable_until + ANSWER_GRACE
    if hold.expires_at < until:
        await keep_until(uow, hold, await pool_holds_of(uow, hold.id), until)
    return transaction


async def check_out(
    database: Database,
    organization_id: UUID,
    order_id: UUID,
    token: str,
    *,
    provider: str | None = None,
    return_path: str = "",
) -> str:
    """Begin to pay for an order, and return the address that the payer goes to."""
    transaction = await database.run(
        organization_id,
        begin_checkout,
        order_id,
        token,
        provider=provider,
        return_path=return_path,
    )
    return await open_payment(database, organization_id, transaction.id)


async def sell_held(
    uow: UnitOfWork,
    vault: Vault,
    hold_id: UUID,
    token: str,
    buyer: Buyer,
    *,
    payment: TillPayment = "cash",
    reference: str = "",
) -> Order:
    """Sell over the counter what a hold keeps: order, money and tickets in one unit of work.

    Selling the same hold twice gives the same order, paid once. Raises what ordering raises.
    """
    order = await place_order(uow, vault, hold_id, token, buyer)
    if order.status == "awaiting_payment":
        await _take_money(uow, order, payment, reference)
    return order


async def _take_money(uow: UnitOfWork, order: Order, payment: TillPayment, reference: str) -> None:
    if order.total > 0:
        transaction = await take_at_till(
            uow, PAYABLE_KIND, order.id, provider=TILL[payment], reference=reference
        )
        if transaction.outcome != "honoured":
            raise HoldOver(status="superseded")
    await uow.flush()
