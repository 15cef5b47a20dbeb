"""What settlements announce."""

from uuid import UUID

from houseful.kernel.outbox import Fact


class SettlementAgreed(Fact):
    """Both sides agree on what a night came to."""

    booking_id: UUID


class SettlementPaid(Fact):
    """What was due has changed hands."""

    booking_id: UUID
