"""The price of a line and of an order: pure, exact, with a trace that adds up to the total.

Every line goes through the same steps in the same order (`ORDER_OF_STEPS`); a step that changes
nothing leaves no trace. All amounts are minor units, for the whole line unless called `unit`.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from houseful.kernel.money import BASIS_POINTS, allocate, percentage, tax_within

ORDER_OF_STEPS = (
    "base",
    "type",
    "tier",
    "dynamic",
    "bundle",
    "coupon",
    "floor",
    "fees",
    "tax",
    "rounding",
)


class AbsolutePrice(msgspec.Struct, frozen=True, tag="absolute"):
    """The ticket type has a price of its own, whatever the seat costs."""

    unit_minor: int


class PercentageOfBase(msgspec.Struct, frozen=True, tag="percentage"):
    """The ticket type costs a part of the seat's price: 8000 basis points are 80 %."""

    basis_points: int


class FeeRule(msgspec.Struct, frozen=True, kw_only=True):
    """A fixed amount per ticket, plus a part of the price; none on what is free.

    Passed on, the buyer pays it on top; absorbed, it comes out of the price, and is never more
    than what the price leaves after tax.
    """

    fixed_minor: int = 0
    basis_points: int = 0
    is_passed_on: bool = True


class TaxRule(msgspec.Struct, frozen=True, kw_only=True):
    """The rate; contained in prices (inclusive) or added to them; on passed-on fees too, or not."""

    basis_points: int
    is_inclusive: bool = True
    is_on_fees: bool = True


class TraceStep(msgspec.Struct, frozen=True, rename="camel"):
    """What a step added to the line's total, or took from it."""

    step: str
    amount_minor: int
    note: str = ""


class PricedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line with its price: `total = net + fee + tax + rounding`.

    `unit_price` is the listed price of one ticket, before coupons. `fee` is what the fee brings
    without tax, `charged_fee` what the buyer sees on the receipt (0 when absorbed). `net` is what
    is left for the organiser.
    """

    currency: str
    quantity: int
    unit_price: int
    discount: int
    charged_fee: int
    fee: int
    tax: int
    net: int
    rounding: int
    total: int
    trace: tuple[TraceStep, ...]


class PricedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The sums of an order's lines: `total = net + fee + tax + rounding`."""

    currency: str
    quantity: int
    discount: int
    charged_fee: int
    fee: int
    tax: int
    net: int
    rounding: int
    total: int


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A line on its way through the steps; `fee_in_price` is an absorbed fee before its cap."""

    quantity: int
    unit_minor: int = 0
    discount_minor: int = 0
    charged_fee_minor: int = 0
    fee_in_price_minor: int = 0
    tax_minor: int = 0
    tax_on_fee_minor: int = 0
    tax_on_top_minor: int = 0
    rounding_minor: int = 0
    note: str = ""

    @property
    def tickets_minor(self) -> int:
        """What the tickets cost, after discounts and before fees."""
        return self.unit_minor * self.quantity - self.discount_minor

    @property
    def total_minor(self) -> int:
        """What the buyer pays so far."""
        extras = self.charged_fee_minor + self.tax_on_top_minor + self.rounding_minor
        return self.tickets_minor + extras


class PriceStep(NamedTuple):
    """One step: its name, of `ORDER_OF_STEPS`, and what it makes of the draft."""

    name: str
    apply: Callable[[Draft], Draft]


def price_line(
    *,
    base_minor: int,
    quantity: int,
    currency: str,
    type_price: AbsolutePrice | PercentageOfBase | None = None,
    fee: FeeRule | None = None,
    tax: TaxRule | None = None,
    smallest_minor: int = 1,
    also: Sequence[PriceStep] = (),
) -> PricedLine:
    """Price `quantity` tickets of the same kind.

    `base_minor` is the price of the seat's category or of the pool; `smallest_minor` the smallest
    payable amount (5 for Swiss cash): the total is rounded to it. `also` are further steps, each
    name known and at most once (`ValueError`). No part of the answer is negative but `rounding`.
    """
    if quantity < 1 or smallest_minor < 1:
        raise ValueError("a line has at least one ticket, and its smallest amount is positive")
    steps = [
        PriceStep("base", partial(_base, base_minor)),
        PriceStep("floor", _floor),
        *also,
    ]
    if type_price is not None:
        steps.append(PriceStep("type", partial(_type, type_price)))
    if fee is not None:
        steps.append(PriceStep("fees", partial(_fees, fee)))
    if tax is not None:
        steps.append(PriceStep("tax", partial(_tax, tax)))
    if smallest_minor > 1:
        steps.append(PriceStep("rounding", partial(_rounding, smallest_minor)))
    names = [step.name for step in steps]
    if unknown := set(names).difference(ORDER_OF_STEPS):
        raise ValueError(f"there is no step {', '.join(sorted(unknown))}")
    if len(set(names)) < len(names):
        raise ValueError("each step is taken once")

    draft, trace = _take(steps, Draft(quantity=quantity))
    return _priced(draft, trace, currency)


def price_order(lines: Sequence[PricedLine], currency: str) -> PricedOrder:
    """Sum the lines; raises `ValueError` when one has another currency."""
    if any(line.currency != currency for line in lines):
        raise ValueError(f"every line of this order is in {currency}")
    return PricedOrder(
        currency=currency,
        quantity=sum(line.quantity for line in lines),
        discount=sum(line.discount for line in lines),
        charged_fee=sum(line.charged_fee for line in lines),
        fee=sum(line.fee for line in lines),
        tax=sum(line.tax for line in lines),
        net=sum(line.net for line in lines),
        rounding=sum(line.rounding for line in lines),
        total=sum(line.total for line in lines),
    )


def _take(steps: list[PriceStep], draft: Draft) -> tuple[Draft, tuple[TraceStep, ...]]:
    trace: list[TraceStep] = []
    for step in sorted(steps, key=lambda step: ORDER_OF_STEPS.index(step.name)):
        after = step.apply(replace(draft, note=""))
        added = after.total_minor - draft.total_minor
        if added or after.note or step.name == "base":
            trace.append(TraceStep(step.name, added, after.note))
        draft = after
    return draft, tuple(trace)


def _base(base_minor: int, draft: Draft) -> Draft:
    return replace(draft, unit_minor=base_minor)


def _type(price: AbsolutePrice | PercentageOfBase, draft: Draft) -> Draft:
    if isinstance(price, AbsolutePrice):
        return replace(draft, unit_minor=price.unit_minor, note="price of the ticket type")
    unit = percentage(draft.unit_minor, price.basis_points)
    return replace(draft, unit_minor=unit, note=f"{_percent(price.basis_points)} of the base")


def _floor(draft: Draft) -> Draft:
    """Bring a price below zero up to zero, and a discount down to the price."""
    if draft.unit_minor >= 0 and draft.tickets_minor >= 0:
        return draft
    unit = max(draft.unit_minor, 0)
    discount = min(draft.discount_minor, unit * draft.quantity)
    return replace(draft, unit_minor=unit, discount_minor=discount, note="not below zero")


def _fees(rule: FeeRule, draft: Draft) -> Draft:
    if draft.tickets_minor == 0:
        return draft
    part = percentage(draft.tickets_minor, rule.basis_points)
    fee = max(0, rule.fixed_minor * draft.quantity + part)
    if rule.is_passed_on:
        return replace(draft, charged_fee_minor=fee)
    return replace(draft, fee_in_price_minor=fee, note="absorbed" if fee else "")


def _tax(rule: TaxRule, draft: Draft) -> Draft:
    taxed_fee = draft.charged_fee_minor if rule.is_on_fees else 0
    taxed = draft.tickets_minor + taxed_fee
    rate = _percent(rule.basis_points)
    if not rule.is_inclusive:
        tax = percentage(taxed, rule.basis_points)
        return replace(draft, tax_minor=tax, tax_on_top_minor=tax, note=f"{rate} on top")
    tax = tax_within(taxed, rule.basis_points)
    _, on_fee = allocate(tax, [draft.tickets_minor, taxed_fee])
    on_fee = on_fee if taxed_fee else 0
    return replace(draft, tax_minor=tax, tax_on_fee_minor=on_fee, note=f"contains {rate}: {tax}")


def _rounding(smallest_minor: int, draft: Draft) -> Draft:
    rounded = (draft.total_minor + smallest_minor // 2) // smallest_minor * smallest_minor
    return replace(draft, rounding_minor=rounded - draft.total_minor)


def _priced(draft: Draft, trace: tuple[TraceStep, ...], currency: str) -> PricedLine:
    charged_fee = draft.charged_fee_minor
    tax_on_tickets = draft.tax_minor - draft.tax_on_fee_minor - draft.tax_on_top_minor
    left = draft.tickets_minor - tax_on_tickets
    absorbed = min(draft.fee_in_price_minor, left)
    line = PricedLine(
        currency=currency,
        quantity=draft.quantity,
        unit_price=draft.unit_minor,
        discount=draft.discount_minor,
        charged_fee=charged_fee,
        fee=charged_fee - draft.tax_on_fee_minor + absorbed,
        tax=draft.tax_minor,
        net=left - absorbed,
        rounding=draft.rounding_minor,
        total=draft.total_minor,
        trace=trace,
    )
    assert line.total == line.net + line.fee + line.tax + line.rounding
    return line


def _percent(basis_points: int) -> str:
    return f"{basis_points / (BASIS_POINTS // 100):g} %"
