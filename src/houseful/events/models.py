"""Events, the spaces they are in, and series."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from houseful.kernel.tables import Base, TenantKey, Versioned


class EventSeries(TenantKey, Versioned, Base):
    """Dates that belong together: a tour's nights, a festival's days."""

    __tablename__ = "event_series"
    __table_args__ = (
        UniqueConstraint("organization_id", "slug"),
        CheckConstraint("name <> ''", name="name"),
    )

    name: Mapped[str]
    slug: Mapped[str]
    description: Mapped[str] = mapped_column(default="")


class Event(TenantKey, Versioned, Base):
    """A show, owned by who puts it on.

    `previous_start_at` is when it was to be before it was last moved. Without times it is a draft,
    or postponed until further notice. `source_object_id` is the id that it had in the system that
    it was brought in from.
    """

    __tablename__ = "events"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "series_id"], ["event_series.organization_id", "event_series.id"]
        ),
        UniqueConstraint("organization_id", "slug"),
        UniqueConstraint("organization_id", "source_object_id"),
        CheckConstraint("source_object_id ~ '^[0-9a-f]{24}$'", name="source_object_id"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(
            "status IN ('draft', 'published', 'live', 'ended', 'postponed', 'cancelled',"
            " 'archived')",
            name="status",
        ),
        CheckConstraint("start_at < end_at AND doors_at <= start_at", name="times"),
        CheckConstraint(
            "status NOT IN ('published', 'live')"
            " OR (venue_id IS NOT NULL AND start_at IS NOT NULL AND end_at IS NOT NULL)",
            name="published",
        ),
        CheckConstraint("max_capacity > 0", name="max_capacity"),
        Index("events_status_start_at_idx", "organization_id", "status", "start_at"),
        Index("events_venue_id_idx", "organization_id", "venue_id"),
        Index("events_series_id_idx", "organization_id", "series_id"),
        Index(
            "events_source_object_id_idx",
            "source_object_id",
            postgresql_where=text("source_object_id IS NOT NULL"),
        ),
    )

    name: Mapped[str]
    slug: Mapped[str]
    source_object_id: Mapped[str | None] = mapped_column(default=None)
    description: Mapped[str] = mapped_column(default="")
    start_at: Mapped[datetime | None] = mapped_column(default=None)
    end_at: Mapped[datetime | None] = mapped_column(default=None)
    doors_at: Mapped[datetime | None] = mapped_column(default=None)
    previous_start_at: Mapped[datetime | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(default="draft")
    max_capacity: Mapped[int | None] = mapped_column(default=None)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    venue_id: Mapped[UUID | None] = mapped_column(default=None)
    series_id: Mapped[UUID | None] = mapped_column(default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    status_reason: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    spaces: Mapped[list["EventSpace"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="EventSpace.position"
    )

    @property
    def space_ids(self) -> list[UUID]:
        """The spaces it is in, the main one first."""
        return [row.space_id for row in self.spaces]


class EventSpace(Base):
    """A space that an event is in; `position` 0 is the main one."""

    __tablename__ = "event_spaces"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"],
            ["events.organization_id", "events.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organization_id", "space_id"], ["spaces.organization_id", "spaces.id"]
        ),
        Index("event_spaces_space_id_idx", "organization_id", "space_id"),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int]
