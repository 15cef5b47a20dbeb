"""The settlement sheet as PDF: every line of the trace, who agreed, and what is due."""

from typing import Any

import msgspec

from houseful.hire.bookings.models import Booking
from houseful.hire.contracts.paper import DOCUMENTS, House
from houseful.hire.contracts.values import write_day
from houseful.hire.deals.terms import Outcome
from houseful.hire.settlements.models import Settlement
from houseful.hire.settlements.rules import called
from houseful.kernel.money import Money, format_money
from houseful.kernel.pdf import render_pdf

_TEMPLATE = DOCUMENTS / "settlement.typ"
STRONG = frozenset({"adjusted_gross", "net_gross", "pot", "promoter", "venue", "walk_out"})


def settlement_pdf(
    house: House, booking: Booking, settlement: Settlement, *, overpaid_minor: int = 0
) -> bytes:
    """Return the sheet. Blocks for milliseconds: call it from a thread."""

    def money(amount_minor: int) -> str:
        return format_money(Money(amount_minor, settlement.currency), house.locale)

    outcome = msgspec.convert(settlement.outcome, Outcome)
    starts = min((line.starts_at for line in booking.spaces), default=None)
    due = settlement.due_minor
    data: dict[str, Any] = {
        "title": called(settlement.number),
        "house": house.name,
        "language": house.language,
        "foot": f"{house.name} · {settlement.id}",
        "show": booking.title,
        "date": write_day(starts, booking.timezone, house.locale) if starts else "",
        "reason": settlement.reason,
        "lines": [
            {
                "label": step.label,
                "how": step.how,
                "amount": money(step.amount_minor),
                "strong": step.key in STRONG,
            }
            for step in outcome.trace
        ],
        "due": money(abs(due)),
        "due_label": "Due to the promoter" if due >= 0 else "Due to the venue",
        "beside": f"Beside this, {money(overpaid_minor)} were paid too much of the deposits:"
        " they go back on their own."
        if overpaid_minor
        else "",
        "venue": settlement.venue_agreed_by,
        "venue_at": house.write(settlement.venue_agreed_at),
        "promoter": settlement.promoter_agreed_by,
        "promoter_at": house.write(settlement.promoter_agreed_at),
    }
    return render_pdf(_TEMPLATE, data)
