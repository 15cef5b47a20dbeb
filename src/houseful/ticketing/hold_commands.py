"""What can be done to a hold, and what a hold is afterwards."""

from datetime import datetime
from uuid import UUID

import msgspec

from houseful.kernel.problems import Problem


class Wanted(msgspec.Struct, frozen=True):
    """A seat, and as which ticket type it is wanted."""

    seat_number: int
    ticket_type_id: UUID


class PoolWish(msgspec.Struct, frozen=True):
    """How many places of a pool the hold is to have, as which ticket type; 0 gives them back."""

    pool_id: UUID
    ticket_type_id: UUID
    quantity: int


class HoldCommand(msgspec.Struct, frozen=True, kw_only=True):
    """What is to happen to one hold: all of it, or nothing.

    `extends` gives it its full time again, up to its cap; `ends` gives everything back. `client`
    stands for the address that asks, where that is limited: it may hold `client_places_max` places
    of the event, and ask `client_attempts_max` times in a while.
    """

    hold_id: UUID
    event_id: UUID
    token_hash: bytes
    channel: str = "online"
    is_new: bool = False
    take: tuple[Wanted, ...] = ()
    give_back: tuple[int, ...] = ()
    pools: tuple[PoolWish, ...] = ()
    extends: bool = False
    ends: bool = False
    ttl_seconds: int = 600
    cap_seconds: int = 1800
    max_tickets: int = 10
    client: str = ""
    client_places_max: int = 0
    client_attempts_max: int = 0

    @property
    def wants_more(self) -> bool:
        """Whether the hold may have more places afterwards."""
        return bool(self.take or any(pool.quantity for pool in self.pools))


class HoldState(msgspec.Struct, frozen=True, kw_only=True):
    """A hold as it is after a command."""

    id: UUID
    event_id: UUID
    status: str
    channel: str
    acquired_at: datetime
    expires_at: datetime
    cap_at: datetime
    version: int
    seats: tuple[Wanted, ...]
    pools: tuple[PoolWish, ...]


Answer = HoldState | Problem
