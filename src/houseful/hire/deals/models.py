"""Deals and their versions: what was agreed is never overwritten, only superseded."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from houseful.kernel.tables import Base, TenantKey, Times, Versioned


class Deal(TenantKey, Versioned, Base):
    """What is agreed about a booking, or an event: one, in as many versions as it takes.

    `number` is that of the version that counts; the rows of the others stay as they were.
    """

    __tablename__ = "deals"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "event_id"], ["events.organization_id", "events.id"]
        ),
        CheckConstraint("booking_id IS NOT NULL OR event_id IS NOT NULL", name="subject"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("number > 0", name="number"),
        Index(
            "deals_booking_id_idx",
            "organization_id",
            "booking_id",
            unique=True,
            postgresql_where=text("booking_id IS NOT NULL"),
        ),
        Index(
            "deals_event_id_idx",
            "organization_id",
            "event_id",
            unique=True,
            postgresql_where=text("event_id IS NOT NULL"),
        ),
    )

    title: Mapped[str]
    booking_id: Mapped[UUID | None] = mapped_column(default=None)
    event_id: Mapped[UUID | None] = mapped_column(default=None)
    number: Mapped[int] = mapped_column(default=1)

    versions: Mapped[list["DealVersion"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="DealVersion.number"
    )

    @property
    def current(self) -> "DealVersion":
        """The version that counts."""
        return self.versions[-1]


class DealVersion(Times, Base):
    """One wording of a deal. Once offered, its terms never change again."""

    __tablename__ = "deal_versions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "deal_id"],
            ["deals.organization_id", "deals.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("organization_id", "id"),
        CheckConstraint(
            "status IN ('draft', 'offered', 'accepted', 'declined', 'superseded')", name="status"
        ),
        Index(
            "deal_versions_one_in_force_idx",
            "organization_id",
            "deal_id",
            unique=True,
            postgresql_where=text("status <> 'superseded'"),
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    deal_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="draft")
    terms: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="")
    offered_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
