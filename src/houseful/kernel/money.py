"""Money: integer minor units of one currency; never a float."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Annotated

import msgspec
from babel.numbers import format_currency, format_decimal

from houseful.kernel.locales import known_locale

Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", description="ISO 4217, such as EUR.")]

BASIS_POINTS = 10_000
TEXTS_KEPT = 4096
"""Amounts that are kept as written: pages say the same few again and again."""

# ISO 4217, "minor unit", where it is not 2. Not CLDR's digits: those say how prices are usually
# written (no cents for HUF or RSD), and an amount must not depend on a habit of writing.
_EXPONENTS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENT_OF = {
    currency: digits for digits, all_ in _EXPONENTS.items() for currency in all_.split()
}

# CLDR's currency spacing, which Babel leaves out: "BHD 12.500", but "US$12.50".
_LETTER_MEETS_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


class Money(msgspec.Struct, frozen=True):
    """An amount in minor units: `Money(12500, "EUR")` is 125 euros.

    Arithmetic and comparison of two currencies raise `ValueError`; equality does not.
    """

    amount: int
    currency: Currency

    def __add__(self, other: "Money") -> "Money":
        """Add money of the same currency."""
        return Money(self.amount + self._alike(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract money of the same currency."""
        return Money(self.amount - self._alike(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        """Multiply by a whole number."""
        return Money(self.amount * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        """Return what undoes this amount."""
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Whether this is less, in the same currency."""
        return self.amount < self._alike(other)

    def __le__(self, other: "Money") -> bool:
        """Whether this is less or the same, in the same currency."""
        return self.amount <= self._alike(other)

    def __gt__(self, other: "Money") -> bool:
        """Whether this is more, in the same currency."""
        return self.amount > self._alike(other)

    def __ge__(self, other: "Money") -> bool:
        """Whether this is more or the same, in the same currency."""
        return self.amount >= self._alike(other)

    def _alike(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.amount


def exponent(currency: str) -> int:
    """Return how many decimals the minor unit stands for: EUR 2, JPY 0, BHD 3."""
    return _EXPONENT_OF.get(currency, 2)


def percentage(amount_minor: int, basis_points: int) -> int:
    """Return `basis_points` (1 % = 100) of the amount, half rounded away from zero."""
    return _divide(amount_minor * basis_points, BASIS_POINTS)


def tax_within(gross_minor: int, basis_points: int) -> int:
    """Return the tax that a tax-inclusive amount contains: gross less gross / (1 + rate)."""
    return gross_minor - _divide(gross_minor * BASIS_POINTS, BASIS_POINTS + basis_points)


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split the total by weight, to the minor unit: the largest remainders get what is left.

    The parts sum to the total exactly; equal remainders are served in order. Weights are not
    negative (`ValueError`); when all are zero, they count as equal.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is not negative")
    if not weights:
        if total_minor:
            raise ValueError("there is nobody to give the total to")
        return []
    shares = list(weights) if any(weights) else [1] * len(weights)
    whole, sign = sum(shares), -1 if total_minor < 0 else 1
    parts = [abs(total_minor) * share // whole for share in shares]
    remainders = [abs(total_minor) * share % whole for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: abs(total_minor) - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


@lru_cache(maxsize=TEXTS_KEPT)
def format_money(money: Money, locale: str = "en") -> str:
    """Write the amount as people of `locale` do: `€125.00`; no digit is ever rounded away."""
    amount = Decimal(money.amount).scaleb(-exponent(money.currency))
    text = format_currency(
        amount, money.currency, locale=known_locale(locale), decimal_quantization=False
    )
    return _LETTER_MEETS_DIGIT.sub("\xa0", text)


def format_percent(basis_points: int, locale: str = "en") -> str:
    """Write a share as people of `locale` write the number: `8.25 %`, `8,25 %`."""
    return f"{format_decimal(Decimal(basis_points) / 100, locale=known_locale(locale))} %"


def _divide(numerator: int, denominator: int) -> int:
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded
