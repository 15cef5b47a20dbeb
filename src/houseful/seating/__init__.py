"""Layouts: where seats and standing areas are, in versions; a published one never changes."""

from houseful.seating.facts import LayoutPublished, LayoutRetired
from houseful.seating.geometry import answer_geometry, load_parts, pack_geometry
from houseful.seating.models import Layout, LayoutCategory, StandingArea
from houseful.seating.problems import NotASeatingPlan
from houseful.seating.queries import (
    categories_of,
    get_layout,
    list_layouts,
    seat_counts,
    seat_positions,
    sections_of,
    sellable_seats,
    standing_areas_of,
)
from houseful.seating.schemas import Geometry
from houseful.seating.service import (
    ReadPlan,
    create_layout,
    new_version,
    publish_layout,
    read_plan,
    remove_layout,
    retire_layout,
)

__all__ = [
    "Geometry",
    "Layout",
    "LayoutCategory",
    "LayoutPublished",
    "LayoutRetired",
    "NotASeatingPlan",
    "ReadPlan",
    "StandingArea",
    "answer_geometry",
    "categories_of",
    "create_layout",
    "get_layout",
    "list_layouts",
    "load_parts",
    "new_version",
    "pack_geometry",
    "publish_layout",
    "read_plan",
    "remove_layout",
    "retire_layout",
    "seat_counts",
    "seat_positions",
    "sections_of",
    "sellable_seats",
    "standing_areas_of",
]
