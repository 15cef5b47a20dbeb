"""What this room announces."""

from houseful.kernel.outbox import Fact


class RefundApproved(Fact):
    """A refund waits to be sent to the provider; `subject_id` is the refund."""


class RefundSucceeded(Fact):
    """The money is back; `subject_id` is the refund."""


class PaymentInReview(Fact):
    """Amount or currency were not what was asked for; `subject_id` is the transaction."""
