"""How a settlement is posted: whatever the figures, the entry balances."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from houseful.hire.deals.terms import DealTerms, Night, Outcome
from houseful.kernel.states import StateMachine
from houseful.ledger import Line, chart, credit

SETTLEMENT = StateMachine(
    "A settlement",
    {("draft", "agree"): "agreed", ("agreed", "pay"): "paid"},
)


def credits_of(terms: DealTerms, night: Night, outcome: Outcome) -> dict[str, int]:
    """Return what a settlement credits to each account, less what it debits; they sum to nought.

    The receipts leave the organiser's funds, or where they stand since the event was over, the
    deposits are no longer held, the venue has its part, and what is due to the promoter is payable,
    or receivable when they owe it. The tax that facility fees contain is in the books already, so
    the venue's revenue is without it. Deposits that an external Finance service keeps were never
    held here: what was settled of them is due from there.
    """
    held_elsewhere = outcome.pot_minor if terms.box_office == "promoter" else 0
    books_tax = night.box_office.tax_minor
    tax_of_fees = 0 if books_tax is None or held_elsewhere else books_tax - outcome.tax_minor
    untold_tax = outcome.tax_minor if books_tax is None and not held_elsewhere else 0
    is_ours = terms.box_office == "venue"
    released = night.box_office.released_minor if is_ours else 0
    owed = night.box_office.owed_minor if is_ours else 0
    taken = held_elsewhere - outcome.pot_minor + tax_of_fees - untold_tax
    due = outcome.walk_out_minor
    return {
        chart.ORGANISER_FUNDS: taken + released + owed,
        chart.TAX_PAYABLE: untold_tax,
        chart.DEPOSITS_HELD: night.deposits_elsewhere_minor - night.deposits_minor,
        chart.DEPOSITS_IN_FINANCE: -night.deposits_elsewhere_minor,
        chart.RENT_REVENUE: outcome.venue_minor - tax_of_fees,
        chart.RECEIVABLE_FROM_ORGANISER: night.advances_minor + min(0, due) - owed,
        chart.ORGANISER_PAYABLE: max(0, due) - released,
    }


def due_between(now: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[int, int]:
    """Return what of a settlement's due is payable and what receivable (below nought), as posted.

    What was posted before it is due with the settlement that it goes on from.
    """
    due = now["walkOutMinor"]
    earlier = before["walkOutMinor"] if before is not None else 0
    return max(0, due) - max(0, earlier), min(0, due) - min(0, earlier)


def lines_between(now: Mapping[str, int], before: Mapping[str, int]) -> list[Line]:
    """Return the lines that lead from what was posted before to what is right now."""
    change = Counter(dict(now))
    change.subtract(dict(before))
    return [credit(account, amount) for account, amount in sorted(change.items()) if amount]


def called(number: int) -> str:
    """Name a settlement of a booking by its number: what follows the first adjusts it."""
    return "Settlement" if number == 1 else f"Adjustment {number - 1}"
