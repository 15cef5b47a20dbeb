"""What this room announces."""

from uuid import UUID

from houseful.kernel.outbox import Fact


class TicketScanned(Fact):
    """A ticket was scanned; `subject_id` is the ticket."""

    event_id: UUID
    scan_id: UUID
    result: str


class ScanIncidentRaised(Fact):
    """Somebody was let in without a network whom the verdict keeps out; `subject_id` is it."""

    event_id: UUID


class ScanReverted(Fact):
    """Whoever came in or left with a scan did not after all; `subject_id` is the ticket."""

    event_id: UUID
    scan_id: UUID
