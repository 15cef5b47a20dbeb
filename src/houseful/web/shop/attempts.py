"""What became of the last attempt to pay, in words, wherever its payer comes back to."""

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
    """Return what to say of the last attempt to pay for a thing; None when there is nothing."""
    attempts = await find_transactions(uow, payable_kind, payable_id)
    return told_of(attempts[-1] if attempts else None)


def told_of(attempt: Transaction | None) -> News | None:
    """Return what to say of an attempt; None when there is none, or nothing to say."""
    return _TOLD.get(attempt.status) if attempt is not None else None
