"""Accounts, entries and their postings; entries and postings are never changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.chain import Block
from houseful.kernel.tables import Base, TenantKey

THIS_TRANSACTION = "(pg_current_xact_id()::text)::bigint"
"""So that postings can only be added in the transaction of their entry."""


class LedgerAccount(TenantKey, Base):
    """An account of the chart, in one currency."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (UniqueConstraint("organization_id", "code", "currency"),)

    code: Mapped[str]
    currency: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]


class JournalEntry(TenantKey, Base):
    """Something that moved money, with at least two postings that balance in each currency.

    `source_key` says what it is the entry of, once and for all; `reverses_id` is the entry that
    this one takes back.
    """

    __tablename__ = "journal_entries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "reverses_id"],
            ["journal_entries.organization_id", "journal_entries.id"],
        ),
        UniqueConstraint("organization_id", "source_key"),
        UniqueConstraint("organization_id", "reverses_id"),
        Index("journal_entries_subject_idx", "organization_id", "subject_kind", "subject_id"),
    )

    kind: Mapped[str]
    source_key: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
    memo: Mapped[str] = mapped_column(default="")
    reverses_id: Mapped[UUID | None] = mapped_column(default=None)
    transaction_id: Mapped[int] = mapped_column(server_default=text(THIS_TRANSACTION))


class Posting(Base):
    """One line of an entry: a positive amount in minor units, on one side of one account."""

    __tablename__ = "postings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "entry_id"],
            ["journal_entries.organization_id", "journal_entries.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "account_id"],
            ["ledger_accounts.organization_id", "ledger_accounts.id"],
        ),
        CheckConstraint("direction IN ('debit', 'credit')", name="direction"),
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("postings_account_idx", "organization_id", "account_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    direction: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]


class LedgerUnsealed(Base):
    """An entry that waits for its block; a trigger on `journal_entries` writes it."""

    __tablename__ = "ledger_unsealed"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "entry_id"],
            ["journal_entries.organization_id", "journal_entries.id"],
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)


class LedgerBlock(Block, Base):
    """Some entries under one digest, which also covers the block before."""

    __tablename__ = "ledger_blocks"
    __table_args__ = (UniqueConstraint("organization_id", "number"),)
