"""What deposits announce."""

from uuid import UUID

from houseful.kernel.outbox import Fact


class DepositChanged(Fact):
    """Something about a deposit is different, and finance is to know."""

    booking_id: UUID


class DepositSettled(Fact):
    """A deposit holds nothing back any more: paid, waived, called off, or not required."""

    booking_id: UUID


class DepositInvoiced(Fact):
    """An invoice was issued."""

    booking_id: UUID
    invoice_id: UUID


class DepositReturned(Fact):
    """Money of a deposit went back: what was held, or what was paid too much."""

    booking_id: UUID
    payment_id: UUID
