"""Bookings, the spaces and times they want, and what happened to them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Sequence,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from houseful.kernel.tables import Base, TenantKey, Times, Versioned

PRIVATE = {"is_private": True}
PRIORITIES = Sequence("booking_priorities", metadata=Base.metadata, data_type=BigInteger)
"""Who came first: every hold takes the next number, and keeps it while it stays where it is."""


class Booking(TenantKey, Versioned, Base):
    """Somebody's wish for spaces of a venue, from inquiry to settled night.

    Before the customer is known to the directory, `contact_…` is how to reach them.
    `conflict_at` is set when it was signed but somebody else had the space by then.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "event_id"], ["events.organization_id", "events.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "business_unit_id"],
            ["business_units.organization_id", "business_units.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "series_id"],
            ["booking_series.organization_id", "booking_series.id"],
        ),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint(
            "status IN ('inquiry', 'hold', 'offered', 'contracted', 'confirmed', 'completed',"
            " 'closed', 'declined', 'released', 'lost', 'cancelled')",
            name="status",
        ),
        CheckConstraint("(series_id IS NULL) = (occurs_on IS NULL)", name="occurrence"),
        Index("bookings_status_idx", "organization_id", "status"),
        Index("bookings_venue_id_idx", "organization_id", "venue_id"),
        Index("bookings_company_id_idx", "organization_id", "company_id"),
        Index("bookings_person_id_idx", "organization_id", "person_id"),
        Index("bookings_event_id_idx", "organization_id", "event_id"),
        Index(
            "bookings_one_on_a_date_idx",
            "organization_id",
            "series_id",
            "occurs_on",
            unique=True,
            postgresql_where=text("status NOT IN ('declined', 'released', 'lost', 'cancelled')"),
        ),
        Index(
            "bookings_hold_expires_at_idx",
            "hold_expires_at",
            postgresql_where=text("status IN ('hold', 'offered')"),
        ),
    )

    venue_id: Mapped[UUID]
    title: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="inquiry")
    status_reason: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str]
    currency: Mapped[str]
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("companies.id"), default=None)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), default=None)
    business_unit_id: Mapped[UUID | None] = mapped_column(default=None)
    contact_name: Mapped[str] = mapped_column(default="", info=PRIVATE)
    contact_email: Mapped[str] = mapped_column(default="", info=PRIVATE)
    contact_phone: Mapped[str] = mapped_column(default="", info=PRIVATE)
    event_id: Mapped[UUID | None] = mapped_column(default=None)
    promoter_event_id: Mapped[str | None] = mapped_column(default=None)
    series_id: Mapped[UUID | None] = mapped_column(default=None)
    occurs_on: Mapped[date | None] = mapped_column(Date, default=None)
    hold_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    expiry_warned_at: Mapped[datetime | None] = mapped_column(default=None)
    conflict_at: Mapped[datetime | None] = mapped_column(default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)

    spaces: Mapped[list["BookingSpace"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="BookingSpace.position"
    )

    @property
    def starts_at(self) -> datetime:
        """When the first of its spaces is wanted."""
        return min(line.starts_at for line in self.spaces)

    @property
    def ends_at(self) -> datetime:
        """When the last of its spaces is left."""
        return max(line.ends_at for line in self.spaces)


class BookingSpace(TenantKey, Times, Base):
    """A space that a booking wants, with its own time; the buffers are as they were then.

    `starts_wall` and `ends_wall` are what the clock on the wall shows, in the booking's zone.
    `priority` says who came first; equal ones are joint, and between any two there is room.
    """

    __tablename__ = "booking_spaces"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"],
            ["bookings.organization_id", "bookings.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "space_id"], ["spaces.organization_id", "spaces.id"]
        ),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint(
            "setup_minutes BETWEEN 0 AND 20160 AND teardown_minutes BETWEEN 0 AND 20160"
            " AND gap_minutes BETWEEN 0 AND 20160",
            name="buffers",
        ),
        CheckConstraint("attendance >= 0", name="attendance"),
        Index("booking_spaces_booking_id_idx", "organization_id", "booking_id"),
        Index("booking_spaces_space_id_starts_at_idx", "organization_id", "space_id", "starts_at"),
        Index("booking_spaces_priority_idx", "organization_id", "priority"),
    )

    booking_id: Mapped[UUID]
    space_id: Mapped[UUID]
    position: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    starts_wall: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    ends_wall: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    setup_style: Mapped[str] = mapped_column(default="")
    attendance: Mapped[int | None] = mapped_column(default=None)
    setup_minutes: Mapped[int]
    teardown_minutes: Mapped[int]
    gap_minutes: Mapped[int]
    buffer_reason: Mapped[str] = mapped_column(default="")
    usage: Mapped[list[Any]] = mapped_column(default=list)
    priority: Mapped[Decimal] = mapped_column(Numeric)


class BookingAct(TenantKey, Base):
    """One thing that happened to a booking, for the people who read its story; append-only."""

    __tablename__ = "booking_acts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        Index("booking_acts_booking_id_at_idx", "organization_id", "booking_id", "at"),
    )

    booking_id: Mapped[UUID]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(default=None)
    act: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
