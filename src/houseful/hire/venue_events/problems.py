"""What can go wrong with venue events."""

from houseful.kernel.problems import Conflict, Unavailable


class AlreadyLinked(Conflict):
    """The venue event refers to another promoter's event already."""

    kind = "venue-event-already-linked"
    title = "This event is linked to another promoter's event"


class PromoterEventTaken(Conflict):
    """Another venue event refers to this promoter's event; `venueEventId` says which."""

    kind = "promoter-event-taken"
    title = "Another event of the venue refers to this promoter's event"


class PromoterUnreachable(Unavailable):
    """The Promoter service does not answer: nothing is believed that it has not confirmed."""

    kind = "promoter-unreachable"
    title = "The promoter's events cannot be asked for now"
