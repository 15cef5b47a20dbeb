"""Challenges: somebody behind is ready to confirm, and asks those ahead to do so or make room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
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
