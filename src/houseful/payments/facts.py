"""What this room announces."""

from uuid import UUID

from houseful.kernel.outbox import Fact


class RefundApproved(Fact):
    """A refund waits to be sent to the provider; `subject_id` is the refund."""


class RefundSucceeded(Fact):
    """The money is back; `subject_id` is the refund."""


class PaymentInReview(Fact):
    """Amount or currency were not what was asked for; `subject_id` is the transaction."""


class PaymentGivenBack(Fact):
    """Somebody decided to send back what was put aside; `subject_id` is the refund."""

    payable_kind: str
    payable_id: UUID


class RefundFailed(Fact):
    """The provider refused a refund: a person must act; `subject_id` is the refund."""


class ProviderNoticeReceived(Fact):
    """A provider says that something happened to a payment; `subject_id` is the notice."""


class PayoutPaid(Fact):
    """Money went out to who has earned it; `subject_id` is the payout."""
