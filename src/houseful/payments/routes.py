"""Transactions and refunds over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, Page, get, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition
from houseful.payments import queries, refunds
from houseful.payments.models import Refund, Transaction
from houseful.payments.schemas import RefundView, TransactionView

Status = Annotated[str | None, QueryParameter(name="status", max_length=20)]


@get(
    "/api/v1/transactions",
    permission="payments.transactions.read",
    module="finance",
    summary="List payments",
)
async def list_transactions(
    caller: Caller, window: Window, status: Status = None
) -> Page[TransactionView]:
    """List checkout attempts."""
    return await caller.read_page(
        queries.find_all_transactions, window=window, status=status, view=TransactionView
    )


@get(
    "/api/v1/transactions/{transaction_id:uuid}",
    permission="payments.transactions.read",
    module="finance",
    summary="Read a payment",
)
async def read_transaction(caller: Caller, transaction_id: UUID) -> Response[TransactionView]:
    """Read a checkout attempt."""
    return await caller.read(UnitOfWork.get, Transaction, transaction_id, view=TransactionView)


@get(
    "/api/v1/refunds",
    permission="ticketing.refunds.read",
    module="finance",
    summary="List refunds",
)
async def list_refunds(caller: Caller, window: Window, status: Status = None) -> Page[RefundView]:
    """List refunds."""
    return await caller.read_page(
        queries.find_refunds, window=window, status=status, view=RefundView
    )


@get(
    "/api/v1/refunds/{refund_id:uuid}",
    permission="ticketing.refunds.read",
    module="finance",
    summary="Read a refund",
)
async def read_refund(caller: Caller, refund_id: UUID) -> Response[RefundView]:
    """Read a refund."""
    return await caller.read(UnitOfWork.get, Refund, refund_id, view=RefundView)


@post(
    "/api/v1/refunds/{refund_id:uuid}/approve",
    status=200,
    permission="ticketing.refunds.approve",
    module="finance",
    summary="Approve a refund",
    raises=[IllegalTransition],
)
async def approve_refund(caller: Caller, refund_id: UUID) -> Response[RefundView]:
    """Let a requested refund go out."""
    return await caller.change(refunds.approve_refund, refund_id, view=RefundView)


@post(
    "/api/v1/refunds/{refund_id:uuid}/reject",
    status=200,
    permission="ticketing.refunds.approve",
    module="finance",
    summary="Reject a refund",
    raises=[IllegalTransition],
)
async def reject_refund(caller: Caller, refund_id: UUID) -> Response[RefundView]:
    """Turn a requested refund down."""
    return await caller.change(refunds.reject_refund, refund_id, view=RefundView)


handlers = [
    list_transactions,
    read_transaction,
    list_refunds,
    read_refund,
    approve_refund,
    reject_refund,
]
