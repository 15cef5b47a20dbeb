"""Who was there: checked in at the desk, by list or by scan; missed; corrected; and the end."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import IllegalTransition
from houseful.sessions.bookings.billing import bill_attendance, drop_debt, may_be_billed
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.money import earn
from houseful.sessions.bookings.taking import add_booking, confirm, lock_session, take_place
from houseful.sessions.bookings.waiting import close_waiting_list
from houseful.sessions.bookings.wishes import Payment, Wish
from houseful.sessions.catalogue.models import Activity, Session
from houseful.sessions.customers.models import CompanyCustomer, SlotAttendee
from houseful.sessions.facts import BookingSoon
from houseful.sessions.problems import AlreadyBooked, NotBookable, SessionFull
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

    What was billed for being there is billed anew. Raises `IllegalTransition`.
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
    if session.status == "ended" and booking.money == "due":
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


async def add_slot_attendee(
    uow: UnitOfWork, series_id: UUID, customer_id: UUID, attendee_id: UUID
) -> SlotAttendee:
    """Give somebody a place in every session of a series, billed when each is over.

    Raises `NotBookable` for who may not pay afterwards.
    """
    customer = await uow.get(CompanyCustomer, customer_id)
    if not await may_be_billed(uow, customer):
        raise NotBookable("This customer cannot pay afterwards.")
    standing = SlotAttendee(
        organization_id=uow.tenant,
        series_id=series_id,
        customer_id=customer_id,
        attendee_id=attendee_id,
    )
    await audit.add_row(uow, standing, "sessions.slot_attendee.created")
    to_come = await uow.all(
        select(Session)
        .where(
            Session.organization_id == uow.tenant,
            Session.series_id == series_id,
            Session.status == "open",
            Session.starts_at > uow.now,
        )
        .order_by(Session.starts_at)
    )
    for session in to_come:
        await _enroll(uow, session, standing)
    return standing


async def enroll_standing(uow: UnitOfWork, sessions: list[Session]) -> None:
    """Give those who have their place in a series one in its new sessions."""
    for session in sessions:
        standing = await uow.all(
            select(SlotAttendee)
            .where(
                SlotAttendee.organization_id == uow.tenant,
                SlotAttendee.series_id == session.series_id,
                SlotAttendee.status == "active",
            )
            .order_by(SlotAttendee.id)
        )
        for one in standing:
            await _enroll(uow, session, one)


async def _enroll(uow: UnitOfWork, session: Session, standing: SlotAttendee) -> None:
    """Give a place that is billed afterwards; a session that is full is passed over."""
    activity = await uow.get(Activity, session.activity_id)
    customer = await uow.get(CompanyCustomer, standing.customer_id)
    attendee = await uow.get(CompanyCustomer, standing.attendee_id)
    if not await may_be_billed(uow, customer):
        return
    wish = Wish(
        session_id=session.id,
        customer_id=customer.id,
        attendee_id=attendee.id,
        source="slot_attendee",
        payment=Payment(has_card=False),
    )
    try:
        async with uow.savepoint():
            await take_place(uow, session.id)
            booking = await add_booking(uow, session, activity, customer, attendee, wish)
            booking.due_minor = 0
            await confirm(uow, booking)
    except (SessionFull, AlreadyBooked, NotBookable):
        return


async def _bill_anew(uow: UnitOfWork, booking: SessionBooking, session: Session) -> None:
    await drop_debt(uow, booking, "attendance corrected")
    if booking.attendance != "unknown":
        await bill_attendance(uow, booking, session)
