"""Giving places back: by the customer, in time or late; by the house; because nobody paid."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import or_, select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.secrets import is_same, keyed_digest
from houseful.payments import ANSWER_GRACE, payables_with_open_attempts
from houseful.sessions.bookings.billing import bill, drop_debt
from houseful.sessions.bookings.line import entries_meanwhile
from houseful.sessions.bookings.models import SessionBooking, WaitingEntry
from houseful.sessions.bookings.money import (
    PAYABLE_KIND,
    earn,
    give_money_back,
    give_visit_back,
)
from houseful.sessions.bookings.refunds import note_given_back
from houseful.sessions.bookings.rules import Terms, cancellation_terms, held_terms
from houseful.sessions.bookings.stock import give_stock_back
from houseful.sessions.bookings.taking import read_session
from houseful.sessions.bookings.waiting import (
    close_waiting_list,
    entry_of,
    free_place,
)
from houseful.sessions.catalogue.changing import (
    affected_by,
    end_series,
    require_to_come,
    tell_booked,
)
from houseful.sessions.catalogue.models import Session, SessionSeries
from houseful.sessions.catalogue.scheduling import close_sessions, zone_of
from houseful.sessions.catalogue.schemas import SessionCancellation
from houseful.sessions.facts import BookingCancelled, BookingLapsed, SessionCalledOff
from houseful.sessions.problems import CannotCancel
from houseful.sessions.states import LIVE_PLACES, MONEY, PLACE, WAITING
from houseful.venues import SpaceScope

QUOTE_STANDS = timedelta(minutes=5)
"""How long the terms that somebody was shown are kept."""

BATCH_MAX = 100


class CancelQuote(msgspec.Struct, frozen=True, kw_only=True):
    """The terms of cancelling now; whoever shows `token` gets them until `stands_until`."""

    booking: SessionBooking
    terms: Terms
    stands_until: datetime
    token: str


async def quote_cancellation(uow: UnitOfWork, key: bytes, booking_id: UUID) -> CancelQuote:
    """Return what cancelling would cost and give back. Raises `NotFound`."""
    booking = await uow.get(SessionBooking, booking_id)
    session = await uow.get(Session, booking.session_id)
    until = (uow.now + QUOTE_STANDS).replace(microsecond=0)
    return CancelQuote(
        booking=booking,
        terms=terms_of(booking, session, uow.now),
        stands_until=until,
        token=f"{int(uow.now.timestamp())}.{_sign(key, booking_id, int(uow.now.timestamp()))}",
    )


async def cancel_booking(
    uow: UnitOfWork, key: bytes, booking_id: UUID, *, quote_token: str = "", reason: str = ""
) -> SessionBooking:
    """Give a customer's place back, on the terms of now, or those that they were just shown.

    Raises `CannotCancel` and `IllegalTransition`.
    """
    booking = await uow.get(SessionBooking, booking_id, lock=True)
    session = await uow.get(Session, booking.session_id)
    if booking.place == "held":
        return await _let_go(uow, booking, "cancel", reason)
    if booking.place not in LIVE_PLACES:
        PLACE.next(booking.place, "cancel")
    terms = terms_of(booking, session, _quoted_at(uow, key, booking_id, quote_token))
    if not terms.is_possible or uow.now >= session.starts_at:
        raise CannotCancel(terms.why)
    booking.place = PLACE.next(booking.place, "cancel_late" if terms.is_late else "cancel")
    await _end(uow, booking, terms.fee_minor, reason)
    await _settle(uow, booking, terms)
    await _announce_end(uow, booking, is_late=terms.is_late, by_seller=False)
    await give_stock_back(uow, booking)
    await free_place(uow, booking.session_id)
    return booking


async def give_up(uow: UnitOfWork, booking: SessionBooking, reason: str) -> None:
    """End a confirmed place that nothing was paid for yet, for nothing; who waits can have it."""
    booking.place = PLACE.next(booking.place, "cancel")
    await _end(uow, booking, 0, reason)
    await give_stock_back(uow, booking)
    await free_place(uow, booking.session_id)


async def call_off_booking(uow: UnitOfWork, booking_id: UUID, reason: str) -> SessionBooking:
    """Cancel a booking for the house: everything comes back, with grace for what has lapsed."""
    booking = await uow.get(SessionBooking, booking_id, lock=True)
    await _call_off(uow, booking, reason)
    await give_stock_back(uow, booking)
    await free_place(uow, booking.session_id)
    return booking


async def call_off_sessions(
    uow: UnitOfWork,
    session_id: UUID,
    version: int,
    data: SessionCancellation,
    *,
    scope: SpaceScope = None,
) -> Session:
    """Call off a session, or with it those that follow; every booking is given back in full.

    Raises `BookedSessionsAffected` unless it is confirmed.
    """
    session = await uow.get_version(Session, session_id, version)
    require_to_come(uow, session)
    await zone_of(uow, session.space_id, scope)
    sessions = await affected_by(uow, session, data.scope)
    await tell_booked(uow, sessions, is_confirmed=data.is_confirmed)
    if data.scope != "one" and session.series_id is not None:
        first = sessions[0].recurrence_local
        assert first is not None
        await end_series(uow, await uow.get(SessionSeries, session.series_id, lock=True), first)
    await close_sessions(uow, sessions, data.reason)
    for one in sessions:
        for booking in await _live_bookings(uow, one.id):
            await _call_off(uow, booking, data.reason)
            await give_stock_back(uow, booking)
        await uow.execute(
            "UPDATE sessions SET taken = 0 WHERE organization_id = :tenant AND id = :id",
            {"tenant": uow.tenant, "id": one.id},
        )
        await close_waiting_list(uow, one.id)
        await uow.announce(SessionCalledOff(subject_id=one.id))
    return await read_session(uow, session_id)


async def expire_held(uow: UnitOfWork) -> int:
    """Let go of held places that nobody paid for in time, a batch; return how many.

    What may still be paid waits for `end_overdue_payments`, but not longer than `ANSWER_GRACE`.
    """
    due = await uow.all(
        select(SessionBooking)
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.place == "held",
            SessionBooking.held_until <= uow.now,
            or_(
                SessionBooking.held_until <= uow.now - ANSWER_GRACE,
                SessionBooking.id.not_in(payables_with_open_attempts(uow, PAYABLE_KIND)),
            ),
        )
        .order_by(SessionBooking.id)
        .limit(BATCH_MAX)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    for booking in due:
        await _let_go(uow, booking, "expire", "not paid in time")
    return len(due)


def terms_of(booking: SessionBooking, session: Session, at: datetime) -> Terms:
    """Return the terms of cancelling a booking at an instant; what is only held costs nothing."""
    has_visit = booking.customer_entitlement_id is not None
    if booking.place == "held":
        return held_terms(booking.paid_minor - booking.refunded_minor, has_visit=has_visit)
    return cancellation_terms(
        booking.policy,
        starts_at=session.starts_at,
        now=at,
        paid_minor=booking.paid_minor - booking.refunded_minor,
        has_visit=has_visit,
        is_billed_later=booking.money == "none",
        total=booking.total,
    )


async def give_up_overlapping_offers(uow: UnitOfWork, booking_id: UUID) -> None:
    """Let who has got a place keep no offer for what is on at the same time; harmless twice."""
    booking = await uow.get(SessionBooking, booking_id)
    if booking.place != "confirmed":
        return
    session = await uow.get(Session, booking.session_id)
    offers = await uow.all(
        entries_meanwhile(uow, booking, session, status="offered")
        .with_only_columns(WaitingEntry.booking_id)
        .where(WaitingEntry.booking_id.is_not(None))
    )
    for offered_id in offers:
        offered = await uow.get(SessionBooking, offered_id, lock=True)
        if offered.place == "held" and offered.money == "none":
            reason = "has a place in what is on at the same time"
            await _let_go(uow, offered, "cancel", reason, ends_wait="give_up")


async def _let_go(
    uow: UnitOfWork, booking: SessionBooking, act: str, reason: str, *, ends_wait: str = "decline"
) -> SessionBooking:
    """End a held place: what was taken for it goes back, and the place to who waits."""
    booking.place = PLACE.next(booking.place, act)
    await _end(uow, booking, 0, reason)
    await _return_all(uow, booking, reason)
    entry = await entry_of(uow, booking.id)
    if entry is not None and entry.status == "offered":
        entry.status = WAITING.next(entry.status, "lapse" if act == "expire" else ends_wait)
        await audit.record(uow, f"sessions.waiting.{entry.status}", entry)
    await uow.flush()
    await give_stock_back(uow, booking)
    await uow.announce(BookingLapsed(subject_id=booking.id, session_id=booking.session_id))
    await free_place(uow, booking.session_id)
    return booking


async def _call_off(uow: UnitOfWork, booking: SessionBooking, reason: str) -> None:
    booking.place = PLACE.next(booking.place, "call_off")
    booking.attendance = "unknown"
    await _end(uow, booking, 0, reason)
    await _return_all(uow, booking, reason, by_seller=True)
    await _announce_end(uow, booking, is_late=False, by_seller=True)


async def _return_all(
    uow: UnitOfWork, booking: SessionBooking, reason: str, *, by_seller: bool = False
) -> None:
    if booking.money == "awaiting":
        booking.money = MONEY.next(booking.money, "drop")
    elif booking.money == "due":
        await drop_debt(uow, booking, reason)
    booking.due_minor = 0
    back = booking.paid_minor - booking.refunded_minor
    await give_visit_back(uow, booking, by_seller=by_seller)
    await _give_back(uow, booking, back, reason or "called off")
    await uow.flush()


async def _give_back(uow: UnitOfWork, booking: SessionBooking, amount: int, reason: str) -> None:
    cards = await give_money_back(uow, booking, amount, reason=reason) if amount else []
    await note_given_back(uow, booking, amount, cards)


async def _settle(uow: UnitOfWork, booking: SessionBooking, terms: Terms) -> None:
    if terms.visit_comes_back:
        await give_visit_back(uow, booking)
    if terms.back_minor or terms.visit_comes_back:
        await _give_back(uow, booking, terms.back_minor, "cancelled")
    await earn(uow, booking)
    if booking.money == "none" and terms.fee_minor and terms.is_late:
        await bill(uow, booking, terms.fee_minor)
    await uow.flush()


async def _end(uow: UnitOfWork, booking: SessionBooking, fee: int, reason: str) -> None:
    booking.cancelled_at = uow.now
    booking.held_until = None
    booking.fee_minor = fee
    booking.reason = reason[:500]
    await audit.record(uow, f"sessions.booking.{booking.place}", booking)
    await uow.flush()


async def _announce_end(
    uow: UnitOfWork, booking: SessionBooking, *, is_late: bool, by_seller: bool
) -> None:
    await uow.announce(
        BookingCancelled(
            subject_id=booking.id,
            session_id=booking.session_id,
            is_late=is_late,
            by_seller=by_seller,
        )
    )


async def _live_bookings(uow: UnitOfWork, session_id: UUID) -> Collection[SessionBooking]:
    return await uow.all(
        select(SessionBooking)
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.session_id == session_id,
            SessionBooking.place.in_(LIVE_PLACES),
        )
        .order_by(SessionBooking.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _quoted_at(uow: UnitOfWork, key: bytes, booking_id: UUID, token: str) -> datetime:
    """Return when the terms were shown that somebody relies on, or now."""
    second, _, proof = token.partition(".")
    if not second.isdecimal() or len(second) > 12:
        return uow.now
    if not is_same(proof, _sign(key, booking_id, int(second))):
        return uow.now
    at = datetime.fromtimestamp(int(second), UTC)
    return at if uow.now - QUOTE_STANDS <= at <= uow.now else uow.now


def _sign(key: bytes, booking_id: UUID, second: int) -> str:
    return keyed_digest(key, "cancel", str(booking_id), str(second))[:40]
