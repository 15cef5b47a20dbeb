"""Wallets, what moved in them, bonus and when it lapses, top-ups."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Times, Versioned


class Wallet(TenantKey, Times, Base):
    """A customer's money and bonus in one currency; never below zero, whoever comes first."""

    __tablename__ = "wallets"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "customer_id"],
            ["company_customers.organization_id", "company_customers.id"],
        ),
        UniqueConstraint("organization_id", "customer_id", "currency"),
        CheckConstraint("cash_minor >= 0", name="cash"),
        CheckConstraint("bonus_minor >= 0", name="bonus"),
    )

    customer_id: Mapped[UUID]
    currency: Mapped[str]
    cash_minor: Mapped[int] = mapped_column(default=0)
    bonus_minor: Mapped[int] = mapped_column(default=0)


class WalletMovement(TenantKey, Times, Base):
    """A line of a wallet's statement: what moved, why, and what was left."""

    __tablename__ = "wallet_movements"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "wallet_id"], ["wallets.organization_id", "wallets.id"]
        ),
        CheckConstraint(
            "kind IN ('top_up', 'debit', 'refund', 'manual_credit', 'manual_debit',"
            " 'bonus_expired', 'paid_out')",
            name="kind",
        ),
        UniqueConstraint("organization_id", "source_key"),
        Index("wallet_movements_wallet_idx", "organization_id", "wallet_id", "id"),
    )

    wallet_id: Mapped[UUID]
    kind: Mapped[str]
    source_key: Mapped[str]
    cash_minor: Mapped[int]
    bonus_minor: Mapped[int]
    cash_after: Mapped[int]
    bonus_after: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")


class BonusLot(TenantKey, Times, Base):
    """Bonus that was given at once, and lapses at once; what lapses first is used first."""

    __tablename__ = "bonus_lots"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "wallet_id"], ["wallets.organization_id", "wallets.id"]
        ),
        CheckConstraint("left_minor >= 0 AND left_minor <= given_minor", name="left"),
        Index("bonus_lots_wallet_idx", "organization_id", "wallet_id"),
    )

    wallet_id: Mapped[UUID]
    given_minor: Mapped[int]
    left_minor: Mapped[int]
    expires_at: Mapped[datetime | None] = mapped_column(default=None)


class BonusTier(TenantKey, Versioned, Base):
    """From which top-up on how much bonus is given, and for how long it is good."""

    __tablename__ = "bonus_tiers"
    __table_args__ = (
        UniqueConstraint("organization_id", "currency", "from_minor"),
        CheckConstraint("from_minor > 0 AND bonus_minor > 0", name="amounts"),
        CheckConstraint("valid_days > 0", name="valid"),
    )

    currency: Mapped[str]
    from_minor: Mapped[int]
    bonus_minor: Mapped[int]
    valid_days: Mapped[int | None] = mapped_column(default=None)


class TopUp(TenantKey, Versioned, Base):
    """Money on its way into a wallet, with the bonus that was promised for it."""

    __tablename__ = "wallet_top_ups"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "wallet_id"], ["wallets.organization_id", "wallets.id"]
        ),
        CheckConstraint("status IN ('awaiting_payment', 'paid')", name="status"),
        CheckConstraint("amount_minor > 0 AND bonus_minor >= 0", name="amounts"),
    )

    wallet_id: Mapped[UUID]
    amount_minor: Mapped[int]
    bonus_minor: Mapped[int]
    bonus_days: Mapped[int | None] = mapped_column(default=None)
    currency: Mapped[str]
    status: Mapped[str] = mapped_column(default="awaiting_payment")
    return_path: Mapped[str] = mapped_column(default="")
