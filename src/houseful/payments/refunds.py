"""Giving money back: asked for, approved, sent, and only then done."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from houseful import audit
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.ledger import Entry, Line, chart, credit, debit, post, read_entry, reverse
from houseful.payments.facts import PaymentGivenBack, RefundApproved, RefundFailed, RefundSucceeded
from houseful.payments.models import Refund, Transaction
from houseful.payments.payables import payable_named
from houseful.payments.problems import MoreThanCaptured, NotInReview
from houseful.payments.providers import provider_answers, provider_named
from houseful.payments.providers.port import RefundAnswer, RefundOrder
from houseful.payments.states import REFUND


async def request_refund(
    uow: UnitOfWork,
    transaction_id: UUID,
    amount_minor: int,
    *,
    reason: str,
    lines: Sequence[Line],
    allocation: list[Any],
    is_approved: bool = True,
) -> Refund:
    """Ask for money back. Raises `MoreThanCaptured`.

    `lines` are the debits that say who bears it; they sum to the amount, which waits in *refunds in
    flight* until the provider has paid. `allocation` is kept as it is given. One that is not
    approved waits for somebody who may.
    """
    transaction = await uow.get(Transaction, transaction_id, lock=True)
    _take(transaction, amount_minor)
    refund = Refund(
        organization_id=uow.tenant,
        id=new_id(),
        transaction_id=transaction_id,
        status="approved" if is_approved else "requested",
        amount_minor=amount_minor,
        currency=transaction.captured_currency or transaction.currency,
        reason=reason,
        allocation=allocation,
        attempt=1,
    )
    refund.entry_id = await _post_in_flight(uow, transaction, refund, lines)
    await audit.add_row(uow, refund, "payments.refund.created")
    if is_approved:
        await uow.announce(RefundApproved(subject_id=refund.id))
    return refund


async def approve_refund(uow: UnitOfWork, refund_id: UUID) -> Refund:
    """Let a requested refund go out, once what it is for was taken back."""
    refund = await uow.get(Refund, refund_id, lock=True)
    refund.status = REFUND.next(refund.status, "approve")
    transaction = await uow.get(Transaction, refund.transaction_id)
    payable = payable_named(transaction.payable_kind)
    await payable.take_back(uow, refund, transaction.payable_id)
    await audit.record(uow, "payments.refund.approved", refund)
    await uow.announce(RefundApproved(subject_id=refund.id))
    await uow.flush()
    return refund


async def reject_refund(uow: UnitOfWork, refund_id: UUID) -> Refund:
    """Turn a requested refund down; what it took from is whole again."""
    refund = await uow.get(Refund, refund_id, lock=True)
    refund.status = REFUND.next(refund.status, "reject")
    await audit.record(uow, "payments.refund.rejected", refund)
    await _undo(uow, refund, "rejected")
    return refund


async def retry_refund(uow: UnitOfWork, refund_id: UUID, expected_version: int) -> Refund:
    """Try a refund again that the provider refused. Raises `MoreThanCaptured`.

    Who bears it is who bore it the first time.
    """
    refund = await uow.get_version(Refund, refund_id, expected_version)
    refund.status = REFUND.next(refund.status, "retry")
    transaction = await uow.get(Transaction, refund.transaction_id, lock=True)
    _take(transaction, refund.amount_minor)
    first = await read_entry(uow, refund.entry_id)
    refund.attempt += 1
    refund.failure = ""
    refund.entry_id = await _post_in_flight(
        uow,
        transaction,
        refund,
        [
            debit(posting["account"], posting["amountMinor"])
            for posting in first.postings
            if posting["direction"] == "debit"
        ],
    )
    await audit.record(uow, "payments.refund.retried", refund)
    await uow.announce(RefundApproved(subject_id=refund.id))
    await uow.flush()
    return refund


async def give_back(uow: UnitOfWork, transaction_id: UUID, *, reason: str) -> Refund:
    """Send back all of a payment that waits for a decision. Raises `NotInReview`."""
    transaction = await uow.get(Transaction, transaction_id, lock=True)
    left = transaction.captured_minor - transaction.refunded_minor
    if transaction.outcome != "review" or left == 0:
        raise NotInReview(outcome=transaction.outcome)
    refund = await request_refund(
        uow,
        transaction_id,
        left,
        reason=reason,
        lines=[debit(chart.UNAPPLIED_PAYMENTS, left)],
        allocation=[],
    )
    await uow.announce(
        PaymentGivenBack(
            subject_id=refund.id,
            payable_kind=transaction.payable_kind,
            payable_id=transaction.payable_id,
        )
    )
    return refund


async def submit_refund(database: Database, organization_id: UUID, refund_id: UUID) -> None:
    """Send an approved refund to its provider, and note how it went.

    `submitted` is stored before the provider is called; calling again after a crash asks for the
    same attempt at the same refund, which the provider knows. Raises `ProviderUnavailable`: then
    the refund stays submitted, and is to be sent again.
    """

    async def begin(uow: UnitOfWork) -> tuple[str, RefundOrder] | None:
        refund = await uow.get(Refund, refund_id, lock=True)
        if not REFUND.allows(refund.status, "submit"):
            return None
        refund.status = REFUND.next(refund.status, "submit")
        transaction = await uow.get(Transaction, refund.transaction_id)
        assert transaction.provider_payment_id is not None
        return transaction.provider, RefundOrder(
            transaction.provider_payment_id,
            f"{refund_id.hex}-{refund.attempt}",
            refund.amount_minor,
        )

    begun = await database.run(organization_id, begin)
    if begun is None:
        return
    provider, order = begun
    async with provider_answers(provider):
        answer = await provider_named(provider).refund(database, organization_id, order)
    await database.run(organization_id, _finish, refund_id, answer)


async def _finish(uow: UnitOfWork, refund_id: UUID, answer: RefundAnswer) -> None:
    refund = await uow.get(Refund, refund_id, lock=True)
    if refund.status != "submitted":
        return
    if answer.provider_refund_id is None:
        refund.status = REFUND.next(refund.status, "fail")
        refund.failure = answer.failure
        await audit.record(uow, "payments.refund.failed", refund)
        await _undo(uow, refund, answer.failure)
        await uow.announce(RefundFailed(subject_id=refund.id))
        return
    refund.status = REFUND.next(refund.status, "succeed")
    refund.provider_refund_id = answer.provider_refund_id
    transaction = await uow.get(Transaction, refund.transaction_id)
    clearing = provider_named(transaction.provider).clearing_account
    await post(
        uow,
        Entry(
            kind="refund_paid",
            source_key=f"refund_paid:{refund.id}",
            subject_kind=transaction.payable_kind,
            subject_id=transaction.payable_id,
            currency=refund.currency,
            lines=[
                debit(chart.REFUNDS_IN_FLIGHT, refund.amount_minor),
                credit(clearing, refund.amount_minor),
            ],
        ),
    )
    await uow.announce(RefundSucceeded(subject_id=refund.id))


def _take(transaction: Transaction, amount_minor: int) -> None:
    available = transaction.captured_minor - transaction.refunded_minor
    if amount_minor > available:
        raise MoreThanCaptured(available=available)
    transaction.refunded_minor += amount_minor


async def _post_in_flight(
    uow: UnitOfWork, transaction: Transaction, refund: Refund, lines: Sequence[Line]
) -> UUID:
    return await post(
        uow,
        Entry(
            kind="refund",
            source_key=f"refund:{refund.id}:{refund.attempt}",
            subject_kind=transaction.payable_kind,
            subject_id=transaction.payable_id,
            currency=refund.currency,
            lines=[*lines, credit(chart.REFUNDS_IN_FLIGHT, refund.amount_minor)],
            memo=refund.reason,
        ),
    )


async def _undo(uow: UnitOfWork, refund: Refund, reason: str) -> None:
    transaction = await uow.get(Transaction, refund.transaction_id, lock=True)
    transaction.refunded_minor -= refund.amount_minor
    await reverse(uow, refund.entry_id, reason=reason)
    await uow.flush()
