"""Availability and blocks on the wire."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import msgspec
from msgspec import Meta

from houseful.calendar.queries import Availability
from houseful.kernel.http import Body, View

Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset.")]


class NewBlock(Body):
    """Time to be kept free; one that is not firm only tells, it excludes nothing."""

    space_id: UUID
    starts_at: Instant
    ends_at: Instant
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    firm: bool = True


class BlockedSpaces(Body):
    """The spaces of the same venue that cannot be had while a space is taken."""

    space_ids: Annotated[list[UUID], Meta(max_length=50)]


class BlockingView(View):
    """A space, and those that cannot be had while it is taken; not the other way round."""

    space_id: UUID
    space_ids: list[UUID]


class BlockView(View):
    """Time in a space that is kept free."""

    id: UUID
    organization_id: UUID
    space_id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    firm: bool
    created_at: datetime
    updated_at: datetime
    version: int


class GapView(msgspec.Struct, rename="camel", kw_only=True):
    """Time that can be had; set-up and tear-down fit around it."""

    starts_at: datetime
    ends_at: datetime


class AvailabilityView(View):
    """A space, and when it can be had."""

    space_id: UUID
    venue_id: UUID
    name: str
    code: str
    capacities: dict[str, int]
    gaps: list[GapView]

    @classmethod
    def of(cls, row: Availability) -> Self:
        """Make the view."""
        return cls(
            space_id=row.space.id,
            venue_id=row.space.venue_id,
            name=row.space.name,
            code=row.space.code,
            capacities=row.space.capacities,
            gaps=[GapView(starts_at=gap.start, ends_at=gap.end) for gap in row.gaps],
        )
