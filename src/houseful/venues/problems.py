"""What can go wrong with venues."""

from houseful.kernel.problems import Conflict


class VenueLimitReached(Conflict):
    """The organisation's plan does not include another venue."""

    kind = "venue-limit-reached"
    title = "Your plan does not include another venue"
