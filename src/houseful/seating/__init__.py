"""Layouts: where seats and standing areas are, in versions; a published one never changes."""

from houseful.seating.facts import LayoutPublished, LayoutRetired
from houseful.seating.models import Layout, LayoutCategory, StandingArea
from houseful.seating.queries import (
    categories_of,
    get_layout,
    list_layouts,
    seats_of,
    sellable_seats,
    standing_areas_of,
)

__all__ = [
    "Layout",
    "LayoutCategory",
    "LayoutPublished",
    "LayoutRetired",
    "StandingArea",
    "categories_of",
    "get_layout",
    "list_layouts",
    "seats_of",
    "sellable_seats",
    "standing_areas_of",
]
