"""Deals on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.hire.deals.models import Deal, DealVersion
from houseful.hire.deals.terms import Amount, Count, DealTerms, Night, Outcome
from houseful.kernel.http import Body, View

Title = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^(?=.*\S)[^\x00]*$")]
Note = Annotated[str, Meta(max_length=2000, pattern=r"^[^\x00]*$")]
POINTS_MAX = 201
Points = Annotated[
    list[Count], Meta(min_length=1, max_length=POINTS_MAX, description="How many are sold.")
]


class NewDeal(Body):
    """A deal to be drafted, on a booking or an event."""

    title: Title
    terms: DealTerms
    booking_id: UUID | None = None
    event_id: UUID | None = None
    note: Note = ""


class DealChanges(Body):
    """What is to change about a draft; what is left out stays."""

    title: Title | UnsetType = UNSET
    terms: DealTerms | UnsetType = UNSET
    note: Note | UnsetType = UNSET


class NewVersion(Body):
    """Other terms, which supersede those before once they are written."""

    terms: DealTerms
    note: Note = ""


class Answer(Body):
    """What the other party said."""

    note: Note = ""


class WhatIf(Body):
    """A price and numbers sold, to see what would come of it."""

    price_minor: Amount
    sold: Points
    deposits_minor: Amount = 0


class WhatIfOfTerms(WhatIf, kw_only=True):
    """The same for terms that are nobody's deal yet."""

    terms: DealTerms


class Reckoning(Body):
    """The figures of a night, as they were or might be."""

    night: Night


class ReckoningView(View):
    """What a night comes to under the terms, line by line."""

    terms: DealTerms
    outcome: Outcome


class Point(View):
    """What the deal comes to at a number sold."""

    sold: int
    gross_minor: int
    venue_minor: int
    promoter_minor: int
    walk_out_minor: int


class WhatIfView(View):
    """What the deal comes to at each of the numbers sold."""

    currency: str
    points: list[Point]


class DealVersionView(View):
    """One wording of a deal."""

    number: int
    status: str
    terms: DealTerms
    note: str
    offered_at: datetime | None
    answered_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: DealVersion) -> "DealVersionView":
        """Make the view of a version."""
        return cls(
            number=row.number,
            status=row.status,
            terms=terms_of(row),
            note=row.note,
            offered_at=row.offered_at,
            answered_at=row.answered_at,
            created_at=row.created_at,
        )


class DealView(View):
    """A deal with the version that counts; `versions` tells the whole story, the oldest first."""

    id: UUID
    title: str
    booking_id: UUID | None
    event_id: UUID | None
    number: int
    status: str
    terms: DealTerms
    note: str
    versions: list[DealVersionView]
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: Deal) -> "DealView":
        """Make the view of a deal."""
        current = row.current
        return cls(
            id=row.id,
            title=row.title,
            booking_id=row.booking_id,
            event_id=row.event_id,
            number=row.number,
            status=current.status,
            terms=terms_of(current),
            note=current.note,
            versions=[DealVersionView.of(version) for version in row.versions],
            created_at=row.created_at,
            updated_at=row.updated_at,
            version=row.version,
        )


def terms_of(version: DealVersion) -> DealTerms:
    """Return a version's terms as a value."""
    return msgspec.convert(version.terms, DealTerms)
