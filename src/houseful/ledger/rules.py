"""Double entry, without database: what may be posted."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID, uuid5

import msgspec

from houseful.ledger.chart import CHART, Direction
from houseful.ledger.problems import UnbalancedEntry


class Line(msgspec.Struct, frozen=True):
    """A posting to be: a positive amount in minor units."""

    account: str
    direction: Direction
    amount_minor: int


def debit(account: str, amount_minor: int) -> Line:
    """Put the amount on the debit side; a negative one goes to the other side."""
    return _line(account, "debit", "credit", amount_minor)


def credit(account: str, amount_minor: int) -> Line:
    """Put the amount on the credit side; a negative one goes to the other side."""
    return _line(account, "credit", "debit", amount_minor)


def checked(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that move something, merged; raises `UnbalancedEntry`.

    There are at least two, all amounts are positive, and the sides are equal.
    """
    totals: dict[tuple[str, Direction], int] = defaultdict(int)
    for line in lines:
        if line.account not in CHART:
            raise UnbalancedEntry(f"There is no account {line.account}.")
        if line.amount_minor < 0:
            raise UnbalancedEntry("Amounts are positive; the side says which way.")
        totals[line.account, line.direction] += line.amount_minor
    merged = [Line(code, side, amount) for (code, side), amount in totals.items() if amount]
    difference = sum(
        line.amount_minor if line.direction == "debit" else -line.amount_minor for line in merged
    )
    if difference:
        raise UnbalancedEntry(f"Debits and credits differ by {abs(difference)}.")
    if len(merged) < 2:
        raise UnbalancedEntry("An entry has at least two postings.")
    return merged


def reversed_lines(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that take these back."""
    return [
        Line(line.account, "credit" if line.direction == "debit" else "debit", line.amount_minor)
        for line in lines
    ]


def account_id(organization_id: UUID, code: str, currency: str) -> UUID:
    """Return the account's id, which follows from what it is: no look-up on the way to post."""
    return uuid5(organization_id, f"ledger account {code} {currency}")


def _line(account: str, side: Direction, other: Direction, amount_minor: int) -> Line:
    return Line(account, side if amount_minor >= 0 else other, abs(amount_minor))
