"""What a booking is paid with: pass, then bonus, then wallet, then card. Decided by values alone.

Every decision says which rule was applied, and why others were not.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from houseful.kernel.money import Money, format_money

L = TypeVar("L")
S = TypeVar("S")

PASS, BONUS, WALLET, CARD, CASH = "pass", "bonus", "wallet", "card", "cash"


class PassOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A pass that might be used; `why_not` says why it cannot, `breadth` what else it is for.

    A visit includes one of each of `extra_ids`.
    """

    id: UUID
    name: str
    bought_at: datetime
    sessions_left: int | None = None
    expires_at: datetime | None = None
    breadth: int = 0
    extra_ids: frozenset[UUID] = frozenset()
    why_not: str = ""


class ExtraLine(msgspec.Struct, frozen=True):
    """An extra that is to be paid: what it is, and what one of it costs."""

    extra_id: UUID
    name: str
    price: int


class Funds(msgspec.Struct, frozen=True):
    """What a customer has."""

    passes: Sequence[PassOffer] = ()
    bonus_minor: int = 0
    cash_minor: int = 0


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be paid, and how it may be.

    A pass covers the place, and one of each extra that it names; `extras` is what they all cost.
    What a card has paid already, `card_minor`, nothing else is used for.
    """

    price: int
    extras: int
    currency: str
    methods: Collection[str]
    lines: Sequence[ExtraLine] = ()
    bonus_share_percent: int = 100
    card_minor: int = 0
    pass_id: UUID | None = None
    """The pass that the customer chose, None for the best."""
    avoids_pass: bool = False
    """Whether the customer would rather keep their passes."""
    is_at_desk: bool = False
    """Whether what is missing is paid at the desk, in cash or by a card."""

    @property
    def total(self) -> int:
        """The sum."""
        return self.price + self.extras


class Cover(msgspec.Struct, frozen=True):
    """What is used: a pass or none, bonus, wallet; `missing_minor` is left for a card.

    The pass pays for one of each of `covered_extra_ids`, too.
    """

    pass_id: UUID | None
    bonus_minor: int
    wallet_minor: int
    missing_minor: int
    explanation: list[str]
    covered_extra_ids: frozenset[UUID] = frozenset()

    @property
    def money_minor(self) -> int:
        """What is to be paid in bonus and money."""
        return self.bonus_minor + self.wallet_minor + self.missing_minor

    @property
    def fingerprint(self) -> str:
        """What is used, in short: nobody books otherwise than they were shown."""
        used = (self.pass_id or "", self.bonus_minor, self.wallet_minor, self.missing_minor)
        return "/".join(str(part) for part in used)


def cover(bill: Bill, funds: Funds) -> Cover:
    """Return what the bill is paid with, and say why."""
    said: list[str] = []
    chosen = _choose_pass(bill, funds.passes, said)
    included = _included(bill, chosen, said)
    left = bill.total if chosen is None else bill.extras - sum(one.price for one in included)
    bonus = _bonus(bill, left, funds.bonus_minor, said)
    wallet = _wallet(bill, left - bonus, funds.cash_minor, said)
    missing = left - bonus - wallet
    if missing:
        said.append(f"{_money(missing, bill)} {'at the desk' if bill.is_at_desk else 'by card'}.")
    if not bill.total:
        said.append("It costs nothing.")
    return Cover(
        None if chosen is None else chosen.id,
        bonus,
        wallet,
        missing,
        said,
        frozenset(one.extra_id for one in included),
    )


def fill(
    lines: Sequence[tuple[L, int]], sources: Sequence[tuple[S, int]]
) -> list[tuple[L, S, int]]:
    """Return how much of each source pays for each line, to the cent: what comes first fills first.

    Of `lines` the amount is what is open, of `sources` what is given; what is too much is left.
    """
    parts: list[tuple[L, S, int]] = []
    left = [given for _, given in sources]
    for line, price in lines:
        is_open = price
        for number, (source, _) in enumerate(sources):
            part = min(is_open, left[number])
            if part:
                parts.append((line, source, part))
                left[number] -= part
                is_open -= part
    return parts


def best_first(offer: PassOffer) -> tuple[object, ...]:
    """Order passes: unlimited, soonest to expire, for the fewest things, the oldest."""
    never = offer.expires_at is None
    return (
        offer.sessions_left is not None,
        never,
        offer.expires_at.timestamp() if offer.expires_at is not None else 0.0,
        offer.breadth,
        offer.bought_at.timestamp(),
        str(offer.id),
    )


def _included(bill: Bill, chosen: PassOffer | None, said: list[str]) -> list[ExtraLine]:
    """Return the extras of which the chosen pass pays for one."""
    if chosen is None:
        return []
    lines = {one.extra_id: one for one in bill.lines if one.extra_id in chosen.extra_ids}
    said += [f"{one.name} with {chosen.name}, too." for one in lines.values()]
    return list(lines.values())


def _choose_pass(bill: Bill, passes: Sequence[PassOffer], said: list[str]) -> PassOffer | None:
    if not bill.price:
        return None
    if PASS not in bill.methods:
        if passes:
            said.append("Passes are not taken for this.")
        return None
    if bill.avoids_pass:
        said.append("No pass, as you chose.")
        return None
    usable = sorted((one for one in passes if not one.why_not), key=best_first)
    if bill.pass_id is not None:
        usable = [one for one in usable if one.id == bill.pass_id]
    said += [f"{one.name}: {one.why_not}" for one in passes if one.why_not]
    if not usable:
        return None
    best = usable[0]
    left = "" if best.sessions_left is None else f" {best.sessions_left - 1} visits are left on it."
    reason = "as you chose" if bill.pass_id is not None else _reason(best, usable)
    said.append(f"The place with {best.name}, {reason}.{left}")
    return best


def _reason(best: PassOffer, usable: Sequence[PassOffer]) -> str:
    """Return in what the best is before the next: the first thing in which they differ."""
    if len(usable) == 1:
        return "the only one that fits"
    following = usable[1]
    if best.sessions_left is None and following.sessions_left is not None:
        return "which is unlimited"
    if best.expires_at != following.expires_at:
        return "which ends first"
    if best.breadth != following.breadth:
        return "which is for the fewest things"
    return "the oldest that fits"


def _bonus(bill: Bill, left: int, bonus: int, said: list[str]) -> int:
    if not bonus or not left:
        return 0
    if BONUS not in bill.methods or not bill.bonus_share_percent:
        said.append("Bonus is not taken for this.")
        return 0
    used = min(bonus, left * bill.bonus_share_percent // 100, max(0, left - bill.card_minor))
    if used:
        limit = bill.bonus_share_percent
        share = f", at most {limit} % of a price" if limit < 100 else ""
        said.append(
            f"{_money(used, bill)} bonus{share}; {_money(bonus - used, bill)} bonus is left."
        )
    return used


def _wallet(bill: Bill, left: int, cash: int, said: list[str]) -> int:
    if not cash or not left:
        return 0
    if WALLET not in bill.methods:
        said.append("The wallet is not taken for this.")
        return 0
    used = min(cash, max(0, left - bill.card_minor))
    if not used:
        return 0
    said.append(f"{_money(used, bill)} from the wallet; {_money(cash - used, bill)} is left.")
    return used


def _money(amount_minor: int, bill: Bill) -> str:
    return format_money(Money(amount_minor, bill.currency))
