"""What was paid too much of a deposit: it goes back, or counts for another deposit."""

from uuid import UUID

from houseful import audit, ledger
from houseful.hire.bookings.models import Booking
from houseful.hire.deposits.books import has_payment, note, post, tell_returned
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.problems import FinanceOwnsPayments, NoCredit
from houseful.hire.deposits.schemas import CreditUse, Return, ShownDeposit
from houseful.hire.deposits.service import changed, show, stands
from houseful.hire.deposits.states import DEPOSIT
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Conflict, Invalid
from houseful.ledger import chart


async def refund_credit(uow: UnitOfWork, deposit_id: UUID, data: Return) -> ShownDeposit:
    """Give back what was paid too much, or a part of it, once per reference.

    Raises `FinanceOwnsPayments` and `NoCredit`.
    """
    (deposit,) = await _ours(uow, deposit_id)
    if await has_payment(uow, deposit.id, "credit_out", data.reference):
        return await show(uow, deposit)
    amount = _of_credit(deposit, data.amount_minor)
    entry_id = await post(
        uow,
        deposit,
        "deposit_credit_refunded",
        f"credit_out:{data.reference}",
        [ledger.debit(chart.UNAPPLIED_PAYMENTS, amount), ledger.credit(chart.BANK, amount)],
    )
    payment_id = note(uow, deposit, "credit_out", amount, data.reference, data.reason, entry_id)
    deposit.credit_minor -= amount
    await audit.record(
        uow, "hire.deposit.credit_refunded", deposit, sentence="gave back what was paid too much"
    )
    await tell_returned(uow, deposit, payment_id)
    return await changed(uow, deposit)


async def use_credit(uow: UnitOfWork, deposit_id: UUID, data: CreditUse) -> ShownDeposit:
    """Let what was paid too much count for another deposit of the customer, once per reference.

    No more is used than that one still needs. Returns the deposit that had the credit. Raises
    `NotFound`, `FinanceOwnsPayments`, `NoCredit`, `Invalid` for another currency or customer, and
    `Conflict` when nothing is owed there.
    """
    first, second = await _ours(uow, deposit_id, data.deposit_id)
    deposit, other = (first, second) if first.id == deposit_id else (second, first)
    reference = f"credit:{deposit.id}:{data.reference}"
    if await has_payment(uow, deposit.id, "credit_used", data.reference):
        return await show(uow, deposit)
    await _check_other(uow, deposit, other)
    wanted = min(deposit.credit_minor, other.balance_minor)
    amount = _of_credit(deposit, wanted if data.amount_minor is None else data.amount_minor)
    if amount > other.balance_minor:
        raise Conflict(
            "That deposit does not need so much any more.", balanceMinor=other.balance_minor
        )
    entry_id = await post(
        uow,
        deposit,
        "deposit_credit_used",
        f"credit_used:{data.reference}",
        [
            ledger.debit(chart.UNAPPLIED_PAYMENTS, amount),
            ledger.credit(chart.DEPOSITS_HELD, amount),
        ],
    )
    note(uow, deposit, "credit_used", amount, data.reference, other.title, entry_id)
    note(uow, other, "in", amount, reference, f"Paid too much for {deposit.title}", entry_id)
    deposit.credit_minor -= amount
    other.paid_minor += amount
    act = "pay" if other.paid_minor >= other.amount_minor else "pay_part"
    await stands(uow, other, DEPOSIT.next(other.status, act))
    await audit.record(uow, "hire.deposit.credit_used", deposit, sentence="used what was too much")
    return await changed(uow, deposit)


async def _check_other(uow: UnitOfWork, deposit: Deposit, other: Deposit) -> None:
    if other.currency != deposit.currency:
        raise Invalid.at("/depositId", f"That deposit is in {other.currency}.")
    if other.booking_id == deposit.booking_id:
        return
    mine, theirs = [await uow.get(Booking, one.booking_id) for one in (deposit, other)]
    customers = [(one.company_id, one.person_id) for one in (mine, theirs)]
    if customers[0] != customers[1] or customers[0] == (None, None):
        raise Invalid.at("/depositId", "That deposit is another customer's.")


def _of_credit(deposit: Deposit, wanted: int | None) -> int:
    amount = deposit.credit_minor if wanted is None else wanted
    if amount == 0 or amount > deposit.credit_minor:
        raise NoCredit(creditMinor=deposit.credit_minor)
    return amount


async def _ours(uow: UnitOfWork, *deposit_ids: UUID) -> list[Deposit]:
    """Lock the deposits in the order of their ids, so that nobody waits in a circle."""
    if len(set(deposit_ids)) < len(deposit_ids):
        raise Invalid.at("/depositId", "Please choose another deposit than this one.")
    found = [await uow.get(Deposit, one, lock=True) for one in sorted(deposit_ids)]
    if any(one.is_external for one in found):
        raise FinanceOwnsPayments
    return found
