"""Taking money and giving it back: attempts, providers, one way to settle."""

from houseful.payments.closing import (
    close_attempts,
    payables_with_open_attempts,
    require_no_attempt,
)
from houseful.payments.facts import (
    PaymentGivenBack,
    PaymentInReview,
    PayoutPaid,
    RefundFailed,
    RefundSucceeded,
)
from houseful.payments.methods import Method, payment_methods
from houseful.payments.models import Payout, Refund, Transaction
from houseful.payments.payables import Outcome, Payable, PayableView, register_payable
from houseful.payments.payouts import earned_minor
from houseful.payments.problems import (
    MoreThanCaptured,
    NothingToPay,
    PaymentUnderWay,
    ProviderUnavailable,
    UnknownProvider,
)
from houseful.payments.proof import violations
from houseful.payments.providers import provider_named
from houseful.payments.providers.sandbox import (
    Deed,
    read_sandbox_payment,
    refuse_refunds,
    tell_sandbox,
)
from houseful.payments.queries import (
    failed_refunds,
    find_refunds,
    refunds_of,
    undecided_payments,
)
from houseful.payments.refunds import give_back, request_refund, retry_refund, submit_refund
from houseful.payments.service import (
    come_back,
    find_transactions,
    open_payment,
    settle,
    start_payment,
    take_at_till,
    take_cash,
    take_honour_back,
)
from houseful.payments.till import Taking, record_takings, require_at_till

__all__ = [
    "Deed",
    "Method",
    "MoreThanCaptured",
    "NothingToPay",
    "Outcome",
    "Payable",
    "PayableView",
    "PaymentGivenBack",
    "PaymentInReview",
    "PaymentUnderWay",
    "Payout",
    "PayoutPaid",
    "ProviderUnavailable",
    "Refund",
    "RefundFailed",
    "RefundSucceeded",
    "Taking",
    "Transaction",
    "UnknownProvider",
    "close_attempts",
    "come_back",
    "earned_minor",
    "failed_refunds",
    "find_refunds",
    "find_transactions",
    "give_back",
    "open_payment",
    "payables_with_open_attempts",
    "payment_methods",
    "provider_named",
    "read_sandbox_payment",
    "record_takings",
    "refunds_of",
    "refuse_refunds",
    "register_payable",
    "request_refund",
    "require_at_till",
    "require_no_attempt",
    "retry_refund",
    "settle",
    "start_payment",
    "submit_refund",
    "take_at_till",
    "take_cash",
    "take_honour_back",
    "tell_sandbox",
    "undecided_payments",
    "violations",
]
