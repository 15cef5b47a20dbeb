"""Deals, contracts, deposits and settlements for tests."""

from typing import Any

import msgspec

from houseful.hire.deals.models import Deal
from houseful.hire.deals.schemas import Answer, NewDeal
from houseful.hire.deals.service import accept_deal, create_deal, offer_deal
from houseful.hire.deals.terms import DealTerms
from houseful.kernel.database import UnitOfWork
from tests.builders.events import an_event

VERSUS: dict[str, Any] = {
    "shape": "versus",
    "currency": "EUR",
    "payee": "promoter",
    "amountMinor": 800_000,
    "share": 8500,
}
"""A guarantee of €8,000.00 versus 85 % of the net."""


def terms(**fields: Any) -> DealTerms:
    """Make terms, as on the wire: a guarantee versus a percentage unless told otherwise."""
    return msgspec.convert(VERSUS | fields, DealTerms)


async def a_deal(uow: UnitOfWork, *, in_state: str = "draft", **fields: Any) -> Deal:
    """Make a deal, on a new event unless told otherwise, and lead it to a state."""
    if "booking_id" not in fields and "event_id" not in fields:
        fields["event_id"] = (await an_event(uow, in_state="draft")).id
    given = {"title": "Guarantee versus percentage", "terms": terms()} | fields
    deal = await create_deal(uow, NewDeal(**given))
    if in_state in {"offered", "accepted"}:
        deal = await offer_deal(uow, deal.id)
    if in_state == "accepted":
        deal = await accept_deal(uow, deal.id, Answer())
    return deal
