"""THE claim on space and time: one table, one exclusion constraint, for all that takes time.

Every space is compiled to cells; a claim takes the cells of its space for a while, with buffers.
Firm claims exclude each other. Who takes time (an event, a hire, a session, a block) is its source.
A hire may be for a show: the two have one occasion, and may stand in the same time.
"""

from houseful.calendar.blockings import blocked_spaces, set_blocked_spaces
from houseful.calendar.claims import (
    Claim,
    ClaimRequest,
    claim_time,
    claims_of,
    move_claims,
    relabel_claims,
    release_claims,
    require_in_use,
)
from houseful.calendar.conflicts import register_statuses
from houseful.calendar.contention import (
    CellTime,
    claims_on,
    contenders,
    in_the_way_of_each,
    require_free,
    shows_outside_hires,
)
from houseful.calendar.problems import SpaceNotInUse, SpaceTaken
from houseful.calendar.queries import (
    Availability,
    AvailabilitySearch,
    BusyTime,
    busy_times,
    miscompiled_spaces,
    search_availability,
    without_shows_within,
)
from houseful.calendar.rules import Span
from houseful.calendar.schemas import NewBlock
from houseful.calendar.service import create_block
from houseful.calendar.standing import (
    dedicate_claims,
    lock_to_make_firm,
    make_firm,
    write_firm,
)

__all__ = [
    "Availability",
    "AvailabilitySearch",
    "BusyTime",
    "CellTime",
    "Claim",
    "ClaimRequest",
    "NewBlock",
    "SpaceNotInUse",
    "SpaceTaken",
    "Span",
    "blocked_spaces",
    "busy_times",
    "claim_time",
    "claims_of",
    "claims_on",
    "contenders",
    "create_block",
    "dedicate_claims",
    "in_the_way_of_each",
    "lock_to_make_firm",
    "make_firm",
    "miscompiled_spaces",
    "move_claims",
    "register_statuses",
    "relabel_claims",
    "release_claims",
    "require_free",
    "require_in_use",
    "search_availability",
    "set_blocked_spaces",
    "shows_outside_hires",
    "without_shows_within",
    "write_firm",
]
