"""From a booking to its payment: what is at hand first, then a card; and the end of paying."""

from collections.abc import Collection
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful.kernel.database import Database, UnitOfWork
from houseful.payments import (
    CLOSE_MAX,
    NothingToPay,
    close_attempts,
    close_overdue,
    open_payment,
    payables_with_open_attempts,
    start_payment,
)
from houseful.sessions.bookings.billing import settle_debts
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.purses import require_own_pass
from houseful.sessions.bookings.waiting import take_offer
from houseful.sessions.bookings.wishes import Payment
from houseful.sessions.customers.models import CompanyCustomer


class Begun(msgspec.Struct, frozen=True):
    """What is paid already; else the transaction that a card has to settle."""

    transaction_id: UUID | None


async def begin_payment(
    uow: UnitOfWork, booking: SessionBooking, payment: Payment, *, return_path: str
) -> Begun:
    """Pay with what the customer has, and begin a card payment for what is missing.

    Raises `NothingToPay`, `NotEnoughFunds`, `IllegalTransition` for an offer that has ended.
    """
    customer = await uow.get(CompanyCustomer, booking.customer_id)
    await require_own_pass(uow, customer, payment.pass_id)
    if booking.is_offer:
        await take_offer(uow, booking.id, payment)
    elif booking.money == "due":
        await settle_debts(uow, booking.customer_id)
    if return_path:
        booking.return_path = return_path
    await uow.flush()
    if booking.money == "paid":
        return Begun(None)
    if booking.money not in {"awaiting", "due"}:
        raise NothingToPay(status=booking.status)
    transaction = await start_payment(uow, PAYABLE_KIND, booking.id)
    return Begun(transaction.id)


async def address_of(database: Database, organization_id: UUID, begun: Begun) -> str:
    """Return where the payer goes, or an empty text when nothing is left to pay."""
    if begun.transaction_id is None:
        return ""
    return await open_payment(database, organization_id, begun.transaction_id)


async def start_card_payment(uow: UnitOfWork, kind: str, payable_id: UUID) -> Begun:
    """Begin a card payment for a pass or a top-up. Raises `NothingToPay`."""
    transaction = await start_payment(uow, kind, payable_id)
    return Begun(transaction.id)


async def end_payments(database: Database, organization_id: UUID, booking_id: UUID) -> None:
    """Let nobody pay for a place that is paid, or gone; what was paid meanwhile is settled.

    Raises `ProviderUnavailable`.
    """

    async def is_still_paid_for(uow: UnitOfWork) -> bool:
        booking: SessionBooking | None = await uow.first(
            select(SessionBooking).where(
                SessionBooking.organization_id == uow.tenant,
                SessionBooking.id == booking_id,
                SessionBooking.id.in_(payables_with_open_attempts(uow, PAYABLE_KIND)),
            )
        )
        return booking is not None and not booking.is_payable(uow.now)

    if await database.run(organization_id, is_still_paid_for):
        await close_attempts(database, organization_id, PAYABLE_KIND, booking_id)


async def end_overdue_payments(database: Database, organization_id: UUID) -> None:
    """End attempts to pay for places whose time to be paid is over, before they are let go of."""
    await close_overdue(database, organization_id, PAYABLE_KIND, _overdue)


async def _overdue(uow: UnitOfWork) -> Collection[UUID]:
    return await uow.all(
        select(SessionBooking.id)
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.place == "held",
            SessionBooking.held_until <= uow.now,
            SessionBooking.id.in_(payables_with_open_attempts(uow, PAYABLE_KIND)),
        )
        .order_by(SessionBooking.held_until.desc())
        .limit(CLOSE_MAX)
    )
