"""Settlements on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from houseful.hire.contracts.schemas import Content, FileName
from houseful.hire.deals.terms import Amount, DealTerms, Label, Night, Outcome
from houseful.hire.settlements.models import Settlement
from houseful.kernel.http import Body, View

Party = Literal["venue", "promoter"]
Bearer = Literal["venue", "promoter", "show"]
Text = Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"^(?=.*\S)[^\x00]*$")]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^(?=.*\S)[^\x00]*$")]
Reference = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^(?=.*\S)[^\x00]*$")]
Minor = Annotated[int, Meta(ge=1, le=10**13, description="Minor units.")]
LineKey = Annotated[str, Meta(max_length=60, pattern=r"^[a-z_]*$")]


class NewSettlement(Body):
    """The booking whose night is to be settled."""

    booking_id: UUID
    advances_minor: Amount = 0


class NewExpense(Body):
    """What the night cost, perhaps with its receipt (PDF, PNG, JPEG or text)."""

    label: Label
    amount_minor: Minor
    paid_by: Party = "venue"
    borne_by: Bearer = "show"
    receipt_name: FileName | None = None
    receipt: Content | None = None


class NewComment(Body):
    """What one side says; `line` is the key of a line of the trace, or empty for the whole."""

    text: Text
    line: LineKey = ""
    party: Party = "venue"
    name: Name = "The venue"


class Agreement(Body):
    """Who agrees, and to which amount; another amount than is due is refused."""

    name: Name
    due_minor: int
    party: Party = "venue"


class Payout(Body):
    """How what was due has changed hands."""

    reference: Reference


class Adjustment(Body):
    """Why a settlement is gone on from."""

    reason: Text


class ExpenseView(View):
    """What the night cost."""

    id: UUID
    label: str
    amount_minor: int
    paid_by: str
    borne_by: str
    receipt_name: str
    receipt_hash: str


class CommentView(View):
    """What one side said."""

    at: datetime
    party: str
    name: str
    line: str
    text: str


class SettlementView(View):
    """A settlement with its trace; both sides see the same."""

    id: UUID
    booking_id: UUID
    deal_id: UUID
    deal_number: int
    number: int
    adjusts_id: UUID | None
    reason: str
    status: str
    currency: str
    event_id: UUID | None
    promoter_event_id: UUID | None
    receipts_at: datetime | None
    awaits_receipts: bool
    terms: DealTerms
    night: Night
    outcome: Outcome
    due_minor: int
    reckoned_at: datetime
    venue_agreed_at: datetime | None
    venue_agreed_by: str
    promoter_agreed_at: datetime | None
    promoter_agreed_by: str
    paid_at: datetime | None
    payment_reference: str
    sheet_hash: str
    expenses: list[ExpenseView]
    comments: list[CommentView]
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: Any) -> "SettlementView":
        """Make the view of a settlement."""
        settlement: Settlement = row
        derived: dict[str, Any] = {
            "terms": msgspec.convert(settlement.terms, DealTerms),
            "night": msgspec.convert(settlement.night, Night),
            "outcome": msgspec.convert(settlement.outcome, Outcome),
            "expenses": [ExpenseView.of(one) for one in settlement.expenses],
            "comments": [CommentView.of(one) for one in settlement.comments],
        }
        plain = {
            name: getattr(settlement, name) for name in cls.__struct_fields__ if name not in derived
        }
        return cls(**plain, **derived)
