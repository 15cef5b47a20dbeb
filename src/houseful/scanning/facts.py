"""What this room announces."""

from uuid import UUID

from houseful.kernel.outbox import Fact


class TicketScanned(Fact):
    """A ticket was scanned; `subject_id` is the ticket."""

    event_id: UUID
    scan_id: UUID
    result: str
