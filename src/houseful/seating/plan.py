"""A seating plan before it is stored: neutral, whatever file it came from.

Coordinates are absolute, in the plan's own units, `y` growing downwards.
"""

from typing import Literal

import msgspec

SEATS_MAX = 100_000
TEXT_MAX_CHARACTERS = 120
COORDINATE_MAX = 1_000_000.0

Point = tuple[float, float]
ElementKind = Literal["stage", "pillar", "mixer", "bar", "text", "exit", "shape", "icon"]


class Category(msgspec.Struct, frozen=True):
    """What seats cost the same."""

    key: str
    label: str
    color: str
    accessible: bool = False


class Seat(msgspec.Struct, kw_only=True):
    """One seat; `guid` is unique in the plan."""

    guid: str
    label: str
    x: float
    y: float
    category_key: str
    accessible: bool = False
    companion: bool = False
    restricted_view: bool = False


class Row(msgspec.Struct, kw_only=True):
    """Seats beside each other, in order."""

    label: str
    seats: list[Seat]


class Section(msgspec.Struct, kw_only=True):
    """A part of the plan with rows of its own."""

    label: str
    rows: list[Row]
    outline: list[Point] | None = None
    entrance: str | None = None


class StandingArea(msgspec.Struct, kw_only=True):
    """Where people stand, so many at most."""

    guid: str
    label: str
    capacity: int
    category_key: str
    outline: list[Point]


class NonSeatingElement(msgspec.Struct, kw_only=True):
    """What is there and is no place: a stage, a text, a pillar."""

    kind: ElementKind
    label: str
    x: float
    y: float
    size: float = 16
    outline: list[Point] | None = None
    color: str | None = None


class Plan(msgspec.Struct, kw_only=True):
    """A whole plan."""

    name: str
    categories: list[Category]
    sections: list[Section]
    standing_areas: list[StandingArea]
    elements: list[NonSeatingElement]
    focal_point: Point | None = None

    @property
    def seat_count(self) -> int:
        """How many seats there are."""
        return sum(len(row.seats) for section in self.sections for row in section.rows)
