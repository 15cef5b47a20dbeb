"""The settlement sheet as PDF: every line of the trace, who agreed, and what is due."""

from typing import Any

import msgspec

from houseful.hire.bookings.models import Booking
from houseful.hire.contracts.paper import House
from houseful.hire.contracts.values import write_day
from houseful.hire.deals.rules import settle_deal
from houseful.hire.deals.terms import DealTerms, Night
from houseful.hire.documents import DOCUMENTS
from houseful.hire.settlements.models import Settlement
from houseful.kernel.money import Money, format_money
from houseful.kernel.pdf import render_pdf

_TEMPLATE = DOCUMENTS / "settlement.typ"
_PRINTED = ("what", "how", "amount", "for_venue", "for_promoter")
STRONG = frozenset({"adjusted_gross", "net_gross", "pot", "promoter", "venue", "walk_out"})


def settlement_pdf(
    house: House, booking: Booking, settlement: Settlement, *, overpaid_minor: int = 0
) -> bytes:
    """Return the sheet in the house's language, as its letters are.

    Blocks for milliseconds: call it from a thread.
    """

    def money(amount_minor: int) -> str:
        return format_money(Money(amount_minor, settlement.currency), house.locale)

    texts, due = house.texts, settlement.due_minor
    terms = msgspec.convert(settlement.terms, DealTerms)
    night = msgspec.convert(settlement.night, Night)
    data: dict[str, Any] = {
        "title": texts.settlement
        if settlement.number == 1
        else texts.adjustment.format(number=settlement.number - 1),
        "house": house.name,
        "language": house.language,
        "foot": f"{house.name} · {settlement.id}",
        "show": booking.title,
        "date": write_day(booking.starts_at, booking.timezone, house.locale),
        "reason": settlement.reason,
        "lines": [
            {
                "label": step.label,
                "how": step.how,
                "amount": money(step.amount_minor),
                "strong": step.key in STRONG,
            }
            for step in settle_deal(terms, night, locale=house.locale).trace
        ],
        "due": money(abs(due)),
        "due_label": texts.due_to_promoter if due >= 0 else texts.due_to_venue,
        "beside": texts.overpaid.format(amount=money(overpaid_minor)) if overpaid_minor else "",
        "venue": settlement.venue_agreed_by,
        "venue_at": house.write(settlement.venue_agreed_at),
        "promoter": settlement.promoter_agreed_by,
        "promoter_at": house.write(settlement.promoter_agreed_at),
        "words": {name: getattr(texts, name) for name in _PRINTED},
    }
    return render_pdf(_TEMPLATE, data)
