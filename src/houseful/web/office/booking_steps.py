"""The steps of a booking's life as people take them on its page, and how its story tells them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from houseful import hire
from houseful.hire.bookings.rules import LIFE, TAKES_PLACE_SOON
from houseful.kernel.problems import Forbidden
from houseful.web.office.forms import read_body
from houseful.web.visits import Form, Visit


class Step(NamedTuple):
    """An act that a person can do on the page: its words, and what it needs."""

    label: str
    use_case: Callable[..., Any]
    permission: str
    data: Callable[[str], tuple[Any, ...]]
    kind: str = "quiet"


def _plain(_reason: str) -> tuple[Any, ...]:
    return ()


def _hold(_reason: str) -> tuple[Any, ...]:
    return (hire.Hold(),)


def _body(kind: Any) -> Callable[[str], tuple[Any, ...]]:
    return lambda reason: (read_body(kind, {"reason": reason}),)


WAIVE = "venue.deposits.waive"
UPDATE, CONFIRM, CANCEL = (f"venue.bookings.{act}" for act in ("update", "confirm", "cancel"))
STEPS: dict[str, Step] = {
    "hold": Step("Place the hold", hire.hold_booking, UPDATE, _hold, kind=""),
    "offer": Step("Offer made", hire.offer_booking, UPDATE, _body(hire.Because)),
    "withdraw_offer": Step("Take the offer back", hire.withdraw_offer, UPDATE, _body(hire.Because)),
    "contract": Step("All have signed", hire.contract_booking, CONFIRM, _plain),
    "confirm": Step(
        "Confirm",
        hire.confirm_booking,
        CONFIRM,
        _body(hire.Confirmation),
        kind="",
    ),
    "unconfirm": Step(
        "Make it a hold again",
        hire.unconfirm_booking,
        CANCEL,
        _body(hire.Refusal),
    ),
    "complete": Step("It has taken place", hire.complete_booking, UPDATE, _plain),
    "close": Step("Close", hire.close_booking, CONFIRM, _plain),
    "release": Step("Release the hold", hire.release_booking, UPDATE, _body(hire.Release)),
    "decline": Step("Decline", hire.decline_booking, UPDATE, _body(hire.Refusal)),
    "lose": Step("Lost to others", hire.lose_booking, UPDATE, _body(hire.Refusal)),
    "cancel": Step(
        "Cancel",
        hire.cancel_booking,
        CANCEL,
        _body(hire.Cancellation),
        kind="danger",
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
    "challenge": "challenged those ahead",
    "challenged": "was challenged",
    "will_confirm": "will confirm in time",
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
        "line_ids": lines,
    }
    if values["without_deposits"] and not visit.may(WAIVE):
        raise Forbidden(f"This needs the permission {WAIVE}.", permission=WAIVE)
    return read_body(hire.Confirmation, values)


def read_release(form: Form, lines: list[str]) -> hire.Release:
    """Return what is given up of a hold."""
    return read_body(hire.Release, {"reason": form.get("reason", "").strip(), "line_ids": lines})


def steps_of(visit: Visit, booking: hire.BookingView) -> list[tuple[str, Step]]:
    """Return the steps that the visitor may take with a booking now, by name."""
    now = visit.database.clock.now()
    is_far = booking.starts_at > now + TAKES_PLACE_SOON
    return [
        (name, STEPS[name])
        for name in LIFE.acts(booking.status)
        if name in STEPS
        and visit.may(STEPS[name].permission)
        and not (name == "complete" and is_far)
    ]
