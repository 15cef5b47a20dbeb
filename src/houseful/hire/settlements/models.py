"""Settlements, their expenses with receipts, and what both sides said."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from houseful.kernel.tables import Base, TenantKey, Versioned

PRIVATE = {"is_private": True}


class Settlement(TenantKey, Versioned, Base):
    """What a night came to under its deal. Once agreed, it is fixed; what comes later adjusts it.

    `due_minor` is what changes hands: to the promoter, or from them when negative. `adjusts_id` is
    the settlement, or the adjustment, that this one goes on from. `promoter_event_id` is set when
    the show is in a promoter's own organisation: its receipts are in their books, and count once
    they have handed them over, as `receipts`.
    """

    __tablename__ = "settlements"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        ForeignKeyConstraint(["organization_id", "deal_id"], ["deals.organization_id", "deals.id"]),
        ForeignKeyConstraint(
            ["organization_id", "adjusts_id"], ["settlements.organization_id", "settlements.id"]
        ),
        CheckConstraint("status IN ('draft', 'agreed', 'paid')", name="status"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(number = 1) = (adjusts_id IS NULL)", name="adjusts"),
        CheckConstraint(
            "status = 'draft' OR (venue_agreed_at IS NOT NULL AND promoter_agreed_at IS NOT NULL"
            " AND sheet_hash <> '')",
            name="agreed",
        ),
        Index(
            "settlements_booking_id_number_idx",
            "organization_id",
            "booking_id",
            "number",
            unique=True,
        ),
        Index(
            "settlements_one_draft_idx",
            "organization_id",
            "booking_id",
            unique=True,
            postgresql_where=text("status = 'draft'"),
        ),
    )

    booking_id: Mapped[UUID]
    deal_id: Mapped[UUID]
    deal_number: Mapped[int]
    number: Mapped[int] = mapped_column(default=1)
    adjusts_id: Mapped[UUID | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="draft")
    currency: Mapped[str]
    event_id: Mapped[UUID | None] = mapped_column(default=None)
    promoter_organization_id: Mapped[UUID | None] = mapped_column(default=None)
    promoter_event_id: Mapped[UUID | None] = mapped_column(default=None)
    receipts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    receipts_at: Mapped[datetime | None] = mapped_column(default=None)
    terms: Mapped[dict[str, Any]]
    night: Mapped[dict[str, Any]]
    outcome: Mapped[dict[str, Any]]
    due_minor: Mapped[int]
    reckoned_at: Mapped[datetime]
    venue_agreed_at: Mapped[datetime | None] = mapped_column(default=None)
    venue_agreed_by: Mapped[str] = mapped_column(default="", info=PRIVATE)
    promoter_agreed_at: Mapped[datetime | None] = mapped_column(default=None)
    promoter_agreed_by: Mapped[str] = mapped_column(default="", info=PRIVATE)
    paid_at: Mapped[datetime | None] = mapped_column(default=None)
    payment_reference: Mapped[str] = mapped_column(default="")
    sheet_hash: Mapped[str] = mapped_column(default="")
    sheet: Mapped[bytes | None] = mapped_column(default=None, info=PRIVATE, deferred=True)

    expenses: Mapped[list["SettlementExpense"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="SettlementExpense.id"
    )
    comments: Mapped[list["SettlementComment"]] = relationship(
        lazy="selectin", order_by="SettlementComment.id", viewonly=True
    )

    @property
    def awaits_receipts(self) -> bool:
        """Whether what is shared is in the promoter's books, and they have not said what."""
        is_fixed = self.terms["shape"] in {"flat", "guarantee"}
        is_told = self.promoter_event_id is None or self.receipts_at is not None
        return not is_told and not (is_fixed and not self.terms["facilityFeeMinor"])


class SettlementExpense(TenantKey, Base):
    """What the night cost: who paid it, who bears it, and the receipt."""

    __tablename__ = "settlement_expenses"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "settlement_id"],
            ["settlements.organization_id", "settlements.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("paid_by IN ('venue', 'promoter')", name="paid_by"),
        CheckConstraint("borne_by IN ('venue', 'promoter', 'show')", name="borne_by"),
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("settlement_expenses_settlement_id_idx", "organization_id", "settlement_id"),
    )

    settlement_id: Mapped[UUID]
    label: Mapped[str]
    amount_minor: Mapped[int]
    paid_by: Mapped[str]
    borne_by: Mapped[str]
    receipt_name: Mapped[str] = mapped_column(default="")
    receipt_type: Mapped[str] = mapped_column(default="")
    receipt_hash: Mapped[str] = mapped_column(default="")
    receipt: Mapped[bytes | None] = mapped_column(default=None, info=PRIVATE, deferred=True)


class SettlementComment(TenantKey, Base):
    """What one side said about a line, or the whole; append-only."""

    __tablename__ = "settlement_comments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "settlement_id"],
            ["settlements.organization_id", "settlements.id"],
        ),
        CheckConstraint("party IN ('venue', 'promoter')", name="party"),
        Index("settlement_comments_settlement_id_idx", "organization_id", "settlement_id"),
    )

    settlement_id: Mapped[UUID]
    at: Mapped[datetime]
    party: Mapped[str]
    name: Mapped[str] = mapped_column(info=PRIVATE)
    line: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
