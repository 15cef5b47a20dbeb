"""Prices: every minor unit of the total belongs to somebody."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from houseful.ticketing.pricing import (
    ORDER_OF_STEPS,
    AbsolutePrice,
    Draft,
    FeeRule,
    PercentageOfBase,
    PricedLine,
    PriceStep,
    TaxRule,
    TraceStep,
    price_line,
    price_order,
)

GERMAN_TAX = TaxRule(basis_points=1900)

prices = st.integers(min_value=-1_000, max_value=10_000_000)
rates = st.integers(min_value=0, max_value=20_000)
fees = st.builds(
    FeeRule,
    fixed_minor=st.integers(min_value=0, max_value=5_000),
    basis_points=rates,
    is_passed_on=st.booleans(),
)
taxes = st.builds(TaxRule, basis_points=rates, is_inclusive=st.booleans(), is_on_fees=st.booleans())
types = st.one_of(
    st.builds(AbsolutePrice, unit_minor=prices), st.builds(PercentageOfBase, basis_points=rates)
)
coupons = st.integers(min_value=0, max_value=1_000_000).map(
    lambda minor: (PriceStep("coupon", lambda draft: replace(draft, discount_minor=minor)),)
)
lines = st.builds(
    price_line,
    base_minor=prices,
    quantity=st.integers(min_value=1, max_value=50),
    currency=st.just("EUR"),
    type_price=st.none() | types,
    fee=st.none() | fees,
    tax=st.none() | taxes,
    smallest_minor=st.sampled_from([1, 5, 10, 100]),
    also=st.just(()) | coupons,
)


@given(lines)
def test_the_total_is_the_sum_of_its_parts(line: PricedLine) -> None:
    assert line.total == line.net + line.fee + line.tax + line.rounding


@given(lines)
def test_the_trace_adds_up_to_the_total_in_the_order_of_steps(line: PricedLine) -> None:
    names = [step.step for step in line.trace]

    assert sum(step.amount_minor for step in line.trace) == line.total
    assert names == sorted(names, key=ORDER_OF_STEPS.index)
    assert names[0] == "base"
    assert len(set(names)) == len(names)


@given(lines)
def test_nothing_is_negative(line: PricedLine) -> None:
    parts = (line.unit_price, line.discount, line.charged_fee, line.fee, line.tax, line.net)

    assert min(*parts, line.total) >= 0


@given(lines)
def test_a_discount_is_never_more_than_the_price(line: PricedLine) -> None:
    assert line.discount <= line.unit_price * line.quantity


@given(
    st.integers(min_value=0, max_value=10**9), st.integers(min_value=1, max_value=20), fees, rates
)
def test_inclusive_tax_is_gross_less_gross_over_one_plus_rate(
    base: int, quantity: int, fee: FeeRule, rate: int
) -> None:
    tax = TaxRule(basis_points=rate)

    line = price_line(base_minor=base, quantity=quantity, currency="EUR", fee=fee, tax=tax)

    gross = line.total
    exact = gross - gross / (1 + Fraction(rate, 10_000))
    assert abs(line.tax - exact) <= Fraction(1, 2)
    assert gross == base * quantity + line.charged_fee


@given(
    st.integers(min_value=0, max_value=10**9), st.integers(min_value=1, max_value=20), fees, rates
)
def test_exclusive_tax_is_added_to_what_is_taxed(
    base: int, quantity: int, fee: FeeRule, rate: int
) -> None:
    tax = TaxRule(basis_points=rate, is_inclusive=False)

    line = price_line(base_minor=base, quantity=quantity, currency="EUR", fee=fee, tax=tax)

    taxed = base * quantity + line.charged_fee
    assert abs(line.tax - taxed * Fraction(rate, 10_000)) <= Fraction(1, 2)
    assert line.total == taxed + line.tax


@given(lines)
def test_rounding_is_half_the_smallest_amount_at_most(line: PricedLine) -> None:
    assert abs(line.rounding) <= 50


@given(st.lists(lines, max_size=12))
def test_an_order_is_the_sum_of_its_lines(some: list[PricedLine]) -> None:
    order = price_order(some, "EUR")

    assert order.total == sum(line.total for line in some)
    assert order.total == order.net + order.fee + order.tax + order.rounding
    assert order.quantity == sum(line.quantity for line in some)


def test_an_order_has_one_currency() -> None:
    line = price_line(base_minor=100, quantity=1, currency="USD")

    with pytest.raises(ValueError, match="EUR"):
        price_order([line], "EUR")


def test_a_reduced_ticket_with_a_fee_passed_on_and_tax_inside() -> None:
    line = price_line(
        base_minor=5_000,
        quantity=2,
        currency="EUR",
        type_price=PercentageOfBase(8_000),
        fee=FeeRule(fixed_minor=100, basis_points=250),
        tax=GERMAN_TAX,
    )

    assert (line.unit_price, line.charged_fee, line.total) == (4_000, 400, 8_400)
    assert (line.tax, line.fee, line.net) == (1_341, 336, 6_723)
    assert line.trace == (
        TraceStep("base", 10_000),
        TraceStep("type", -2_000, "80 % of the base"),
        TraceStep("fees", 400),
        TraceStep("tax", 0, "contains 19 %: 1341"),
    )


def test_an_absorbed_fee_comes_out_of_the_price() -> None:
    line = price_line(
        base_minor=1_000,
        quantity=3,
        currency="EUR",
        fee=FeeRule(fixed_minor=50, is_passed_on=False),
        tax=TaxRule(basis_points=2_000, is_inclusive=False),
    )

    assert (line.charged_fee, line.fee, line.net, line.tax) == (0, 150, 2_850, 600)
    assert line.total == 3_600
    assert TraceStep("fees", 0, "absorbed") in line.trace


def test_an_absorbed_fee_takes_no_more_than_there_is() -> None:
    fee = FeeRule(fixed_minor=500, is_passed_on=False)

    line = price_line(base_minor=100, quantity=1, currency="EUR", fee=fee, tax=GERMAN_TAX)

    assert (line.total, line.tax, line.fee, line.net) == (100, 16, 84, 0)


def test_the_ticket_type_may_have_a_price_of_its_own() -> None:
    line = price_line(base_minor=5_000, quantity=1, currency="EUR", type_price=AbsolutePrice(1_500))

    assert line.total == line.net == line.unit_price == 1_500


def test_what_is_free_costs_no_fee() -> None:
    line = price_line(base_minor=0, quantity=4, currency="EUR", fee=FeeRule(fixed_minor=100))

    assert line.total == 0
    assert [step.step for step in line.trace] == ["base"]


def test_a_price_below_zero_is_brought_up_to_zero() -> None:
    line = price_line(base_minor=100, quantity=2, currency="EUR", type_price=AbsolutePrice(-50))

    assert line.total == 0
    assert line.trace[-1] == TraceStep("floor", 100, "not below zero")


def test_cash_is_rounded_last() -> None:
    line = price_line(base_minor=1_003, quantity=1, currency="CHF", smallest_minor=5)

    assert (line.total, line.rounding, line.net) == (1_005, 2, 1_003)
    assert line.trace[-1] == TraceStep("rounding", 2)


def test_a_further_step_takes_its_place_in_the_order() -> None:
    def early_bird(draft: Draft) -> Draft:
        return replace(draft, unit_minor=draft.unit_minor - 500, note="early bird")

    line = price_line(
        base_minor=2_000,
        quantity=1,
        currency="EUR",
        fee=FeeRule(basis_points=1_000),
        also=[PriceStep("tier", early_bird)],
    )

    assert [step.step for step in line.trace] == ["base", "tier", "fees"]
    assert line.total == 1_650


def test_a_step_is_known_and_taken_once() -> None:
    def nothing(draft: Draft) -> Draft:
        return draft

    with pytest.raises(ValueError, match="once"):
        price_line(base_minor=1, quantity=1, currency="EUR", also=[PriceStep("tier", nothing)] * 2)
    with pytest.raises(ValueError, match="witchcraft"):
        price_line(
            base_minor=1, quantity=1, currency="EUR", also=[PriceStep("witchcraft", nothing)]
        )
    with pytest.raises(ValueError, match="at least one"):
        price_line(base_minor=1, quantity=0, currency="EUR")
