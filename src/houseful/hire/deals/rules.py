"""What a deal comes to: one pure function, in whole minor units, with a line-by-line trace.

The words are the trade's: gross, adjusted gross, net gross or net box office receipts (NBOR), split
point, walk-out. `docs/guide/deals.md` explains each with an example, which the tests compute.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from houseful.hire.deals.terms import (
    BoxOffice,
    DealTerms,
    Expense,
    Night,
    Outcome,
    Step,
)
from houseful.kernel.money import Money, allocate, format_money, percentage, tax_within
from houseful.kernel.states import StateMachine

DEAL = StateMachine(
    "A deal",
    {
        ("draft", "offer"): "offered",
        ("draft", "supersede"): "superseded",
        ("offered", "accept"): "accepted",
        ("offered", "decline"): "declined",
        ("offered", "supersede"): "superseded",
        ("accepted", "supersede"): "superseded",
        ("declined", "supersede"): "superseded",
    },
)

_SHARING = frozenset({"percentage", "versus", "plus", "door"})
_BASES = {
    "gross": "gross receipts",
    "adjusted_gross": "adjusted gross",
    "net_gross": "net gross (NBOR)",
    "net": "net gross less expenses",
}


def settle_deal(terms: DealTerms, night: Night) -> Outcome:
    """Return what a night comes to under the terms, to the minor unit, with its trace.

    Whatever the figures, the two parties' shares sum to the pot.
    """
    trace = _Trace(terms.currency)
    receipts = _receipts(terms, night.box_office, trace)
    night = msgspec.structs.replace(
        night, expenses=(*night.expenses, *_varying(terms, night, receipts, trace))
    )
    shared = [expense for expense in night.expenses if expense.borne_by == "show"]
    costs = sum(expense.amount_minor for expense in shared)
    if costs:
        trace.add("show_costs", *_told_costs(terms, shared), costs)
    payee_minor = _earned(terms, night, receipts, costs, trace)
    pot = receipts.net_gross + receipts.facility_fees
    trace.add("pot", "To be shared", "net gross + facility fees", pot)
    promoter = _promoter_part(terms, night, payee_minor, receipts, trace)
    trace.add("promoter", "The promoter's part", "", promoter)
    trace.add("venue", "The venue's part", "to be shared − the promoter's part", pot - promoter)
    walk_out = _walk_out(terms, night, promoter, pot, trace)
    return Outcome(
        gross_minor=night.box_office.gross_minor,
        fees_minor=night.box_office.fees_minor,
        facility_fees_minor=receipts.facility_fees,
        adjusted_gross_minor=receipts.adjusted_gross,
        tax_minor=receipts.tax,
        net_gross_minor=receipts.net_gross,
        show_costs_minor=costs,
        payee_minor=payee_minor,
        pot_minor=pot,
        venue_minor=pot - promoter,
        promoter_minor=promoter,
        walk_out_minor=walk_out,
        trace=tuple(trace.steps),
    )


def what_if(
    terms: DealTerms, *, price_minor: int, sold: Iterable[int], deposits_minor: int = 0
) -> list[tuple[int, Outcome]]:
    """Return what the deal would come to at each number sold, with the terms' own budget."""
    return [
        (
            count,
            settle_deal(
                terms,
                Night(
                    box_office=BoxOffice(gross_minor=count * price_minor, sold=count),
                    expenses=terms.expenses,
                    deposits_minor=deposits_minor,
                ),
            ),
        )
        for count in sold
    ]


def faults_of(terms: DealTerms) -> list[tuple[str, str]]:
    """Return what contradicts itself in the terms: JSON pointers with a sentence each."""
    faults: list[tuple[str, str]] = []
    if terms.shape in _SHARING and not terms.share and not terms.tiers:
        faults.append(("/terms/share", "This shape shares a percentage: say which."))
    if terms.shape not in _SHARING and (terms.share or terms.tiers):
        faults.append(("/terms/share", f"A {terms.shape} deal shares no percentage."))
    if terms.shape != "plus" and terms.split_point_minor is not None:
        faults.append(("/terms/splitPointMinor", "Only a plus deal has a split point."))
    if terms.profit and not (terms.shape == "plus" or _is_of_net(terms)):
        faults.append(("/terms/profit", "A profit comes off a share of the net, or a plus deal's."))
    for place, cost in enumerate(terms.variable_costs):
        if not cost.per_ticket_minor and not cost.share:
            faults.append((f"/terms/variableCosts/{place}", "Say how it grows."))
    starts = [tier.from_minor for tier in terms.tiers]
    if any(after <= before for before, after in pairwise([0, *starts])):
        faults.append(("/terms/tiers", "Each tier begins above the one before."))
    if (
        terms.cap_minor is not None
        and terms.floor_minor is not None
        and terms.cap_minor < terms.floor_minor
    ):
        faults.append(("/terms/capMinor", "The cap is below the floor."))
    return faults


class _Receipts:
    """The receipts on their way from gross to net."""

    def __init__(
        self, gross: int, facility_fees: int, adjusted_gross: int, tax: int, net_gross: int
    ) -> None:
        self.gross = gross
        self.facility_fees = facility_fees
        self.adjusted_gross = adjusted_gross
        self.tax = tax
        self.net_gross = net_gross


class _Trace:
    """Collects the steps, and writes amounts as people do."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self.steps: list[Step] = []

    def add(self, key: str, label: str, how: str, amount_minor: int) -> None:
        self.steps.append(Step(key=key, label=label, how=how, amount_minor=amount_minor))

    def money(self, amount_minor: int) -> str:
        return format_money(Money(amount_minor, self._currency))


def _receipts(terms: DealTerms, box_office: BoxOffice, trace: _Trace) -> _Receipts:
    gross = box_office.gross_minor
    trace.add("gross", "Gross box office receipts", f"{box_office.sold} sold", gross)
    if box_office.fees_minor:
        trace.add("fees", "Booking fees", "shared by no deal", -box_office.fees_minor)
    facility = terms.facility_fee_minor * box_office.sold
    if facility:
        each = trace.money(terms.facility_fee_minor)
        trace.add("facility_fees", "Facility fees", f"{each} × {box_office.sold}", -facility)
    adjusted = gross - box_office.fees_minor - facility
    trace.add("adjusted_gross", "Adjusted gross", "gross − fees", adjusted)
    tax, how = _tax(terms, box_office, adjusted, facility)
    if tax or terms.tax:
        trace.add("tax", "Tax", how, -tax)
    net_gross = adjusted - tax
    trace.add("net_gross", "Net gross (NBOR)", "adjusted gross − tax", net_gross)
    return _Receipts(gross, facility, adjusted, tax, net_gross)


def _tax(terms: DealTerms, box_office: BoxOffice, adjusted: int, facility: int) -> tuple[int, str]:
    """Return the tax in the adjusted gross; what facility fees contain stays with them."""
    if box_office.tax_minor is None:
        return tax_within(adjusted, terms.tax), f"{_percent(terms.tax)} contained in it"
    if facility <= 0 or adjusted <= 0:
        return box_office.tax_minor, "as the books say"
    return allocate(box_office.tax_minor, [adjusted, facility])[0], "its part of what the books say"


def _earned(terms: DealTerms, night: Night, receipts: _Receipts, costs: int, trace: _Trace) -> int:
    """Return what the shape, its bounds and the bonuses give to the payee."""
    amount, how = _by_shape(terms, night, receipts, costs, trace)
    trace.add("shape", f"The {terms.payee}'s share: {_name(terms)}", how, amount)
    bounded = amount
    if terms.floor_minor is not None and bounded < terms.floor_minor:
        bounded = terms.floor_minor
        trace.add("floor", "At least", "the floor", bounded)
    if terms.cap_minor is not None and bounded > terms.cap_minor:
        bounded = terms.cap_minor
        trace.add("cap", "At most", "the cap", bounded)
    for bonus in sorted(terms.bonuses, key=lambda one: one.at_sold):
        if night.box_office.sold >= bonus.at_sold:
            trace.add("bonus", "Bonus", f"{bonus.at_sold} sold or more", bonus.amount_minor)
            bounded += bonus.amount_minor
    return bounded


def _by_shape(
    terms: DealTerms, night: Night, receipts: _Receipts, costs: int, trace: _Trace
) -> tuple[int, str]:
    fixed = terms.amount_minor
    if terms.shape in {"flat", "guarantee"}:
        return fixed, "as agreed"
    if terms.shape == "per_ticket":
        sold = night.box_office.sold
        return fixed * sold, f"{trace.money(fixed)} × {sold}"
    if terms.shape == "plus":
        return _plus(terms, receipts.net_gross, costs, trace)
    base = _base(terms, receipts, costs + _profit(terms, costs, trace))
    part = _share_of(base, terms)
    how = f"{_percents(terms)} of {_base_name(terms)}, {trace.money(max(0, base))}"
    if terms.shape != "versus":
        return part, how
    trace.add("percentage", "The percentage", how, part)
    trace.add("guarantee", "The guarantee", "as agreed", fixed)
    return max(fixed, part), "the greater of the two"


def _profit(terms: DealTerms, costs: int, trace: _Trace) -> int:
    """Return the promoter's profit, which comes off the net as the expenses do."""
    if not _is_of_net(terms) or not terms.profit:
        return 0
    profit = percentage(costs, terms.profit)
    how = f"{_percent(terms.profit)} of the expenses"
    trace.add("profit", "The promoter's profit", how, profit)
    return profit


def _plus(terms: DealTerms, net_gross: int, costs: int, trace: _Trace) -> tuple[int, str]:
    guarantee = terms.amount_minor
    split_point = terms.split_point_minor
    if split_point is None:
        profit = percentage(costs + guarantee, terms.profit)
        split_point = costs + guarantee + profit
        if profit:
            how = f"{_percent(terms.profit)} of expenses and guarantee"
            trace.add("profit", "The promoter's profit", how, profit)
        how = "expenses + guarantee + profit"
    else:
        how = "as agreed"
    trace.add("split_point", "Split point", how, split_point)
    over = max(0, net_gross - split_point)
    part = _share_of(over, terms)
    trace.add(
        "percentage", "Over the split point", f"{_percents(terms)} of {trace.money(over)}", part
    )
    return guarantee + part, f"{trace.money(guarantee)} + {trace.money(part)}"


def _promoter_part(
    terms: DealTerms, night: Night, payee_minor: int, receipts: _Receipts, trace: _Trace
) -> int:
    """Return the promoter's part of the pot: their share, what they get back, what they bear."""
    returned, what = _sum(night.expenses, paid_by=terms.payee, borne_by="show")
    if returned:
        how = f"show costs it had paid: {what}"
        trace.add("returned", f"The {terms.payee} gets back", how, returned)
    payee_total = payee_minor + returned
    part = payee_total if terms.payee == "promoter" else receipts.net_gross - payee_total
    owed, what = _sum(night.expenses, paid_by="venue", borne_by="promoter")
    if owed:
        how = f"the venue had paid it: {what}"
        trace.add("recouped", "Recouped from the promoter", how, -owed)
    due, what = _sum(night.expenses, paid_by="promoter", borne_by="venue")
    if due:
        trace.add("refunded", "Given back to the promoter", f"borne by the venue: {what}", due)
    return part - owed + due


def _walk_out(terms: DealTerms, night: Night, promoter: int, pot: int, trace: _Trace) -> int:
    if night.deposits_minor:
        trace.add("deposits", "Deposits the venue holds", "paid before", night.deposits_minor)
    if night.advances_minor:
        trace.add("advances", "Advances to the promoter", "paid before", -night.advances_minor)
    held = pot if terms.box_office == "promoter" else 0
    if held:
        trace.add("held", "The promoter holds the receipts", "net gross + facility fees", -held)
    walk_out = promoter - held + night.deposits_minor - night.advances_minor
    how = "due to the promoter" if walk_out >= 0 else "due to the venue"
    trace.add("walk_out", "Walk-out", how, walk_out)
    return walk_out


def _base(terms: DealTerms, receipts: _Receipts, costs: int) -> int:
    if terms.shape == "door":
        return receipts.net_gross
    return {
        "gross": receipts.gross,
        "adjusted_gross": receipts.adjusted_gross,
        "net_gross": receipts.net_gross,
        "net": receipts.net_gross - costs,
    }[terms.base]


def _share_of(base: int, terms: DealTerms) -> int:
    """Return the percentage of a base, band by band; of a loss, nothing."""
    shares = [terms.share, *(tier.share for tier in terms.tiers)]
    over = [max(0, base), *(max(0, base - tier.from_minor) for tier in terms.tiers), 0]
    bands = [above - beyond for above, beyond in pairwise(over)]
    return sum(percentage(band, share) for band, share in zip(bands, shares, strict=True))


def _sum(expenses: Sequence[Expense], *, paid_by: str, borne_by: str) -> tuple[int, str]:
    """Return what expenses of one kind come to, and what they are for."""
    found = [one for one in expenses if one.paid_by == paid_by and one.borne_by == borne_by]
    return sum(one.amount_minor for one in found), ", ".join(one.label for one in found)


def _varying(terms: DealTerms, night: Night, receipts: _Receipts, trace: _Trace) -> list[Expense]:
    """Return what the variable costs come to, as expenses; one that comes to nothing is none."""
    sold = night.box_office.sold
    expenses: list[Expense] = []
    for cost in terms.variable_costs:
        of_net = percentage(max(0, receipts.net_gross), cost.share)
        amount = cost.per_ticket_minor * sold + of_net
        each, part = f"{trace.money(cost.per_ticket_minor)} × {sold}", _percent(cost.share)
        how = [each] * bool(cost.per_ticket_minor) + [f"{part} of net gross"] * bool(cost.share)
        trace.add("variable_cost", cost.label, " + ".join(how), amount)
        if amount:
            expenses.append(
                Expense(
                    label=cost.label,
                    amount_minor=amount,
                    paid_by=cost.paid_by,
                    borne_by=cost.borne_by,
                )
            )
    return expenses


def _is_of_net(terms: DealTerms) -> bool:
    """Whether a share of the net is agreed, which expenses and profit come off first."""
    return terms.shape in {"percentage", "versus"} and terms.base == "net"


def _told_costs(terms: DealTerms, expenses: Sequence[Expense]) -> tuple[str, str]:
    """Return the words for the show's costs: only a share of what they leave takes them off."""
    labels = ", ".join(expense.label for expense in expenses)
    is_off_the_top = _is_of_net(terms) or (
        terms.shape == "plus" and terms.split_point_minor is None
    )
    if is_off_the_top:
        return "Expenses off the top", labels
    return "Expenses of the show", f"{labels}: the share is reckoned without them"


def _name(terms: DealTerms) -> str:
    return terms.shape.replace("_", " ")


def _base_name(terms: DealTerms) -> str:
    if _is_of_net(terms) and terms.profit:
        return "net gross less expenses and profit"
    return _BASES["net_gross" if terms.shape == "door" else terms.base]


def _percents(terms: DealTerms) -> str:
    shares = [terms.share, *(tier.share for tier in terms.tiers)]
    return ", then ".join(_percent(share) for share in shares)


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:g} %"
