"""References to promoters' events, and the bookings that they belong to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Versioned


class VenueEvent(TenantKey, Versioned, Base):
    """A reference to a promoter's event, or a placeholder while the promoter is elsewhere.

    What it refers to is fixed: a placeholder is linked once, by `link-promoter`. One that was
    merged into another stays, and `merged_into_id` points to it.
    """

    __tablename__ = "venue_events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "merged_into_id"],
            ["venue_events.organization_id", "venue_events.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "placeholder_booking_id"],
            ["bookings.organization_id", "bookings.id"],
        ),
        CheckConstraint("is_placeholder = (promoter_event_id IS NULL)", name="reference"),
        CheckConstraint(
            "NOT is_placeholder OR placeholder_promoter_name <> ''", name="placeholder"
        ),
        CheckConstraint(
            "status IN ('planned', 'confirmed', 'completed', 'cancelled')", name="status"
        ),
        CheckConstraint("start_at < end_at", name="times"),
        CheckConstraint("merged_into_id <> id", name="merged"),
        Index(
            "venue_events_promoter_event_id_idx",
            "organization_id",
            "promoter_event_id",
            unique=True,
            postgresql_where=text("promoter_event_id IS NOT NULL"),
        ),
        Index(
            "venue_events_placeholder_booking_id_idx",
            "organization_id",
            "placeholder_booking_id",
            unique=True,
            postgresql_where=text("placeholder_booking_id IS NOT NULL"),
        ),
        Index("venue_events_start_at_idx", "organization_id", "start_at"),
    )

    promoter_event_id: Mapped[str | None] = mapped_column(default=None)
    is_placeholder: Mapped[bool]
    placeholder_promoter_name: Mapped[str] = mapped_column(default="")
    placeholder_promoter_email: Mapped[str] = mapped_column(default="", info={"is_private": True})
    placeholder_notes: Mapped[str] = mapped_column(default="")
    placeholder_booking_id: Mapped[UUID | None] = mapped_column(default=None)
    merged_into_id: Mapped[UUID | None] = mapped_column(default=None)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="planned")
    start_at: Mapped[datetime | None] = mapped_column(default=None)
    end_at: Mapped[datetime | None] = mapped_column(default=None)
    space_ids: Mapped[list[Any]] = mapped_column(default=list)


class VenueEventBooking(Base):
    """The venue event that a booking belongs to: one."""

    __tablename__ = "venue_event_bookings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "venue_event_id"],
            ["venue_events.organization_id", "venue_events.id"],
        ),
        Index("venue_event_bookings_venue_event_id_idx", "organization_id", "venue_event_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_event_id: Mapped[UUID]
