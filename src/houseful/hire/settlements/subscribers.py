"""A booking that is settled and paid is put away."""

from sqlalchemy import select

from houseful.hire.bookings.life import close_booking
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import LIFE
from houseful.hire.settlements.facts import SettlementPaid
from houseful.hire.settlements.models import Settlement
from houseful.kernel.database import UnitOfWork
from houseful.kernel.subscriptions import subscribe


@subscribe(SettlementPaid)
async def close_when_settled(uow: UnitOfWork, fact: SettlementPaid) -> None:
    """Close a completed booking of which nothing is left to settle."""
    still_open = await uow.first(
        select(Settlement.id).where(
            Settlement.organization_id == uow.tenant,
            Settlement.booking_id == fact.booking_id,
            Settlement.status != "paid",
        )
    )
    booking = await uow.get(Booking, fact.booking_id)
    if still_open is None and LIFE.allows(booking.status, "close"):
        await close_booking(uow, booking.id)
