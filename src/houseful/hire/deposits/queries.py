"""Reading deposits, and what finance says of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful import venues
from houseful.hire.bookings.models import Booking
from houseful.hire.deposits.models import Deposit, DepositPayment
from houseful.hire.deposits.schemas import DepositView, FinanceStatusView, ShownDeposit
from houseful.hire.deposits.service import show
from houseful.hire.deposits.states import OWED_STATES
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page

PageOf = tuple[list[Any], str | None]


async def get_deposit(uow: UnitOfWork, deposit_id: UUID) -> ShownDeposit:
    """Return the deposit; raises `NotFound`."""
    return await show(uow, await uow.get(Deposit, deposit_id))


async def list_deposits(
    uow: UnitOfWork,
    *,
    window: Window,
    booking_id: UUID | None = None,
    status: str | None = None,
    is_open: bool = False,
) -> PageOf:
    """Return one page of deposits; `is_open` leaves those of which something is to come."""
    statement = select(Deposit).where(Deposit.organization_id == uow.tenant)
    if booking_id is not None:
        statement = statement.where(Deposit.booking_id == booking_id)
    if status is not None:
        statement = statement.where(Deposit.status == status)
    if is_open:
        statement = statement.where(Deposit.status.in_(OWED_STATES))
    rows, cursor = await fetch_page(uow, statement, Deposit, window)
    return await shown(uow, rows), cursor


async def deposits_of(uow: UnitOfWork, booking_ids: Sequence[UUID]) -> list[ShownDeposit]:
    """Return the deposits of bookings, in the order they are due."""
    rows = await uow.all(
        select(Deposit)
        .where(Deposit.organization_id == uow.tenant, Deposit.booking_id.in_(booking_ids))
        .order_by(Deposit.due_on, Deposit.position)
    )
    return await shown(uow, rows)


async def payments_of(uow: UnitOfWork, deposit_id: UUID) -> list[DepositPayment]:
    """Return what came for a deposit, went back, and was kept, the first first."""
    await uow.get(Deposit, deposit_id)
    return list(
        await uow.all(
            select(DepositPayment)
            .where(
                DepositPayment.organization_id == uow.tenant,
                DepositPayment.deposit_id == deposit_id,
            )
            .order_by(DepositPayment.at, DepositPayment.id)
        )
    )


def finance_status(deposits: Sequence[ShownDeposit], *, is_linked: bool) -> FinanceStatusView:
    """Return what finance says of some deposits; unknown is never nought."""
    rows = [one.deposit for one in deposits if one.deposit.status != "cancelled"]
    currencies = {deposit.currency for deposit in rows}
    views = [DepositView.of(one) for one in deposits]
    if not is_linked or len(currencies) > 1:
        message = (
            "No Finance service is connected, and our own books are switched off."
            if not is_linked
            else "The deposits are in more than one currency: see each of them."
        )
        return _unknown(message, views)
    is_stale = any(one.is_stale for one in deposits if one.deposit.status != "cancelled")
    message = "Finance has not answered for all of them lately." if is_stale else None
    never = not all(deposit.is_paid_known for deposit in rows)
    return FinanceStatusView(
        finance_linked=True,
        finance_message=message,
        currency=next(iter(currencies), None),
        expected_minor=sum(deposit.amount_minor for deposit in rows),
        invoiced_minor=sum(deposit.amount_minor for deposit in rows if deposit.invoice_id),
        paid_minor=None if never else sum(deposit.paid_minor for deposit in rows),
        outstanding_minor=None
        if never
        else sum(deposit.balance_minor for deposit in rows if deposit.status in OWED_STATES),
        is_stale=is_stale,
        deposits=views,
    )


async def shown(uow: UnitOfWork, deposits: Sequence[Deposit]) -> list[ShownDeposit]:
    """Return deposits with their venues' zones, in two queries for all."""
    booking_ids = {deposit.booking_id for deposit in deposits}
    bookings: Sequence[Booking] = await uow.all(
        select(Booking).where(Booking.organization_id == uow.tenant, Booking.id.in_(booking_ids))
    )
    houses = await venues.venues_by_id(uow, {booking.venue_id for booking in bookings})
    zones = {booking.id: houses[booking.venue_id].timezone for booking in bookings}
    return [ShownDeposit(deposit, uow.now, zones[deposit.booking_id]) for deposit in deposits]


def _unknown(message: str, views: list[DepositView]) -> FinanceStatusView:
    return FinanceStatusView(
        finance_linked=False,
        finance_message=message,
        currency=None,
        expected_minor=None,
        invoiced_minor=None,
        paid_minor=None,
        outstanding_minor=None,
        is_stale=False,
        deposits=views,
    )
