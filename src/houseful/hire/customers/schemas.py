"""Customers on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.hire.bookings.schemas import Email, Line, Reason, Text, Title
from houseful.kernel.http import Body, View

Risk = Literal["", "low", "medium", "high", "blocked"]
Terms = Annotated[
    dict[Annotated[str, Meta(max_length=64)], Annotated[str, Meta(max_length=500)]],
    Meta(max_length=30, description="Such as `payment: 14 days`."),
]


class LocalContact(Body):
    """Whom one calls there about the shows in this house."""

    name: Title
    role: Line = ""
    email: Email = ""
    phone: Line = ""


class RelationshipNote(Body):
    """Something that happened between the house and the customer."""

    on: date
    text: Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"^(?=.*\S)[^\x00]*$")]


Contacts = Annotated[list[LocalContact], Meta(max_length=30)]
History = Annotated[list[RelationshipNote], Meta(max_length=200)]


class NewCustomer(Body):
    """An overlay to be made, on exactly one party of the directory."""

    company_id: UUID | None = None
    person_id: UUID | None = None
    notes: Text = ""
    preferred_terms: Terms = msgspec.field(default_factory=dict[str, str])
    risk: Risk = ""
    risk_reason: Reason = ""
    relationship_notes: History = msgspec.field(default_factory=list[RelationshipNote])
    local_contacts: Contacts = msgspec.field(default_factory=list[LocalContact])


class CustomerChanges(Body):
    """What is to change about an overlay; what is left out stays."""

    notes: Text | UnsetType = UNSET
    preferred_terms: Terms | UnsetType = UNSET
    risk: Risk | UnsetType = UNSET
    risk_reason: Reason | UnsetType = UNSET
    relationship_notes: History | UnsetType = UNSET
    local_contacts: Contacts | UnsetType = UNSET


class Performance(msgspec.Struct, rename="camel", kw_only=True):
    """How a customer's bookings went here."""

    bookings: int = 0
    inquiries: int = 0
    holds: int = 0
    confirmed: int = 0
    completed: int = 0
    cancelled: int = 0
    lost: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


class CustomerView(View):
    """What the house knows about a company or a person.

    The name, and the number that they have for all organisations, are the directory's.
    """

    id: UUID
    organization_id: UUID
    company_id: UUID | None
    person_id: UUID | None
    market_company_id: int | None
    market_person_id: int | None
    name: str
    notes: str
    preferred_terms: dict[str, Any]
    risk: str
    risk_reason: str
    relationship_notes: list[Any]
    local_contacts: list[Any]
    performance: Performance
    created_at: datetime
    updated_at: datetime
    version: int
