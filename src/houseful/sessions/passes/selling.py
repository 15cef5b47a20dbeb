"""Selling passes: at the desk for cash, by a card or from a wallet; on line by card."""

from uuid import UUID

from houseful import ledger
from houseful.kernel.database import UnitOfWork
from houseful.payments import take_at_till
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.schemas import PassSale
from houseful.sessions.passes.service import PAYABLE_KIND, hand_over, order_pass
from houseful.sessions.wallets.service import take, wallet_of

TILL = {"cash": "cash", "card_terminal": "terminal"}


async def sell_pass(uow: UnitOfWork, data: PassSale) -> CustomerPass:
    """Sell a pass at the desk. Raises `PassNotUsable`, `NotEnoughFunds`, `UnknownProvider`."""
    ordered = await order_pass(uow, data.customer_id, data.pass_id)
    if not ordered.price:
        await hand_over(uow, ordered, ledger.chart.BANK)
    elif data.payment == "wallet":
        await pay_from_wallet(uow, ordered)
    else:
        provider = TILL[data.payment]
        await take_at_till(
            uow, PAYABLE_KIND, ordered.id, provider=provider, reference=data.reference
        )
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
