"""Giving money back: asked for, approved, sent, and only then done."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from houseful import audit
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.ledger import Entry, Line, chart, credit, debit, post, reverse
from houseful.payments.facts import RefundApproved, RefundSucceeded
from houseful.payments.models import Refund, Transaction
from houseful.payments.problems import MoreThanCaptured
from houseful.payments.providers import provider_named
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
    flight* until the provider has paid. `allocation` is kept as it is given.
    """
    transaction = await uow.get(Transaction, transaction_id, lock=True)
    if transaction.refunded_minor + amount_minor > transaction.captured_minor:
        raise MoreThanCaptured(available=transaction.captured_minor - transaction.refunded_minor)
    transaction.refunded_minor += amount_minor
    refund_id = new_id()
    entry_id = await post(
        uow,
        Entry(
            kind="refund",
            source_key=f"refund:{refund_id}",
            subject_kind=transaction.payable_kind,
            subject_id=transaction.payable_id,
            currency=transaction.currency,
            lines=[*lines, credit(chart.REFUNDS_IN_FLIGHT, amount_minor)],
            memo=reason,
        ),
    )
    refund = Refund(
        organization_id=uow.tenant,
        id=refund_id,
        transaction_id=transaction_id,
        status="approved" if is_approved else "requested",
        amount_minor=amount_minor,
        currency=transaction.currency,
        reason=reason,
        allocation=allocation,
        entry_id=entry_id,
    )
    await audit.add_row(uow, refund, "payments.refund.created")
    if is_approved:
        await uow.announce(RefundApproved(subject_id=refund.id))
    return refund


async def approve_refund(uow: UnitOfWork, refund_id: UUID) -> Refund:
    """Let a requested refund go out."""
    refund = await uow.get(Refund, refund_id, lock=True)
    refund.status = REFUND.next(refund.status, "approve")
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


async def submit_refund(database: Database, organization_id: UUID, refund_id: UUID) -> None:
    """Send an approved refund to its provider, and note how it went.

    `submitted` is stored before the provider is called; calling again after a crash asks for the
    same refund id, which the provider knows.
    """

    async def begin(uow: UnitOfWork) -> tuple[str, str, int] | None:
        refund = await uow.get(Refund, refund_id, lock=True)
        if not REFUND.allows(refund.status, "submit"):
            return None
        refund.status = REFUND.next(refund.status, "submit")
        transaction = await uow.get(Transaction, refund.transaction_id)
        assert transaction.provider_payment_id is not None
        return transaction.provider, transaction.provider_payment_id, refund.amount_minor

    begun = await database.run(organization_id, begin)
    if begun is None:
        return
    provider, provider_payment_id, amount_minor = begun
    provider_refund_id = await provider_named(provider).refund(
        database, organization_id, provider_payment_id, refund_id, amount_minor
    )
    await database.run(organization_id, _finish, refund_id, provider_refund_id)


async def _finish(uow: UnitOfWork, refund_id: UUID, provider_refund_id: str | None) -> None:
    refund = await uow.get(Refund, refund_id, lock=True)
    if refund.status != "submitted":
        return
    if provider_refund_id is None:
        refund.status = REFUND.next(refund.status, "fail")
        await _undo(uow, refund, "refused by the provider")
        return
    refund.status = REFUND.next(refund.status, "succeed")
    refund.provider_refund_id = provider_refund_id
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


async def _undo(uow: UnitOfWork, refund: Refund, reason: str) -> None:
    transaction = await uow.get(Transaction, refund.transaction_id, lock=True)
    transaction.refunded_minor -= refund.amount_minor
    await reverse(uow, refund.entry_id, reason=reason)
    await uow.flush()
