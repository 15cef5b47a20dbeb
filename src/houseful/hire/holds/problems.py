"""What can go wrong with challenges."""

from houseful.kernel.problems import Conflict


class NobodyAhead(Conflict):
    """There is nobody to challenge: the hold is the first, or is no hold."""

    kind = "nobody-ahead"
    title = "Nobody is ahead of this hold"


class AlreadyContested(Conflict):
    """A challenge is open on one of these holds; one at a time."""

    kind = "already-contested"
    title = "A challenge is open on these holds already"
