"""Booking: take a place, pay for it with what the customer has, hold it for a card if need be."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.kernel.database import UnitOfWork, constraint_of
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.sessions.bookings.models import SessionBooking, SessionBookingExtra
from houseful.sessions.bookings.money import use_cover
from houseful.sessions.catalogue.models import Activity, Extra, Session
from houseful.sessions.catalogue.rules import why_not_bookable
from houseful.sessions.catalogue.settings import read_settings
from houseful.sessions.covering import CARD, Bill, Cover, Funds, cover
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.service import attendee_for
from houseful.sessions.facts import BookingConfirmed
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.service import offers_for
from houseful.sessions.problems import (
    AlreadyBooked,
    InDebt,
    NotBookable,
    NotEnoughFunds,
    OutOfStock,
    SessionFull,
)
from houseful.sessions.states import MONEY, PLACE
from houseful.sessions.wallets.models import Wallet
from houseful.sessions.wallets.service import wallet_of

ONE_PLACE = "session_bookings_one_place_idx"
EXTRAS_MAX = 20


class ExtraWish(msgspec.Struct, frozen=True):
    """So many of an extra."""

    extra_id: UUID
    quantity: int = 1


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """How a customer would like to pay: with which pass, or none, and whether a card is at hand."""

    pass_id: UUID | None = None
    avoids_pass: bool = False
    has_card: bool = True


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to book; staff may book until the session ends."""

    session_id: UUID
    customer_id: UUID
    attendee_id: UUID | None = None
    extras: Sequence[ExtraWish] = ()
    payment: Payment = Payment()
    source: str = "self_booked"
    by_staff: bool = False
    contact_name: str = ""
    contact_email: str = ""
    return_path: str = ""


async def book(uow: UnitOfWork, wish: Wish) -> SessionBooking:
    """Book a place. It is confirmed, or held until a card has paid what is missing.

    Raises `NotBookable`, `SessionFull`, `AlreadyBooked`, `OutOfStock`, `NotEnoughFunds`, `InDebt`,
    `NotFound`; then nothing has happened.
    """
    session = await uow.get(Session, wish.session_id)
    activity = await uow.get(Activity, session.activity_id)
    customer = await uow.get(CompanyCustomer, wish.customer_id)
    attendee = await attendee_for(uow, customer, wish.attendee_id)
    await require_own_pass(uow, customer, wish.payment.pass_id)
    _require_bookable(uow, session, activity, by_staff=wish.by_staff)
    await _require_no_debt(uow, customer)
    await take_place(uow, session.id)
    booking = await add_booking(uow, session, activity, customer, attendee, wish)
    await pay_held(uow, booking, session, wish.payment)
    return booking


async def quote(uow: UnitOfWork, wish: Wish) -> tuple[Bill, Cover]:
    """Return what booking would be paid with, without doing anything. Raises `NotFound`."""
    session = await uow.get(Session, wish.session_id)
    activity = await uow.get(Activity, session.activity_id)
    customer = await uow.get(CompanyCustomer, wish.customer_id)
    attendee = await attendee_for(uow, customer, wish.attendee_id)
    await require_own_pass(uow, customer, wish.payment.pass_id)
    extras = await _read_extras(uow, activity.id, wish.extras)
    bill = Bill(
        price=price_for(session, customer),
        extras=sum(extra.price * one.quantity for extra, one in extras),
        currency=session.currency,
        methods=activity.allowed_payment_methods,
        bonus_share_percent=activity.bonus_share_percent,
        pass_id=wish.payment.pass_id,
        avoids_pass=wish.payment.avoids_pass,
    )
    funds, _ = await funds_of(uow, customer, session, attendee.id, lock=False)
    return bill, cover(bill, funds)


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
    raise SessionFull("Every place is taken. You can join the waiting list.")


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
    extras = await _read_extras(uow, activity.id, wish.extras)
    settings = await read_settings(uow)
    until = min(uow.now + timedelta(minutes=settings.hold_minutes), session.ends_at)
    price = price_for(session, customer)
    booking = SessionBooking(
        organization_id=uow.tenant,
        id=new_id(),
        session_id=session.id,
        customer_id=customer.id,
        attendee_id=attendee.id,
        source=wish.source,
        place="held",
        money="none",
        price=price,
        total=price + sum(extra.price * one.quantity for extra, one in extras),
        currency=session.currency,
        tax_basis_points=activity.tax_basis_points,
        policy=policy_of(activity),
        contact_name=wish.contact_name or customer.name,
        contact_email=wish.contact_email or customer.email,
        held_until=until,
        return_path=wish.return_path,
    )
    booking.extras = [_extra_row(uow, booking.id, extra, one) for extra, one in extras]
    booking.due_minor = booking.total
    try:
        async with uow.savepoint():
            uow.add(booking)
    except IntegrityError as error:
        if constraint_of(error) != ONE_PLACE:
            raise
        raise AlreadyBooked(f"{attendee.name} has a place in this session.") from error
    for extra, one in sorted(extras, key=lambda pair: pair[0].id):
        await _take_stock(uow, extra, one.quantity)
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
    funds, wallet = await funds_of(uow, customer, session, booking.attendee_id, lock=True)
    decided = cover(bill_of(booking, payment), funds)
    if decided.missing_minor and not (payment.has_card and CARD in booking.policy["methods"]):
        raise NotEnoughFunds(
            "Pass, bonus and wallet do not cover it.", missing=decided.missing_minor
        )
    await use_cover(uow, booking, session, wallet, decided)
    if decided.missing_minor:
        booking.money = MONEY.next(booking.money, "await")
        await uow.flush()
    else:
        booking.money = MONEY.next(booking.money, "pay")
        await confirm(uow, booking)
    return decided


async def confirm(uow: UnitOfWork, booking: SessionBooking) -> None:
    """Say that a held place is the customer's."""
    booking.place = PLACE.next(booking.place, "confirm")
    booking.held_until = None
    await audit.record(uow, "sessions.booking.confirmed", booking)
    await uow.flush()
    await uow.announce(BookingConfirmed(subject_id=booking.id, session_id=booking.session_id))


async def funds_of(
    uow: UnitOfWork,
    customer: CompanyCustomer,
    session: Session,
    attendee_id: UUID,
    *,
    lock: bool,
) -> tuple[Funds, Wallet | None]:
    """Return what a customer has for who attends, locked if it is to be taken: the wallet first,
    then passes.
    """
    wallet = None
    if customer.user_id is not None or await _has_wallet(uow, customer.id):
        wallet = await wallet_of(uow, customer.id, session.currency, lock=lock)
    offers = await offers_for(uow, customer, session, attendee_id, lock=lock)
    if wallet is None:
        return Funds(offers), None
    return Funds(offers, wallet.bonus_minor, wallet.cash_minor), wallet


def bill_of(booking: SessionBooking, payment: Payment) -> Bill:
    """Return what is to be paid of a booking, under the rules that it was made with."""
    return Bill(
        price=booking.price,
        extras=booking.total - booking.price,
        currency=booking.currency,
        methods=booking.policy["methods"],
        bonus_share_percent=booking.policy["bonusSharePercent"],
        pass_id=payment.pass_id,
        avoids_pass=payment.avoids_pass,
    )


def price_for(session: Session, customer: CompanyCustomer) -> int:
    """Return the price of a place; who has no account pays the drop-in price, if there is one."""
    if customer.user_id is None and session.drop_in_price is not None:
        return session.drop_in_price
    return session.price


def policy_of(activity: Activity) -> dict[str, Any]:
    """Return the rules that a booking is made under, kept with it."""
    return {
        "activityVersion": activity.version,
        "cancellationWindowHours": activity.cancellation_window_hours,
        "lateFee": activity.late_fee,
        "noShowFee": activity.no_show_fee,
        "isRefundable": activity.is_refundable,
        "methods": list(activity.allowed_payment_methods),
        "bonusSharePercent": activity.bonus_share_percent,
    }


async def require_own_pass(
    uow: UnitOfWork, customer: CompanyCustomer, customer_pass_id: UUID | None
) -> None:
    """Raise `NotFound` for a pass that is not the customer's, nor shared with them."""
    if customer_pass_id is None:
        return
    held = await uow.get(CustomerPass, customer_pass_id)
    is_shared = held.is_shared and held.customer_id == customer.guardian_id
    if held.customer_id != customer.id and not is_shared:
        raise NotFound


async def give_stock_back(uow: UnitOfWork, booking: SessionBooking) -> None:
    """Let others have the extras of a booking."""
    for row in sorted(booking.extras, key=lambda one: one.extra_id):
        await uow.execute(
            "UPDATE session_extras SET taken = taken - :quantity"
            " WHERE organization_id = :tenant AND id = :id",
            {"tenant": uow.tenant, "id": row.extra_id, "quantity": row.quantity},
        )


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
        booking_opens_hours=activity.booking_opens_hours,
        booking_closes_minutes=activity.booking_closes_minutes,
        now=uow.now,
    )
    if why_not:
        raise NotBookable(why_not)


async def _require_no_debt(uow: UnitOfWork, customer: CompanyCustomer) -> None:
    settings = await read_settings(uow)
    if settings.debtors_may_book:
        return
    owed = await uow.first(
        select(SessionBooking.id).where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.customer_id == customer.id,
            SessionBooking.money == "due",
        )
    )
    if owed is not None:
        raise InDebt


async def _has_wallet(uow: UnitOfWork, customer_id: UUID) -> bool:
    found = await uow.first(
        select(Wallet.id).where(
            Wallet.organization_id == uow.tenant, Wallet.customer_id == customer_id
        )
    )
    return found is not None


async def _read_extras(
    uow: UnitOfWork, activity_id: UUID, wishes: Sequence[ExtraWish]
) -> list[tuple[Extra, ExtraWish]]:
    if len(wishes) > EXTRAS_MAX or len({one.extra_id for one in wishes}) < len(wishes):
        raise Invalid.at("/extras", "Name each extra once.")
    pairs: list[tuple[Extra, ExtraWish]] = []
    for one in wishes:
        extra = await uow.get(Extra, one.extra_id)
        if not extra.is_active or extra.activity_id not in {None, activity_id}:
            raise NotFound("There is no such extra here.")
        pairs.append((extra, one))
    return pairs


async def _take_stock(uow: UnitOfWork, extra: Extra, quantity: int) -> None:
    taken = await uow.execute(
        "UPDATE session_extras SET taken = taken + :quantity WHERE organization_id = :tenant"
        " AND id = :id AND (stock IS NULL OR taken + :quantity <= stock) RETURNING id",
        {"tenant": uow.tenant, "id": extra.id, "quantity": quantity},
    )
    if taken.first() is None:
        raise OutOfStock(f"There are not so many left: {extra.name}.", extraId=str(extra.id))


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
