"""Use cases of deposits: expect, receive, waive, give back, keep.

Money moves in our books in the same transaction; who has an external Finance service is told there
what was paid, and tells us nothing here.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import ColumnExpressionArgument, func, select

from houseful import audit, ledger, venues
from houseful.hire.bookings.models import Booking
from houseful.hire.deposits.books import has_payment, note, post, tell_returned
from houseful.hire.deposits.facts import DepositChanged, DepositSettled
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.problems import DepositFixed, FinanceOwnsPayments, NothingHeld
from houseful.hire.deposits.schemas import (
    DepositChanges,
    NewDeposit,
    NewSchedule,
    Payment,
    Return,
    ShownDeposit,
    Waiver,
)
from houseful.hire.deposits.shares import require_within_whole
from houseful.hire.deposits.states import DEPOSIT, share_amount, split, status_by_finance
from houseful.hire.rates.reckoning import priced_minor
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.ledger import chart

FREE_LATER = frozenset({"title", "due_on"})


async def create_deposit(
    uow: UnitOfWork, data: NewDeposit, *, is_external: bool = False
) -> ShownDeposit:
    """Expect a deposit. Raises `NotFound` (booking) and `Invalid`."""
    booking = await uow.get(Booking, data.booking_id, lock=True)
    amount = data.amount_minor
    if (amount is None) == (data.share is None):
        raise Invalid.at("/amountMinor", "Give an amount, or a share of a base.")
    base = await _base(uow, booking, data) if data.share is not None else None
    if data.share is not None and base is not None:
        await require_within_whole(uow, data, [(data.kind, data.share)], "/share")
        amount = share_amount(base, data.share)
    assert amount is not None
    deposit = _deposit(
        uow,
        booking,
        await _next_position(uow, booking.id),
        title=data.title,
        kind=data.kind,
        currency=data.currency or booking.currency,
        amount_minor=amount,
        share=data.share,
        base_minor=base,
        follows_price=data.share is not None and data.base_minor is None,
        due_on=data.due_on,
        is_required=data.is_required,
        finance_state="pending" if is_external else "local",
    )
    await audit.add_row(uow, deposit, "hire.deposit.created")
    return await changed(uow, deposit)


async def create_schedule(
    uow: UnitOfWork, data: NewSchedule, *, is_external: bool = False
) -> list[ShownDeposit]:
    """Expect all deposits of a schedule, or none. Raises `NotFound` and `Invalid`."""
    booking = await uow.get(Booking, data.booking_id, lock=True)
    parts = [(item.kind, item.share) for item in data.items]
    await require_within_whole(uow, data, parts, "/items")
    base = await _base(uow, booking, data)
    first = await _next_position(uow, booking.id)
    shown: list[ShownDeposit] = []
    for place, (item, amount) in enumerate(zip(data.items, split(base, parts), strict=True)):
        if amount == 0:
            raise Invalid.at(f"/items/{place}/share", "That comes to nothing.")
        deposit = _deposit(
            uow,
            booking,
            first + place,
            title=item.title,
            kind=item.kind,
            currency=data.currency or booking.currency,
            amount_minor=amount,
            share=item.share,
            base_minor=base,
            follows_price=data.base_minor is None,
            due_on=item.due_on,
            is_required=item.is_required,
            finance_state="pending" if is_external else "local",
        )
        await audit.add_row(uow, deposit, "hire.deposit.created")
        shown.append(await changed(uow, deposit))
    return shown


async def update_deposit(
    uow: UnitOfWork, deposit_id: UUID, expected_version: int, changes: DepositChanges
) -> ShownDeposit:
    """Change what is given. Raises `VersionMismatch`, and `DepositFixed` once it is invoiced."""
    deposit = await uow.get_version(Deposit, deposit_id, expected_version)
    for name in changes.__struct_fields__:
        value = getattr(changes, name)
        if value is UNSET:
            continue
        if deposit.status != "expected" and name not in FREE_LATER:
            raise DepositFixed
        setattr(deposit, name, value)
        if name == "amount_minor":
            deposit.share = deposit.base_minor = None
            deposit.follows_price = False
    if changes.is_required is False:
        await uow.announce(DepositSettled(subject_id=deposit.id, booking_id=deposit.booking_id))
    await audit.record(uow, "hire.deposit.updated", deposit)
    return await changed(uow, deposit)


async def receive_payment(uow: UnitOfWork, deposit_id: UUID, data: Payment) -> ShownDeposit:
    """Note money that came, once per reference; what is too much becomes a credit.

    Raises `FinanceOwnsPayments` where the Finance service keeps them, and `IllegalTransition`.
    """
    deposit = await _ours(uow, deposit_id)
    if await has_payment(uow, deposit.id, "in", data.reference):
        return await show(uow, deposit)
    DEPOSIT.next(deposit.status, "pay_part" if data.amount_minor < deposit.balance_minor else "pay")
    applied = min(data.amount_minor, deposit.balance_minor)
    surplus = data.amount_minor - applied
    entry_id = await post(
        uow,
        deposit,
        "deposit_received",
        f"in:{data.reference}",
        [
            ledger.debit(chart.BANK, data.amount_minor),
            ledger.credit(chart.DEPOSITS_HELD, applied),
            ledger.credit(chart.UNAPPLIED_PAYMENTS, surplus),
        ],
    )
    note(uow, deposit, "in", data.amount_minor, data.reference, data.note, entry_id)
    deposit.credit_minor += surplus
    deposit.paid_minor += applied
    act = "pay" if deposit.paid_minor >= deposit.amount_minor else "pay_part"
    return await stands(uow, deposit, DEPOSIT.next(deposit.status, act))


async def follow_finance(
    uow: UnitOfWork, deposit: Deposit, *, paid_minor: int, refunded_minor: int
) -> bool:
    """Let a locked deposit follow what finance says came and went in all; say whether it could.

    It cannot where more has gone back than is left beside what was settled or kept. What came
    beyond the amount is a credit, and is the first to go back.
    """
    applied = min(paid_minor, deposit.amount_minor)
    surplus = paid_minor - applied
    refunded = max(0, refunded_minor - surplus)
    if refunded + deposit.forfeited_minor + deposit.applied_minor > applied:
        return False
    figures = (applied, max(0, surplus - refunded_minor), refunded)
    if figures != (deposit.paid_minor, deposit.credit_minor, deposit.refunded_minor):
        deposit.paid_minor, deposit.credit_minor, deposit.refunded_minor = figures
        status = status_by_finance(
            deposit.status,
            amount_minor=deposit.amount_minor,
            paid_minor=applied,
            refunded_minor=refunded,
            is_invoiced=deposit.invoice_id is not None,
        )
        await stands(uow, deposit, status)
    return True


async def stands(uow: UnitOfWork, deposit: Deposit, status: str) -> ShownDeposit:
    """Note how a deposit stands after what was paid, and tell when that settles it."""
    was_paid = deposit.status == "paid"
    deposit.status = status
    await audit.record(uow, "hire.deposit.paid", deposit)
    if status == "paid" and not was_paid:
        await uow.announce(DepositSettled(subject_id=deposit.id, booking_id=deposit.booking_id))
    return await changed(uow, deposit)


async def waive_deposit(uow: UnitOfWork, deposit_id: UUID, data: Waiver) -> ShownDeposit:
    """Let it be: nothing more is to be paid. Raises `IllegalTransition`."""
    deposit = await uow.get(Deposit, deposit_id, lock=True)
    deposit.status = DEPOSIT.next(deposit.status, "waive")
    deposit.status_reason = data.reason
    await audit.record(uow, "hire.deposit.waived", deposit, sentence="waived a deposit")
    await uow.announce(DepositSettled(subject_id=deposit.id, booking_id=deposit.booking_id))
    return await changed(uow, deposit)


async def cancel_deposit(uow: UnitOfWork, deposit_id: UUID, data: Waiver) -> ShownDeposit:
    """Call it off, as nothing was paid. Raises `IllegalTransition`."""
    deposit = await uow.get(Deposit, deposit_id, lock=True)
    deposit.status = DEPOSIT.next(deposit.status, "cancel")
    deposit.status_reason = data.reason
    await audit.record(uow, "hire.deposit.cancelled", deposit)
    await uow.announce(DepositSettled(subject_id=deposit.id, booking_id=deposit.booking_id))
    return await changed(uow, deposit)


async def refund_deposit(uow: UnitOfWork, deposit_id: UUID, data: Return) -> ShownDeposit:
    """Give back of what the house holds. Raises `FinanceOwnsPayments` and `NothingHeld`."""
    deposit = await _ours(uow, deposit_id)
    if await has_payment(uow, deposit.id, "out", data.reference):
        return await show(uow, deposit)
    amount = _held(deposit, data.amount_minor)
    if deposit.status not in {"refund_pending", "partially_refunded"}:
        deposit.status = DEPOSIT.next(deposit.status, "ask_back")
    entry_id = await post(
        uow,
        deposit,
        "deposit_refunded",
        f"out:{data.reference}",
        [ledger.debit(chart.DEPOSITS_HELD, amount), ledger.credit(chart.BANK, amount)],
    )
    payment_id = note(uow, deposit, "out", amount, data.reference, data.reason, entry_id)
    deposit.refunded_minor += amount
    act = "return" if deposit.held_minor == 0 else "return_part"
    deposit.status = DEPOSIT.next(deposit.status, act)
    deposit.status_reason = data.reason
    await audit.record(uow, "hire.deposit.refunded", deposit, sentence="gave a deposit back")
    await tell_returned(uow, deposit, payment_id)
    return await changed(uow, deposit)


async def forfeit_deposit(uow: UnitOfWork, deposit_id: UUID, data: Return) -> ShownDeposit:
    """Keep what the house holds: from now on it is revenue. Raises as `refund_deposit` does."""
    deposit = await _ours(uow, deposit_id)
    if await has_payment(uow, deposit.id, "kept", data.reference):
        return await show(uow, deposit)
    amount = _held(deposit, data.amount_minor)
    status = DEPOSIT.next(deposit.status, "keep")
    entry_id = await post(
        uow,
        deposit,
        "deposit_forfeited",
        f"kept:{data.reference}",
        [ledger.debit(chart.DEPOSITS_HELD, amount), ledger.credit(chart.RENT_REVENUE, amount)],
    )
    note(uow, deposit, "kept", amount, data.reference, data.reason, entry_id)
    deposit.forfeited_minor += amount
    if deposit.held_minor == 0:
        deposit.status = status
    deposit.status_reason = data.reason
    await audit.record(uow, "hire.deposit.forfeited", deposit, sentence="kept a deposit")
    return await changed(uow, deposit)


async def lock_deposits(
    uow: UnitOfWork, booking: Booking, *conditions: ColumnExpressionArgument[bool]
) -> Sequence[Deposit]:
    """Return a booking's deposits in its currency, locked in their order; perhaps only some."""
    return await uow.all(
        select(Deposit)
        .where(
            Deposit.organization_id == uow.tenant,
            Deposit.booking_id == booking.id,
            Deposit.currency == booking.currency,
            *conditions,
        )
        .order_by(Deposit.position)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def changed(uow: UnitOfWork, deposit: Deposit) -> ShownDeposit:
    """Write what is pending, let finance know, and return the deposit as it is shown."""
    if deposit.is_external:
        deposit.finance_state = "pending"
    await uow.flush()
    await uow.announce(DepositChanged(subject_id=deposit.id, booking_id=deposit.booking_id))
    return await show(uow, deposit)


async def show(uow: UnitOfWork, deposit: Deposit) -> ShownDeposit:
    """Return the deposit with the venue's zone, by which it is overdue or not."""
    booking = await uow.get(Booking, deposit.booking_id)
    venue = await venues.get_venue(uow, booking.venue_id)
    return ShownDeposit(deposit, uow.now, venue.timezone)


async def _ours(uow: UnitOfWork, deposit_id: UUID) -> Deposit:
    deposit = await uow.get(Deposit, deposit_id, lock=True)
    if deposit.is_external:
        raise FinanceOwnsPayments
    return deposit


def _held(deposit: Deposit, wanted: int | None) -> int:
    amount = deposit.held_minor if wanted is None else wanted
    if amount == 0 or amount > deposit.held_minor:
        raise NothingHeld(heldMinor=deposit.held_minor)
    return amount


def _deposit(uow: UnitOfWork, booking: Booking, position: int, **fields: Any) -> Deposit:
    return Deposit(
        organization_id=uow.tenant,
        id=new_id(),
        booking_id=booking.id,
        position=position,
        paid_minor=0,
        refunded_minor=0,
        forfeited_minor=0,
        applied_minor=0,
        **fields,
    )


async def _base(uow: UnitOfWork, booking: Booking, data: NewDeposit | NewSchedule) -> int:
    """Return what shares are of: as given, or what the booking is priced at."""
    if data.base_minor is not None:
        return data.base_minor
    if data.currency not in {None, booking.currency}:
        raise Invalid.at("/baseMinor", f"The booking is priced in {booking.currency}.")
    priced = await priced_minor(uow, booking)
    if priced <= 0:
        raise Invalid.at("/baseMinor", "A share of what? Nothing is priced yet.")
    return priced


async def _next_position(uow: UnitOfWork, booking_id: UUID) -> int:
    last = await uow.first(
        select(func.max(Deposit.position)).where(
            Deposit.organization_id == uow.tenant, Deposit.booking_id == booking_id
        )
    )
    return (last or 0) + 1
