"""What can go wrong with time."""

from houseful.kernel.problems import Conflict


class SpaceTaken(Conflict):
    """Somebody else has the space at that time; `conflicts` says where, when and for what."""

    kind = "space-taken"
    title = "The space is taken at that time"


class SpaceNotInUse(Conflict):
    """The space is switched off, so no time in it can be had."""

    kind = "space-not-in-use"
    title = "This space is not in use"
