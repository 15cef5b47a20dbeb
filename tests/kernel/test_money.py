"""Money: exact, of one currency, and written as people write it."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.kernel.money import (
    Money,
    allocate,
    exponent,
    format_money,
    percentage,
    tax_within,
)

amounts = st.integers(min_value=-(10**15), max_value=10**15)
rates = st.integers(min_value=0, max_value=100_000)


def test_money_crosses_the_wire_as_amount_and_currency() -> None:
    encoded = msgspec.json.encode(Money(12500, "EUR"))

    assert encoded == b'{"amount":12500,"currency":"EUR"}'
    assert msgspec.json.decode(encoded, type=Money) == Money(12500, "EUR")


@pytest.mark.parametrize("currency", ["eur", "EURO", "", "E1R"])
def test_what_is_no_currency_code_is_refused_on_the_wire(currency: str) -> None:
    body = msgspec.json.encode({"amount": 1, "currency": currency})

    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Money)


def test_arithmetic_stays_in_the_currency() -> None:
    price = Money(1250, "EUR")

    assert price + price == price * 2 == 2 * price == Money(2500, "EUR")
    assert price - price == Money(0, "EUR")
    assert -price == Money(-1250, "EUR")
    assert Money(1, "EUR") < price <= price >= Money(1250, "EUR") > Money(0, "EUR")


@pytest.mark.parametrize("act", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_two_currencies_do_not_mix(act: str) -> None:
    with pytest.raises(ValueError, match="do not mix"):
        getattr(Money(1, "EUR"), act)(Money(1, "USD"))


def test_two_currencies_are_never_equal() -> None:
    assert Money(1, "EUR") != Money(1, "USD")
    assert len({Money(1, "EUR"), Money(1, "USD"), Money(1, "EUR")}) == 2


@pytest.mark.parametrize(
    ("amount", "basis_points", "expected"),
    [(1000, 150, 15), (50, 100, 1), (49, 100, 0), (-50, 100, -1), (-49, 100, 0), (999, 0, 0)],
)
def test_a_percentage_is_rounded_half_up(amount: int, basis_points: int, expected: int) -> None:
    assert percentage(amount, basis_points) == expected


@given(amounts, rates)
def test_a_percentage_is_off_by_half_a_unit_at_most(amount: int, basis_points: int) -> None:
    exact = Fraction(amount * basis_points, 10_000)

    assert abs(percentage(amount, basis_points) - exact) <= Fraction(1, 2)
    assert percentage(-amount, basis_points) == -percentage(amount, basis_points)


def test_the_tax_within_a_gross_price() -> None:
    assert tax_within(11900, 1900) == 1900
    assert tax_within(10000, 1900) == 1597
    assert tax_within(10000, 0) == 0


@given(amounts, rates)
def test_the_tax_within_is_gross_less_gross_over_one_plus_rate(gross: int, rate: int) -> None:
    exact = gross - Fraction(gross * 10_000, 10_000 + rate)

    assert abs(tax_within(gross, rate) - exact) <= Fraction(1, 2)


@given(amounts, st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=40))
def test_parts_sum_to_the_total_and_are_within_a_unit_of_fair(
    total: int, weights: list[int]
) -> None:
    parts = allocate(total, weights)

    assert sum(parts) == total
    assert len(parts) == len(weights)
    if any(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Fraction(total * weight, sum(weights))) < 1
    assert allocate(-total, weights) == [-part for part in parts]


@given(amounts, st.lists(st.integers(min_value=0, max_value=10**6), min_size=2, max_size=10))
def test_who_weighs_nothing_gets_nothing_unless_all_do(total: int, weights: list[int]) -> None:
    parts = allocate(total, [0, *weights, 1])

    assert parts[0] == 0


def test_equal_remainders_are_served_in_order() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(-100, [1, 1, 1]) == [-34, -33, -33]
    assert allocate(101, [0, 0]) == [51, 50]
    assert allocate(0, []) == []


def test_what_cannot_be_allocated_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        allocate(1, [])
    with pytest.raises(ValueError, match="not negative"):
        allocate(1, [2, -1])


def test_the_minor_unit_is_the_currencys() -> None:
    assert [exponent(code) for code in ("EUR", "JPY", "BHD", "CLF", "HUF")] == [2, 0, 3, 4, 2]


@pytest.mark.parametrize(
    ("money", "locale", "text"),
    [
        (Money(12500, "EUR"), "en", "€125.00"),
        (Money(12500, "EUR"), "de_DE", "125,00\xa0€"),
        (Money(1234567, "USD"), "en_US", "$12,345.67"),
        (Money(12500, "JPY"), "en", "¥12,500"),
        (Money(12500, "BHD"), "en", "BHD\xa012.500"),
        (Money(-5, "EUR"), "en", "-€0.05"),
        (Money(1234, "RSD"), "en", "RSD\xa012.34"),
        (Money(9_007_199_254_740_993, "EUR"), "en", "€90,071,992,547,409.93"),
    ],
)
def test_money_is_written_as_people_of_the_locale_do(money: Money, locale: str, text: str) -> None:
    assert format_money(money, locale) == text
