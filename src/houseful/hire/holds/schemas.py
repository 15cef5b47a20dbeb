"""Challenges on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from houseful.hire.bookings.schemas import Reason, RequiredReason
from houseful.kernel.http import Body, View


class NewChallenge(Body):
    """What the challenger says; without hours, the venue's policy holds."""

    note: Reason = ""
    hours: Annotated[int, Meta(ge=1, le=240, description="Business hours to answer.")] | None = None


class ChallengeAnswer(Body):
    """What one of the challenged says: it will confirm in time, or makes room."""

    answer: Literal["will_confirm", "release"]


class ChallengedView(msgspec.Struct, rename="camel", kw_only=True):
    """One of those who are challenged."""

    booking_id: UUID
    answer: str
    answered_at: datetime | None


class ChallengeView(View):
    """A challenge; `confirmBy` is until when its winner has to confirm."""

    id: UUID
    booking_id: UUID
    status: str
    note: str
    opened_at: datetime
    deadline_at: datetime
    on_expiry: str
    escalated_at: datetime | None
    ended_at: datetime | None
    confirm_by: datetime | None
    outcome: str
    seniors: list[ChallengedView]
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: object) -> "ChallengeView":
        """Make the view."""
        fields = {name: getattr(row, name) for name in cls.__struct_fields__}
        fields["seniors"] = [
            ChallengedView(
                booking_id=senior.booking_id,
                answer=senior.answer,
                answered_at=senior.answered_at,
            )
            for senior in fields["seniors"]
        ]
        return cls(**fields)


class HoldPlace(Body):
    """Where a hold is to stand in the queue, beside which other, and why."""

    other_booking_id: UUID
    place: Literal["ahead", "joint", "behind"]
    reason: RequiredReason


class NeighbourView(msgspec.Struct, rename="camel", kw_only=True):
    """Somebody in the same queue; nameless for who does not see their spaces."""

    booking_id: UUID | None
    title: str


class PassedView(msgspec.Struct, rename="camel", kw_only=True):
    """A hold that is ahead, and would be passed over; nameless for who does not see its spaces."""

    booking_id: UUID | None
    title: str
    is_out_for_signature: bool


class LineStanding(msgspec.Struct, rename="camel", kw_only=True):
    """Where a hold stands in one space, and because of whom.

    `keptFor` are those who left while the venue's ranks were frozen, and count all the same.
    """

    booking_space_id: UUID
    space_name: str
    rank: int | None
    is_backup: bool
    ahead: list[NeighbourView]
    joint_with: list[NeighbourView]
    kept_for: list[NeighbourView]


class StandingView(View):
    """Where a hold stands, space by space; `rank` is its worst.

    `frozenSince` is when the ranks of its venue were frozen, if they are now.
    """

    booking_id: UUID
    rank: int | None
    frozen_since: datetime | None
    lines: list[LineStanding]


class NewRankFreeze(Body):
    """The venue whose ranks are to be frozen, and why."""

    venue_id: UUID
    reason: RequiredReason


class RankChange(Body):
    """Why ranks that were frozen move."""

    reason: RequiredReason


class RankFreezeView(View):
    """From when until when the ranks of a venue's holds are frozen; without an end, still."""

    id: UUID
    venue_id: UUID
    reason: str
    frozen_at: datetime
    lifted_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
