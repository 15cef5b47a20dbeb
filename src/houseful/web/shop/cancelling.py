"""What was paid for a place, and what cancelling it does: ahead, now and afterwards."""

from collections import Counter
from collections.abc import Mapping, Sequence

from houseful.sessions import (
    CancelQuote,
    PaidPart,
    SessionBooking,
    ShownSession,
    TermsAhead,
    lines_of,
    paid_parts,
)
from houseful.web.templating import money, when

HOW = {
    "pass": "with your pass",
    "bonus": "with bonus",
    "wallet": "from the wallet",
    "card": "by card",
    "cash": "in cash",
}
HOW_PAID = HOW | {"pass": "with a pass"}
"""The same, as the house says it of somebody else."""


def told_ahead(ahead: TermsAhead, session: ShownSession, locale: str) -> str:
    """Say until when cancelling is free, and what is kept later; times are the venue's."""
    if ahead.free_until is None:
        lost = " Of a pass, the visit is used." if ahead.has_visit and not ahead.is_known else ""
        return f"A place in this session cannot be given back.{lost}"
    until = "it begins"
    if ahead.window:
        at = when(ahead.free_until, session.timezone, locale)
        until = f"{at}, {ahead.window} before it begins"
    if ahead.is_paid and not ahead.is_refundable:
        if ahead.is_late:
            lost = " The visit of a pass is forfeited." if ahead.has_visit else ""
            return f"What is paid is not given back if you cancel.{lost}"
        visit = "Until then the visit of a pass comes back; later it is forfeited."
        said = f"You can cancel until {until}, but what is paid is not given back."
        return f"{said} {visit}" if ahead.has_visit else said
    later = _kept(ahead, session, locale)
    if not ahead.window or not later:
        return "You can cancel free of charge until it begins."
    if ahead.is_late:
        return f"It begins in less than {ahead.window}: if you cancel, {later}."
    return f"You can cancel free of charge until {until}. Later {later}."


def told_now(quote: CancelQuote, locale: str) -> str:
    """Say what is kept and what comes back if the booking is cancelled now."""
    booking, terms = quote.booking, quote.terms
    said: list[str] = []
    if terms.fee_minor:
        word = "are to be paid" if booking.money == "none" else "are kept"
        said.append(f"{money(terms.fee_minor, booking.currency, locale)} {word}")
    if terms.back_minor:
        said.append(f"{money(terms.back_minor, booking.currency, locale)} come back")
    if booking.customer_entitlement_id is not None:
        goes = "goes back to your pass" if terms.visit_comes_back else "of your pass is forfeited"
        said.append(f"the visit {goes}")
    return sentence(said)


def told_after(booking: SessionBooking, locale: str) -> str:
    """Say what was kept and what comes back of a booking that its customer has cancelled."""
    said: list[str] = []
    kept = booking.paid_minor - booking.refunded_minor
    if kept:
        said.append(f"{money(kept, booking.currency, locale)} were kept")
    if booking.refunded_minor:
        said.append(f"{money(booking.refunded_minor, booking.currency, locale)} come back")
    if booking.customer_entitlement_id is not None:
        is_late = booking.place == "late_cancelled"
        said.append(f"the visit of your pass {'was forfeited' if is_late else 'is back'}")
    return sentence(said)


def told_paid(parts: Sequence[PaidPart], currency: str, locale: str) -> str:
    """Say what was paid and how: `You paid €18.00 by card.`; an empty text while nothing was."""
    said = _ways(parts, currency, locale, HOW)
    return f"You paid {', '.join(said)}." if said else ""


def told_lines(booking: SessionBooking, locale: str, *, how: Mapping[str, str] = HOW) -> list[str]:
    """Say of each line of a booking what it costs and what paid it: `2 × Mat, €6.00: by card`."""
    parts = paid_parts(booking)
    names = {"place": "The place", "fee": "The fee"}
    said: list[str] = []
    for line in lines_of(booking):
        name = names.get(line.line, f"{line.quantity} × {line.name}")
        mine = [one for one in parts if one.booking_extra_id == line.booking_extra_id]
        ways = _ways(mine, booking.currency, locale, how)
        if len(mine) == 1 and mine[0].amount_minor == line.price_minor:
            ways = [how[mine[0].kind]]
        price = money(line.price_minor, booking.currency, locale)
        said.append(f"{name}, {price}: {', '.join(ways)}" if ways else f"{name}, {price}")
    return said


def _ways(
    parts: Sequence[PaidPart], currency: str, locale: str, how: Mapping[str, str]
) -> list[str]:
    """Return how so much was paid, each way once."""
    sums = Counter[str]()
    for one in parts:
        sums[one.kind] += one.amount_minor
    return [
        how[kind] if kind == "pass" else f"{money(amount, currency, locale)} {how[kind]}"
        for kind, amount in sums.items()
    ]


def sentence(parts: list[str]) -> str:
    """Make a sentence of what is said, or an empty text of nothing."""
    said = ", ".join(parts)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _kept(ahead: TermsAhead, session: ShownSession, locale: str) -> str:
    parts: list[str] = []
    if ahead.kept_minor:
        parts.append(f"{money(ahead.kept_minor, session.currency, locale)} are kept")
    elif ahead.kept_minor is None and ahead.is_paid:
        parts.append("all that was paid is kept")
    if ahead.has_visit:
        pass_ = (
            "the visit of your pass is forfeited"
            if ahead.is_known
            else "a visit of a pass is forfeited"
        )
        parts.append(pass_)
    return ", and ".join(parts)
