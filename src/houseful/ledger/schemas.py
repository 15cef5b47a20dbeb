"""The books on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from houseful.kernel.http import Body, View
from houseful.kernel.money import Currency
from houseful.ledger.queries import Balance

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern="^[^\\x00]*$")]


class PostingBody(Body):
    """A line of a manual entry."""

    account: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}$")]
    direction: Literal["debit", "credit"]
    amount_minor: Annotated[int, msgspec.Meta(gt=0, le=10**15)]


class NewEntry(Body):
    """A manual entry: it needs a reason, and it balances."""

    currency: Currency
    postings: Annotated[list[PostingBody], msgspec.Meta(min_length=2, max_length=50)]
    memo: Text


class Reversal(Body):
    """Why an entry is taken back."""

    reason: Text


class EntryView(View):
    """An entry with its postings."""

    id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    occurred_at: datetime
    memo: str
    reverses_id: UUID | None
    postings: list[dict[str, Any]]


class TrialBalanceView(View):
    """Every account; in each currency debits and credits are equal."""

    accounts: list[Balance]
    is_balanced: bool
