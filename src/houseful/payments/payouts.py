"""Paying out what has been earned: asked for, then paid by the bank, or failed and whole again."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.ledger import Entry, balance_of, chart, credit, debit, post, reverse
from houseful.payments.facts import PayoutPaid
from houseful.payments.models import Payout
from houseful.payments.problems import MoreThanEarned
from houseful.payments.states import PAYOUT

Promise = Callable[[UnitOfWork, str], Awaitable[int]]
"""Returns what of the payable, in a currency, is promised to others."""

_promises: list[Promise] = []


def register_promise(promise: Promise) -> None:
    """Let a room above say what of the payable is not the house's own to have paid out."""
    if promise not in _promises:
        _promises.append(promise)


async def request_payout(
    uow: UnitOfWork,
    *,
    amount_minor: int,
    currency: str,
    note: str = "",
    payout_id: UUID | None = None,
) -> Payout:
    """Take earned money out of the payable, to be paid by the bank. Raises `MoreThanEarned`.

    Payouts of an organisation are asked for one after the other; one with the `payout_id` of an
    earlier one is that one.
    """
    await lock_payable(uow)
    if payout_id is not None and (known := await uow.get_many(Payout, [payout_id])):
        return known[payout_id]
    earned = await earned_minor(uow, currency)
    if amount_minor > earned:
        raise MoreThanEarned(available=earned, currency=currency)
    payout_id = payout_id or new_id()
    entry_id = await post(
        uow,
        Entry(
            kind="payout",
            source_key=f"payout:{payout_id}",
            subject_kind="payout",
            subject_id=payout_id,
            currency=currency,
            lines=[
                debit(chart.ORGANISER_PAYABLE, amount_minor),
                credit(chart.BANK, amount_minor),
            ],
            memo=note,
        ),
    )
    payout = Payout(
        organization_id=uow.tenant,
        id=payout_id,
        amount_minor=amount_minor,
        currency=currency,
        note=note,
        entry_id=entry_id,
    )
    return await audit.add_row(uow, payout, "payments.payout.created")


async def lock_payable(uow: UnitOfWork) -> None:
    """Let one at a time take from what is payable, until this unit of work ends."""
    await uow.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))",
        {"name": f"payouts:{uow.tenant}"},
    )


async def earned_minor(uow: UnitOfWork, currency: str) -> int:
    """Return what can be paid out: what is payable, less what is promised to others."""
    payable = await balance_of(uow, chart.ORGANISER_PAYABLE, currency)
    return payable - sum([await promise(uow, currency) for promise in _promises])


async def pay_out(
    uow: UnitOfWork, payout_id: UUID, expected_version: int, *, reference: str
) -> Payout:
    """Note that the bank has paid, under its reference."""
    payout = await uow.get_version(Payout, payout_id, expected_version)
    payout.status = PAYOUT.next(payout.status, "pay")
    payout.payout_reference = reference
    payout.paid_at = uow.now
    await audit.record(uow, "payments.payout.paid", payout)
    await uow.announce(PayoutPaid(subject_id=payout.id))
    await uow.flush()
    return payout


async def fail_payout(
    uow: UnitOfWork, payout_id: UUID, expected_version: int, *, reason: str
) -> Payout:
    """Note that the bank has not paid; the money can be paid out again."""
    payout = await uow.get_version(Payout, payout_id, expected_version)
    payout.status = PAYOUT.next(payout.status, "fail")
    payout.failure = reason
    await audit.record(uow, "payments.payout.failed", payout)
    await reverse(uow, payout.entry_id, reason=reason)
    await uow.flush()
    return payout
