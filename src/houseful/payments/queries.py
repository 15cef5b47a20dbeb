"""Reads of payments."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.payments.models import Payout, Refund, Transaction
from houseful.payments.providers.till import CASH


async def find_refunds(
    uow: UnitOfWork, *, window: Window, status: str | None = None, but_of: Collection[str] = ()
) -> tuple[list[Any], str | None]:
    """Return one page of refunds; `but_of` leaves out those of payables of these kinds."""
    mine = select(Refund).where(Refund.organization_id == uow.tenant)
    if but_of:
        theirs = select(Transaction.id).where(
            Transaction.organization_id == uow.tenant, Transaction.payable_kind.in_(but_of)
        )
        mine = mine.where(Refund.transaction_id.not_in(theirs))
    return await fetch_page(
        uow, mine if status is None else mine.where(Refund.status == status), Refund, window
    )


async def failed_refunds(
    uow: UnitOfWork, payable_kind: str, payable_ids: Collection[UUID] | None = None
) -> dict[UUID, Refund]:
    """Return the refunds that failed, of payables of a kind, perhaps of some, by the payable."""
    statement = _refunds(uow, payable_kind, "failed", Transaction.payable_id, Refund)
    if payable_ids is not None:
        statement = statement.where(Transaction.payable_id.in_(payable_ids))
    rows: Any = await uow.execute(statement)
    return dict(rows.all())


async def refunds_of(uow: UnitOfWork, payable_kind: str, payable_id: UUID) -> list[Refund]:
    """Return what was given back, or is to be, of what somebody paid for one thing."""
    paid_for_it = select(Transaction.id).where(
        Transaction.organization_id == uow.tenant,
        Transaction.payable_kind == payable_kind,
        Transaction.payable_id == payable_id,
    )
    refunds = select(Refund).where(
        Refund.organization_id == uow.tenant, Refund.transaction_id.in_(paid_for_it)
    )
    return list(await uow.all(refunds.order_by(Refund.id)))


async def refunds_by_id(uow: UnitOfWork, refund_ids: Collection[UUID]) -> dict[UUID, Refund]:
    """Return refunds by id, as they are now."""
    rows: Sequence[Refund] = await uow.all(
        select(Refund)
        .where(Refund.organization_id == uow.tenant, Refund.id.in_(refund_ids))
        .execution_options(populate_existing=True)
    )
    return {refund.id: refund for refund in rows}


async def count_in_cash(uow: UnitOfWork, refund_ids: Collection[UUID]) -> int:
    """Return how many of the refunds are of cash: the house hands that money over itself."""
    return await uow.first(
        select(func.count())
        .select_from(Refund)
        .join(
            Transaction,
            (Transaction.organization_id == Refund.organization_id)
            & (Transaction.id == Refund.transaction_id),
        )
        .where(
            Refund.organization_id == uow.tenant,
            Refund.id.in_(refund_ids),
            Transaction.provider == CASH.name,
        )
    )


async def find_all_transactions(
    uow: UnitOfWork, *, window: Window, status: str | None = None
) -> tuple[list[Any], str | None]:
    """Return one page of transactions."""
    mine = select(Transaction).where(Transaction.organization_id == uow.tenant)
    return await fetch_page(
        uow,
        mine if status is None else mine.where(Transaction.status == status),
        Transaction,
        window,
    )


async def undecided_payments(
    uow: UnitOfWork, payable_kind: str, *, limit: int
) -> list[Transaction]:
    """Return payments that were not what was asked for, and have not been given back."""
    return list(
        await uow.all(
            select(Transaction)
            .where(
                Transaction.organization_id == uow.tenant,
                Transaction.payable_kind == payable_kind,
                Transaction.outcome == "review",
                Transaction.refunded_minor < Transaction.captured_minor,
            )
            .order_by(Transaction.id)
            .limit(limit)
        )
    )


async def payables_awaiting_refund(uow: UnitOfWork, payable_kind: str, *, limit: int) -> list[UUID]:
    """Return the ids of things of which a refund waits to be approved, the oldest first."""
    return list(
        await uow.all(_refunds(uow, payable_kind, "requested", Transaction.payable_id).limit(limit))
    )


async def find_payouts(
    uow: UnitOfWork, *, window: Window, status: str | None = None
) -> tuple[list[Any], str | None]:
    """Return one page of payouts."""
    mine = select(Payout).where(Payout.organization_id == uow.tenant)
    return await fetch_page(
        uow, mine if status is None else mine.where(Payout.status == status), Payout, window
    )


def _refunds(uow: UnitOfWork, payable_kind: str, status: str, *wanted: Any) -> Any:
    """Choose the refunds in a status of a kind of payable, the oldest first."""
    return (
        select(*wanted)
        .join_from(
            Transaction,
            Refund,
            (Refund.organization_id == Transaction.organization_id)
            & (Refund.transaction_id == Transaction.id),
        )
        .where(
            Transaction.organization_id == uow.tenant,
            Transaction.payable_kind == payable_kind,
            Refund.status == status,
        )
        .order_by(Refund.id)
    )
