"""Venues and what they consist of: spaces that can be had, sections to find one's way, gates.

Numbers of the legacy catalogue stay on the venues that came from it.
"""

from houseful.accounts import ask_for_spaces
from houseful.venues.models import Gate, Space, Venue, VenueSection
from houseful.venues.problems import VenueLimitReached
from houseful.venues.queries import (
    active_spaces,
    gates_by_id,
    gates_of,
    get_gate,
    get_section,
    get_space,
    get_venue,
    list_gates,
    list_sections,
    list_spaces,
    list_venues,
    space_parents,
    spaces_by_id,
    venues_by_id,
    wholes_of,
)
from houseful.venues.schemas import (
    GateChanges,
    NewGate,
    NewSection,
    NewSpace,
    NewVenue,
    SectionChanges,
    SpaceChanges,
    VenueChanges,
)
from houseful.venues.scopes import SpaceScope, require_space, require_whole_house
from houseful.venues.service import (
    create_gate,
    create_section,
    create_venue,
    remove_gate,
    remove_section,
    remove_venue,
    update_gate,
    update_section,
    update_venue,
)
from houseful.venues.spaces import create_space, remove_space, update_space

ask_for_spaces(spaces_by_id)

__all__ = [
    "Gate",
    "GateChanges",
    "NewGate",
    "NewSection",
    "NewSpace",
    "NewVenue",
    "SectionChanges",
    "Space",
    "SpaceChanges",
    "SpaceScope",
    "Venue",
    "VenueChanges",
    "VenueLimitReached",
    "VenueSection",
    "active_spaces",
    "create_gate",
    "create_section",
    "create_space",
    "create_venue",
    "gates_by_id",
    "gates_of",
    "get_gate",
    "get_section",
    "get_space",
    "get_venue",
    "list_gates",
    "list_sections",
    "list_spaces",
    "list_venues",
    "remove_gate",
    "remove_section",
    "remove_space",
    "remove_venue",
    "require_space",
    "require_whole_house",
    "space_parents",
    "spaces_by_id",
    "update_gate",
    "update_section",
    "update_space",
    "update_venue",
    "venues_by_id",
    "wholes_of",
]
