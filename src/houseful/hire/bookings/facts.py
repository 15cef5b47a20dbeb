"""What bookings announce."""

from uuid import UUID

from houseful.kernel.outbox import Fact


class BookingInquired(Fact):
    """Somebody asks for spaces."""

    is_public: bool


class BookingHeld(Fact):
    """The spaces are held in rank."""


class BookingMoved(Fact):
    """A booking wants other spaces or times than before."""


class BookingOffered(Fact):
    """A proposal or a contract is with the customer."""


class BookingContracted(Fact):
    """Fully signed: the spaces are firmly the customer's."""


class BookingConflicted(Fact):
    """Fully signed, but somebody else had the spaces by then: urgent."""


class BookingConfirmed(Fact):
    """It takes place. `event_id` and `promoter_event_id` are what it is linked to, if anything."""

    event_id: UUID | None
    promoter_event_id: str | None


class BookingUnconfirmed(Fact):
    """It is a hold again, with the priority it had."""


class BookingReleased(Fact):
    """The spaces are free again: released, declined, lost; `by_itself` when its time was over.

    `was` is what it was until then.
    """

    status: str
    by_itself: bool = False
    was: str = ""


class BookingCancelled(Fact):
    """What was promised does not take place."""


class BookingCompleted(Fact):
    """It has taken place."""


class BookingClosed(Fact):
    """It is settled."""
