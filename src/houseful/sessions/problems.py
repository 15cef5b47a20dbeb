"""What sessions refuse."""

from houseful.kernel.problems import Conflict


class AlreadyInUse(Conflict):
    """An instructor or a resource has another session then; `conflicts` says which."""

    kind = "already-in-use"
    title = "Somebody or something is needed elsewhere at that time"


class BookedSessionsAffected(Conflict):
    """The change concerns sessions that people have booked; `sessions` lists them with `people`."""

    kind = "booked-sessions-affected"
    title = "People have booked sessions that this would change"


class SessionFull(Conflict):
    """Every place is taken; the waiting list may be open."""

    kind = "session-full"
    title = "This session is full"


class NotBookable(Conflict):
    """It is too early, too late, called off, or not open to this kind of customer."""

    kind = "not-bookable"
    title = "This session cannot be booked now"


class AlreadyBooked(Conflict):
    """Who is to attend has a place already."""

    kind = "already-booked"
    title = "There is a place for them already"


class CapacityInUse(Conflict):
    """More places are taken than would be left; `bookings` says by whom."""

    kind = "session-capacity-in-use"
    title = "More places are taken than that"


class OutOfStock(Conflict):
    """There are not so many left of an extra."""

    kind = "out-of-stock"
    title = "There is not enough left of an extra"


class NotEnoughFunds(Conflict):
    """Pass, bonus and wallet do not cover it, and a card is not allowed: `missing` lacks."""

    kind = "not-enough-funds"
    title = "That does not cover the price"


class PassNotUsable(Conflict):
    """The pass does not fit: the detail says why."""

    kind = "pass-not-usable"
    title = "This pass cannot be used for that"


class CannotCancel(Conflict):
    """It cannot be cancelled any more, or not at all."""

    kind = "cannot-cancel"
    title = "This booking cannot be cancelled"


class NothingToGiveBack(Conflict):
    """More was asked for than is left of what was paid."""

    kind = "nothing-to-give-back"
    title = "There is not so much to give back"


class SecondApprovalNeeded(Conflict):
    """Another person has to approve it too."""

    kind = "second-approval-needed"
    title = "Somebody else has to approve this too"


class InDebt(Conflict):
    """What was attended before has to be paid first."""

    kind = "in-debt"
    title = "Please pay for earlier sessions first"


class FrozenTimeBooked(Conflict):
    """Sessions are booked with the pass while it would be frozen."""

    kind = "frozen-time-booked"
    title = "Sessions are booked with this pass in that time"


class LinkInvalid(Conflict):
    """The link is not one of ours, or is too old."""

    kind = "link-invalid"
    title = "This link does not work any more"


class CodeNotValid(Conflict):
    """Nobody checks in with this code: the detail says why."""

    kind = "code-not-valid"
    title = "Nobody can check in with this code"
