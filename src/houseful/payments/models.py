"""Transactions, refunds, payouts, and what we know of the providers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Versioned

OPEN = ("initiated", "pending", "canceled", "failed")
"""States in which an attempt is open, until it is closed."""


class Transaction(TenantKey, Versioned, Base):
    """A checkout attempt. A thing that is paid for may have many; at most one is honoured.

    `outcome` tells what became of the money: honoured, unavailable (late, given back), duplicate
    (given back) or review (amount or currency differ; a person decides). What is paid after
    `deadline_at` is given back. Once it is closed, its provider takes no more money for it.
    """

    __tablename__ = "transactions"
    __table_args__ = (
        CheckConstraint(
            "status IN ('initiated', 'pending', 'succeeded', 'failed', 'canceled', 'review')",
            name="status",
        ),
        CheckConstraint(
            "outcome IN ('', 'honoured', 'unavailable', 'duplicate', 'review')", name="outcome"
        ),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= captured_minor", name="refunded"
        ),
        UniqueConstraint("organization_id", "provider", "provider_payment_id"),
        Index(
            "transactions_waiting_idx",
            "organization_id",
            "created_at",
            postgresql_where=text(
                "status IN ('initiated', 'pending', 'canceled', 'failed') AND closed_at IS NULL"
            ),
        ),
        Index("transactions_payable_idx", "organization_id", "payable_kind", "payable_id"),
        Index(
            "transactions_one_honoured_idx",
            "organization_id",
            "payable_kind",
            "payable_id",
            unique=True,
            postgresql_where=text("outcome = 'honoured'"),
        ),
    )

    payable_kind: Mapped[str]
    payable_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="initiated")
    outcome: Mapped[str] = mapped_column(default="")
    amount_minor: Mapped[int]
    currency: Mapped[str]
    captured_minor: Mapped[int] = mapped_column(default=0)
    captured_currency: Mapped[str | None] = mapped_column(default=None)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    provider: Mapped[str]
    provider_payment_id: Mapped[str | None] = mapped_column(default=None)
    deadline_at: Mapped[datetime | None] = mapped_column(default=None)
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    details: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)

    @property
    def is_open(self) -> bool:
        """Whether it may still be paid: who was declined, or turned back, may pay after all."""
        return self.status in OPEN and self.closed_at is None

    @property
    def is_unknown(self) -> bool:
        """Whether the payer went to pay, and nobody knows yet what became of it."""
        return self.status == "pending" and self.closed_at is None

    @property
    def is_undecided(self) -> bool:
        """Whether somebody has to say what becomes of the money that arrived."""
        return self.outcome == "review" and self.refunded_minor < self.captured_minor


class Refund(TenantKey, Versioned, Base):
    """Money on its way back. What it takes from is counted when it is asked for, not when paid.

    One that failed takes from nothing any more; it may be tried again, as its next attempt.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "transaction_id"],
            ["transactions.organization_id", "transactions.id"],
        ),
        CheckConstraint(
            "status IN ('requested', 'approved', 'submitted', 'succeeded', 'failed', 'rejected')",
            name="status",
        ),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("attempt > 0", name="attempt"),
        Index("refunds_transaction_idx", "organization_id", "transaction_id"),
    )

    transaction_id: Mapped[UUID]
    status: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    allocation: Mapped[list[Any]]
    entry_id: Mapped[UUID]
    attempt: Mapped[int] = mapped_column(default=1)
    failure: Mapped[str] = mapped_column(default="")
    provider_refund_id: Mapped[str | None] = mapped_column(default=None)


class PaymentMethod(TenantKey, Versioned, Base):
    """What an organisation says of a provider: whether it is offered, and under which name.

    `provider_token` is the provider's name for the account that is paid; never a card number.
    """

    __tablename__ = "payment_methods"
    __table_args__ = (UniqueConstraint("organization_id", "provider"),)

    provider: Mapped[str]
    provider_token: Mapped[str] = mapped_column(default="", info={"is_private": True})
    label: Mapped[str]
    is_offered: Mapped[bool] = mapped_column(default=True)


class ProviderNotice(TenantKey, Base):
    """A message of a provider's, kept once: it says that something happened, never what is true."""

    __tablename__ = "provider_notices"
    __table_args__ = (UniqueConstraint("organization_id", "provider", "notice_id"),)

    provider: Mapped[str]
    notice_id: Mapped[str]
    provider_payment_id: Mapped[str]
    received_at: Mapped[datetime]


class Payout(TenantKey, Versioned, Base):
    """Money paid out to who has earned it: taken from the payable when asked for, then paid."""

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("status IN ('requested', 'paid', 'failed')", name="status"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("status <> 'paid' OR payout_reference <> ''", name="reference"),
    )

    status: Mapped[str] = mapped_column(default="requested")
    amount_minor: Mapped[int]
    currency: Mapped[str]
    payout_reference: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    failure: Mapped[str] = mapped_column(default="")
    entry_id: Mapped[UUID]
    paid_at: Mapped[datetime | None] = mapped_column(default=None)


class ProviderPayout(TenantKey, Versioned, Base):
    """Money that a provider has paid to our bank; `fee_minor` is what it kept for itself."""

    __tablename__ = "provider_payouts"
    __table_args__ = (
        UniqueConstraint("organization_id", "provider", "reference"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("fee_minor >= 0", name="fee"),
    )

    provider: Mapped[str]
    reference: Mapped[str]
    amount_minor: Mapped[int]
    fee_minor: Mapped[int]
    currency: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    entry_id: Mapped[UUID]


class SandboxPayment(TenantKey, Versioned, Base):
    """A payment as the sandbox knows it: it plays an external provider, and can be told how."""

    __tablename__ = "sandbox_payments"
    __table_args__ = (UniqueConstraint("organization_id", "reference"),)

    reference: Mapped[str]
    status: Mapped[str] = mapped_column(default="pending")
    amount_minor: Mapped[int]
    currency: Mapped[str]
    paid_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    return_path: Mapped[str]
    title: Mapped[str]
    succeeds_at: Mapped[datetime | None] = mapped_column(default=None)
    refunds: Mapped[list[Any]] = mapped_column(default=list)
    refunds_fail: Mapped[bool] = mapped_column(default=False)
    is_closed: Mapped[bool] = mapped_column(default=False)
    paid_at: Mapped[datetime | None] = mapped_column(default=None)
