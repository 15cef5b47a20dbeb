"""An attempt at the door, and the verdict on it: plain values."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from houseful import ticketing
from houseful.kernel.identity import Actor
from houseful.scanning.rules import Direction, Result, admits


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One scan; `scan_id` is the device's own, `scanned_at` and `sent_at` by the device's clock.

    `offline_result` is what the device told people while it had no network.
    """

    scan_id: UUID
    event_id: UUID
    code: str
    direction: Direction = "in"
    gate_id: UUID | None = None
    scan_session_id: UUID | None = None
    scanned_at: datetime | None = None
    sent_at: datetime | None = None
    sequence: int | None = None
    is_offline: bool = False
    offline_result: Result | None = None

    @property
    def let_in(self) -> bool:
        """Whether somebody was let in before we were asked."""
        return (
            self.is_offline
            and self.direction == "in"
            and self.offline_result is not None
            and admits(self.offline_result)
        )


class Asked(NamedTuple):
    """An attempt, and the device or the person that makes it."""

    actor: Actor
    attempt: Attempt


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided; `ticket` is None where the code is none of ours.

    `is_conflict`: somebody was let in without a network whom this verdict keeps out.
    """

    scan_id: UUID
    result: Result
    ticket: ticketing.DoorTicket | None
    is_repeat: bool = False
    is_conflict: bool = False
