"""Venues, spaces, sections and gates on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.kernel.http import Body, View

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
Code = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,31}$", description="Short, unique in the venue."),
]
Line = Annotated[str, Meta(max_length=200)]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
Minutes = Annotated[int, Meta(ge=0, le=20_160, description="Minutes, two weeks at most.")]
Style = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Iso2 = Annotated[str, Meta(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")]
Zone = Annotated[str, Meta(max_length=64, description="IANA time zone, such as Europe/Berlin.")]
Number = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Settings = dict[Annotated[str, Meta(max_length=64)], Any]
Capacities = Annotated[
    dict[Style, Count], Meta(max_length=40, description="How many, by set-up style.")
]
Amenities = Annotated[list[Annotated[str, Meta(min_length=1, max_length=80)]], Meta(max_length=100)]


class NewVenue(Body):
    """A venue to be created."""

    name: Name
    timezone: Zone
    address_line1: Line = ""
    address_line2: Line = ""
    postal_code: Annotated[str, Meta(max_length=32)] = ""
    region: Line = ""
    country: Line | None = None
    city: Line | None = None
    country_iso2: Iso2 | None = None
    venue_type_id: Number | None = None
    capacity: Count | None = None
    settings: Settings = msgspec.field(default_factory=dict[str, Any])


class VenueChanges(Body):
    """What is to change about a venue; what is left out stays."""

    name: Name | UnsetType = UNSET
    timezone: Zone | UnsetType = UNSET
    address_line1: Line | UnsetType = UNSET
    address_line2: Line | UnsetType = UNSET
    postal_code: Annotated[str, Meta(max_length=32)] | UnsetType = UNSET
    region: Line | UnsetType = UNSET
    country: Line | UnsetType | None = UNSET
    city: Line | UnsetType | None = UNSET
    country_iso2: Iso2 | UnsetType | None = UNSET
    venue_type_id: Number | UnsetType | None = UNSET
    capacity: Count | UnsetType | None = UNSET
    settings: Settings | UnsetType = UNSET


class VenueView(View):
    """A venue; `venueId` is its number, `countryId` and `cityId` are null when not resolved."""

    id: UUID
    organization_id: UUID
    venue_id: int
    unique_id: str | None
    source_mongo_object_id: str | None
    name: str
    address_line1: str
    address_line2: str
    postal_code: str
    region: str
    country: str | None
    city: str | None
    country_iso2: str | None
    country_id: int | None
    city_id: int | None
    venue_type_id: int | None
    capacity: int | None
    timezone: str
    settings: dict[str, Any]
    ownership_status: str
    is_sleeping: bool
    is_claimable: bool
    activated_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class NewSpace(Body):
    """A space to be created; with `parentSpaceId` it is a part of a divisible one."""

    venue_id: UUID
    name: Name
    code: Code
    parent_space_id: UUID | None = None
    capacities: Capacities = msgspec.field(default_factory=dict[str, int])
    setup_minutes: Minutes = 0
    teardown_minutes: Minutes = 0
    minimum_gap_minutes: Minutes = 0
    rate_card: Settings = msgspec.field(default_factory=dict[str, Any])
    amenities: Amenities = msgspec.field(default_factory=list[str])
    is_active: bool = True


class SpaceChanges(Body):
    """What is to change about a space; what is left out stays."""

    name: Name | UnsetType = UNSET
    code: Code | UnsetType = UNSET
    parent_space_id: UUID | UnsetType | None = UNSET
    capacities: Capacities | UnsetType = UNSET
    setup_minutes: Minutes | UnsetType = UNSET
    teardown_minutes: Minutes | UnsetType = UNSET
    minimum_gap_minutes: Minutes | UnsetType = UNSET
    rate_card: Settings | UnsetType = UNSET
    amenities: Amenities | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class SpaceView(View):
    """A space of a venue."""

    id: UUID
    organization_id: UUID
    venue_id: UUID
    parent_space_id: UUID | None
    name: str
    code: str
    capacities: dict[str, int]
    setup_minutes: int
    teardown_minutes: int
    minimum_gap_minutes: int
    rate_card: dict[str, Any]
    amenities: list[str]
    is_active: bool
    created_at: datetime
    updated_at: datetime
    version: int


class NewSection(Body):
    """A section to be created."""

    venue_id: UUID
    name: Name
    code: Code


class SectionChanges(Body):
    """What is to change about a section; what is left out stays."""

    name: Name | UnsetType = UNSET
    code: Code | UnsetType = UNSET


class SectionView(View):
    """A section of a venue."""

    id: UUID
    organization_id: UUID
    venue_id: UUID
    name: str
    code: str
    created_at: datetime
    updated_at: datetime
    version: int


class NewGate(Body):
    """A gate to be created."""

    venue_id: UUID
    name: Name
    code: Code
    settings: Settings = msgspec.field(default_factory=dict[str, Any])


class GateChanges(Body):
    """What is to change about a gate; what is left out stays."""

    name: Name | UnsetType = UNSET
    code: Code | UnsetType = UNSET
    settings: Settings | UnsetType = UNSET


class GateView(View):
    """A gate of a venue."""

    id: UUID
    organization_id: UUID
    venue_id: UUID
    name: str
    code: str
    settings: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    version: int
