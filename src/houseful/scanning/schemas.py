"""The door on the wire: devices, duty, incidents and figures; scans are in `scan_schemas.py`."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.kernel.http import Body, View
from houseful.scanning.queries import GateFigures

Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"\S")]


class NewDevice(Body):
    """A device to be added; it can do nothing until it is enrolled."""

    name: Name


class DeviceChanges(Body):
    """What is to change about a device."""

    name: Name | UnsetType = UNSET


class DeviceView(View):
    """A device; `lastSeenAt` is exact to the minute."""

    id: UUID
    name: str
    status: Literal["invited", "enrolled", "revoked"]
    enrol_until: datetime | None
    enrolled_at: datetime | None
    revoked_at: datetime | None
    last_seen_at: datetime | None
    created_at: datetime
    version: int


class EnrolmentCodeView(View):
    """A code that enrols the device once, before `enrolUntil`."""

    device_id: UUID
    code: str
    enrol_until: datetime


class Enrolment(Body):
    """What a device shows to be enrolled; dashes, blanks and lower case do no harm."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]


class EnrolledView(View):
    """A device's own key, to be sent as `Authorization: Bearer …`; it is not told again."""

    device_id: UUID
    organization_id: UUID
    name: str
    key: str
    manifest_key: str


class NewAssignment(Body):
    """Where a device stands for an event; the same device is moved by saying it again."""

    device_id: UUID
    event_id: UUID
    gate_id: UUID


class AssignmentView(View):
    """Where a device stands for an event."""

    id: UUID
    device_id: UUID
    event_id: UUID
    gate_id: UUID
    created_at: datetime
    version: int


class NewSession(Body):
    """A gate at which the caller begins to scan; without one, anywhere."""

    event_id: UUID
    gate_id: UUID | None = None


class SessionView(View):
    """The time that a device or a person scans at a gate."""

    id: UUID
    device_id: UUID | None
    user_id: UUID | None
    event_id: UUID
    gate_id: UUID | None
    started_at: datetime
    ended_at: datetime | None


class IncidentView(View):
    """Somebody is inside whom the verdict would have kept out."""

    id: UUID
    event_id: UUID
    ticket_id: UUID | None
    scan_id: UUID
    other_scan_id: UUID | None
    rightful_scan_id: UUID | None
    kind: Literal["double_entry", "let_in_wrongly"]
    result: str
    occurred_at: datetime
    resolved_at: datetime | None
    resolution: str
    version: int


class Resolution(Body):
    """What was done about an incident."""

    resolution: Annotated[str, Meta(max_length=500)] = ""


class OccupancyView(View):
    """How many are inside, of how many tickets, and what each gate did."""

    event_id: UUID
    inside: int
    tickets: int
    gates: list[GateFigures] = msgspec.field(default_factory=list[GateFigures])


class RevertView(View):
    """The scan whose move was taken back."""

    scan_id: UUID
    ticket_id: UUID
    people: Annotated[int, Meta(description="-1: one fewer is inside; 1: one more.")]
    at: datetime

    @classmethod
    def of(cls, row: Any) -> "RevertView":
        """Make the view of the move that takes another back."""
        return cls(scan_id=row.scan_id, ticket_id=row.ticket_id, people=row.people, at=row.at)
