"""Hire: a venue promises its spaces to others, and is paid for it.

Bookings and ranked holds over claims of the calendar, what they cost, with whom they were agreed
and how the night is settled. Within hire, the papers (deals, contracts, deposits, settlements)
move bookings by the use cases below, and never by their tables.
"""

from houseful.hire.bookings.facts import (
    BookingCancelled,
    BookingClosed,
    BookingCompleted,
    BookingConfirmed,
    BookingConflicted,
    BookingContracted,
    BookingHeld,
    BookingInquired,
    BookingMoved,
    BookingOffered,
    BookingReleased,
    BookingUnconfirmed,
)
from houseful.hire.bookings.life import (
    cancel_booking,
    close_booking,
    complete_booking,
    confirm_booking,
    confirm_paid_booking,
    contract_booking,
    decline_booking,
    hold_booking,
    lose_booking,
    offer_booking,
    release_booking,
    unconfirm_booking,
    withdraw_offer,
)
from houseful.hire.bookings.queries import (
    BookingFilter,
    bookings_between,
    get_booking,
    list_acts,
    list_bookings,
    list_by_night,
)
from houseful.hire.bookings.schemas import (
    Because,
    BookingChanges,
    BookingView,
    Cancellation,
    Confirmation,
    Hold,
    NewBooking,
    Refusal,
    Release,
    SpaceWish,
)
from houseful.hire.bookings.service import create_booking, lock_booking, update_booking
from houseful.hire.holds.facts import (
    ChallengeEnded,
    HoldChallenged,
    HoldExpiring,
    HoldMovedUp,
)
from houseful.hire.holds.ranks import is_backup
from houseful.hire.holds.service import answer_challenge, challenge_holds, withdraw_challenge
from houseful.hire.rates.service import charges_of
from houseful.hire.series.schemas import NewSeries
from houseful.hire.series.service import create_series

__all__ = [
    "Because",
    "BookingCancelled",
    "BookingChanges",
    "BookingClosed",
    "BookingCompleted",
    "BookingConfirmed",
    "BookingConflicted",
    "BookingContracted",
    "BookingFilter",
    "BookingHeld",
    "BookingInquired",
    "BookingMoved",
    "BookingOffered",
    "BookingReleased",
    "BookingUnconfirmed",
    "BookingView",
    "Cancellation",
    "ChallengeEnded",
    "Confirmation",
    "Hold",
    "HoldChallenged",
    "HoldExpiring",
    "HoldMovedUp",
    "NewBooking",
    "NewSeries",
    "Refusal",
    "Release",
    "SpaceWish",
    "answer_challenge",
    "bookings_between",
    "cancel_booking",
    "challenge_holds",
    "charges_of",
    "close_booking",
    "complete_booking",
    "confirm_booking",
    "confirm_paid_booking",
    "contract_booking",
    "create_booking",
    "create_series",
    "decline_booking",
    "get_booking",
    "hold_booking",
    "is_backup",
    "list_acts",
    "list_bookings",
    "list_by_night",
    "lock_booking",
    "lose_booking",
    "offer_booking",
    "release_booking",
    "unconfirm_booking",
    "update_booking",
    "withdraw_challenge",
    "withdraw_offer",
]
