"""Events and series on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.kernel.http import Body, View

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
Slug = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$",
        description="As in the event's address: lower-case letters, digits and hyphens.",
    ),
]
ObjectId = Annotated[
    str,
    Meta(
        pattern="^[0-9a-f]{24}$",
        description="The id that it had in the system it comes from: 24 hexadecimal digits.",
    ),
]
Description = Annotated[str, Meta(max_length=20_000)]
Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset.")]
Capacity = Annotated[int, Meta(ge=1, le=10_000_000)]
Settings = dict[Annotated[str, Meta(max_length=64)], Any]
SpaceIds = Annotated[list[UUID], Meta(max_length=50, description="The main space first.")]
Reason = Annotated[str, Meta(max_length=500)]


class NewEvent(Body):
    """An event to be drafted; without a slug it gets one from its name."""

    name: Name
    slug: Slug | None = None
    source_object_id: ObjectId | None = None
    description: Description = ""
    start_at: Instant | None = None
    end_at: Instant | None = None
    doors_at: Instant | None = None
    max_capacity: Capacity | None = None
    settings: Settings = msgspec.field(default_factory=dict[str, Any])
    venue_id: UUID | None = None
    space_ids: SpaceIds = msgspec.field(default_factory=list[UUID])
    series_id: UUID | None = None


class EventChanges(Body):
    """What is to change about an event; what is left out stays."""

    name: Name | UnsetType = UNSET
    slug: Slug | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    start_at: Instant | UnsetType | None = UNSET
    end_at: Instant | UnsetType | None = UNSET
    doors_at: Instant | UnsetType | None = UNSET
    max_capacity: Capacity | UnsetType | None = UNSET
    settings: Settings | UnsetType = UNSET
    venue_id: UUID | UnsetType | None = UNSET
    space_ids: SpaceIds | UnsetType = UNSET
    series_id: UUID | UnsetType | None = UNSET


class Postponement(Body):
    """New times, or none: postponed until further notice."""

    start_at: Instant | None = None
    end_at: Instant | None = None
    doors_at: Instant | None = None
    reason: Reason = ""


class Cancellation(Body):
    """Why the event does not take place; the public may read it."""

    reason: Reason = ""


class EventView(View):
    """An event; `timezone` is its venue's, null while it has none."""

    id: UUID
    organization_id: UUID
    name: str
    slug: str
    source_object_id: str | None
    description: str
    start_at: datetime | None
    end_at: datetime | None
    doors_at: datetime | None
    previous_start_at: datetime | None
    status: str
    status_reason: str
    max_capacity: int | None
    settings: dict[str, Any]
    venue_id: UUID | None
    venue_name: str | None
    timezone: str | None
    space_ids: list[UUID]
    series_id: UUID | None
    published_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class PublicPlace(msgspec.Struct, rename="camel", kw_only=True):
    """Where an event takes place, for its public."""

    name: str
    street_address: str
    postal_code: str
    city: str | None
    region: str
    country_iso2: str | None


class PublicEventView(View):
    """An event as its public sees it; prices are the ticketing room's."""

    id: UUID
    name: str
    slug: str
    description: str
    start_at: datetime | None
    end_at: datetime | None
    doors_at: datetime | None
    previous_start_at: datetime | None
    status: str
    status_reason: str
    timezone: str | None
    venue: PublicPlace | None
    series_id: UUID | None


class NewSeries(Body):
    """A series to be created; without a slug it gets one from its name."""

    name: Name
    slug: Slug | None = None
    description: Description = ""


class SeriesChanges(Body):
    """What is to change about a series; what is left out stays."""

    name: Name | UnsetType = UNSET
    slug: Slug | UnsetType = UNSET
    description: Description | UnsetType = UNSET


class SeriesView(View):
    """Dates that belong together."""

    id: UUID
    organization_id: UUID
    name: str
    slug: str
    description: str
    created_at: datetime
    updated_at: datetime
    version: int
