"""Venues and what they consist of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Versioned

LEGACY_VENUE_IDS_BELOW = 1_000_000
"""Numbers below belong to the legacy catalogue; new venues are numbered from here."""


class VenueType(Base):
    """What kind of place it is, numbered by the legacy catalogue."""

    __tablename__ = "venue_types"

    venue_type_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str]


class Venue(TenantKey, Versioned, Base):
    """A house. `venue_id` is the number that administrators know it by.

    `country`, `city` and `country_iso2` are as they were entered; `country_id` and `city_id` are
    what they resolve to, or null: never guessed.
    """

    __tablename__ = "venues"
    __table_args__ = (
        UniqueConstraint("organization_id", "venue_id"),
        UniqueConstraint("organization_id", "source_mongo_object_id"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("capacity >= 0", name="capacity"),
        CheckConstraint(
            "ownership_status IN ('sleeping', 'pending_takeover', 'owned')",
            name="ownership_status",
        ),
    )

    venue_id: Mapped[int] = mapped_column(BigInteger, Identity(start=LEGACY_VENUE_IDS_BELOW))
    unique_id: Mapped[str | None] = mapped_column(default=None)
    source_mongo_object_id: Mapped[str | None] = mapped_column(default=None)
    name: Mapped[str]
    address_line1: Mapped[str] = mapped_column(default="")
    address_line2: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    country: Mapped[str | None] = mapped_column(default=None)
    city: Mapped[str | None] = mapped_column(default=None)
    country_iso2: Mapped[str | None] = mapped_column(default=None)
    country_id: Mapped[int | None] = mapped_column(ForeignKey("countries.id"), default=None)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), default=None)
    venue_type_id: Mapped[int | None] = mapped_column(
        ForeignKey("venue_types.venue_type_id"), default=None
    )
    capacity: Mapped[int | None] = mapped_column(default=None)
    timezone: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ownership_status: Mapped[str] = mapped_column(default="owned")
    is_sleeping: Mapped[bool] = mapped_column(default=False)
    is_claimable: Mapped[bool] = mapped_column(default=False)
    activated_at: Mapped[datetime | None] = mapped_column(default=None)


class Space(TenantKey, Versioned, Base):
    """A room that can be had for itself. A divisible one is the parent of its parts.

    `capacities` are by set-up style: `{"theatre": 800, "standing": 1200}`. The buffers are what an
    event there needs before and after; the gap is what must lie between two.
    """

    __tablename__ = "spaces"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "venue_id", "parent_space_id"],
            ["spaces.organization_id", "spaces.venue_id", "spaces.id"],
        ),
        UniqueConstraint("organization_id", "venue_id", "code"),
        UniqueConstraint("organization_id", "venue_id", "id"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("parent_space_id <> id", name="parent"),
        CheckConstraint(
            "setup_minutes BETWEEN 0 AND 20160 AND teardown_minutes BETWEEN 0 AND 20160"
            " AND minimum_gap_minutes BETWEEN 0 AND 20160",
            name="buffers",
        ),
    )

    venue_id: Mapped[UUID]
    parent_space_id: Mapped[UUID | None] = mapped_column(default=None)
    name: Mapped[str]
    code: Mapped[str]
    capacities: Mapped[dict[str, Any]] = mapped_column(default=dict)
    setup_minutes: Mapped[int] = mapped_column(default=0)
    teardown_minutes: Mapped[int] = mapped_column(default=0)
    minimum_gap_minutes: Mapped[int] = mapped_column(default=0)
    rate_card: Mapped[dict[str, Any]] = mapped_column(default=dict)
    amenities: Mapped[list[Any]] = mapped_column(default=list)
    is_active: Mapped[bool] = mapped_column(default=True)


class VenueSection(TenantKey, Versioned, Base):
    """A part of a venue, for finding one's way, for reports and for the door's figures."""

    __tablename__ = "venue_sections"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]
        ),
        UniqueConstraint("organization_id", "venue_id", "code"),
        CheckConstraint("name <> ''", name="name"),
    )

    venue_id: Mapped[UUID]
    name: Mapped[str]
    code: Mapped[str]


class Gate(TenantKey, Versioned, Base):
    """A way into a venue, where tickets are scanned."""

    __tablename__ = "gates"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]
        ),
        UniqueConstraint("organization_id", "venue_id", "code"),
        CheckConstraint("name <> ''", name="name"),
    )

    venue_id: Mapped[UUID]
    name: Mapped[str]
    code: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
