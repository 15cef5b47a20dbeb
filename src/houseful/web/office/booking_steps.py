"""The steps of a booking's life as people take them on its page, and how its story tells them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from houseful import hire
from houseful.hire.bookings.rules import LIFE, SOFT_STATES, has_taken_place
from houseful.kernel.problems import Forbidden
from houseful.web.office.forms import read_body
from houseful.web.visits import Form, Visit


class Step(NamedTuple):
    """An act that a person can do on the page: its words, and what it needs."""

    label: str
    use_case: Callable[..., Any]
    permission: str
    data: Callable[[str], tuple[Any, ...]]
    done: str
    kind: str = "quiet"
    asks: str = ""
    """What is said before it is done; nothing where it can simply be taken back."""


def _plain(_reason: str) -> tuple[Any, ...]:
    return ()


def _hold(_reason: str) -> tuple[Any, ...]:
    return (hire.Hold(),)


def _body(kind: Any) -> Callable[[str], tuple[Any, ...]]:
    return lambda reason: (read_body(kind, {"reason": reason}),)


WAIVE = "venue.deposits.waive"
UPDATE, CONFIRM, CANCEL = (f"venue.bookings.{act}" for act in ("update", "confirm", "cancel"))
STEPS: dict[str, Step] = {
    "hold": Step("Place the hold", hire.hold_booking, UPDATE, _hold, "It is held.", kind=""),
    "offer": Step(
        "Note an offer", hire.offer_booking, UPDATE, _body(hire.Because), "The offer is noted."
    ),
    "withdraw_offer": Step(
        "Take the offer back",
        hire.withdraw_offer,
        UPDATE,
        _body(hire.Because),
        "The offer is taken back: it is a hold as before.",
    ),
    "contract": Step(
        "Note that all have signed",
        hire.contract_booking,
        CONFIRM,
        _plain,
        "It is noted that all have signed.",
        asks="Nobody else can have the spaces then.",
    ),
    "confirm": Step(
        "Confirm",
        hire.confirm_booking,
        CONFIRM,
        _body(hire.Confirmation),
        "The booking is confirmed.",
        kind="",
        asks="It takes place: nobody else can have the spaces, and the customer is told.",
    ),
    "unconfirm": Step(
        "Make it a hold again",
        hire.unconfirm_booking,
        CANCEL,
        _body(hire.Refusal),
        "It is a hold again.",
    ),
    "complete": Step(
        "Note that it took place",
        hire.complete_booking,
        UPDATE,
        _plain,
        "It is noted that it took place.",
        asks="It is over then, and can be neither moved nor cancelled any more.",
    ),
    "close": Step(
        "Close it",
        hire.close_booking,
        CONFIRM,
        _plain,
        "The booking is closed.",
        asks="It is put away, and is not opened again.",
    ),
    "release": Step(
        "Release the hold",
        hire.release_booking,
        UPDATE,
        _body(hire.Release),
        "The hold is released.",
        asks="The spaces are free, and all who are behind move up.",
    ),
    "decline": Step(
        "Decline it",
        hire.decline_booking,
        UPDATE,
        _body(hire.Refusal),
        "It is declined.",
        asks="The booking ends, and is not opened again.",
    ),
    "lose": Step(
        "Note that it is lost",
        hire.lose_booking,
        UPDATE,
        _body(hire.Refusal),
        "It is noted that it is lost.",
        asks="The booking ends, and is not opened again.",
    ),
    "cancel": Step(
        "Cancel it",
        hire.cancel_booking,
        CANCEL,
        _body(hire.Cancellation),
        "The booking is cancelled.",
        kind="danger",
        asks="It does not take place: the spaces are free, and the customer is told.",
    ),
}
WORDS = {
    "inquire": "asked for it",
    "hold": "held it",
    "offer": "made an offer",
    "withdraw_offer": "took the offer back",
    "contract": "noted that all have signed",
    "confirm": "confirmed it",
    "unconfirm": "made it a hold again",
    "release": "released it",
    "decline": "declined it",
    "lose": "noted that it is lost",
    "cancel": "cancelled it",
    "decide_deposits": "decided about its deposits",
    "complete": "noted that it took place",
    "close": "closed it",
    "split": "parted its spaces into two bookings",
    "move": "moved it",
    "follow_zone": "kept it at its hour: the rules of its time zone have changed",
    "price": "priced it",
    "unprice": "took the price off",
    "moved_up": "moved up",
    "moved_back": "moved back",
    "reorder": "gave it another place in the queue",
    "close_gaps": "closed the gaps ahead of it",
    "challenge": "challenged those ahead",
    "challenged": "was challenged",
    "will_confirm": "will confirm in time",
    "challenge_confirmed_by_holder": "did not win its challenge: who was ahead has confirmed",
    "challenge_released": "won its challenge: all who were ahead made room",
    "challenge_expired": "won its challenge: the time to answer was over",
    "challenge_withdrawn": "does not challenge those ahead any more",
    "challenge_void": "does not challenge those ahead any more: it was decided otherwise",
    "challenge_over": "is not challenged any more: somebody else has the spaces",
    "challenge_escalated": "was not answered in time: somebody has to decide",
    "conflict": "was signed, but somebody else has the space",
    "signed_late": "was signed by all when the booking had ended",
    "expires_soon": "expires soon",
    "contract_declined": "was declined",
    "contract_expired": "has expired: not all have signed in time",
}


def read_confirmation(visit: Visit, form: Form, lines: list[str]) -> hire.Confirmation:
    """Return how it is confirmed. Raises `Forbidden` for who may not go without deposits."""
    values = {
        "reason": form.get("reason", "").strip(),
        "without_deposits": bool(form.get("without_deposits")),
        "pass_over": bool(form.get("pass_over")),
        "line_ids": lines,
    }
    if values["without_deposits"] and not visit.may(WAIVE):
        raise Forbidden(f"This needs the permission {WAIVE}.", permission=WAIVE)
    return read_body(hire.Confirmation, values)


def read_release(form: Form, lines: list[str]) -> hire.Release:
    """Return what is given up of a hold."""
    return read_body(hire.Release, {"reason": form.get("reason", "").strip(), "line_ids": lines})


def concerns_now(challenge: Any, booking: hire.BookingView) -> bool:
    """Whether the booking has to answer the challenge, waits for it, or has time to confirm."""
    if booking.status not in SOFT_STATES or booking.is_backup:
        return False
    if challenge.booking_id == booking.id:
        return challenge.status == "open" or bool(challenge.confirm_by and not challenge.outcome)
    return any(one.booking_id == booking.id and one.is_open for one in challenge.seniors)


def steps_of(visit: Visit, booking: hire.BookingView) -> list[tuple[str, Step]]:
    """Return the steps that the visitor may take with a booking now, the likeliest first."""
    now = visit.database.clock.now()
    is_over = has_taken_place(booking.starts_at, booking.ends_at, now)
    steps = [
        (name, STEPS[name])
        for name in LIFE.acts(booking.status)
        if name in STEPS
        and visit.may(STEPS[name].permission)
        and not (name == "complete" and not is_over)
    ]
    return sorted(steps, key=lambda one: one[1].kind != "")
