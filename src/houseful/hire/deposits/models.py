"""Deposits of bookings, the payments that came, and the invoices that were issued."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from houseful.hire.deposits.states import OWED_STATES
from houseful.kernel.tables import Base, TenantKey, Versioned


class Deposit(TenantKey, Versioned, Base):
    """What a customer is to pay before the night.

    A `security` deposit is given back or forfeited, and is never revenue before. `share` is of
    `base_minor`, which is the booking's price if it `follows_price`; all stay as they are once it
    is invoiced. `finance_…` says what the external
    Finance service knows of it; the books of our own know everything at once.
    """

    __tablename__ = "deposits"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        CheckConstraint("kind IN ('booking', 'instalment', 'security')", name="kind"),
        CheckConstraint(
            "status IN ('expected', 'invoiced', 'partially_paid', 'paid', 'waived', 'cancelled',"
            " 'refund_pending', 'partially_refunded', 'refunded', 'forfeited')",
            name="status",
        ),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(share IS NULL) = (base_minor IS NULL)", name="share"),
        CheckConstraint("NOT follows_price OR share IS NOT NULL", name="follows_price"),
        CheckConstraint("paid_minor >= 0 AND credit_minor >= 0", name="paid"),
        CheckConstraint(
            "refunded_minor >= 0 AND forfeited_minor >= 0 AND applied_minor >= 0"
            " AND refunded_minor + forfeited_minor + applied_minor <= paid_minor",
            name="returned",
        ),
        CheckConstraint("status <> 'paid' OR paid_minor >= amount_minor", name="is_paid"),
        CheckConstraint(
            "finance_state IN ('local', 'pending', 'synced', 'failed')", name="finance_state"
        ),
        UniqueConstraint("organization_id", "booking_id", "position"),
        Index("deposits_due_on_idx", "organization_id", "due_on"),
        Index("deposits_finance_state_idx", "organization_id", "finance_state"),
    )

    booking_id: Mapped[UUID]
    position: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(default="booking")
    status: Mapped[str] = mapped_column(default="expected")
    status_reason: Mapped[str] = mapped_column(default="")
    currency: Mapped[str]
    amount_minor: Mapped[int]
    share: Mapped[int | None] = mapped_column(default=None)
    base_minor: Mapped[int | None] = mapped_column(default=None)
    follows_price: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[date] = mapped_column(Date)
    is_required: Mapped[bool] = mapped_column(default=True)
    paid_minor: Mapped[int] = mapped_column(default=0)
    credit_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    forfeited_minor: Mapped[int] = mapped_column(default=0)
    applied_minor: Mapped[int] = mapped_column(default=0)
    invoice_id: Mapped[UUID | None] = mapped_column(default=None)
    finance_id: Mapped[str | None] = mapped_column(default=None)
    finance_state: Mapped[str] = mapped_column(default="local")
    finance_problem: Mapped[str] = mapped_column(default="")
    reported_version: Mapped[int] = mapped_column(default=0)
    synced_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_paid_known(self) -> bool:
        """Whether what is paid is known: finance, where it is not our own books, has said once."""
        return not self.is_external or self.synced_at is not None

    @property
    def is_external(self) -> bool:
        """Whether its money is kept by an external Finance service, and not in our books."""
        return self.finance_state != "local"

    @property
    def held_minor(self) -> int:
        """What the house holds of it now: not given back, kept, or settled."""
        gone = self.refunded_minor + self.forfeited_minor + self.applied_minor
        return self.paid_minor - gone

    @property
    def balance_minor(self) -> int:
        """What is still to come; of one that was waived, called off or settled, nothing."""
        is_owed = self.status in OWED_STATES
        return max(0, self.amount_minor - self.paid_minor) if is_owed else 0


class DepositPayment(TenantKey, Base):
    """Money that came for a deposit, or went back; append-only.

    `reference` is the payer's, the bank's or the refund's own: the same one twice is one.
    """

    __tablename__ = "deposit_payments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "deposit_id"], ["deposits.organization_id", "deposits.id"]
        ),
        CheckConstraint(
            "direction IN ('in', 'out', 'kept', 'credit_out', 'credit_used')", name="direction"
        ),
        CheckConstraint("amount_minor > 0", name="amount"),
        UniqueConstraint("organization_id", "deposit_id", "direction", "reference"),
    )

    deposit_id: Mapped[UUID]
    direction: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reference: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    entry_id: Mapped[UUID | None] = mapped_column(default=None)


class InvoiceCounter(Base):
    """The last number of a series; taken under its row's lock, so that there are no gaps."""

    __tablename__ = "invoice_counters"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class Invoice(TenantKey, Base):
    """An invoice as it was issued; never changed, taken back by a credit note of its own."""

    __tablename__ = "invoices"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "deposit_id"], ["deposits.organization_id", "deposits.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "credits_id"], ["invoices.organization_id", "invoices.id"]
        ),
        UniqueConstraint("organization_id", "series", "number"),
        UniqueConstraint("organization_id", "credits_id"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("hash = encode(sha256(content), 'hex')", name="hash"),
        Index("invoices_deposit_id_idx", "organization_id", "deposit_id"),
    )

    deposit_id: Mapped[UUID]
    series: Mapped[str]
    number: Mapped[int]
    credits_id: Mapped[UUID | None] = mapped_column(default=None)
    issued_at: Mapped[datetime]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    details: Mapped[dict[str, Any]]
    hash: Mapped[str]
    content: Mapped[bytes] = mapped_column(info={"is_private": True}, deferred=True)

    @property
    def name(self) -> str:
        """What stands on it: `2026-0001`."""
        return f"{self.series}-{self.number:04}"
