"""What deals announce."""

from uuid import UUID

from houseful.kernel.outbox import Fact


class DealOffered(Fact):
    """The terms are with the other party."""

    booking_id: UUID | None
    number: int


class DealAccepted(Fact):
    """Both parties agree on the terms."""

    booking_id: UUID | None
    number: int


class DealDeclined(Fact):
    """The other party does not agree."""

    booking_id: UUID | None
    number: int
