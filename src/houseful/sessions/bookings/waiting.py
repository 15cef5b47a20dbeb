"""The waiting list: strictly in order; what is offered is held in the act that freed it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import IllegalTransition
from houseful.sessions.bookings.line import entries_meanwhile, note_positions
from houseful.sessions.bookings.models import SessionBooking, WaitingEntry
from houseful.sessions.bookings.rules import offer_until
from houseful.sessions.bookings.taking import (
    add_booking,
    lock_session,
    pay_held,
    read_session,
    require_no_debt,
)
from houseful.sessions.bookings.wishes import Payment, Wish
from houseful.sessions.catalogue.models import Activity, Session
from houseful.sessions.catalogue.rules import why_not_bookable
from houseful.sessions.catalogue.settings import read_settings
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.service import attendee_for
from houseful.sessions.facts import PlaceOffered, WaiterPassedOver
from houseful.sessions.problems import (
    AlreadyBooked,
    InDebt,
    NotBookable,
    NotEnoughFunds,
    OutOfStock,
    PassNotUsable,
)
from houseful.sessions.states import LIVE_PLACES, WAITING

OFFERS_END = timedelta(minutes=30)
"""So long before the start nothing is offered any more: the first to come gets the place."""


async def join_waiting_list(
    uow: UnitOfWork,
    session_id: UUID,
    customer_id: UUID,
    attendee_id: UUID | None = None,
    *,
    books_itself: bool = False,
    priority: int = 0,
) -> WaitingEntry:
    """Wait for a place. Raises `NotBookable` while places are free, `InDebt`, `AlreadyBooked`.

    With `books_itself` a place is booked at once when pass and wallet cover it.
    """
    session = await lock_session(uow, session_id)
    activity = await uow.get(Activity, session.activity_id)
    customer = await uow.get(CompanyCustomer, customer_id)
    attendee = await attendee_for(uow, customer, attendee_id)
    why_not = why_not_bookable(
        status=session.status,
        starts_at=session.starts_at,
        timezone=session.timezone,
        booking_opens_hours=activity.booking_opens_hours,
        booking_closes_minutes=activity.booking_closes_minutes,
        now=uow.now,
    )
    if why_not:
        raise NotBookable(why_not)
    await require_no_debt(uow, customer.id)
    if session.taken < session.capacity:
        raise NotBookable("There are places: book one.")
    await _require_no_place(uow, session_id, attendee.id)
    entry = WaitingEntry(
        organization_id=uow.tenant,
        id=new_id(),
        session_id=session_id,
        customer_id=customer_id,
        attendee_id=attendee.id,
        priority=priority,
        books_itself=books_itself,
    )
    try:
        async with uow.savepoint():
            uow.add(entry)
    except IntegrityError as error:
        raise AlreadyBooked(f"{attendee.name} is on the waiting list.") from error
    await audit.record(uow, "sessions.waiting.created", entry)
    await note_positions(uow, session_id)
    await uow.session.refresh(entry)
    return entry


async def leave_waiting_list(uow: UnitOfWork, entry_id: UUID) -> WaitingEntry:
    """Wait no longer. Raises `IllegalTransition` once something was offered."""
    await lock_session(uow, (await uow.get(WaitingEntry, entry_id)).session_id)
    entry = await uow.get(WaitingEntry, entry_id, lock=True)
    await _leave(uow, entry)
    await note_positions(uow, entry.session_id)
    return entry


async def free_place(uow: UnitOfWork, session_id: UUID) -> None:
    """Give a place back, and in the same act offer it to who waits."""
    await _count(uow, session_id, -1)
    await offer_places(uow, session_id)


async def offer_places(uow: UnitOfWork, session_id: UUID) -> None:
    """Offer what is free to who waits, the first first, while there is time to answer."""
    session = await lock_session(uow, session_id)
    activity = await uow.get(Activity, session.activity_id)
    closes_at = session.starts_at - timedelta(minutes=activity.booking_closes_minutes)
    while (
        session.status == "open"
        and session.taken < session.capacity
        and uow.now < closes_at - OFFERS_END
    ):
        entry = await _next(uow, session_id)
        if entry is None:
            return
        if await _offer(uow, session, activity, entry):
            await _count(uow, session_id, 1)
        await note_positions(uow, session_id)
        session = await read_session(uow, session_id)


async def take_offer(uow: UnitOfWork, booking_id: UUID, payment: Payment) -> SessionBooking:
    """Accept the place that is held for who waited, and pay for it as for any booking.

    Raises `InDebt`, `IllegalTransition`, and what `pay_held` raises.
    """
    booking = await uow.get(SessionBooking, booking_id, lock=True)
    entry = await entry_of(uow, booking_id)
    if booking.money != "none":
        raise IllegalTransition("This offer has been taken.", state=booking.place)
    if booking.place != "held" or booking.held_until is None or booking.held_until <= uow.now:
        raise IllegalTransition("This offer has ended.", state=booking.place)
    await require_no_debt(uow, booking.customer_id)
    if entry is not None and entry.status == "offered":
        entry.status = WAITING.next(entry.status, "accept")
        await audit.record(uow, "sessions.waiting.accepted", entry)
        await uow.flush()
    await pay_held(uow, booking, await uow.get(Session, booking.session_id), payment)
    return booking


async def entry_of(uow: UnitOfWork, booking_id: UUID) -> WaitingEntry | None:
    """Return the waiting entry that a booking was offered to, or None."""
    return await uow.first(
        select(WaitingEntry)
        .where(WaitingEntry.organization_id == uow.tenant, WaitingEntry.booking_id == booking_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def close_waiting_list(uow: UnitOfWork, session_id: UUID) -> None:
    """Let nobody wait any longer: the session is over, or called off."""
    entries = await uow.all(
        select(WaitingEntry)
        .where(
            WaitingEntry.organization_id == uow.tenant,
            WaitingEntry.session_id == session_id,
            WaitingEntry.status.in_(["waiting", "offered"]),
        )
        .with_for_update()
    )
    for entry in entries:
        entry.status = WAITING.next(entry.status, "close")
    await uow.flush()


async def end_overlapping_waits(uow: UnitOfWork, booking_id: UUID) -> None:
    """Let who has got a place wait no longer for what is on at the same time; harmless twice."""
    booking = await uow.get(SessionBooking, booking_id)
    if booking.place != "confirmed":
        return
    session = await uow.get(Session, booking.session_id)
    waits = entries_meanwhile(uow, booking, session, status="waiting").execution_options(
        populate_existing=True
    )
    found = [one.session_id for one in await uow.all(waits)]
    for session_id in found:
        await lock_session(uow, session_id)
    for entry in await uow.all(waits.with_for_update(of=WaitingEntry)):
        await _leave(uow, entry)
    for session_id in found:
        await note_positions(uow, session_id)


async def _leave(uow: UnitOfWork, entry: WaitingEntry) -> None:
    entry.status = WAITING.next(entry.status, "leave")
    await audit.record(uow, "sessions.waiting.left", entry)
    await uow.flush()


async def _count(uow: UnitOfWork, session_id: UUID, change: int) -> None:
    await uow.execute(
        "UPDATE sessions SET taken = taken + :change WHERE organization_id = :tenant AND id = :id",
        {"tenant": uow.tenant, "id": session_id, "change": change},
    )


async def _next(uow: UnitOfWork, session_id: UUID) -> WaitingEntry | None:
    return await uow.first(
        select(WaitingEntry)
        .where(
            WaitingEntry.organization_id == uow.tenant,
            WaitingEntry.session_id == session_id,
            WaitingEntry.status == "waiting",
        )
        .order_by(WaitingEntry.priority.desc(), WaitingEntry.sequence)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def _offer(
    uow: UnitOfWork, session: Session, activity: Activity, entry: WaitingEntry
) -> bool:
    """Hold a place for who is next, or book it at once if they wished so; say whether it is held.

    Who cannot pay what they wished to be booked, or owes and may not book, is passed over, and
    told why.
    """
    customer = await uow.get(CompanyCustomer, entry.customer_id)
    attendee = await uow.get(CompanyCustomer, entry.attendee_id)
    wish = Wish(session_id=session.id, customer_id=customer.id, attendee_id=attendee.id)
    try:
        async with uow.savepoint():
            await require_no_debt(uow, customer.id)
            booking = await add_booking(uow, session, activity, customer, attendee, wish)
            if _may_book_itself(uow, session, activity, entry):
                await pay_held(uow, booking, session, Payment(has_card=False))
                entry.status = WAITING.next(entry.status, "book")
            else:
                await _hold_for(uow, session, booking, entry)
            entry.booking_id = booking.id
            await audit.record(uow, f"sessions.waiting.{entry.status}", entry)
            await uow.flush()
    except (AlreadyBooked, InDebt, NotEnoughFunds, OutOfStock, PassNotUsable) as why_not:
        await uow.session.refresh(entry)
        entry.status = WAITING.next(entry.status, "pass_over")
        await audit.record(uow, "sessions.waiting.passed_over", entry)
        await uow.flush()
        await uow.announce(
            WaiterPassedOver(
                subject_id=entry.id,
                session_id=session.id,
                is_owing=isinstance(why_not, InDebt),
            )
        )
        return False
    return True


async def _hold_for(
    uow: UnitOfWork, session: Session, booking: SessionBooking, entry: WaitingEntry
) -> None:
    settings = await read_settings(uow)
    until = offer_until(
        uow.now,
        session.starts_at,
        session.timezone,
        minutes=settings.offer_minutes,
        quiet_from=settings.quiet_from,
        quiet_until=settings.quiet_until,
    )
    booking.held_until = entry.offered_until = until
    entry.booking_id = booking.id
    entry.status = WAITING.next(entry.status, "offer")
    await uow.announce(
        PlaceOffered(subject_id=entry.id, session_id=session.id, booking_id=booking.id, until=until)
    )


def _may_book_itself(
    uow: UnitOfWork, session: Session, activity: Activity, entry: WaitingEntry
) -> bool:
    """Whether a place is booked without asking: only while it can be cancelled for nothing."""
    window = activity.cancellation_window_hours
    return (
        entry.books_itself
        and window is not None
        and uow.now <= session.starts_at - timedelta(hours=window)
    )


async def _require_no_place(uow: UnitOfWork, session_id: UUID, attendee_id: UUID) -> None:
    found = await uow.first(
        select(SessionBooking.id).where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.session_id == session_id,
            SessionBooking.attendee_id == attendee_id,
            SessionBooking.place.in_(LIVE_PLACES),
        )
    )
    if found is not None:
        raise AlreadyBooked
