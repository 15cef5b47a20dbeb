"""Bookings on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.kernel.http import Body, View

BUFFER_MINUTES_MAX = 20_160
SPACES_MAX = 50

Title = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^(?=.*\S)[^\x00]*$")]
Line = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]
Text = Annotated[str, Meta(max_length=20_000, pattern=r"^[^\x00]*$")]
Reason = Annotated[str, Meta(max_length=500, pattern=r"^[^\x00]*$")]
RequiredReason = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^(?=.*\S)[^\x00]*$")]
Email = Annotated[str, Meta(max_length=254, pattern=r"^([^@\s\x00]+@[^@\s\x00]+)?$")]
Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset.")]
Minutes = Annotated[int, Meta(ge=0, le=BUFFER_MINUTES_MAX)]
Attendance = Annotated[int, Meta(ge=0, le=10_000_000)]
SetupStyle = Annotated[str, Meta(max_length=40, pattern=r"^[^\x00]*$")]
PromoterEventId = Annotated[
    str, Meta(pattern=r"^[0-9A-Za-z-]{1,64}$", description="A public UUID or a legacy object id.")
]
Usage = Literal["load_in", "rehearsal", "event", "dark", "load_out"]


class UsageSegment(Body):
    """What the space is used for, from when until when."""

    kind: Usage
    starts_at: Instant
    ends_at: Instant


Segments = Annotated[list[UsageSegment], Meta(max_length=50)]


class SpaceWish(Body):
    """A space that is wanted for a time.

    Buffers that are left out are the space's own; other ones need a reason and a permission.
    """

    space_id: UUID
    starts_at: Instant
    ends_at: Instant
    setup_style: SetupStyle = ""
    attendance: Attendance | None = None
    setup_minutes: Minutes | None = None
    teardown_minutes: Minutes | None = None
    gap_minutes: Minutes | None = None
    buffer_reason: Reason = ""
    usage: Segments = msgspec.field(default_factory=list[UsageSegment])


class VenueWish(Body):
    """A whole venue that is wanted for a time: each of its spaces, with the space's own buffers."""

    venue_id: UUID
    starts_at: Instant
    ends_at: Instant


SpaceWishes = Annotated[list[SpaceWish], Meta(min_length=1, max_length=SPACES_MAX)]


LineIds = Annotated[
    list[UUID],
    Meta(max_length=SPACES_MAX, description="Ids of the booking's own `spaces`; none means all."),
]


class NewBooking(Body):
    """A booking to be made: an inquiry, or a hold at once.

    It wants `spaces`, or a `wholeVenue`, or both: the venue for its day, and the hall the day
    before. `asBackup` lets a hold be placed behind somebody who has
    the space firmly.
    """

    title: Title
    spaces: SpaceWishes | UnsetType = UNSET
    whole_venue: VenueWish | None = None
    status: Literal["inquiry", "hold"] = "hold"
    as_backup: bool = False
    hold_expires_at: Instant | None = None
    purpose: Line = ""
    notes: Text = ""
    company_id: UUID | None = None
    person_id: UUID | None = None
    business_unit_id: UUID | None = None
    contact_name: Line = ""
    contact_email: Email = ""
    contact_phone: Line = ""
    event_id: UUID | None = None
    promoter_event_id: PromoterEventId | None = None


class BookingChanges(Body):
    """What is to change about a booking; what is left out stays. `spaces` replaces all of them."""

    title: Title | UnsetType = UNSET
    spaces: SpaceWishes | UnsetType = UNSET
    purpose: Line | UnsetType = UNSET
    notes: Text | UnsetType = UNSET
    company_id: UUID | UnsetType | None = UNSET
    person_id: UUID | UnsetType | None = UNSET
    business_unit_id: UUID | UnsetType | None = UNSET
    contact_name: Line | UnsetType = UNSET
    contact_email: Email | UnsetType = UNSET
    contact_phone: Line | UnsetType = UNSET
    event_id: UUID | UnsetType | None = UNSET
    promoter_event_id: PromoterEventId | UnsetType | None = UNSET
    hold_expires_at: Instant | UnsetType | None = UNSET


class Hold(Body):
    """How an inquiry becomes a hold."""

    as_backup: bool = False
    expires_at: Instant | None = None


class Confirmation(Body):
    """Why a booking is confirmed that has no signed contract; not needed after one.

    `withoutDeposits` does so though required deposits are not paid: a reason is needed, and the
    permission to waive deposits. They stay owed.

    `passOver` says that it goes ahead of holds that were placed earlier: they stay as backups, and
    challenges of theirs end.

    `lineIds` names some spaces of an inquiry or a hold: they are confirmed, and the others stay as
    they were, in a booking of their own.
    """

    reason: Reason = ""
    without_deposits: bool = False
    pass_over: bool = False
    line_ids: LineIds = msgspec.field(default_factory=list[UUID])


class Because(Body):
    """Why something is done; may be left out."""

    reason: Reason = ""


class Release(Body):
    """Why a hold is given up; `lineIds` names some of its spaces, and the others are kept."""

    reason: Reason = ""
    line_ids: LineIds = msgspec.field(default_factory=list[UUID])


class Refusal(Body):
    """Why something is called off: the pipeline report asks."""

    reason: RequiredReason


class Cancellation(Body):
    """Why a firm booking is called off, by whom, and what becomes of the money.

    Without `feeMinor` the customer owes what the venue's terms say, and nothing is owed when the
    house or nobody is at fault. `refund` keeps the fee out of the deposits and gives the rest back,
    `forfeit` keeps all of them, `undecided` leaves them as they are.
    """

    reason: RequiredReason
    cancelled_by: Literal["customer", "venue", "force_majeure"] = "customer"
    deposit: Literal["refund", "forfeit", "undecided"] = "undecided"
    fee_minor: Annotated[int, Meta(ge=0, le=10**12)] | None = None


class DepositDecision(Body):
    """What becomes of the deposits of a cancelled booking; see `deposit` of a cancellation."""

    deposit: Literal["refund", "forfeit"]


class BookingSpaceView(View):
    """A space of a booking: its time, and where its hold stands; joint ones share their rank."""

    id: UUID
    space_id: UUID
    space_name: str
    starts_at: datetime
    ends_at: datetime
    setup_style: str
    attendance: int | None
    setup_minutes: int
    teardown_minutes: int
    gap_minutes: int
    buffer_reason: str
    usage: list[Any]
    rank: int | None
    is_backup: bool
    is_joint: bool


class BookingView(View):
    """A booking; `rank` is the worst of its spaces', null unless it is a hold.

    `isBackup` says that somebody has one of the spaces firmly.
    """

    id: UUID
    organization_id: UUID
    venue_id: UUID
    title: str
    purpose: str
    notes: str
    status: str
    status_reason: str
    timezone: str
    currency: str
    company_id: UUID | None
    person_id: UUID | None
    business_unit_id: UUID | None
    contact_name: str
    contact_email: str
    contact_phone: str
    event_id: UUID | None
    promoter_event_id: str | None
    series_id: UUID | None
    occurs_on: date | None
    hold_expires_at: datetime | None
    conflict_at: datetime | None
    confirmed_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    rank: int | None
    is_backup: bool
    spaces: list[BookingSpaceView]
    created_at: datetime
    updated_at: datetime
    version: int


class BookingActView(View):
    """One thing that happened to a booking."""

    id: UUID
    booking_id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    act: str
    status: str
    reason: str
    details: dict[str, Any]
