"""Selling passes: at the desk for cash or from a wallet, on line by card."""

from uuid import UUID

from houseful import ledger
from houseful.kernel.database import UnitOfWork
from houseful.payments import take_cash
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.schemas import PassSale
from houseful.sessions.passes.service import PAYABLE_KIND, hand_over, order_pass
from houseful.sessions.wallets.service import take, wallet_of


async def sell_pass(uow: UnitOfWork, data: PassSale) -> CustomerPass:
    """Sell a pass at the desk. Raises `PassNotUsable` and `NotEnoughFunds`."""
    ordered = await order_pass(uow, data.customer_id, data.pass_id)
    if not ordered.price:
        await hand_over(uow, ordered, ledger.chart.BANK)
    elif data.payment == "cash":
        await take_cash(uow, PAYABLE_KIND, ordered.id)
    else:
        await pay_from_wallet(uow, ordered)
    return await uow.get(CustomerPass, ordered.id, lock=True)


async def pay_from_wallet(uow: UnitOfWork, ordered: CustomerPass) -> None:
    """Pay for a pass with the customer's cash in their wallet. Raises `NotEnoughFunds`."""
    wallet = await wallet_of(uow, ordered.customer_id, ordered.currency, lock=True)
    await take(
        uow,
        wallet,
        cash=ordered.price,
        bonus=0,
        source_key=f"pass:{ordered.id}",
        reason=ordered.name,
    )
    await hand_over(uow, ordered, ledger.chart.STORED_VALUE)


async def order_for(
    uow: UnitOfWork, customer_id: UUID, pass_id: UUID, *, return_path: str
) -> CustomerPass:
    """Order a pass on line; one that costs nothing is handed over at once."""
    ordered = await order_pass(uow, customer_id, pass_id, return_path=return_path)
    if not ordered.price:
        await hand_over(uow, ordered, ledger.chart.BANK)
    return ordered
