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


class NotInOneQueue(Conflict):
    """The two never want one space at one time, so neither is ahead of the other."""

    kind = "not-in-one-queue"
    title = "These two are not in each other's way"


class RanksFrozen(Conflict):
    """The venue has frozen the ranks of its holds: nobody is given another place."""

    kind = "ranks-frozen"
    title = "The ranks are frozen"


class NoGapAhead(Conflict):
    """Nobody's place is kept ahead of this hold."""

    kind = "no-gap-ahead"
    title = "No place is kept ahead of this hold"
