"""What can happen to an order, a ticket and a seat hold: one table each.

Attendance is no state of a ticket (it comes from scans), and an attempt to pay is no state of an
order (it has its own, in payments): an order waits for payment until one attempt succeeds.
"""

from houseful.kernel.states import StateMachine

ORDER = StateMachine(
    "An order",
    {
        ("cart", "check_out"): "awaiting_payment",
        ("cart", "settle"): "paid",  # nothing to pay
        ("cart", "abandon"): "abandoned",
        ("cart", "cancel"): "canceled",
        ("awaiting_payment", "settle"): "paid",
        ("awaiting_payment", "expire"): "expired",
        ("awaiting_payment", "cancel"): "canceled",
        ("expired", "honor"): "paid",  # the money came late, and the seats were still free
        ("paid", "refund_part"): "partially_refunded",
        ("paid", "refund"): "refunded",
        ("partially_refunded", "refund_part"): "partially_refunded",
        ("partially_refunded", "refund"): "refunded",
        # A provider may report that a refund failed after it had reported success.
        ("partially_refunded", "lose_refund"): "paid",
        ("partially_refunded", "lose_refund_part"): "partially_refunded",
        ("refunded", "lose_refund"): "paid",
        ("refunded", "lose_refund_part"): "partially_refunded",
    },
)

TICKET = StateMachine(
    "A ticket",
    {
        ("reserved", "sell"): "sold",
        ("reserved", "expire"): "expired",
        ("reserved", "cancel"): "canceled",
        ("sold", "transfer"): "transferred",
        ("sold", "refund"): "refunded",
        ("sold", "cancel"): "canceled",
        ("sold", "void"): "voided",
        ("sold", "expire"): "expired",
    },
)

HOLD = StateMachine(
    "A hold",
    {
        ("active", "extend"): "active",
        ("active", "convert"): "converted",
        ("active", "release"): "released",
        ("active", "expire"): "expired",
        ("active", "supersede"): "superseded",
    },
)
