"""What can go wrong with bookings."""

from houseful.kernel.problems import Conflict


class OverrideRequired(Conflict):
    """Not the usual way: somebody with the permission has to say why."""

    kind = "reason-required"
    title = "Say why: this is not the usual way"


class DepositsOpen(Conflict):
    """Deposits are required before it is confirmed, and are neither paid nor waived."""

    kind = "deposits-open"
    title = "A required deposit is neither paid nor waived"


class NotYetOver(Conflict):
    """Nobody notes ahead that a night has taken place."""

    kind = "booking-not-yet-over"
    title = "It has not taken place yet"


class NotSettled(Conflict):
    """Something is owed, held for somebody, or not settled; `open` names each."""

    kind = "booking-not-settled"
    title = "Something of this booking is not settled yet"


class OthersAhead(Conflict):
    """Others are ahead in the queue; `ahead` names them, as far as the caller may see.

    `passOver` says that the spaces are taken from them all the same.
    """

    kind = "others-ahead"
    title = "Others are ahead of this hold"


class HoldContested(Conflict):
    """A challenge is open on these holds, and their order is frozen meanwhile."""

    kind = "hold-contested"
    title = "A challenge is open on this hold"
