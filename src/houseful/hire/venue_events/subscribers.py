"""A confirmed booking has an event of the venue, which goes where its bookings go."""

from houseful.hire.bookings.facts import (
    BookingCancelled,
    BookingCompleted,
    BookingConfirmed,
    BookingMoved,
    BookingUnconfirmed,
)
from houseful.hire.venue_events.service import follow_bookings, sync_booking_event
from houseful.kernel.database import UnitOfWork
from houseful.kernel.subscriptions import subscribe


@subscribe(BookingConfirmed)
async def give_event(uow: UnitOfWork, fact: BookingConfirmed) -> None:
    """Let the booking have its venue event, found or made."""
    await sync_booking_event(uow, fact.subject_id)
    await follow_bookings(uow, fact.subject_id, "confirmed")


@subscribe(BookingMoved)
async def move_event(uow: UnitOfWork, fact: BookingMoved) -> None:
    """Let the venue event move with its booking."""
    await follow_bookings(uow, fact.subject_id)


@subscribe(BookingUnconfirmed)
async def unconfirm_event(uow: UnitOfWork, fact: BookingUnconfirmed) -> None:
    """Let the venue event be planned only, as its booking is."""
    await follow_bookings(uow, fact.subject_id, "planned")


@subscribe(BookingCancelled)
async def cancel_event(uow: UnitOfWork, fact: BookingCancelled) -> None:
    """Cancel the venue event with the last of its bookings."""
    await follow_bookings(uow, fact.subject_id, "cancelled")


@subscribe(BookingCompleted)
async def complete_event(uow: UnitOfWork, fact: BookingCompleted) -> None:
    """Let the venue event be over with the last of its bookings."""
    await follow_bookings(uow, fact.subject_id, "completed")
