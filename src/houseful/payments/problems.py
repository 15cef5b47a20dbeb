"""What can go wrong with payments."""

from houseful.kernel.problems import Conflict, Invalid


class NothingToPay(Conflict):
    """It is paid already, or can no longer be paid."""

    kind = "nothing-to-pay"
    title = "There is nothing to pay here"


class MoreThanCaptured(Conflict):
    """A refund cannot exceed what was paid and not yet given back."""

    kind = "more-than-captured"
    title = "That is more than was paid"


class UnknownProvider(Invalid):
    """No such way to pay is switched on."""

    kind = "unknown-provider"
    title = "This way to pay is not offered"
