"""Who is told what about sessions: each fact becomes a draft, once however often it is heard."""

from typing import Any
from uuid import UUID

from houseful.accounts import organization_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.subscriptions import subscribe
from houseful.messaging.drafting import Draft, draft
from houseful.sessions import (
    BookingCancelled,
    BookingConfirmed,
    BookingDue,
    BookingLapsed,
    BookingSettled,
    BookingSoon,
    CompanyCustomer,
    CustomerPass,
    LatePaymentReturned,
    PassRefundRefused,
    PassSold,
    PlaceOffered,
    RefundDecided,
    SessionBooking,
    SessionCalledOff,
    SessionMoved,
    StandingPlaceChanged,
    TopUp,
    WaiterPassedOver,
    WaitingEntry,
    Wallet,
    WalletToppedUp,
    closed_waits,
    entry_of_booking,
    live_bookings,
)

STANDING_NEWS = {
    "paused": "standing_paused",
    "active": "standing_resumed",
    "cancelled": "standing_ended",
}
REFUND_NEWS = {
    "processing": "session_refund_approved",
    "succeeded": "session_refund_approved",
    "rejected": "session_refund_rejected",
    "failed": "session_refund_refused",
    "requested": "session_refund_refused",
}
"""Approved is told once: that the card's bank has it, too, is no news. What is to be decided again
is what a card did not take.
"""


@subscribe(BookingConfirmed)
async def tell_booked(uow: UnitOfWork, fact: BookingConfirmed) -> None:
    """Confirm a place; of a standing place people know, and are reminded of each session."""
    booking = await uow.get(SessionBooking, fact.subject_id)
    if booking.source == "slot_attendee":
        return
    entry = await entry_of_booking(uow, booking.id)
    booked_itself = entry is not None and entry.offered_until is None
    kind = "session_promoted" if booked_itself else "session_booked"
    await _tell(uow, kind, booking, str(booking.id))


@subscribe(BookingSoon)
async def tell_soon(uow: UnitOfWork, fact: BookingSoon) -> None:
    """Remind of a session that is near."""
    booking = await uow.get(SessionBooking, fact.subject_id)
    await _tell(uow, "session_reminder", booking, str(booking.id))


@subscribe(SessionMoved)
async def tell_moved(uow: UnitOfWork, fact: SessionMoved) -> None:
    """Tell everybody who has a place that the session has another time or space."""
    details = {"previous_starts_at": fact.previous_starts_at.isoformat()}
    if fact.previous_starts_at == fact.starts_at:
        details = {}
    for booking in await live_bookings(uow, fact.subject_id):
        key = f"{booking.id}:{fact.sequence}"
        await _tell(uow, "session_moved", booking, key, details=details)


@subscribe(BookingCancelled)
async def tell_cancelled(uow: UnitOfWork, fact: BookingCancelled) -> None:
    """Confirm what somebody gave back, or say that the house had to cancel it."""
    booking = await uow.get(SessionBooking, fact.subject_id)
    kind = "session_called_off" if fact.by_seller else "session_cancelled"
    await _tell(uow, kind, booking, str(booking.id))


@subscribe(SessionCalledOff)
async def tell_who_waits(uow: UnitOfWork, fact: SessionCalledOff) -> None:
    """Tell everybody who waits that there is nothing to wait for any more."""
    for entry in await closed_waits(uow, fact.subject_id):
        customer = await uow.get(CompanyCustomer, entry.customer_id)
        await _draft(uow, "session_wait_ended", str(entry.id), entry.id, customer.email)


@subscribe(StandingPlaceChanged)
async def tell_standing(uow: UnitOfWork, fact: StandingPlaceChanged) -> None:
    """Say that a standing place began, is paused, goes on, or has ended: not for each session."""
    customer = await uow.get(CompanyCustomer, fact.customer_id)
    await _draft(
        uow,
        "standing_begun" if fact.is_new else STANDING_NEWS[fact.status],
        f"{fact.subject_id}:{fact.number}",
        customer.id,
        customer.email,
        details={"session": fact.activity_name, "standing": str(fact.subject_id)},
    )


@subscribe(BookingLapsed)
async def tell_lapsed(uow: UnitOfWork, fact: BookingLapsed) -> None:
    """Say that a held place is gone; who gave it up themselves knows."""
    booking = await uow.get(SessionBooking, fact.subject_id)
    if booking.place != "expired":
        return
    was_offered = await entry_of_booking(uow, booking.id) is not None
    kind = "session_offer_lapsed" if was_offered else "session_hold_lapsed"
    await _tell(uow, kind, booking, str(booking.id))


@subscribe(LatePaymentReturned)
async def tell_late_payment(uow: UnitOfWork, fact: LatePaymentReturned) -> None:
    """Say that money came when the place was gone, and that it goes back."""
    booking = await uow.get(SessionBooking, fact.subject_id)
    details = {"amount_minor": fact.amount_minor}
    await _tell(uow, "session_late_payment", booking, str(fact.transaction_id), details=details)


@subscribe(PlaceOffered)
async def tell_offered(uow: UnitOfWork, fact: PlaceOffered) -> None:
    """Say that a place is held for who waited, and until when."""
    booking = await uow.get(SessionBooking, fact.booking_id)
    await _draft(
        uow, "session_offered", str(fact.booking_id), fact.subject_id, booking.contact_email
    )


@subscribe(WaiterPassedOver)
async def tell_passed_over(uow: UnitOfWork, fact: WaiterPassedOver) -> None:
    """Say that a place could not be booked for who waited, and whether what they owe is why."""
    entry = await uow.get(WaitingEntry, fact.subject_id)
    customer = await uow.get(CompanyCustomer, entry.customer_id)
    kind = "session_passed_over_owing" if fact.is_owing else "session_passed_over"
    await _draft(uow, kind, str(entry.id), entry.id, customer.email)


@subscribe(BookingDue)
async def tell_due(uow: UnitOfWork, fact: BookingDue) -> None:
    """Say what is owed, and again at growing intervals."""
    booking = await uow.get(SessionBooking, fact.subject_id)
    kind = "session_due" if fact.number == 1 else "session_due_again"
    await _tell(uow, kind, booking, f"{_debt_of(booking)}:{fact.number}")


@subscribe(BookingSettled)
async def tell_settled(uow: UnitOfWork, fact: BookingSettled) -> None:
    """Say that nothing is owed any more: paid, or waived."""
    booking = await uow.get(SessionBooking, fact.subject_id)
    if booking.money in {"paid", "waived"}:
        await _tell(uow, "session_settled", booking, _debt_of(booking))


@subscribe(RefundDecided)
async def tell_refund_decided(uow: UnitOfWork, fact: RefundDecided) -> None:
    """Say what was decided about a request for money, once for each time that it was asked."""
    kind = REFUND_NEWS.get(fact.status)
    if kind is None:
        return
    booking = await uow.get(SessionBooking, fact.booking_id)
    key = f"{fact.subject_id}:{fact.asked_before}"
    await _draft(uow, kind, key, fact.subject_id, booking.contact_email)


@subscribe(PassSold)
async def tell_pass_sold(uow: UnitOfWork, fact: PassSold) -> None:
    """Confirm a pass that was bought."""
    bought = await uow.get(CustomerPass, fact.subject_id)
    customer = await uow.get(CompanyCustomer, bought.customer_id)
    await _draft(uow, "pass_sold", str(bought.id), bought.id, customer.email)


@subscribe(PassRefundRefused)
async def tell_pass_refund_refused(uow: UnitOfWork, fact: PassRefundRefused) -> None:
    """Say that a card did not take the money of a pass, and that somebody looks at it."""
    held = await uow.get(CustomerPass, fact.subject_id)
    customer = await uow.get(CompanyCustomer, held.customer_id)
    details = {"amount_minor": fact.amount_minor}
    key = f"{held.id}:{fact.attempt}"
    await _draft(uow, "pass_refund_refused", key, held.id, customer.email, details=details)


@subscribe(WalletToppedUp)
async def tell_topped_up(uow: UnitOfWork, fact: WalletToppedUp) -> None:
    """Confirm money that came into a wallet."""
    top_up = await uow.get(TopUp, fact.top_up_id)
    wallet = await uow.get(Wallet, fact.subject_id)
    customer = await uow.get(CompanyCustomer, wallet.customer_id)
    details = {
        "amount_minor": top_up.amount_minor,
        "bonus_minor": top_up.bonus_minor,
        "currency": top_up.currency,
    }
    await _draft(
        uow, "wallet_topped_up", str(top_up.id), customer.id, customer.email, details=details
    )


def _debt_of(booking: SessionBooking) -> str:
    """Name one debt of a booking: what was billed anew is another."""
    since = booking.billed_at.isoformat() if booking.billed_at is not None else ""
    return f"{booking.id}:{since}"


async def _tell(
    uow: UnitOfWork,
    kind: str,
    booking: SessionBooking,
    key: str,
    *,
    details: dict[str, Any] | None = None,
) -> None:
    await _draft(uow, kind, key, booking.id, booking.contact_email, details=details)


async def _draft(
    uow: UnitOfWork,
    kind: str,
    key: str,
    subject_id: UUID,
    recipient: str,
    *,
    details: dict[str, Any] | None = None,
) -> None:
    await draft(
        uow,
        Draft(
            kind=kind,
            source_key=f"{kind}:{key}",
            subject_id=subject_id,
            recipient=recipient,
            locale=(await organization_of(uow)).locale,
            details=details or {},
        ),
    )
