"""What became of the attempts to pay, in words, wherever its payer comes back to."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from houseful.kernel.database import UnitOfWork
from houseful.payments import Transaction, find_transactions


class News(msgspec.Struct, frozen=True):
    """What became of a payment: in a few words, and what of it."""

    what: str
    more: str
    is_good: bool = False


_TOLD = {
    "failed": News(
        "The card was declined.", "Nothing was charged. Try again, or with another card."
    ),
    "canceled": News("The payment was called off.", "Nothing was charged."),
    "review": News(
        "The amount that arrived is not the one that was due.",
        "The house looks at it and will write to you.",
    ),
    "pending": News(
        "Not paid yet.", "If you have just paid, this page will say so when the news arrives."
    ),
}


async def told_attempt(uow: UnitOfWork, payable_kind: str, payable_id: UUID) -> News | None:
    """Return what to say of the attempts to pay for a thing; None when there is nothing."""
    return told_of(await find_transactions(uow, payable_kind, payable_id))


def told_of(attempts: Sequence[Transaction]) -> News | None:
    """Return what to say of attempts to pay for a thing; None when there is nothing to say.

    That nothing was charged is said only when it is known of each of them.
    """
    if any(attempt.is_unknown for attempt in attempts):
        return _TOLD["pending"]
    return _TOLD.get(attempts[-1].status) if attempts else None
