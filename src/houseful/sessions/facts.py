"""What this room announces."""

from datetime import datetime
from uuid import UUID

from houseful.kernel.outbox import Fact


class SessionMoved(Fact):
    """Somebody's session has other times, or another space; `subject_id` is the session."""

    previous_starts_at: datetime
    starts_at: datetime
    sequence: int


class SessionCalledOff(Fact):
    """The house called a session off; `subject_id` is the session."""


class BookingConfirmed(Fact):
    """A place is somebody's; `subject_id` is the booking."""

    session_id: UUID


class BookingCancelled(Fact):
    """A place was given back; `subject_id` is the booking."""

    session_id: UUID
    is_late: bool
    by_seller: bool


class BookingLapsed(Fact):
    """A held place was not paid for, or an offer not taken; `subject_id` is the booking."""

    session_id: UUID


class LatePaymentReturned(Fact):
    """Money came for a place that is gone, and goes back by itself; `subject_id` is the booking."""

    session_id: UUID
    transaction_id: UUID
    amount_minor: int


class StandingPlaceChanged(Fact):
    """A standing place began, was paused, goes on, or has ended; `subject_id` is the slot attendee.

    `activity_name` is what it is in; `number` tells one change from the next.
    """

    customer_id: UUID
    activity_name: str
    status: str
    number: int
    is_new: bool = False


class BookingSoon(Fact):
    """A session is near, and its customer is to be reminded; `subject_id` is the booking."""

    session_id: UUID


class BookingDue(Fact):
    """A session that was attended has to be paid for; `number` counts the reminders."""

    session_id: UUID
    number: int


class BookingSettled(Fact):
    """A debt was paid, or waived; `subject_id` is the booking."""

    session_id: UUID


class PlaceOffered(Fact):
    """A place is held for who waited for it; `subject_id` is the waiting entry."""

    session_id: UUID
    booking_id: UUID
    until: datetime


class WaiterPassedOver(Fact):
    """Who waited could not be booked; the place went on. `subject_id` is the waiting entry.

    `is_owing` says that they may not book until they have paid for earlier sessions.
    """

    session_id: UUID
    is_owing: bool = False


class RefundDecided(Fact):
    """A refund request was approved or rejected, or the money is back.

    `asked_before` is how often it had been asked and answered already.
    """

    booking_id: UUID
    status: str
    asked_before: int


class PassSold(Fact):
    """A pass is paid for; `subject_id` is the customer's pass."""


class PassRefundRefused(Fact):
    """A card did not take the money of a pass that was ended; `subject_id` is the pass."""

    amount_minor: int
    attempt: int


class WalletToppedUp(Fact):
    """Money came into a wallet; `subject_id` is the wallet."""

    top_up_id: UUID
