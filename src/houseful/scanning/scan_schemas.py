"""Scans on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from houseful import ticketing
from houseful.kernel.http import Body, View
from houseful.kernel.problems import Problem
from houseful.scanning.attempts import Attempt, Verdict
from houseful.scanning.models import Scan
from houseful.scanning.rules import Result, words

BATCH_MAX = 200


class NewScan(Body):
    """One scan; `scanId` is the device's own UUIDv7: the same one gets the same verdict.

    What was scanned without a network says `isOffline`, and in `offlineResult` what people were
    told; `sentAt` lets us set the device's clock right.
    """

    scan_id: UUID
    event_id: UUID
    code: Annotated[str, Meta(min_length=1, max_length=400)]
    direction: Literal["in", "out"] = "in"
    gate_id: UUID | None = None
    scan_session_id: UUID | None = None
    scanned_at: datetime | None = None
    sent_at: datetime | None = None
    sequence: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    is_offline: bool = False
    offline_result: Result | None = None

    def attempt(self) -> Attempt:
        """Return it as the service wants it."""
        return Attempt(**{name: getattr(self, name) for name in self.__struct_fields__})


class ScanBatch(Body):
    """Several scans; each is judged by itself."""

    scans: Annotated[list[NewScan], Meta(min_length=1, max_length=BATCH_MAX)]


class ScannedTicket(msgspec.Struct, rename="camel"):
    """What the door needs to see of a ticket."""

    id: UUID
    public_id: str
    ticket_type: str
    section: str
    row: str
    seat: str
    holder_name: str

    @classmethod
    def of(cls, seen: ticketing.DoorTicket) -> "ScannedTicket":
        """Take what the door needs."""
        return cls(
            id=seen.id,
            public_id=seen.public_id,
            ticket_type=seen.ticket_type,
            section=seen.section_label,
            row=seen.row_label,
            seat=seen.seat_label,
            holder_name=seen.holder_name,
        )


class ScanView(View):
    """A verdict: its result, and the words for it.

    `isConflict`: somebody was let in without a network whom this verdict keeps out.
    """

    scan_id: UUID
    result: Result
    tone: Literal["ok", "warn", "stop"]
    title: str
    detail: str
    is_repeat: bool
    is_conflict: bool
    ticket: ScannedTicket | None

    @classmethod
    def of(cls, row: Verdict) -> "ScanView":
        """Put a verdict into words."""
        tone, title, detail = words(row.result)
        return cls(
            scan_id=row.scan_id,
            result=row.result,
            tone=tone,
            title=title,
            detail=detail,
            is_repeat=row.is_repeat,
            is_conflict=row.is_conflict,
            ticket=ScannedTicket.of(row.ticket) if row.ticket is not None else None,
        )


class BatchItem(msgspec.Struct, rename="camel", kw_only=True):
    """The answer to one scan of a batch: a verdict, or why there is none."""

    scan_id: UUID
    verdict: ScanView | None = None
    problem: dict[str, Any] | None = None

    @classmethod
    def refused(cls, scan_id: UUID, problem: Problem) -> "BatchItem":
        """Say why a scan was not judged."""
        return cls(scan_id=scan_id, problem=problem.body())


class BatchView(View):
    """The answers, in the order of the scans."""

    items: list[BatchItem]


class ScanRecordView(View):
    """A scan as it is recorded; `occurredAt` is the device's time by our clock."""

    id: UUID
    event_id: UUID
    ticket_id: UUID | None
    gate_id: UUID | None
    device_id: UUID | None
    user_id: UUID | None
    scan_session_id: UUID | None
    direction: str
    result: str
    is_offline: bool
    scanned_at: datetime
    occurred_at: datetime
    received_at: datetime
    metadata: dict[str, Any]

    @classmethod
    def of(cls, row: Scan) -> "ScanRecordView":
        """Make the view of a record."""
        names = set(cls.__struct_fields__) - {"metadata"}
        return cls(metadata=row.details, **{name: getattr(row, name) for name in names})
