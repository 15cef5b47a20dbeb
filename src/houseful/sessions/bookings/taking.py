"""Booking: take a place, pay for it with what the customer has, hold it for a card if need be."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.kernel.database import UnitOfWork, constraint_of
from houseful.kernel.ids import new_id
from houseful.kernel.problems import NotFound
from houseful.sessions.bookings.models import SessionBooking, SessionBookingExtra
from houseful.sessions.bookings.money import note_cover, take_cover, use_cover
from houseful.sessions.bookings.purses import Purse, open_purse, require_own_pass
from houseful.sessions.bookings.rules import policy_in_words
from houseful.sessions.bookings.stock import take_stock
from houseful.sessions.bookings.wishes import (
    Asked,
    ExtraWish,
    Payment,
    Wish,
    read_asked,
    read_extras,
)
from houseful.sessions.catalogue.models import Activity, Extra, Session, SessionSettings
from houseful.sessions.catalogue.rules import why_not_bookable
from houseful.sessions.catalogue.settings import read_settings
from houseful.sessions.covering import CARD, Bill, Cover, ExtraLine, Funds, cover
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.facts import BookingConfirmed
from houseful.sessions.problems import (
    AlreadyBooked,
    InDebt,
    NotBookable,
    NotEnoughFunds,
    SessionFull,
)
from houseful.sessions.states import MONEY, PLACE

ONE_PLACE = "session_bookings_one_place_idx"
FULL = "Every place is taken. You can join the waiting list."
FULL_AT_DESK = "Every place is taken. You can put them on the waiting list, on the session's page."


async def book(uow: UnitOfWork, wish: Wish) -> SessionBooking:
    """Book a place. It is confirmed, or held until a card has paid what is missing.

    Raises `NotBookable`, `SessionFull`, `AlreadyBooked`, `OutOfStock`, `NotEnoughFunds`, `InDebt`,
    `NotFound`; then nothing has happened.
    """
    asked = await read_asked(uow, wish)
    await require_own_pass(uow, asked.customer, wish.payment.pass_id)
    await _require_possible(uow, asked, wish)
    booking = _draft(uow, asked, wish)
    purse = await _purse_of(uow, asked, lock=True)
    decided = _decide(booking, wish.payment, purse.funds)
    note_cover(booking, decided)
    booking.money = MONEY.next(booking.money, "await" if decided.missing_minor else "pay")
    if not decided.missing_minor:
        _confirm(booking)
    await _write(uow, booking, asked.attendee)
    await take_cover(uow, booking, asked.session, purse, decided)
    await audit.record(uow, "sessions.booking.created", booking)
    if booking.place == "confirmed":
        await _tell_confirmed(uow, booking)
    # Last, because everybody who books this session waits for whoever has taken from these counts.
    await take_stock(uow, booking, asked.session, asked.extras)
    await take_place(uow, asked.session.id)
    return booking


async def quote(uow: UnitOfWork, wish: Wish) -> tuple[Bill, Cover]:
    """Return what booking would be paid with, without doing anything. Raises `NotFound`."""
    asked = await read_asked(uow, wish)
    await require_own_pass(uow, asked.customer, wish.payment.pass_id)
    bill = bill_of(_draft(uow, asked, wish), wish.payment)
    purse = await _purse_of(uow, asked, lock=False)
    return bill, cover(bill, purse.funds)


async def take_place(uow: UnitOfWork, session_id: UUID) -> None:
    """Take a place in an open session. Raises `SessionFull` and `NotBookable`."""
    taken = await uow.execute(
        "UPDATE sessions SET taken = taken + 1 WHERE organization_id = :tenant AND id = :id"
        " AND status = 'open' AND taken < capacity RETURNING id",
        {"tenant": uow.tenant, "id": session_id},
    )
    if taken.first() is not None:
        return
    if (await read_session(uow, session_id)).status != "open":
        raise NotBookable("This session has been called off.")
    raise SessionFull(FULL)


async def lock_session(uow: UnitOfWork, session_id: UUID) -> Session:
    """Return the session, locked as its counter's updates lock it, and no more: bookings refer to
    it, and a stronger lock would wait for them while they wait for us. Raises `NotFound`.
    """
    return await _session(uow, session_id, lock=True)


async def read_session(uow: UnitOfWork, session_id: UUID) -> Session:
    """Return the session as it is now, whatever was read of it before. Raises `NotFound`."""
    return await _session(uow, session_id, lock=False)


async def add_booking(
    uow: UnitOfWork,
    session: Session,
    activity: Activity,
    customer: CompanyCustomer,
    attendee: CompanyCustomer,
    wish: Wish,
) -> SessionBooking:
    """Write a held booking with its extras and the rules of its activity; the place is taken.

    Raises `AlreadyBooked`, `OutOfStock`, `NotFound`.
    """
    asked = Asked(
        session=session,
        activity=activity,
        customer=customer,
        attendee=attendee,
        settings=await read_settings(uow),
        extras=await read_extras(uow, activity.id, wish.extras),
    )
    booking = _draft(uow, asked, wish)
    await _write(uow, booking, attendee)
    await take_stock(uow, booking, asked.session, asked.extras)
    await audit.record(uow, "sessions.booking.created", booking)
    return booking


async def pay_held(
    uow: UnitOfWork, booking: SessionBooking, session: Session, payment: Payment
) -> Cover:
    """Pay for a held place with what the customer has; confirm it, or let it wait for a card.

    Raises `NotEnoughFunds` when a card is not taken, or not at hand.
    """
    customer = await uow.get(CompanyCustomer, booking.customer_id)
    await require_own_pass(uow, customer, payment.pass_id)
    purse = await open_purse(uow, customer, session, booking.attendee_id, lock=True)
    decided = _decide(booking, payment, purse.funds)
    await use_cover(uow, booking, session, purse, decided)
    if decided.missing_minor:
        booking.money = MONEY.next(booking.money, "await")
        await uow.flush()
    else:
        booking.money = MONEY.next(booking.money, "pay")
        await confirm(uow, booking)
    return decided


async def quote_held(uow: UnitOfWork, booking: SessionBooking, payment: Payment) -> Cover:
    """Return what `pay_held` would pay a held place with, without doing anything."""
    customer = await uow.get(CompanyCustomer, booking.customer_id)
    await require_own_pass(uow, customer, payment.pass_id)
    session = await uow.get(Session, booking.session_id)
    purse = await open_purse(uow, customer, session, booking.attendee_id, lock=False)
    return cover(bill_of(booking, payment), purse.funds)


async def confirm(uow: UnitOfWork, booking: SessionBooking) -> None:
    """Say that a held place is the customer's."""
    _confirm(booking)
    await audit.record(uow, "sessions.booking.confirmed", booking)
    await uow.flush()
    await _tell_confirmed(uow, booking)


def bill_of(booking: SessionBooking, payment: Payment, *, card_minor: int = 0) -> Bill:
    """Return what is to be paid of a booking, under the rules that it was made with."""
    return Bill(
        price=booking.price,
        extras=booking.total - booking.price,
        currency=booking.currency,
        methods=booking.policy["methods"],
        bonus_share_percent=booking.policy["bonusSharePercent"],
        lines=[ExtraLine(one.extra_id, one.name, one.price) for one in booking.extras],
        card_minor=card_minor,
        pass_id=payment.pass_id,
        avoids_pass=payment.avoids_pass,
        is_at_desk=payment.is_at_desk,
    )


def price_for(session: Session, customer: CompanyCustomer) -> int:
    """Return the price of a place; who has no account pays the drop-in price, if there is one."""
    if customer.user_id is None and session.drop_in_price is not None:
        return session.drop_in_price
    return session.price


def policy_of(activity: Activity) -> dict[str, Any]:
    """Return the rules that a booking is made under, kept with it, and what it is a place in."""
    policy: dict[str, Any] = {
        "activityName": activity.name,
        "activityVersion": activity.version,
        "cancellationWindowHours": activity.cancellation_window_hours,
        "lateFee": activity.late_fee,
        "noShowFee": activity.no_show_fee,
        "isRefundable": activity.is_refundable,
        "methods": list(activity.allowed_payment_methods),
        "bonusSharePercent": activity.bonus_share_percent,
    }
    return policy | {"text": policy_in_words(policy, activity.currency)}


async def debts_of(uow: UnitOfWork, customer_id: UUID) -> Sequence[SessionBooking]:
    """Return what a customer owes, the oldest first, locked."""
    return await uow.all(
        select(SessionBooking)
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.customer_id == customer_id,
            SessionBooking.money == "due",
        )
        .order_by(SessionBooking.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def _session(uow: UnitOfWork, session_id: UUID, *, lock: bool) -> Session:
    statement = select(Session).where(
        Session.organization_id == uow.tenant, Session.id == session_id
    )
    if lock:
        statement = statement.with_for_update(key_share=True)
    session = await uow.first(statement.execution_options(populate_existing=True))
    if session is None:
        raise NotFound
    return session


async def _require_possible(uow: UnitOfWork, asked: Asked, wish: Wish) -> None:
    _require_bookable(uow, asked.session, asked.activity, by_staff=wish.by_staff)
    await require_no_debt(uow, asked.customer.id, asked.settings)
    if asked.is_booked:
        raise AlreadyBooked(f"{asked.attendee.name} has a place in this session.")
    if asked.session.taken >= asked.session.capacity:
        raise SessionFull(FULL_AT_DESK if wish.by_staff else FULL)


def _require_bookable(
    uow: UnitOfWork, session: Session, activity: Activity, *, by_staff: bool
) -> None:
    if by_staff:
        if session.status != "open" or session.ends_at <= uow.now:
            raise NotBookable("This session is over, or has been called off.")
        return
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


async def require_no_debt(
    uow: UnitOfWork, customer_id: UUID, settings: SessionSettings | None = None
) -> None:
    """Raise `InDebt` for a customer who owes something where debtors may not book."""
    if (settings or await read_settings(uow)).debtors_may_book:
        return
    owed = await uow.first(
        select(SessionBooking.id).where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.customer_id == customer_id,
            SessionBooking.money == "due",
        )
    )
    if owed is not None:
        raise InDebt


def _draft(uow: UnitOfWork, asked: Asked, wish: Wish) -> SessionBooking:
    """Return a held booking that nothing has been paid for yet, not written."""
    session, activity = asked.session, asked.activity
    until = uow.now + timedelta(minutes=asked.settings.hold_minutes)
    price = price_for(session, asked.customer)
    total = price + sum(extra.price * one.quantity for extra, one in asked.extras)
    booking = SessionBooking(
        organization_id=uow.tenant,
        id=new_id(),
        session_id=session.id,
        customer_id=asked.customer.id,
        attendee_id=asked.attendee.id,
        source=wish.source,
        place="held",
        money="none",
        price=price,
        total=total,
        paid_minor=0,
        due_minor=total,
        currency=session.currency,
        tax_basis_points=activity.tax_basis_points,
        policy=policy_of(activity),
        contact_name=wish.contact_name or asked.customer.name,
        contact_email=wish.contact_email or asked.customer.email,
        held_until=min(until, session.ends_at),
        return_path=wish.return_path,
    )
    booking.extras = [_extra_row(uow, booking.id, extra, one) for extra, one in asked.extras]
    booking.tenders = []
    return booking


async def _write(uow: UnitOfWork, booking: SessionBooking, attendee: CompanyCustomer) -> None:
    uow.add(booking)
    try:
        await uow.flush()
    except IntegrityError as error:
        if constraint_of(error) != ONE_PLACE:
            raise
        raise AlreadyBooked(f"{attendee.name} has a place in this session.") from error


def _decide(booking: SessionBooking, payment: Payment, funds: Funds) -> Cover:
    """Return what a booking is paid with; without a card, `NotEnoughFunds` if that is not all."""
    decided = cover(bill_of(booking, payment), funds)
    if decided.missing_minor and not (payment.has_card and CARD in booking.policy["methods"]):
        raise NotEnoughFunds(
            "Pass, bonus and wallet do not cover it.", missing=decided.missing_minor
        )
    return decided


async def _purse_of(uow: UnitOfWork, asked: Asked, *, lock: bool) -> Purse:
    return await open_purse(
        uow,
        asked.customer,
        asked.session,
        asked.attendee.id,
        lock=lock,
        has_wallet=asked.has_wallet,
        has_passes=asked.has_passes,
    )


def _confirm(booking: SessionBooking) -> None:
    booking.place = PLACE.next(booking.place, "confirm")
    booking.held_until = None


async def _tell_confirmed(uow: UnitOfWork, booking: SessionBooking) -> None:
    await uow.announce(BookingConfirmed(subject_id=booking.id, session_id=booking.session_id))


def _extra_row(
    uow: UnitOfWork, booking_id: UUID, extra: Extra, one: ExtraWish
) -> SessionBookingExtra:
    return SessionBookingExtra(
        organization_id=uow.tenant,
        id=new_id(),
        booking_id=booking_id,
        extra_id=extra.id,
        name=extra.name,
        price=extra.price,
        quantity=one.quantity,
        tax_basis_points=extra.tax_basis_points,
        price_paid=extra.price,
    )
