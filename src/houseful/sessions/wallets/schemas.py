"""Wallets on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from houseful.kernel.http import Body, View

Amount = Annotated[int, Meta(ge=1, le=10_000_000, description="In minor units.")]


class WalletView(View):
    """A customer's money and bonus."""

    id: UUID
    customer_id: UUID
    currency: str
    cash_minor: int
    bonus_minor: int
    created_at: datetime


class MovementView(View):
    """A line of a wallet's statement."""

    id: UUID
    kind: str
    cash_minor: int
    bonus_minor: int
    cash_after: int
    bonus_after: int
    reason: str
    created_at: datetime


class WalletCorrection(Body):
    """Cash over the counter, goodwill, or a mistake put right."""

    kind: Literal["paid_in", "paid_out", "goodwill", "correction"]
    amount_minor: Amount
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class NewBonusTier(Body):
    """From which top-up on how much bonus is given; without `validDays` it never lapses."""

    from_minor: Amount
    bonus_minor: Amount
    valid_days: Annotated[int, Meta(ge=1, le=3650)] | None = None


class BonusTierView(View):
    """Bonus that comes with a top-up."""

    id: UUID
    currency: str
    from_minor: int
    bonus_minor: int
    valid_days: int | None
    version: int


class NewTopUp(Body):
    """Money for one's wallet, by card."""

    amount_minor: Annotated[int, Meta(ge=100, le=1_000_000)]
    return_path: Annotated[str, Meta(max_length=300, pattern=r"^(/[^/\\\x00][^\\\x00]*)?$")] = ""
