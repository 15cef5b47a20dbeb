"""Challenges: somebody behind is ready to confirm, and asks those ahead to do so or make room.

And frozen ranks: nobody moves up by themselves, whoever goes away.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from houseful.kernel.tables import Base, TenantKey, Times, Versioned


class Challenge(TenantKey, Versioned, Base):
    """A booking's challenge of all that are ahead of it.

    `confirm_by` is set when it was won: until then the challenger confirms, or falls away.
    `outcome` says which.
    """

    __tablename__ = "hold_challenges"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        CheckConstraint(
            "status IN ('open', 'confirmed_by_holder', 'released', 'expired', 'withdrawn', 'void')",
            name="status",
        ),
        CheckConstraint("outcome IN ('', 'confirmed', 'lapsed', 'given_up')", name="outcome"),
        CheckConstraint("on_expiry IN ('auto_release', 'escalate')", name="on_expiry"),
        Index(
            "hold_challenges_one_open_idx",
            "organization_id",
            "booking_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index(
            "hold_challenges_due_idx",
            "deadline_at",
            postgresql_where=text("status = 'open' OR (confirm_by IS NOT NULL AND outcome = '')"),
        ),
    )

    booking_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="open")
    note: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    on_expiry: Mapped[str]
    escalated_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    confirm_by: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(default="")

    seniors: Mapped[list["ChallengedHold"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="ChallengedHold.booking_id"
    )


class ChallengedHold(Times, Base):
    """One of those who are challenged, and what they answered."""

    __tablename__ = "challenged_holds"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "challenge_id"],
            ["hold_challenges.organization_id", "hold_challenges.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        CheckConstraint(
            "answer IN ('pending', 'will_confirm', 'confirmed', 'released')", name="answer"
        ),
        Index(
            "challenged_holds_one_open_idx",
            "organization_id",
            "booking_id",
            unique=True,
            postgresql_where=text("is_open"),
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    challenge_id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(primary_key=True)
    is_open: Mapped[bool] = mapped_column(default=True)
    answer: Mapped[str] = mapped_column(default="pending")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)


class RankFreeze(TenantKey, Versioned, Base):
    """From `frozen_at` until `lifted_at`, the holds of a venue keep their ranks."""

    __tablename__ = "rank_freezes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "venue_id"],
            ["venues.organization_id", "venues.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("lifted_at >= frozen_at", name="lifted_at"),
        Index(
            "rank_freezes_one_in_force_idx",
            "organization_id",
            "venue_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    venue_id: Mapped[UUID]
    reason: Mapped[str]
    frozen_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)


class KeptPlace(Base):
    """The place of one who left while ranks were frozen: it counts as if they were there still.

    It is kept for as long as somebody is behind it.
    """

    __tablename__ = "kept_places"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "freeze_id"],
            ["rank_freezes.organization_id", "rank_freezes.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "cell_id"],
            ["cells.organization_id", "cells.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("taken_from < taken_until", name="times"),
        Index("kept_places_cell_id_idx", "organization_id", "cell_id"),
        Index("kept_places_booking_id_idx", "organization_id", "booking_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    freeze_id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(primary_key=True)
    cell_id: Mapped[UUID] = mapped_column(primary_key=True)
    taken_from: Mapped[datetime] = mapped_column(primary_key=True)
    taken_until: Mapped[datetime]
    priority: Mapped[Decimal] = mapped_column(Numeric, primary_key=True)
