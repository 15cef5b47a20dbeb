"""What can go wrong when places are held, ordered and given back."""

from houseful.kernel.problems import Conflict, Forbidden, NotFound


class SeatTaken(Conflict):
    """Somebody else has at least one of the seats; `seats` names them, none was taken."""

    kind = "seat-taken"
    title = "Somebody was quicker"


class NotEnoughLeft(Conflict):
    """The pool has fewer places than were asked for; `available` says how many."""

    kind = "not-enough-left"
    title = "There are not so many places left"


class NoSeatsTogether(Conflict):
    """No choice of free seats suits the party."""

    kind = "no-seats-available"
    title = "There are no such seats left"


class SeatsKept(Conflict):
    """The seats are for wheelchair users and who comes with them; say so, or choose others.

    `seats` names them.
    """

    kind = "seats-kept"
    title = "These places are kept for wheelchair users and who comes with them"


class OrphanSeat(Conflict):
    """The choice would leave a single seat that nobody wants; `seats` are next to it."""

    kind = "orphan-seat"
    title = "Please leave no single seat"


class TooManyTickets(Conflict):
    """More places than one hold, or one order of a ticket type, may have."""

    kind = "too-many-tickets"
    title = "That is more than one may buy at once"


class TooManyHeld(Conflict):
    """So many places of the event are held from this address already; `maximum` says how many."""

    kind = "too-many-held"
    title = "Too many places are held from where you are. Please order some, or give them back"


class TooMuchUnpaid(Conflict):
    """Somebody has ordered so many places of the event and not paid for them; `maximum`."""

    kind = "too-much-unpaid"
    title = "Please pay for what you have ordered first"


class TooFewTickets(Conflict):
    """Fewer than an order of the ticket type must have."""

    kind = "too-few-tickets"
    title = "This ticket is sold in larger numbers"


class NotOnSale(Conflict):
    """The event, or this ticket type, is not on sale here and now."""

    kind = "not-on-sale"
    title = "This is not on sale"


class HoldOver(Conflict):
    """The hold was released, has run out, or is being paid for."""

    kind = "hold-over"
    title = "These places are no longer held for you"


class WrongHoldToken(NotFound):
    """There is no such hold, or it is another one's."""

    kind = "hold-not-found"
    title = "There is no such hold of yours"


class EmptyHold(Conflict):
    """There is nothing to order."""

    kind = "empty-hold"
    title = "Nothing is held yet"


class PaymentDue(Conflict):
    """The order must be paid in another way than was asked for."""

    kind = "payment-due"
    title = "This order is to be paid"


class InventoryBound(Conflict):
    """Places are held, sold or offered, so the layout cannot be changed now."""

    kind = "inventory-bound"
    title = "Places are held or sold, or ticket types sell its areas"


class CapacityInUse(Conflict):
    """More places are held or sold than the new capacity would have."""

    kind = "capacity-in-use"
    title = "More places than that are held or sold"


class LayoutNotPublished(Conflict):
    """Only a published layout can be put on sale."""

    kind = "layout-not-published"
    title = "Publish the layout first"


class EventNotCancelled(Conflict):
    """All of an event's orders are given back once it is cancelled."""

    kind = "event-not-cancelled"
    title = "This event is not cancelled"


class NothingToRefund(Conflict):
    """The tickets are not sold, or their money was given back already."""

    kind = "nothing-to-refund"
    title = "There is nothing to give back"


class RefundWaits(Conflict):
    """Somebody has asked for the refund of these tickets already; it is to be decided first."""

    kind = "refund-waits"
    title = "The refund of these tickets waits for somebody to decide"


class TokenRequired(Forbidden):
    """The link to an order or a ticket carries a token; without it nobody is let in."""

    kind = "token-required"
    title = "Please use the link that you were sent"
