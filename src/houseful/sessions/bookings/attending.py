"""Who was there: checked in at the desk, by list or by scan; missed; corrected; and the end."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import IllegalTransition
from houseful.sessions.bookings.billing import bill_attendance, take_billing_back
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.money import earn
from houseful.sessions.bookings.taking import lock_session
from houseful.sessions.bookings.waiting import close_waiting_list
from houseful.sessions.catalogue.models import Session
from houseful.sessions.facts import BookingSoon
from houseful.sessions.states import ATTENDANCE

DOORS_BEFORE = timedelta(minutes=90)
CORRECTION = timedelta(hours=48)
REMIND_BEFORE = timedelta(hours=24)
BATCH_MAX = 100

Mark = Literal["check_in", "miss", "undo"]


async def mark_attendance(
    uow: UnitOfWork, booking_id: UUID, mark: Mark, *, device_id: UUID | None = None
) -> SessionBooking:
    """Note that somebody came, or did not; until two days after the end it can be corrected.

    What was billed for being there is given back, and billed anew. Raises `IllegalTransition`.
    """
    booking = await uow.get(SessionBooking, booking_id, lock=True)
    session = await uow.get(Session, booking.session_id)
    if booking.place != "confirmed":
        raise IllegalTransition("Only a confirmed place can be attended.", state=booking.place)
    if not session.starts_at - DOORS_BEFORE <= uow.now <= session.ends_at + CORRECTION:
        raise IllegalTransition("It is too early, or too late, for that.", state=session.status)
    if mark == "check_in" and booking.attendance == "attended":
        return booking
    booking.attendance = ATTENDANCE.next(booking.attendance, mark)
    is_in = mark == "check_in"
    booking.checked_in_at = uow.now if is_in else None
    booking.verifier_user_id = uow.actor.id if is_in and uow.actor.kind == "user" else None
    booking.verifier_scanner_credential_id = device_id if is_in else None
    await audit.record(uow, f"sessions.booking.{mark}", booking)
    await uow.flush()
    if session.status == "ended" and booking.is_billed_afterwards:
        await _bill_anew(uow, booking, session)
    return booking


async def end_session(uow: UnitOfWork, session_id: UUID) -> bool:
    """Close a session that is over, once: who missed it, what is earned, what is owed.

    A session that nobody marked fines nobody: only where somebody was checked in are the others
    taken to have missed it.
    """
    session = await lock_session(uow, session_id)
    if session.status != "open" or session.ends_at > uow.now:
        return False
    session.status = "ended"
    session.ended_at = uow.now
    await audit.record(uow, "sessions.session.ended", session)
    await uow.flush()
    bookings = await uow.all(
        select(SessionBooking)
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.session_id == session_id,
            SessionBooking.place == "confirmed",
        )
        .order_by(SessionBooking.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    was_marked = any(one.attendance == "attended" for one in bookings)
    for booking in bookings:
        if was_marked and booking.attendance == "unknown":
            booking.attendance = ATTENDANCE.next(booking.attendance, "miss")
            await audit.record(uow, "sessions.booking.miss", booking)
            await uow.flush()
        if booking.money == "none":
            await bill_attendance(uow, booking, session)
        else:
            await earn(uow, booking)
    await close_waiting_list(uow, session_id)
    return True


async def sessions_to_end(uow: UnitOfWork) -> list[UUID]:
    """Return the sessions that are over and not closed, the earliest first, a batch."""
    return list(
        await uow.all(
            select(Session.id)
            .where(
                Session.organization_id == uow.tenant,
                Session.status == "open",
                Session.ends_at <= uow.now,
            )
            .order_by(Session.ends_at)
            .limit(BATCH_MAX)
        )
    )


async def remind_of_sessions(uow: UnitOfWork) -> int:
    """Remind those whose session is near, once each, a batch; return how many."""
    near = await uow.all(
        select(SessionBooking)
        .join(
            Session,
            (Session.organization_id == SessionBooking.organization_id)
            & (Session.id == SessionBooking.session_id),
        )
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.place == "confirmed",
            SessionBooking.reminder_sent_at.is_(None),
            SessionBooking.created_at < uow.now - timedelta(hours=1),
            Session.starts_at > uow.now,
            Session.starts_at <= uow.now + REMIND_BEFORE,
        )
        .order_by(SessionBooking.id)
        .limit(BATCH_MAX)
        .with_for_update(of=SessionBooking, skip_locked=True)
    )
    for booking in near:
        booking.reminder_sent_at = uow.now
        await uow.announce(BookingSoon(subject_id=booking.id, session_id=booking.session_id))
    await uow.flush()
    return len(near)


async def _bill_anew(uow: UnitOfWork, booking: SessionBooking, session: Session) -> None:
    is_unbilled = await take_billing_back(uow, booking, "attendance corrected")
    if is_unbilled and booking.attendance != "unknown":
        await bill_attendance(uow, booking, session)
