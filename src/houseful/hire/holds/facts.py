"""What holds announce."""

from datetime import datetime
from uuid import UUID

from houseful.kernel.outbox import Fact


class HoldMovedUp(Fact):
    """Somebody ahead went away: the booking's hold is now `rank`th. `act_id` is in its story."""

    rank: int
    act_id: UUID | None = None


class HoldMovedBack(Fact):
    """Somebody was placed ahead: the booking's hold is now `rank`th. `act_id` is in its story."""

    rank: int
    act_id: UUID


class HoldExpiring(Fact):
    """The hold falls away soon, unless it is confirmed or prolonged."""

    expires_at: datetime


class HoldChallenged(Fact):
    """Somebody behind is ready to confirm: confirm in time, or fall away."""

    challenge_id: UUID
    deadline_at: datetime


class ChallengeEscalated(Fact):
    """The deadline is over, and the venue wants people to decide."""

    challenge_id: UUID


class ChallengeEnded(Fact):
    """How a challenge went, for who made it."""

    challenge_id: UUID
    status: str
    confirm_by: datetime | None = None
