"""What of a booking's price may still be asked for as shares."""

from collections.abc import Sequence

from sqlalchemy import func, select

from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.schemas import NewDeposit, NewSchedule
from houseful.hire.deposits.states import WHOLE, Part, shares_of_price
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid


async def require_within_whole(
    uow: UnitOfWork, data: NewDeposit | NewSchedule, parts: Sequence[Part], pointer: str
) -> None:
    """Raise `Invalid` for more than the whole, with what is expected of the price already.

    Less than the whole is well: the rest is due with the settlement.
    """
    wanted = sum(shares_of_price(parts))
    if wanted > WHOLE:
        raise Invalid.at(pointer, "Together these are more than the whole.")
    expected = await _expected(uow, data) if wanted and data.base_minor is None else 0
    if expected + wanted > WHOLE:
        share = f"{expected / 100:g} %"
        raise Invalid.at(pointer, f"With the {share} that are expected it is more than the price.")


async def _expected(uow: UnitOfWork, data: NewDeposit | NewSchedule) -> int:
    """Return what share of the price deposits of the booking ask for."""
    found = await uow.first(
        select(func.sum(Deposit.share)).where(
            Deposit.organization_id == uow.tenant,
            Deposit.booking_id == data.booking_id,
            Deposit.follows_price,
            Deposit.kind != "security",
            Deposit.status.not_in(["cancelled", "refunded"]),
        )
    )
    return int(found or 0)
