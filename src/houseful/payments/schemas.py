"""Payments on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from houseful.kernel.http import View


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
    created_at: datetime
    version: int
