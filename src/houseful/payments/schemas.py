"""Payments on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta

from houseful.kernel.http import Body, View

Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217.")]
AmountMinor = Annotated[int, Meta(ge=1, le=10**12, description="In the currency's minor unit.")]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]


class TransactionView(View):
    """A checkout attempt."""

    id: UUID
    payable_kind: str
    payable_id: UUID
    status: str
    outcome: str
    amount_minor: int
    currency: str
    captured_minor: int
    refunded_minor: int
    provider: str
    deadline_at: datetime | None
    settled_at: datetime | None
    created_at: datetime


class RefundView(View):
    """Money on its way back."""

    id: UUID
    transaction_id: UUID
    status: str
    amount_minor: int
    currency: str
    reason: str
    allocation: list[Any]
    attempt: int
    failure: str
    created_at: datetime
    updated_at: datetime
    version: int


class GiveBackBody(Body):
    """Why a payment that waits for a decision goes back."""

    reason: Reason


class MethodBody(Body):
    """What the house says of a way to pay; a token that is left out stays."""

    label: Annotated[str, Meta(max_length=80)] = ""
    is_offered: bool = True
    provider_token: Annotated[str, Meta(max_length=200)] | None = None


class MethodView(View):
    """A way to pay; whether it has a token is told, the token is not."""

    provider: str
    label: str
    is_offered: bool
    is_at_till: bool
    has_token: bool
    version: int


class NewPayout(Body):
    """Money to be paid out."""

    amount_minor: AmountMinor
    currency: Currency
    note: Annotated[str, Meta(max_length=500)] = ""


class NewProviderPayout(Body):
    """What a provider has paid to the bank, and what it kept of it."""

    provider: Annotated[str, Meta(min_length=1, max_length=40)]
    reference: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
    amount_minor: AmountMinor
    currency: Currency
    fee_minor: Annotated[int, Meta(ge=0, le=10**12, description="In the minor unit.")] = 0
    note: Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$")] = ""


class ProviderPayoutView(View):
    """What a provider has paid to the bank."""

    id: UUID
    provider: str
    reference: str
    amount_minor: int
    fee_minor: int
    currency: str
    note: str
    entry_id: UUID
    created_at: datetime
    version: int


class PaidBody(Body):
    """What the bank calls the payout."""

    payout_reference: Annotated[str, Meta(min_length=1, max_length=100)]


class FailedBody(Body):
    """Why the bank has not paid."""

    reason: Reason


class PayoutView(View):
    """Money paid out to who has earned it."""

    id: UUID
    status: str
    amount_minor: int
    currency: str
    payout_reference: str
    note: str
    failure: str
    paid_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
