"""Transactions and refunds over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import PathParameter, QueryParameter

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, Page, get, post, put
from houseful.kernel.http.listing import Window
from houseful.kernel.http.versions import ExpectedVersion
from houseful.kernel.problems import (
    IllegalTransition,
    PreconditionRequired,
    Unauthenticated,
    VersionMismatch,
)
from houseful.payments import callbacks, methods, payouts, provider_payouts, queries, refunds
from houseful.payments.models import Payout, ProviderPayout, Refund, Transaction
from houseful.payments.problems import (
    MoreThanCaptured,
    MoreThanCleared,
    MoreThanEarned,
    NothingToTakeBack,
    NotInReview,
    PayoutKnown,
)
from houseful.payments.schemas import (
    FailedBody,
    GiveBackBody,
    MethodBody,
    MethodView,
    NewPayout,
    NewProviderPayout,
    PaidBody,
    PayoutView,
    ProviderPayoutView,
    RefundView,
    TransactionView,
)

ProviderName = Annotated[str, PathParameter(max_length=40, description="The provider's name.")]

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
    raises=[NothingToTakeBack, IllegalTransition],
)
async def approve_refund(caller: Caller, refund_id: UUID) -> Response[RefundView]:
    """Let a requested refund go out, and take back what it is for.

    One waits where who asked for it may not approve refunds. Where the tickets are not valid any
    more, it can only be rejected.
    """
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


@post(
    "/api/v1/refunds/{refund_id:uuid}/retry",
    status=200,
    permission="ticketing.refunds.approve",
    module="finance",
    summary="Try a failed refund again",
    raises=[IllegalTransition, MoreThanCaptured, VersionMismatch, PreconditionRequired],
)
async def retry_refund(
    caller: Caller, refund_id: UUID, expected_version: ExpectedVersion
) -> Response[RefundView]:
    """Send a refund again that the provider refused."""
    return await caller.change(refunds.retry_refund, refund_id, expected_version, view=RefundView)


@post(
    "/api/v1/transactions/{transaction_id:uuid}/give-back",
    permission="ticketing.refunds.approve",
    module="finance",
    with_key=True,
    summary="Give back what was put aside",
    raises=[NotInReview],
)
async def give_back_payment(
    caller: Caller, transaction_id: UUID, data: GiveBackBody
) -> Response[RefundView]:
    """Send back all of a payment that is in review: amount or currency were not as asked."""
    return await caller.create(
        refunds.give_back, transaction_id, reason=data.reason, view=RefundView, at="/api/v1/refunds"
    )


@get(
    "/api/v1/payment-methods",
    permission="payments.methods.read",
    module="finance",
    summary="List the ways to pay",
)
async def list_payment_methods(caller: Caller) -> list[MethodView]:
    """List every way to pay that there is, offered by the house or not."""
    return [MethodView.of(row) for row in await caller.run(methods.payment_methods)]


@put(
    "/api/v1/payment-methods/{provider:str}",
    permission="payments.methods.update",
    module="finance",
    summary="Offer a way to pay, or stop",
)
async def set_payment_method(
    caller: Caller, provider: ProviderName, data: MethodBody
) -> Response[MethodView]:
    """Say whether the house takes this way to pay, and what payers read."""
    return await caller.change(
        methods.set_payment_method,
        provider,
        label=data.label.strip(),
        is_offered=data.is_offered,
        provider_token=data.provider_token,
        view=MethodView,
    )


@get(
    "/api/v1/promoter/payouts",
    permission="ledger.payouts.read",
    module="finance",
    summary="List payouts",
)
async def list_payouts(caller: Caller, window: Window, status: Status = None) -> Page[PayoutView]:
    """List payouts."""
    return await caller.read_page(
        queries.find_payouts, window=window, status=status, view=PayoutView
    )


@get(
    "/api/v1/promoter/payouts/{payout_id:uuid}",
    permission="ledger.payouts.read",
    module="finance",
    summary="Read a payout",
)
async def read_payout(caller: Caller, payout_id: UUID) -> Response[PayoutView]:
    """Read a payout."""
    return await caller.read(UnitOfWork.get, Payout, payout_id, view=PayoutView)


@post(
    "/api/v1/promoter/payouts",
    permission="ledger.payouts.create",
    module="finance",
    with_key=True,
    summary="Ask for a payout",
    raises=[MoreThanEarned],
)
async def create_payout(caller: Caller, data: NewPayout) -> Response[PayoutView]:
    """Take earned money out of the payable, to be paid by the bank."""
    return await caller.create(
        payouts.request_payout,
        amount_minor=data.amount_minor,
        currency=data.currency,
        note=data.note,
        view=PayoutView,
        at="/api/v1/promoter/payouts",
    )


@post(
    "/api/v1/promoter/payouts/{payout_id:uuid}/pay",
    status=200,
    permission="ledger.payouts.update",
    module="finance",
    summary="Note that a payout is paid",
    raises=[IllegalTransition, VersionMismatch, PreconditionRequired],
)
async def pay_payout(
    caller: Caller, payout_id: UUID, data: PaidBody, expected_version: ExpectedVersion
) -> Response[PayoutView]:
    """Note that the bank has paid, under its reference."""
    return await caller.change(
        payouts.pay_out,
        payout_id,
        expected_version,
        reference=data.payout_reference,
        view=PayoutView,
    )


@post(
    "/api/v1/promoter/payouts/{payout_id:uuid}/fail",
    status=200,
    permission="ledger.payouts.update",
    module="finance",
    summary="Note that a payout failed",
    raises=[IllegalTransition, VersionMismatch, PreconditionRequired],
)
async def fail_payout(
    caller: Caller, payout_id: UUID, data: FailedBody, expected_version: ExpectedVersion
) -> Response[PayoutView]:
    """Note that the bank has not paid; the money can be paid out again."""
    return await caller.change(
        payouts.fail_payout, payout_id, expected_version, reason=data.reason, view=PayoutView
    )


@get(
    "/api/v1/provider-payouts",
    permission="ledger.payouts.read",
    module="finance",
    summary="List what providers have paid",
)
async def list_provider_payouts(caller: Caller, window: Window) -> Page[ProviderPayoutView]:
    """List what the providers have paid to the bank."""
    return await caller.read_page(
        provider_payouts.find_provider_payouts, window=window, view=ProviderPayoutView
    )


@get(
    "/api/v1/provider-payouts/{provider_payout_id:uuid}",
    permission="ledger.payouts.read",
    module="finance",
    summary="Read what a provider has paid",
)
async def read_provider_payout(
    caller: Caller, provider_payout_id: UUID
) -> Response[ProviderPayoutView]:
    """Read what a provider has paid to the bank."""
    return await caller.read(
        UnitOfWork.get, ProviderPayout, provider_payout_id, view=ProviderPayoutView
    )


@post(
    "/api/v1/provider-payouts",
    permission="ledger.payouts.create",
    module="finance",
    with_key=True,
    summary="Note what a provider has paid",
    raises=[MoreThanCleared, PayoutKnown],
)
async def create_provider_payout(
    caller: Caller, data: NewProviderPayout
) -> Response[ProviderPayoutView]:
    """Note that a provider has paid to the bank, under its reference, less what it kept."""
    return await caller.create(
        provider_payouts.record_provider_payout,
        provider=data.provider,
        reference=data.reference,
        amount_minor=data.amount_minor,
        currency=data.currency,
        fee_minor=data.fee_minor,
        note=data.note,
        view=ProviderPayoutView,
        at="/api/v1/provider-payouts",
    )


@post(
    "/callbacks/payments/{provider:str}/{organization_id:uuid}",
    status=202,
    summary="Take a provider's message",
    raises=[Unauthenticated],
)
async def receive_notice(
    request: Request[Any, Any, Any], provider: ProviderName, organization_id: UUID
) -> Response[None]:
    """Take a payment provider's message: verified over its raw bytes, kept once, answered at once.

    Signed as Standard Webhooks are (`webhook-id`, `webhook-timestamp`, `webhook-signature`). What
    became of the payment, the provider is asked afterwards.
    """
    await callbacks.receive_notice(
        request.app.state.database,
        organization_id,
        provider,
        secret=request.app.state.secret,
        headers=request.headers,
        body=await request.body(),
    )
    return Response(None, status_code=202)


handlers = [
    list_transactions,
    read_transaction,
    give_back_payment,
    list_refunds,
    read_refund,
    approve_refund,
    reject_refund,
    retry_refund,
    list_payment_methods,
    set_payment_method,
    list_payouts,
    read_payout,
    create_payout,
    pay_payout,
    fail_payout,
    list_provider_payouts,
    read_provider_payout,
    create_provider_payout,
    receive_notice,
]
