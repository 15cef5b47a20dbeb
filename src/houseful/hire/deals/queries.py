"""Reading deals, and reckoning with them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from houseful.hire.deals.models import Deal, DealVersion
from houseful.hire.deals.rules import settle_deal, what_if
from houseful.hire.deals.schemas import (
    Point,
    ReckoningView,
    WhatIf,
    WhatIfView,
    terms_of,
)
from houseful.hire.deals.terms import DealTerms, Night, Outcome
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page


async def get_deal(uow: UnitOfWork, deal_id: UUID) -> Deal:
    """Return the deal with its versions; raises `NotFound`."""
    return await uow.get(Deal, deal_id)


async def list_deals(
    uow: UnitOfWork,
    *,
    window: Window,
    booking_id: UUID | None = None,
    event_id: UUID | None = None,
    status: str | None = None,
) -> tuple[list[Deal], str | None]:
    """Return one page of deals, by the state of the version that counts."""
    statement = select(Deal).where(Deal.organization_id == uow.tenant)
    if booking_id is not None:
        statement = statement.where(Deal.booking_id == booking_id)
    if event_id is not None:
        statement = statement.where(Deal.event_id == event_id)
    if status is not None:
        in_state = select(DealVersion.deal_id).where(
            DealVersion.organization_id == uow.tenant,
            DealVersion.status == status,
            DealVersion.number == Deal.number,
            DealVersion.deal_id == Deal.id,
        )
        statement = statement.where(in_state.exists())
    return await fetch_page(uow, statement, Deal, window)


async def deal_about(
    uow: UnitOfWork, *, booking_id: UUID | None = None, event_id: UUID | None = None
) -> Deal | None:
    """Return the deal on a booking or, failing that, on an event; None when there is none."""
    for column, wanted in ((Deal.booking_id, booking_id), (Deal.event_id, event_id)):
        if wanted is None:
            continue
        found: Any = await uow.first(
            select(Deal).where(Deal.organization_id == uow.tenant, column == wanted)
        )
        if found is not None:
            return found
    return None


async def is_shared(uow: UnitOfWork, event_id: UUID, booking_ids: Collection[UUID]) -> bool:
    """Whether a deal on the event, or one of its bookings, shares the receipts that we hold.

    One that is not accepted yet counts: it may be.
    """
    deals: Sequence[Deal] = await uow.all(
        select(Deal).where(
            Deal.organization_id == uow.tenant,
            or_(Deal.event_id == event_id, Deal.booking_id.in_(booking_ids)),
        )
    )
    return any(
        deal.current.status in {"draft", "offered", "accepted"}
        and terms_of(deal.current).box_office == "venue"
        for deal in deals
    )


async def reckon(uow: UnitOfWork, deal_id: UUID, night: Night) -> ReckoningView:
    """Return what a night would come to under the deal's terms; raises `NotFound`."""
    terms = terms_of((await get_deal(uow, deal_id)).current)
    return ReckoningView(terms=terms, outcome=settle_deal(terms, night))


async def what_if_of(uow: UnitOfWork, deal_id: UUID, data: WhatIf) -> WhatIfView:
    """Return what the deal comes to at each of the numbers sold; raises `NotFound`."""
    return plot(terms_of((await get_deal(uow, deal_id)).current), data)


def plot(terms: DealTerms, data: WhatIf) -> WhatIfView:
    """Return what terms come to at each of the numbers sold."""
    return WhatIfView(
        currency=terms.currency,
        points=_points(
            what_if(
                terms,
                price_minor=data.price_minor,
                sold=data.sold,
                deposits_minor=data.deposits_minor,
            )
        ),
    )


def _points(reckoned: Iterable[tuple[int, Outcome]]) -> list[Point]:
    return [
        Point(
            sold=sold,
            gross_minor=outcome.gross_minor,
            venue_minor=outcome.venue_minor,
            promoter_minor=outcome.promoter_minor,
            walk_out_minor=outcome.walk_out_minor,
        )
        for sold, outcome in reckoned
    ]
