"""What can happen to a booking, on its three axes, and to what belongs to it.

Place, attendance and money change on their own; the status that people see is derived from them.
"""

from houseful.kernel.states import StateMachine

PLACE = StateMachine(
    "A place",
    {
        ("held", "confirm"): "confirmed",
        ("held", "expire"): "expired",
        ("held", "cancel"): "cancelled",
        ("held", "call_off"): "seller_cancelled",
        ("confirmed", "cancel"): "cancelled",
        ("confirmed", "cancel_late"): "late_cancelled",
        ("confirmed", "call_off"): "seller_cancelled",
    },
)

ATTENDANCE = StateMachine(
    "Attendance",
    {
        ("unknown", "check_in"): "attended",
        ("unknown", "miss"): "no_show",
        ("attended", "miss"): "no_show",
        ("attended", "undo"): "unknown",
        ("no_show", "check_in"): "attended",
        ("no_show", "undo"): "unknown",
    },
)

MONEY = StateMachine(
    "The money of a booking",
    {
        ("none", "await"): "awaiting",
        ("none", "pay"): "paid",
        ("none", "bill"): "due",
        ("awaiting", "pay"): "paid",
        ("awaiting", "drop"): "none",
        ("due", "pay"): "paid",
        ("due", "waive"): "waived",
        ("due", "write_off"): "written_off",
        ("due", "drop"): "none",
        ("paid", "refund"): "refunded",
        ("paid", "refund_part"): "part_refunded",
        ("paid", "ask_back"): "refund_pending",
        ("paid", "reverse"): "none",
        ("part_refunded", "refund_part"): "part_refunded",
        ("part_refunded", "refund"): "refunded",
        ("part_refunded", "ask_back"): "refund_pending",
        ("part_refunded", "reverse"): "none",
        ("part_refunded", "take_back"): "paid",
        ("part_refunded", "take_back_part"): "part_refunded",
        ("refunded", "take_back"): "paid",
        ("refunded", "take_back_part"): "part_refunded",
        ("refund_pending", "refund"): "refunded",
        ("refund_pending", "refund_part"): "part_refunded",
        ("refund_pending", "keep"): "paid",
        ("refund_pending", "keep_part"): "part_refunded",
        ("refund_pending", "reverse"): "none",
    },
)

REFUND_REQUEST = StateMachine(
    "A refund request",
    {
        ("requested", "approve"): "approved",
        ("requested", "reject"): "rejected",
        ("requested", "withdraw"): "withdrawn",
        ("approved", "process"): "processing",
        ("approved", "succeed"): "succeeded",
        ("processing", "succeed"): "succeeded",
        ("processing", "fail"): "failed",
        ("failed", "approve"): "approved",
        ("rejected", "ask_again"): "requested",
        ("withdrawn", "ask_again"): "requested",
        ("succeeded", "ask_again"): "requested",
    },
)

WAITING = StateMachine(
    "A place on the waiting list",
    {
        ("waiting", "offer"): "offered",
        ("waiting", "book"): "accepted",
        ("waiting", "pass_over"): "lapsed",
        ("waiting", "leave"): "left",
        ("waiting", "close"): "closed",
        ("offered", "accept"): "accepted",
        ("offered", "lapse"): "lapsed",
        ("offered", "decline"): "declined",
        ("offered", "give_up"): "left",
        ("offered", "close"): "closed",
    },
)

PASS = StateMachine(
    "A pass",
    {
        ("awaiting_payment", "pay"): "pending",
        ("awaiting_payment", "cancel"): "cancelled",
        ("pending", "start"): "active",
        ("pending", "cancel"): "cancelled",
        ("active", "freeze"): "paused",
        ("active", "expire"): "expired",
        ("active", "cancel"): "cancelled",
        ("paused", "resume"): "active",
        ("paused", "cancel"): "cancelled",
        ("expired", "revive"): "active",
    },
)

STANDING = StateMachine(
    "A standing place",
    {
        ("active", "pause"): "paused",
        ("active", "end"): "cancelled",
        ("paused", "resume"): "active",
        ("paused", "end"): "cancelled",
        ("cancelled", "begin"): "active",
    },
)

LIVE_PLACES = frozenset({"held", "confirmed"})
"""Places that count: nobody else can have them."""

STATUSES = frozenset(
    {
        *("pending_payment", "confirmed", "attended", "no_show"),
        *("cancelled", "late_cancelled", "expired"),
    }
)


def booking_status(place: str, attendance: str, money: str) -> str:
    """Return the status that is shown for the three axes.

    `pending_payment` is a place that is held until it is paid, or a debt after the session; a debt
    does not hide that somebody was there: `attended` stays on its own axis.
    """
    if place in {"cancelled", "seller_cancelled"}:
        return "cancelled"
    if place in {"late_cancelled", "expired"}:
        return place
    if place == "held" or money == "due":
        return "pending_payment"
    return attendance if attendance != "unknown" else "confirmed"
