"""What can happen to a payment and to a refund."""

from houseful.kernel.states import StateMachine

TRANSACTION = StateMachine(
    "A payment",
    {
        ("initiated", "open"): "pending",
        ("initiated", "succeed"): "succeeded",
        ("initiated", "fail"): "failed",
        ("initiated", "cancel"): "canceled",
        ("pending", "succeed"): "succeeded",
        ("pending", "fail"): "failed",
        ("pending", "cancel"): "canceled",
        ("pending", "doubt"): "review",
        ("failed", "succeed"): "succeeded",
        ("failed", "doubt"): "review",
        ("canceled", "succeed"): "succeeded",
        ("canceled", "doubt"): "review",
    },
)

REFUND = StateMachine(
    "A refund",
    {
        ("requested", "approve"): "approved",
        ("requested", "reject"): "rejected",
        ("approved", "submit"): "submitted",
        ("submitted", "submit"): "submitted",
        ("submitted", "succeed"): "succeeded",
        ("submitted", "fail"): "failed",
        ("failed", "retry"): "approved",
    },
)

PAYOUT = StateMachine(
    "A payout",
    {
        ("requested", "pay"): "paid",
        ("requested", "fail"): "failed",
    },
)
