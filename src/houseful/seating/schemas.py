"""Layouts on the wire."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from houseful.kernel.http import Body, View

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
