"""Layouts on the wire."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.kernel.http import Body, View

Outline = list[int]
"""x, y, x, y, … of a closed outline's corners, each pair as the difference to the one before."""
SeatNumbers = Annotated[
    list[Annotated[int, Meta(ge=0, le=1_000_000)]], Meta(min_length=1, max_length=10_000)
]


class LayoutView(View):
    """A layout: `version` is the plan's, `revision` (its ETag) counts changes of this one."""

    id: UUID
    family_id: UUID
    event_id: UUID | None
    venue_id: UUID | None
    name: str
    version: int
    status: str
    metadata: dict[str, Any]
    repair_report: dict[str, Any]
    seat_count: int
    standing_capacity: int
    published_at: datetime | None
    retired_at: datetime | None
    created_at: datetime
    updated_at: datetime
    revision: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of a layout."""
        names = (name for name in cls.__struct_fields__ if name != "metadata")
        return cls(metadata=row.details, **{name: getattr(row, name) for name in names})


class SectionView(View):
    """A part of the house that people name."""

    id: UUID
    layout_id: UUID
    name: str
    code: str
    display_order: int
    settings: dict[str, Any]


class SeatView(View):
    """A seat; `seat_number` is what maps, feeds and holds call it."""

    id: UUID
    block_id: UUID
    seat_number: int
    guid: str
    label: str
    row_label: str
    section_label: str
    category_key: str | None
    position_x: float
    position_y: float
    status: str
    base_price: int | None
    accessible: bool
    companion: bool
    restricted_view: bool
    aisle: bool


class SeatChanges(Body):
    """Seats of a draft, by number, and what is to change about all of them."""

    seats: SeatNumbers
    category_key: Annotated[str, Meta(min_length=1, max_length=120)] | UnsetType = UNSET
    base_price: Annotated[int, Meta(ge=0, le=10**12)] | UnsetType | None = UNSET
    accessible: bool | UnsetType = UNSET
    companion: bool | UnsetType = UNSET
    restricted_view: bool | UnsetType = UNSET
    aisle: bool | UnsetType = UNSET
    status: Annotated[str, Meta(pattern="^(active|inactive)$")] | UnsetType = UNSET


class GeometryCategory(msgspec.Struct, rename="camel", frozen=True):
    """What seats cost the same."""

    key: str
    label: str
    color: str
    accessible: bool


class GeometryRow(msgspec.Struct, rename="camel", frozen=True):
    """A row: `count` seats from the position `first` of the order on."""

    label: str
    first: int
    count: int


class GeometrySection(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True):
    """A section: `count` seats from the position `first` of the order on."""

    label: str
    first: int
    count: int
    outline: Outline = []
    entrance: str = ""


class GeometryArea(msgspec.Struct, rename="camel", frozen=True):
    """Where people stand; `pool_id` is what is bought there, when this is an event's map."""

    id: UUID
    pool_id: UUID | None
    label: str
    category: int
    outline: Outline
    capacity: int


class GeometryElement(msgspec.Struct, rename="camel", frozen=True, omit_defaults=True):
    """What is no place: a stage, a text, a pillar."""

    kind: str
    label: str
    x: int
    y: int
    size: int
    outline: Outline = []
    color: str = ""


class Geometry(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """A layout for drawing.

    `numbers` are the seats' numbers as `[difference to the seat before, times, …]`;
    `seat_categories` are `[category's index or -1, times, …]`; `flags` are `[place, bits]` with 1
    accessible, 2 companion, 4 restricted view. `bounds` are left, top, right, bottom.
    """

    layout_id: UUID
    name: str
    unit: int
    bounds: tuple[int, int, int, int]
    focal: tuple[int, int] | None
    categories: list[GeometryCategory]
    sections: list[GeometrySection]
    rows: list[GeometryRow]
    numbers: list[int]
    x: list[int]
    y: list[int]
    seat_categories: list[int]
    labels: list[str]
    flags: list[tuple[int, int]]
    areas: list[GeometryArea]
    elements: list[GeometryElement]
