"""What somebody wants to hold."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from houseful.ticketing.hold_commands import PoolWish


class Best(msgspec.Struct, frozen=True, kw_only=True):
    """So many of the best free seats, of one category or of any; `wheelchairs` of them spaces.

    Where a house has no such seats any more, places of one standing area are as good. With
    `is_together` they are side by side, or there are none.
    """

    quantity: int
    wheelchairs: int = 0
    is_together: bool = False
    category_key: str | None = None
    ticket_type_id: UUID | None = None


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to hold; `types` says as which ticket type, where not the usual one.

    `has_wheelchair` says that somebody of the party needs what is kept for wheelchair users;
    `chosen_for_them` are seats that we have chosen, which need no such word.
    """

    seats: Sequence[int] = ()
    types: dict[int, UUID] = {}
    pools: Sequence[PoolWish] = ()
    best: Best | None = None
    has_wheelchair: bool = False
    chosen_for_them: frozenset[int] = frozenset()
