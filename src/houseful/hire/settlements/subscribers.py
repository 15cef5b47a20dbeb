"""A booking that is settled and paid is put away."""

from uuid import UUID

from sqlalchemy import select

from houseful.hire.bookings.conditions import open_of
from houseful.hire.bookings.life import close_booking
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import LIFE
from houseful.hire.bookings.service import lock_booking
from houseful.hire.deposits.facts import DepositChanged
from houseful.hire.settlements.facts import SettlementPaid
from houseful.hire.settlements.models import Settlement
from houseful.kernel.database import UnitOfWork
from houseful.kernel.subscriptions import subscribe


@subscribe(SettlementPaid)
async def close_when_settled(uow: UnitOfWork, fact: SettlementPaid) -> None:
    """Close a completed booking of which nothing is left to settle."""
    await _close_if_settled(uow, fact.booking_id)


@subscribe(DepositChanged)
async def close_when_given_back(uow: UnitOfWork, fact: DepositChanged) -> None:
    """Close what waited only for a deposit, as a security that had to go back."""
    await _close_if_settled(uow, fact.booking_id)


async def _close_if_settled(uow: UnitOfWork, booking_id: UUID) -> None:
    """Close a completed booking whose settlement is paid; one without is closed by people."""
    booking = await uow.get(Booking, booking_id)
    if not LIFE.allows(booking.status, "close"):
        return
    booking = await lock_booking(uow, booking_id)
    is_paid = await uow.first(
        select(Settlement.id).where(
            Settlement.organization_id == uow.tenant,
            Settlement.booking_id == booking_id,
            Settlement.status == "paid",
        )
    )
    if is_paid and LIFE.allows(booking.status, "close") and not await open_of(uow, booking):
        await close_booking(uow, booking_id)
