"""Deciding what was left for later when a booking was called off."""

from uuid import UUID

from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.schemas import DepositDecision
from houseful.hire.bookings.service import lock_booking
from houseful.hire.deposits.cancelling import decide_deposits
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope


async def decide_about_deposits(
    uow: UnitOfWork,
    booking_id: UUID,
    data: DepositDecision,
    *,
    scope: SpaceScope = None,
    is_external: bool = False,
) -> Booking:
    """Do what was put off when it was called off. Raises `NothingToDecide`."""
    booking = await lock_booking(uow, booking_id, scope=scope)
    await decide_deposits(uow, booking.id, data.deposit, is_external=is_external)
    return booking
