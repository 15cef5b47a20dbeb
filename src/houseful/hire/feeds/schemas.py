"""Calendar feeds on the wire."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from houseful.hire.bookings.schemas import Title
from houseful.kernel.http import Body, View


class NewFeed(Body):
    """A feed to be made: of a venue, or of one of its spaces; and how much it tells."""

    venue_id: UUID
    name: Title
    space_id: UUID | None = None
    detail: Literal["busy", "titles", "full"] = "busy"


class FeedView(View):
    """A feed; `url` is told once, when it is made."""

    id: UUID
    organization_id: UUID
    venue_id: UUID
    space_id: UUID | None
    name: str
    detail: str
    revoked_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
    url: str | None = None
