"""Taking money and giving it back: attempts, providers, one way to settle."""

from houseful.payments.closing import (
    ANSWER_GRACE,
    CLOSE_MAX,
    close_attempts,
    close_overdue,
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
from houseful.payments.models import Payout, ProviderPayout, Refund, Transaction
from houseful.payments.payables import Outcome, Payable, PayableView, register_payable
from houseful.payments.payouts import (
    earned_minor,
    fail_payout,
    lock_payable,
    pay_out,
    register_promise,
    request_payout,
)
from houseful.payments.problems import (
    MoreThanCaptured,
    NothingToPay,
    NothingToTakeBack,
    PaymentUnderWay,
    ProviderUnavailable,
    UnknownProvider,
)
from houseful.payments.proof import violations
from houseful.payments.provider_payouts import (
    cleared_minor,
    find_provider_payouts,
    record_provider_payout,
)
from houseful.payments.providers import all_providers, provider_named
from houseful.payments.providers.sandbox import (
    Deed,
    read_sandbox_payment,
    refuse_refunds,
    tell_sandbox,
)
from houseful.payments.queries import (
    count_in_cash,
    failed_refunds,
    find_payouts,
    find_refunds,
    payables_awaiting_refund,
    refunds_by_id,
    refunds_of,
    undecided_payments,
)
from houseful.payments.refunds import (
    approve_refund,
    give_back,
    reject_refund,
    request_refund,
    retry_refund,
    submit_refund,
)
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
    "ANSWER_GRACE",
    "CLOSE_MAX",
    "Deed",
    "Method",
    "MoreThanCaptured",
    "NothingToPay",
    "NothingToTakeBack",
    "Outcome",
    "Payable",
    "PayableView",
    "PaymentGivenBack",
    "PaymentInReview",
    "PaymentUnderWay",
    "Payout",
    "PayoutPaid",
    "ProviderPayout",
    "ProviderUnavailable",
    "Refund",
    "RefundFailed",
    "RefundSucceeded",
    "Taking",
    "Transaction",
    "UnknownProvider",
    "all_providers",
    "approve_refund",
    "cleared_minor",
    "close_attempts",
    "close_overdue",
    "come_back",
    "count_in_cash",
    "earned_minor",
    "fail_payout",
    "failed_refunds",
    "find_payouts",
    "find_provider_payouts",
    "find_refunds",
    "find_transactions",
    "give_back",
    "lock_payable",
    "open_payment",
    "pay_out",
    "payables_awaiting_refund",
    "payables_with_open_attempts",
    "payment_methods",
    "provider_named",
    "read_sandbox_payment",
    "record_provider_payout",
    "record_takings",
    "refunds_by_id",
    "refunds_of",
    "refuse_refunds",
    "register_payable",
    "register_promise",
    "reject_refund",
    "request_payout",
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
