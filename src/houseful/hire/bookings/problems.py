"""What can go wrong with bookings."""

from houseful.kernel.problems import Conflict


class OverrideRequired(Conflict):
    """Not the usual way: somebody with the permission has to say why."""

    kind = "reason-required"
    title = "Say why: this is not the usual way"


class HoldContested(Conflict):
    """A challenge is open on these holds, and their order is frozen meanwhile."""

    kind = "hold-contested"
    title = "A challenge is open on this hold"
