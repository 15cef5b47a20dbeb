"""The story of a booking, as the people who work on it read it."""

from typing import Any
from uuid import UUID

from houseful.hire.bookings.models import Booking, BookingAct
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id


async def tell(
    uow: UnitOfWork,
    booking: Booking,
    act: str,
    *,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Add to the booking's story what was done, and what it is now."""
    await tell_of(uow, booking.id, booking.status, act, reason=reason, details=details)


async def tell_of(
    uow: UnitOfWork,
    booking_id: UUID,
    status: str,
    act: str,
    *,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> UUID:
    """Add to the story of a booking that is at hand by its id only; return the act's id."""
    act_id = new_id()
    uow.add(
        BookingAct(
            organization_id=uow.tenant,
            id=act_id,
            booking_id=booking_id,
            at=uow.now,
            actor_kind=uow.actor.kind,
            actor_id=uow.actor.id,
            act=act,
            status=status,
            reason=reason,
            details=details or {},
        )
    )
    await uow.flush()
    return act_id
