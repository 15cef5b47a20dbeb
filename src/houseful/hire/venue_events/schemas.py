"""Venue events on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.hire.venue_events.models import VenueEvent
from houseful.kernel.http import Body, View

Title = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^(?=.*\S)[^\x00]*$")]
Text = Annotated[str, Meta(max_length=5000, pattern=r"^[^\x00]*$")]
Name = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]
Email = Annotated[str, Meta(max_length=254, pattern=r"^(?:[^@\s\x00]+@[^@\s\x00]+\.[^@\s\x00]+)?$")]
PromoterEventId = Annotated[
    str,
    Meta(
        pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{7,63}$",
        description="The public UUID of the promoter's event, or its legacy object id.",
    ),
]
Status = Literal["planned", "confirmed", "completed", "cancelled"]
Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset.")]
SpaceIds = Annotated[list[UUID], Meta(max_length=50)]


class NewVenueEvent(Body):
    """A reference: exactly one of `promoterEventId`, or `placeholder` with the promoter's name."""

    title: Title
    promoter_event_id: PromoterEventId | None = None
    placeholder: bool = False
    placeholder_promoter_name: Name = ""
    placeholder_promoter_email: Email = ""
    placeholder_notes: Text = ""
    description: Text = ""
    status: Status = "planned"
    start_at: Instant | None = None
    end_at: Instant | None = None
    space_ids: SpaceIds = msgspec.field(default_factory=list[UUID])


class VenueEventChanges(Body):
    """What is to change; neither what it refers to nor whether it is a placeholder ever does."""

    title: Title | UnsetType = UNSET
    description: Text | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    start_at: Instant | UnsetType | None = UNSET
    end_at: Instant | UnsetType | None = UNSET
    space_ids: SpaceIds | UnsetType = UNSET
    placeholder_promoter_name: Name | UnsetType = UNSET
    placeholder_promoter_email: Email | UnsetType = UNSET
    placeholder_notes: Text | UnsetType = UNSET


class LinkPromoter(Body):
    """The promoter's event that a placeholder turns out to be.

    With `merge`, a venue event that refers to it already takes over this one's bookings.
    """

    promoter_event_id: PromoterEventId
    merge: bool = False


class VenueEventView(View):
    """A venue's reference to a promoter's event, or a placeholder, with its bookings."""

    id: UUID
    promoter_event_id: str | None
    is_placeholder: bool
    placeholder_promoter_name: str
    placeholder_promoter_email: str
    placeholder_notes: str
    merged_into_id: UUID | None
    title: str
    description: str
    status: str
    start_at: datetime | None
    end_at: datetime | None
    space_ids: list[UUID]
    booking_ids: list[UUID]
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: Any) -> "VenueEventView":
        """Make the view of a venue event."""
        shown: ShownVenueEvent = row
        derived = {
            "space_ids": [UUID(space_id) for space_id in shown.event.space_ids],
            "booking_ids": shown.booking_ids,
        }
        return cls(
            **derived,
            **{
                name: getattr(shown.event, name)
                for name in cls.__struct_fields__
                if name not in derived
            },
        )


class ShownVenueEvent(msgspec.Struct, frozen=True):
    """A venue event with its bookings."""

    event: VenueEvent
    booking_ids: list[UUID]
