"""What can go wrong with payments."""

from houseful.kernel.problems import Conflict, Invalid, Unauthenticated, Unavailable


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


class ProviderUnavailable(Unavailable):
    """The provider does not answer, or not in time; nothing is lost, and asking again is harmless.

    What it did meanwhile is found out by the next message, or by asking.
    """

    kind = "provider-unavailable"
    title = "The payment provider does not answer. Please try again in a moment"


class PaymentUnderWay(Conflict):
    """Somebody is paying: what became of it the provider has to say first. Please try again."""

    kind = "payment-under-way"
    title = "A payment is under way, and nobody knows yet what becomes of it"


class BadSignature(Unauthenticated):
    """The message is not the provider's, or is too old."""

    kind = "bad-signature"
    title = "This message is not signed by the provider"


class MoreThanEarned(Conflict):
    """A payout cannot exceed what has been earned and not yet paid out."""

    kind = "more-than-earned"
    title = "That is more than there is to pay out"


class MoreThanCleared(Conflict):
    """A provider cannot pay out more than it has taken for us."""

    kind = "more-than-cleared"
    title = "That is more than the providers hold of yours"


class PayoutKnown(Conflict):
    """What a provider has paid is noted once, under its reference."""

    kind = "payout-known"
    title = "This payment of the provider's is noted already"


class NothingToTakeBack(Conflict):
    """A refund waited, and what it is for is not valid any more: it can only be rejected."""

    kind = "nothing-to-take-back"
    title = "What this refund is for is not valid any more. It can only be rejected"


class NotInReview(Conflict):
    """Only money that waits for a decision is given back as a whole."""

    kind = "payment-not-in-review"
    title = "This payment does not wait for a decision"
