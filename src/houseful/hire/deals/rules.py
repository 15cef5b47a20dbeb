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
from houseful.hire.deals.wording import TraceTexts, trace_texts
from houseful.kernel.locales import ENGLISH
from houseful.kernel.money import (
    Money,
    allocate,
    format_money,
    format_percent,
    percentage,
    tax_within,
)
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


def settle_deal(terms: DealTerms, night: Night, *, locale: str = ENGLISH) -> Outcome:
    """Return what a night comes to under the terms, to the minor unit, with its trace.

    Whatever the figures, the two parties' shares sum to the pot. The trace is in the language of
    the locale.
    """
    trace = _Trace(terms.currency, locale)
    receipts = _receipts(terms, night.box_office, trace)
    night = msgspec.structs.replace(
        night, expenses=(*night.expenses, *_varying(terms, night, receipts, trace))
    )
    shared = [expense for expense in night.expenses if expense.borne_by == "show"]
    costs = sum(expense.amount_minor for expense in shared)
    if costs:
        trace.add("show_costs", *_told_costs(terms, shared, trace.texts), costs)
    payee_minor = _earned(terms, night, receipts, costs, trace)
    pot = receipts.net_gross + receipts.facility_fees
    trace.add("pot", trace.texts.pot, trace.texts.pot_how, pot)
    promoter = _promoter_part(terms, night, payee_minor, receipts, trace)
    trace.add("promoter", trace.texts.promoter, "", promoter)
    trace.add("venue", trace.texts.venue, trace.texts.venue_how, pot - promoter)
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
    """Collects the steps, and writes amounts as people of the locale do."""

    def __init__(self, currency: str, locale: str) -> None:
        self._currency = currency
        self._locale = locale
        self.texts = trace_texts(locale)
        self.steps: list[Step] = []

    def add(self, key: str, label: str, how: str, amount_minor: int) -> None:
        self.steps.append(Step(key=key, label=label, how=how, amount_minor=amount_minor))

    def money(self, amount_minor: int) -> str:
        return format_money(Money(amount_minor, self._currency), self._locale)

    def percent(self, *basis_points: int) -> str:
        return self.texts.then.join(format_percent(one, self._locale) for one in basis_points)


def _receipts(terms: DealTerms, box_office: BoxOffice, trace: _Trace) -> _Receipts:
    gross, texts = box_office.gross_minor, trace.texts
    trace.add("gross", texts.gross, texts.sold.format(count=box_office.sold), gross)
    if box_office.fees_minor:
        trace.add("fees", texts.fees, texts.fees_how, -box_office.fees_minor)
    facility = terms.facility_fee_minor * box_office.sold
    if facility:
        each = trace.money(terms.facility_fee_minor)
        trace.add("facility_fees", texts.facility_fees, f"{each} × {box_office.sold}", -facility)
    adjusted = gross - box_office.fees_minor - facility
    trace.add("adjusted_gross", texts.adjusted_gross, texts.adjusted_gross_how, adjusted)
    tax, how = _tax(terms, box_office, adjusted, facility, trace)
    if tax or terms.tax:
        trace.add("tax", texts.tax, how, -tax)
    net_gross = adjusted - tax
    trace.add("net_gross", texts.net_gross, texts.net_gross_how, net_gross)
    return _Receipts(gross, facility, adjusted, tax, net_gross)


def _tax(
    terms: DealTerms, box_office: BoxOffice, adjusted: int, facility: int, trace: _Trace
) -> tuple[int, str]:
    """Return the tax in the adjusted gross; what facility fees contain stays with them."""
    if box_office.tax_minor is None:
        contained = trace.texts.tax_contained.format(percent=trace.percent(terms.tax))
        return tax_within(adjusted, terms.tax), contained
    if facility <= 0 or adjusted <= 0:
        return box_office.tax_minor, trace.texts.tax_of_books
    part = allocate(box_office.tax_minor, [adjusted, facility])[0]
    return part, trace.texts.tax_part_of_books


def _earned(terms: DealTerms, night: Night, receipts: _Receipts, costs: int, trace: _Trace) -> int:
    """Return what the shape, its bounds and the bonuses give to the payee."""
    amount, how = _by_shape(terms, night, receipts, costs, trace)
    texts = trace.texts
    label = texts.named(f"share_of_{terms.payee}").format(shape=texts.named(terms.shape))
    trace.add("shape", label, how, amount)
    bounded = amount
    if terms.floor_minor is not None and bounded < terms.floor_minor:
        bounded = terms.floor_minor
        trace.add("floor", texts.at_least, texts.floor, bounded)
    if terms.cap_minor is not None and bounded > terms.cap_minor:
        bounded = terms.cap_minor
        trace.add("cap", texts.at_most, texts.cap, bounded)
    for bonus in sorted(terms.bonuses, key=lambda one: one.at_sold):
        if night.box_office.sold >= bonus.at_sold:
            how = texts.bonus_how.format(count=bonus.at_sold)
            trace.add("bonus", texts.bonus, how, bonus.amount_minor)
            bounded += bonus.amount_minor
    return bounded


def _by_shape(
    terms: DealTerms, night: Night, receipts: _Receipts, costs: int, trace: _Trace
) -> tuple[int, str]:
    fixed, texts = terms.amount_minor, trace.texts
    if terms.shape in {"flat", "guarantee"}:
        return fixed, texts.agreed
    if terms.shape == "per_ticket":
        sold = night.box_office.sold
        return fixed * sold, f"{trace.money(fixed)} × {sold}"
    if terms.shape == "plus":
        return _plus(terms, receipts.net_gross, costs, trace)
    base = _base(terms, receipts, costs + _profit(terms, costs, trace))
    part = _share_of(base, terms)
    how = texts.share_how.format(
        percent=_percents(terms, trace),
        base=_base_name(terms, texts),
        amount=trace.money(max(0, base)),
    )
    if terms.shape != "versus":
        return part, how
    trace.add("percentage", texts.the_percentage, how, part)
    trace.add("guarantee", texts.the_guarantee, texts.agreed, fixed)
    return max(fixed, part), texts.the_greater


def _profit(terms: DealTerms, costs: int, trace: _Trace) -> int:
    """Return the promoter's profit, which comes off the net as the expenses do."""
    if not _is_of_net(terms) or not terms.profit:
        return 0
    profit = percentage(costs, terms.profit)
    how = trace.texts.profit_of_costs.format(percent=trace.percent(terms.profit))
    trace.add("profit", trace.texts.profit, how, profit)
    return profit


def _plus(terms: DealTerms, net_gross: int, costs: int, trace: _Trace) -> tuple[int, str]:
    guarantee, texts = terms.amount_minor, trace.texts
    split_point = terms.split_point_minor
    if split_point is None:
        profit = percentage(costs + guarantee, terms.profit)
        split_point = costs + guarantee + profit
        if profit:
            how = texts.profit_of_both.format(percent=trace.percent(terms.profit))
            trace.add("profit", texts.profit, how, profit)
        how = texts.split_point_how
    else:
        how = texts.agreed
    trace.add("split_point", texts.split_point, how, split_point)
    over = max(0, net_gross - split_point)
    part = _share_of(over, terms)
    how = texts.over_split_point_how.format(
        percent=_percents(terms, trace), amount=trace.money(over)
    )
    trace.add("percentage", texts.over_split_point, how, part)
    return guarantee + part, f"{trace.money(guarantee)} + {trace.money(part)}"


def _promoter_part(
    terms: DealTerms, night: Night, payee_minor: int, receipts: _Receipts, trace: _Trace
) -> int:
    """Return the promoter's part of the pot: their share, what they get back, what they bear."""
    texts = trace.texts
    returned, what = _sum(night.expenses, paid_by=terms.payee, borne_by="show")
    if returned:
        label = texts.named(f"returned_to_{terms.payee}")
        trace.add("returned", label, texts.returned_how.format(what=what), returned)
    payee_total = payee_minor + returned
    part = payee_total if terms.payee == "promoter" else receipts.net_gross - payee_total
    owed, what = _sum(night.expenses, paid_by="venue", borne_by="promoter")
    if owed:
        trace.add("recouped", texts.recouped, texts.recouped_how.format(what=what), -owed)
    due, what = _sum(night.expenses, paid_by="promoter", borne_by="venue")
    if due:
        trace.add("refunded", texts.refunded, texts.refunded_how.format(what=what), due)
    return part - owed + due


def _walk_out(terms: DealTerms, night: Night, promoter: int, pot: int, trace: _Trace) -> int:
    texts = trace.texts
    if night.deposits_minor:
        trace.add("deposits", texts.deposits, texts.paid_before, night.deposits_minor)
    if night.advances_minor:
        trace.add("advances", texts.advances, texts.paid_before, -night.advances_minor)
    held = pot if terms.box_office == "promoter" else 0
    if held:
        trace.add("held", texts.held, texts.pot_how, -held)
    walk_out = promoter - held + night.deposits_minor - night.advances_minor
    how = texts.due_to_promoter if walk_out >= 0 else texts.due_to_venue
    trace.add("walk_out", texts.walk_out, how, walk_out)
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
        each = f"{trace.money(cost.per_ticket_minor)} × {sold}"
        part = trace.texts.of_net_gross.format(percent=trace.percent(cost.share))
        how = [each] * bool(cost.per_ticket_minor) + [part] * bool(cost.share)
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


def _told_costs(
    terms: DealTerms, expenses: Sequence[Expense], texts: TraceTexts
) -> tuple[str, str]:
    """Return the words for the show's costs: only a share of what they leave takes them off."""
    labels = ", ".join(expense.label for expense in expenses)
    is_off_the_top = _is_of_net(terms) or (
        terms.shape == "plus" and terms.split_point_minor is None
    )
    if is_off_the_top:
        return texts.costs_off_the_top, labels
    return texts.costs, texts.costs_how.format(what=labels)


def _base_name(terms: DealTerms, texts: TraceTexts) -> str:
    if _is_of_net(terms) and terms.profit:
        return texts.base_net_and_profit
    return texts.named("base_net_gross" if terms.shape == "door" else f"base_{terms.base}")


def _percents(terms: DealTerms, trace: _Trace) -> str:
    return trace.percent(terms.share, *(tier.share for tier in terms.tiers))
