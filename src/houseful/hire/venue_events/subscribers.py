"""A confirmed booking has an event of the venue."""

from houseful.hire.bookings.facts import BookingConfirmed
from houseful.hire.venue_events.service import sync_booking_event
from houseful.kernel.database import UnitOfWork
from houseful.kernel.subscriptions import subscribe


@subscribe(BookingConfirmed)
async def give_event(uow: UnitOfWork, fact: BookingConfirmed) -> None:
    """Let the booking have its venue event, found or made."""
    await sync_booking_event(uow, fact.subject_id)
