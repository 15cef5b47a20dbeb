"""The door on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from houseful.kernel.http import Body, View
from houseful.scanning.rules import words
from houseful.scanning.service import Attempt, Verdict


class NewScan(Body):
    """One scan; `scanId` is the device's own UUIDv7: the same one gets the same verdict."""

    scan_id: UUID
    event_id: UUID
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    direction: Literal["in", "out"] = "in"
    gate_id: UUID | None = None
    scanned_at: datetime | None = None

    def attempt(self) -> Attempt:
        """Return it as the service wants it."""
        return Attempt(
            scan_id=self.scan_id,
            event_id=self.event_id,
            code=self.code,
            direction=self.direction,
            gate_id=self.gate_id,
            scanned_at=self.scanned_at,
        )


class ScannedTicket(msgspec.Struct, rename="camel"):
    """What the door needs to see of a ticket."""

    id: UUID
    public_id: str
    ticket_type: str
    section: str
    row: str
    seat: str
    holder_name: str


class ScanView(View):
    """A verdict: its result, and the words for it."""

    scan_id: UUID
    result: str
    tone: str
    title: str
    detail: str
    is_repeat: bool
    ticket: ScannedTicket | None

    @classmethod
    def of(cls, row: Verdict) -> "ScanView":
        """Put a verdict into words."""
        tone, title, detail = words(row.result)
        seen = row.ticket
        return cls(
            scan_id=row.scan_id,
            result=row.result,
            tone=tone,
            title=title,
            detail=detail,
            is_repeat=row.is_repeat,
            ticket=None
            if seen is None
            else ScannedTicket(
                seen.id,
                seen.public_id,
                seen.ticket_type,
                seen.section_label,
                seen.row_label,
                seen.seat_label,
                seen.holder_name,
            ),
        )


class OccupancyView(View):
    """How many are inside, of how many tickets."""

    event_id: UUID
    inside: int
    tickets: int
