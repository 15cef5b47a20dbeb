"""What a card's provider says of money that was to go back: it is there, or it was refused."""

from uuid import UUID

from sqlalchemy import select

from houseful import audit, ledger
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.payments import Refund
from houseful.sessions.bookings.models import RefundRequest, SessionBooking, Tender
from houseful.sessions.bookings.money import move_money, note_returned
from houseful.sessions.bookings.refunds import announce_decision, find_request, logged
from houseful.sessions.covering import CARD, CASH
from houseful.sessions.states import REFUND_REQUEST

REFUSED = "The card's provider refused the refund."


async def note_card_refund(uow: UnitOfWork, refund_id: UUID) -> None:
    """Say that the money of a request is on the card again; others do not concern us.

    A refund that had been refused, and was sent again as it was, counts from now on.
    """
    refund = await uow.get(Refund, refund_id)
    booking = await _paid_with(uow, refund)
    if booking is None:
        return
    request = await _request_of(uow, booking.id)
    if refund.attempt > 1:
        await _move(uow, booking, refund, 1)
    if request is None or request.card_refund_id != refund_id:
        return
    if request.status == "failed" and refund.attempt > 1:
        for act in ("approve", "process"):
            request.status = REFUND_REQUEST.next(request.status, act)
    if REFUND_REQUEST.allows(request.status, "succeed") and request.status == "processing":
        request.status = REFUND_REQUEST.next(request.status, "succeed")
        await announce_decision(uow, request, "succeeded")


async def note_refused_refund(uow: UnitOfWork, refund_id: UUID) -> None:
    """Take back what a booking counts as given back to a card whose provider refuses it.

    Staff find it as a failed request, which they approve again; without a request there is one
    from now on. Refunds of anything else do not concern us.
    """
    refund = await uow.get(Refund, refund_id)
    booking = await _paid_with(uow, refund)
    if booking is None or refund.attempt > 1:
        return
    await _move(uow, booking, refund, -1)
    request = await _request_of(uow, booking.id)
    if request is None:
        request = RefundRequest(
            organization_id=uow.tenant,
            id=new_id(),
            booking_id=booking.id,
            status="failed",
            amount_minor=refund.amount_minor,
            currency=refund.currency,
            reason=REFUSED,
            card_refund_id=refund_id,
        )
        uow.add(request)
        await uow.flush()
        await announce_decision(uow, request, "failed")
        return
    request.log = [*request.log, logged(request)]
    if request.status == "processing":
        request.status = REFUND_REQUEST.next(request.status, "fail")
        request.amount_minor, request.card_refund_id = refund.amount_minor, refund_id
    elif request.status in {"requested", "failed"}:
        request.amount_minor += refund.amount_minor
        request.approved_by = None
    else:
        request.status = REFUND_REQUEST.next(request.status, "ask_again")
        request.amount_minor, request.reason = refund.amount_minor, REFUSED
        request.answer, request.approved_by, request.card_refund_id = "", None, None
        move_money(booking, "ask_back")
    await announce_decision(uow, request, request.status)


async def _paid_with(uow: UnitOfWork, refund: Refund) -> SessionBooking | None:
    """Return the booking, locked, that was paid with what a refund gives back."""
    found = await uow.first(
        select(Tender.booking_id)
        .where(
            Tender.organization_id == uow.tenant,
            Tender.kind.in_([CARD, CASH]),
            Tender.source_id == refund.transaction_id,
        )
        .limit(1)
    )
    return None if found is None else await uow.get(SessionBooking, found, lock=True)


async def _move(uow: UnitOfWork, booking: SessionBooking, refund: Refund, sign: int) -> None:
    """Count a refund as given back (1), or no longer (-1), as its entry in the books has it."""
    left = refund.amount_minor
    mine = [one for one in booking.tenders if one.source_id == refund.transaction_id]
    for tender in mine[::sign]:
        room = tender.amount_minor - tender.returned_minor if sign > 0 else tender.returned_minor
        part = min(left, room)
        tender.returned_minor += sign * part
        left -= part
    assert left == 0, "a refund gives back what was paid, or is refused what it gave back"
    entry = await ledger.read_entry(uow, refund.entry_id)
    from_deferred = sum(
        one["amountMinor"]
        for one in entry.postings
        if one["direction"] == "debit" and one["account"] == ledger.chart.DEFERRED_BOOKINGS
    )
    booking.refunded_minor += sign * refund.amount_minor
    booking.earned_minor -= sign * (refund.amount_minor - from_deferred)
    if sign > 0:
        note_returned(booking)
    else:
        move_money(booking, "take_back_part" if booking.refunded_minor else "take_back")
    await audit.record(uow, "sessions.booking.refund_corrected", booking)
    await uow.flush()


async def _request_of(uow: UnitOfWork, booking_id: UUID) -> RefundRequest | None:
    found = await find_request(uow, booking_id)
    return None if found is None else await uow.get(RefundRequest, found.id, lock=True)
