"""What ticketing announces."""

from typing import Literal
from uuid import UUID

from houseful.kernel.outbox import Fact

Unavailability = Literal["gone", "off", "too_late"]
"""Why an order's money came in vain: the places are gone, or no longer sold, or the price ended."""


class SaleOpened(Fact):
    """The event's places are on sale; `subject_id` is the event."""


class OrderPlaced(Fact):
    """Somebody is about to pay; `subject_id` is the order."""

    event_id: UUID


class OrderPaid(Fact):
    """The order is paid and its tickets exist; `subject_id` is the order."""

    event_id: UUID


class OrderExpired(Fact):
    """Nobody paid in time; `subject_id` is the order."""

    event_id: UUID


class OrderCanceled(Fact):
    """The order was called off before it was paid; `subject_id` is the order."""

    event_id: UUID


class OrderUnavailable(Fact):
    """The money came in vain and is on its way back; `subject_id` is the order."""

    event_id: UUID
    reason: Unavailability = "gone"


class EventRefundAsked(Fact):
    """Every order of an event is to be given back; `subject_id` is the run."""


class SeatsOffered(Fact):
    """Places are kept for who paid in vain; `subject_id` is the order."""

    event_id: UUID
    hold_id: UUID


class TicketKeyRevoked(Fact):
    """What a key has signed lets nobody in any more; `subject_id` is the event."""

    key_id: str


class TicketsRefunded(Fact):
    """Tickets were given back; `subject_id` is the order."""

    event_id: UUID
    ticket_ids: list[UUID]


class TicketVoided(Fact):
    """A ticket is no longer valid, and nothing was given back; `subject_id` is the ticket."""

    event_id: UUID
