"""A deposit that is a share of the price follows the price, until its invoice fixes it."""

from houseful import audit
from houseful.hire.bookings.models import Booking
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.service import changed, lock_deposits
from houseful.hire.deposits.states import split
from houseful.hire.rates.reckoning import priced_minor
from houseful.kernel.database import UnitOfWork


async def follow_price(uow: UnitOfWork, booking: Booking) -> None:
    """Let the deposits that are shares of the price be shares of what it is now.

    Those that are invoiced, or paid in part, stay as they are; while nothing is priced, all do.
    """
    await uow.flush()
    deposits = await lock_deposits(
        uow, booking, Deposit.follows_price, Deposit.status == "expected"
    )
    base = await priced_minor(uow, booking) if deposits else 0
    if base <= 0:
        return
    amounts = split(base, [(one.kind, one.share or 0) for one in deposits])
    for deposit, amount in zip(deposits, amounts, strict=True):
        figures = (base, max(1, amount))
        if (deposit.base_minor, deposit.amount_minor) != figures:
            deposit.base_minor, deposit.amount_minor = figures
            await audit.record(uow, "hire.deposit.followed_price", deposit)
            await changed(uow, deposit)
