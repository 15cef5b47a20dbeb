"""Ending attempts to pay: nothing is given to others while somebody may still be paying for it."""

from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Select, select

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Problem
from houseful.payments.models import OPEN, Transaction
from houseful.payments.problems import PaymentUnderWay, ProviderUnavailable
from houseful.payments.providers import provider_answers, provider_named
from houseful.payments.providers.port import ProviderState
from houseful.payments.service import apply_truth
from houseful.payments.states import TRANSACTION

ANSWER_GRACE = timedelta(minutes=10)
"""So long after the deadline places stay kept for an attempt that its provider has not ended."""
CLOSE_MAX = 50
"""Things for which attempts are ended in one go; the others wait for the next."""

log = structlog.get_logger(__name__)


async def close_attempts(
    database: Database, organization_id: UUID, payable_kind: str, payable_id: UUID
) -> None:
    """Ask the providers to take no more money for a thing; what was paid meanwhile is settled.

    Raises `ProviderUnavailable`; what a provider can neither call off nor tell stays open.
    """

    async def find(uow: UnitOfWork) -> Collection[UUID]:
        return await uow.all(
            _open(uow, payable_kind)
            .with_only_columns(Transaction.id)
            .where(Transaction.payable_id == payable_id)
            .order_by(Transaction.id)
        )

    for transaction_id in await database.run(organization_id, find):
        await _close_attempt(database, organization_id, transaction_id)


async def close_overdue(
    database: Database,
    organization_id: UUID,
    payable_kind: str,
    find: Callable[[UnitOfWork], Awaitable[Collection[UUID]]],
) -> None:
    """End the attempts to pay for each of the things that `find` returns.

    Where the provider does not answer, it is asked again the next time.
    """
    for payable_id in await database.run(organization_id, find):
        try:
            await close_attempts(database, organization_id, payable_kind, payable_id)
        except Problem as problem:
            log.warning("payment_not_ended", payable=str(payable_id), problem=problem.kind)
            if isinstance(problem, ProviderUnavailable):
                return


async def require_no_attempt(uow: UnitOfWork, payable_kind: str, payable_id: UUID) -> None:
    """Raise `PaymentUnderWay` while an attempt to pay for the thing is open."""
    attempts = _open(uow, payable_kind).where(Transaction.payable_id == payable_id)
    if await uow.first(attempts.limit(1)) is not None:
        raise PaymentUnderWay


def payables_with_open_attempts(uow: UnitOfWork, payable_kind: str) -> Select[UUID]:
    """Return the query of the ids of things for which an attempt to pay is open."""
    return _open(uow, payable_kind).with_only_columns(Transaction.payable_id).distinct()


def _open(uow: UnitOfWork, payable_kind: str) -> Select[Any]:
    return select(Transaction).where(
        Transaction.organization_id == uow.tenant,
        Transaction.status.in_(OPEN),
        Transaction.closed_at.is_(None),
        Transaction.payable_kind == payable_kind,
    )


async def _close_attempt(database: Database, organization_id: UUID, transaction_id: UUID) -> None:
    attempt = await database.run(organization_id, _begin, transaction_id)
    if attempt is None:
        return
    provider, reference = attempt
    async with provider_answers(provider):
        truth = await provider_named(provider).cancel(database, organization_id, reference)
    await database.run(organization_id, _finish, transaction_id, truth)


async def _begin(uow: UnitOfWork, transaction_id: UUID) -> tuple[str, str] | None:
    """Return whom to ask about what; close at once what no provider was ever told of."""
    transaction = await uow.get(Transaction, transaction_id, lock=True)
    if not transaction.is_open:
        return None
    if transaction.provider_payment_id is None:
        transaction.status = TRANSACTION.next(transaction.status, "cancel")
        transaction.closed_at = uow.now
        await uow.flush()
        return None
    return transaction.provider, transaction.provider_payment_id


async def _finish(uow: UnitOfWork, transaction_id: UUID, truth: ProviderState) -> None:
    transaction = await uow.get(Transaction, transaction_id, lock=True)
    await apply_truth(uow, transaction, truth)
    if truth.status in {"canceled", "failed"} and transaction.is_open:
        transaction.closed_at = uow.now
    await uow.flush()
