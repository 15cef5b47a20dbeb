"""What tax an amount contains that is a part of a price, and of the price under which rates."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import func, select

from houseful.hire.deposits.models import Deposit
from houseful.hire.rates.models import Charge
from houseful.kernel.database import UnitOfWork
from houseful.kernel.money import allocate, tax_within


class TaxLine(msgspec.Struct, frozen=True):
    """What of an amount falls under one rate, in basis points."""

    rate: int
    net_minor: int
    tax_minor: int
    gross_minor: int


def tax_lines(gross_minor: int, priced: Mapping[int, int]) -> list[TaxLine]:
    """Return how an amount divides by rate, as the price does that it is a part of.

    `priced` is what of the price falls under each rate; the lines sum to the amount exactly.
    """
    rates = sorted(rate for rate, amount in priced.items() if amount > 0)
    if not rates:
        return []
    amounts = allocate(gross_minor, [priced[rate] for rate in rates])
    taxes = [tax_within(amount, rate) for amount, rate in zip(amounts, rates, strict=True)]
    return [
        TaxLine(rate, amount - tax, tax, amount)
        for rate, amount, tax in zip(rates, amounts, taxes, strict=True)
    ]


async def priced_by_rate(uow: UnitOfWork, deposit: Deposit) -> dict[int, int]:
    """Return what of the booking's price falls under each rate; a security is paid for nothing."""
    if deposit.kind == "security":
        return {}
    found = await uow.execute(
        select(Charge.tax_basis_points, func.sum(Charge.amount_minor))
        .where(
            Charge.organization_id == uow.tenant,
            Charge.booking_id == deposit.booking_id,
            Charge.currency == deposit.currency,
        )
        .group_by(Charge.tax_basis_points)
    )
    rows: Any = found.all()
    return {rate: int(amount) for rate, amount in rows}
