"""A deposit's life. Whether it is overdue is asked of the calendar, and not stored."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from houseful.kernel.money import allocate, percentage
from houseful.kernel.states import StateMachine

_GOING_BACK = ("refund_pending", "partially_refunded")
_HELD = ("partially_paid", "paid")
_OWED = ("expected", "invoiced", "partially_paid")
_DECIDED = ("waived", "cancelled", "forfeited")

DEPOSIT = StateMachine(
    "A deposit",
    {
        ("expected", "invoice"): "invoiced",
        **{(state, "invoice"): state for state in _HELD},
        **{(state, "pay_part"): "partially_paid" for state in _OWED},
        **{(state, "pay"): "paid" for state in (*_OWED, "paid")},
        **{(state, "waive"): "waived" for state in ("expected", "invoiced", "partially_paid")},
        **{(state, "cancel"): "cancelled" for state in ("expected", "invoiced")},
        **{
            (state, "ask_back"): "refund_pending"
            for state in (*_HELD, "partially_refunded", "waived")
        },
        ("refund_pending", "return_part"): "partially_refunded",
        ("partially_refunded", "return_part"): "partially_refunded",
        ("refund_pending", "return"): "refunded",
        ("partially_refunded", "return"): "refunded",
        **{(state, "keep"): "forfeited" for state in (*_HELD, *_GOING_BACK, "waived")},
    },
)

OWED_STATES = frozenset(_OWED)
"""The states in which something is still to come."""

STALE_AFTER = timedelta(hours=1)
"""How old what finance said may be before it is told with its age."""

WHOLE = 10_000
"""The whole of a base, in basis points."""

Part = tuple[str, int]
"""What kind of deposit it is, and its share of the base."""

SETTLED_STATES = frozenset({"paid", "waived", "cancelled"})
"""The states of a required deposit that let a booking be confirmed."""


def is_overdue(status: str, due_on: date, balance_minor: int, *, now: datetime, zone: str) -> bool:
    """Whether it was due before the venue's today, and is not paid."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return status in OWED_STATES and balance_minor > 0 and due_on < today


def is_stale(finance_state: str, synced_at: datetime | None, *, now: datetime) -> bool:
    """Whether what an external finance says may be another thing by now."""
    if finance_state == "local":
        return False
    is_old = synced_at is None or synced_at + STALE_AFTER <= now
    return is_old or finance_state != "synced"


def status_by_finance(
    status: str, *, amount_minor: int, paid_minor: int, refunded_minor: int, is_invoiced: bool
) -> str:
    """Return what a deposit is by what finance says, which may lead back as well.

    What the house has decided stays: a deposit that is waived, called off or kept.
    """
    if status in _DECIDED or (status == "refund_pending" and paid_minor and not refunded_minor):
        return status
    if refunded_minor:
        return "refunded" if refunded_minor == paid_minor else "partially_refunded"
    if paid_minor:
        return "paid" if paid_minor >= amount_minor else "partially_paid"
    return "invoiced" if is_invoiced else "expected"


def share_amount(base_minor: int, share: int) -> int:
    """Return a percentage of the base, in basis points, at least one minor unit."""
    return max(1, percentage(base_minor, share))


def shares_of_price(parts: Sequence[Part]) -> list[int]:
    """Return the shares that pay the price; a security stands beside it."""
    return [share for kind, share in parts if kind != "security"]


def split(base_minor: int, parts: Sequence[Part]) -> list[int]:
    """Return what each part of the base comes to; those of 100 % sum to the base exactly."""
    shares = shares_of_price(parts)
    if sum(shares) != WHOLE:
        return [percentage(base_minor, share) for _, share in parts]
    amounts = iter(allocate(base_minor, shares))
    return [
        percentage(base_minor, share) if kind == "security" else next(amounts)
        for kind, share in parts
    ]
