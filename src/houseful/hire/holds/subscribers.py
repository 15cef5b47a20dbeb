"""Who moves up may hold for as long as the venue gives that rank."""

from houseful.hire.bookings.expiry import expire_by_rank
from houseful.hire.bookings.models import BookingAct
from houseful.hire.bookings.service import lock_booking
from houseful.hire.holds.facts import HoldMovedUp
from houseful.kernel.database import UnitOfWork
from houseful.kernel.subscriptions import subscribe


@subscribe(HoldMovedUp)
async def prolong_who_moved_up(uow: UnitOfWork, fact: HoldMovedUp) -> None:
    """Let the hold last as one of its new rank, counted from when it moved up; never less.

    In a transaction of its own: bookings are locked before cells. Harmless twice.
    """
    if fact.act_id is None:
        return
    booking = await lock_booking(uow, fact.subject_id)
    moved = await uow.get(BookingAct, fact.act_id)
    if booking.status != "hold" or booking.hold_expires_at is None:
        return
    expires_at = await expire_by_rank(uow, booking, moved.at)
    if expires_at is not None and expires_at > booking.hold_expires_at:
        booking.hold_expires_at = expires_at
        booking.expiry_warned_at = None
        await uow.flush()
