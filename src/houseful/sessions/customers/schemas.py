"""Customers on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from houseful.kernel.http import Body, View

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Email = Annotated[str, Meta(max_length=254, description="Perhaps empty.")]
Phone = Annotated[str, Meta(max_length=40)]
Note = Annotated[str, Meta(max_length=2000)]


class NewCustomer(Body):
    """A customer, or with `guardianId` somebody of a customer's family."""

    name: Name
    email: Email = ""
    phone: Phone = ""
    guardian_id: UUID | None = None
    may_owe: bool = False
    note: Note = ""


class CustomerChanges(Body):
    """What is given changes."""

    name: Name | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    may_owe: bool | UnsetType = UNSET
    note: Note | UnsetType = UNSET


class NewFamilyMember(Body):
    """Somebody of a customer's family."""

    name: Name


class FamilyMemberView(View):
    """Somebody that a customer books for."""

    id: UUID
    guardian_id: UUID | None
    name: str
    version: int


class CustomerView(View):
    """A customer of the organisation; without a `userId` a guest, or somebody's family."""

    id: UUID
    user_id: UUID | None
    guardian_id: UUID | None
    name: str
    email: str
    phone: str
    may_owe: bool
    note: str
    created_at: datetime
    updated_at: datetime
    version: int


class NewSlotAttendee(Body):
    """Somebody who has their place in every session of a series, billed when each is over."""

    customer_id: UUID
    attendee_id: UUID | None = None


class SlotAttendeeView(View):
    """A standing place in a series."""

    id: UUID
    series_id: UUID
    customer_id: UUID
    attendee_id: UUID
    status: str
    version: int
