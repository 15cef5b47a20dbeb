"""Money: integer minor units of one currency; never a float."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from babel.numbers import format_currency, get_currency_precision

Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", description="ISO 4217, such as EUR.")]

BASIS_POINTS = 10_000


class Money(msgspec.Struct, frozen=True, order=True):
    """An amount in minor units: `Money(12500, "EUR")` is 125 euros."""

    amount: int
    currency: Currency

    def __add__(self, other: "Money") -> "Money":
        """Add money of the same currency."""
        self._require_same_currency(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract money of the same currency."""
        self._require_same_currency(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, times: int) -> "Money":
        """Multiply by a whole number."""
        return Money(self.amount * times, self.currency)

    def _require_same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")


def percentage(amount_minor: int, basis_points: int) -> int:
    """Return `basis_points` (1 % = 100) of the amount, half rounded away from zero."""
    product = amount_minor * basis_points
    rounded = (2 * abs(product) + BASIS_POINTS) // (2 * BASIS_POINTS)
    return rounded if product >= 0 else -rounded


def tax_within(gross_minor: int, basis_points: int) -> int:
    """Return the tax that a tax-inclusive amount contains: gross less gross / (1 + rate)."""
    divisor = BASIS_POINTS + basis_points
    net = (2 * abs(gross_minor) * BASIS_POINTS + divisor) // (2 * divisor)
    return gross_minor - (net if gross_minor >= 0 else -net)


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split the total by weight, to the minor unit: the largest remainders get what is left.

    The parts sum to the total exactly; equal remainders are served in order. Weights are not
    negative; when all are zero, they count as equal.
    """
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


def format_money(money: Money, locale: str = "en") -> str:
    """Write the amount as people of `locale` do: `€125.00`."""
    precision = get_currency_precision(money.currency)
    return format_currency(money.amount / 10**precision, money.currency, locale=locale)
