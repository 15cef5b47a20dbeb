"""Layouts and what they are made of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.tables import Base, TenantKey, Times


def _of_layout() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id", "layout_id"],
        ["layouts.organization_id", "layouts.id"],
        ondelete="CASCADE",
    )


class Layout(TenantKey, Times, Base):
    """One version of a plan: of a venue (a template), or of one event.

    Versions of the same plan share `family_id`. Children of a published layout never change: the
    database refuses it. `revision` counts changes of this row; `version` is the plan's.
    """

    __tablename__ = "layouts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "event_id"], ["events.organization_id", "events.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "venue_id"], ["venues.organization_id", "venues.id"]
        ),
        UniqueConstraint("organization_id", "family_id", "version"),
        CheckConstraint("status IN ('draft', 'published', 'retired')", name="status"),
        CheckConstraint("name <> ''", name="name"),
        Index("layouts_event_id_idx", "organization_id", "event_id"),
        Index("layouts_venue_id_idx", "organization_id", "venue_id"),
    )

    family_id: Mapped[UUID]
    event_id: Mapped[UUID | None] = mapped_column(default=None)
    venue_id: Mapped[UUID | None] = mapped_column(default=None)
    name: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(default="draft")
    details: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    repair_report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seat_count: Mapped[int] = mapped_column(default=0)
    standing_capacity: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
    revision: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": revision, "eager_defaults": True}  # noqa: RUF012


class LayoutCategory(TenantKey, Base):
    """What seats are sold as: `key` is what seats, areas and prices name."""

    __tablename__ = "layout_categories"
    __table_args__ = (
        _of_layout(),
        UniqueConstraint("organization_id", "layout_id", "key"),
    )

    layout_id: Mapped[UUID]
    key: Mapped[str]
    name: Mapped[str]
    color: Mapped[str] = mapped_column(default="")
    accessible: Mapped[bool] = mapped_column(default=False)
    display_order: Mapped[int] = mapped_column(default=0)


class Section(TenantKey, Base):
    """A part of the house that people name: stalls, circle, block 112."""

    __tablename__ = "layout_sections"
    __table_args__ = (
        _of_layout(),
        Index("layout_sections_layout_idx", "organization_id", "layout_id"),
    )

    layout_id: Mapped[UUID]
    name: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    display_order: Mapped[int] = mapped_column(default=0)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Block(TenantKey, Base):
    """Rows of a section that stand together."""

    __tablename__ = "layout_blocks"
    __table_args__ = (
        _of_layout(),
        ForeignKeyConstraint(
            ["organization_id", "section_id"],
            ["layout_sections.organization_id", "layout_sections.id"],
            ondelete="CASCADE",
        ),
        Index("layout_blocks_layout_idx", "organization_id", "layout_id"),
        Index("layout_blocks_section_idx", "organization_id", "section_id"),
    )

    layout_id: Mapped[UUID]
    section_id: Mapped[UUID]
    name: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    display_order: Mapped[int] = mapped_column(default=0)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Seat(TenantKey, Base):
    """A seat. `seat_number` counts from 0 through the layout: feeds and bit maps speak of it.

    `row_number` tells rows apart that bear the same label; `base_price` is in minor units.
    """

    __tablename__ = "seats"
    __table_args__ = (
        _of_layout(),
        ForeignKeyConstraint(
            ["organization_id", "block_id"],
            ["layout_blocks.organization_id", "layout_blocks.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("organization_id", "layout_id", "seat_number"),
        UniqueConstraint("organization_id", "layout_id", "guid"),
        CheckConstraint("status IN ('active', 'inactive')", name="status"),
        CheckConstraint("base_price >= 0", name="base_price"),
        CheckConstraint("seat_number >= 0", name="seat_number"),
        Index("seats_block_idx", "organization_id", "block_id"),
    )

    layout_id: Mapped[UUID]
    block_id: Mapped[UUID]
    seat_number: Mapped[int]
    guid: Mapped[str]
    label: Mapped[str]
    row_label: Mapped[str]
    row_number: Mapped[int]
    section_label: Mapped[str]
    category_key: Mapped[str | None] = mapped_column(default=None)
    position_x: Mapped[float] = mapped_column(Double)
    position_y: Mapped[float] = mapped_column(Double)
    status: Mapped[str] = mapped_column(default="active")
    base_price: Mapped[int | None] = mapped_column(default=None)
    accessible: Mapped[bool] = mapped_column(default=False)
    companion: Mapped[bool] = mapped_column(default=False)
    restricted_view: Mapped[bool] = mapped_column(default=False)
    aisle: Mapped[bool] = mapped_column(default=False)


class StandingArea(TenantKey, Base):
    """A part of the house without seats, for so many people."""

    __tablename__ = "standing_areas"
    __table_args__ = (
        _of_layout(),
        UniqueConstraint("organization_id", "layout_id", "guid"),
        CheckConstraint("capacity >= 0", name="capacity"),
    )

    layout_id: Mapped[UUID]
    guid: Mapped[str]
    name: Mapped[str]
    capacity: Mapped[int]
    category_key: Mapped[str | None] = mapped_column(default=None)
    section_label: Mapped[str] = mapped_column(default="")
    display_order: Mapped[int] = mapped_column(default=0)
    shape: Mapped[dict[str, Any]] = mapped_column(default=dict)


class NonSeatingElement(TenantKey, Base):
    """What is in the way or shows the way: stage, pillar, mixer, bar, text, exit."""

    __tablename__ = "non_seating_elements"
    __table_args__ = (
        _of_layout(),
        Index("non_seating_elements_layout_idx", "organization_id", "layout_id"),
    )

    layout_id: Mapped[UUID]
    kind: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    display_order: Mapped[int] = mapped_column(default=0)
    shape: Mapped[dict[str, Any]] = mapped_column(default=dict)
