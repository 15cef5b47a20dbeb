"""Deals over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.deals import queries, service
from houseful.hire.deals.problems import DealExists, TermsFixed
from houseful.hire.deals.schemas import (
    Answer,
    DealChanges,
    DealView,
    NewDeal,
    NewVersion,
    Reckoning,
    ReckoningView,
    WhatIf,
    WhatIfOfTerms,
    WhatIfView,
)
from houseful.kernel.http import Caller, ExpectedVersion, Page, delete, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition

Status = Literal["draft", "offered", "accepted", "declined"]
BookingId = Annotated[UUID | None, QueryParameter(name="bookingId")]
EventId = Annotated[UUID | None, QueryParameter(name="eventId")]
AT = "/api/v1/deals"
ONE = AT + "/{deal_id:uuid}"


@get(AT, permission="venue.deals.read", module="venue", summary="List the deals")
async def list_deals(
    caller: Caller,
    window: Window,
    booking_id: BookingId = None,
    event_id: EventId = None,
    status: Status | None = None,
) -> Page[DealView]:
    """List deals, by booking, event, or the state of the version that counts."""
    return await caller.read_page(
        queries.list_deals,
        window=window,
        view=DealView,
        booking_id=booking_id,
        event_id=event_id,
        status=status,
    )


@post(
    AT, permission="venue.deals.create", module="venue", summary="Draft a deal", raises=[DealExists]
)
async def create_deal(caller: Caller, data: NewDeal) -> Response[DealView]:
    """Draft the deal of a booking or an event. There is one; what changes is its version."""
    return await caller.create(service.create_deal, data, view=DealView, at=AT)


@post(
    AT + "/what-if",
    permission="venue.deals.read",
    module="venue",
    summary="Reckon with terms that are nobody's deal yet",
    status=200,
)
async def reckon_terms(data: WhatIfOfTerms) -> WhatIfView:
    """Say what terms would come to at each of the numbers sold; nothing is kept."""
    service.check_terms(data.terms)
    return queries.plot(data.terms, data)


@get(ONE, permission="venue.deals.read", module="venue", summary="Read a deal")
async def read_deal(caller: Caller, deal_id: UUID) -> Response[DealView]:
    """Read a deal with all its versions."""
    return await caller.read(queries.get_deal, deal_id, view=DealView)


@patch(
    ONE,
    permission="venue.deals.update",
    module="venue",
    summary="Change a draft",
    raises=[TermsFixed],
)
async def update_deal(
    caller: Caller, deal_id: UUID, data: DealChanges, expected_version: ExpectedVersion
) -> Response[DealView]:
    """Change what is given. Terms that were offered are superseded by a new version instead."""
    return await caller.change(service.update_deal, deal_id, expected_version, data, view=DealView)


@delete(
    ONE,
    permission="venue.deals.delete",
    module="venue",
    summary="Remove a deal",
    raises=[IllegalTransition],
)
async def remove_deal(caller: Caller, deal_id: UUID) -> None:
    """Remove a deal that was never offered."""
    await caller.remove(service.remove_deal, deal_id)


@post(
    ONE + "/versions",
    permission="venue.deals.update",
    module="venue",
    summary="Begin a new version",
    status=200,
)
async def revise_deal(caller: Caller, deal_id: UUID, data: NewVersion) -> Response[DealView]:
    """Write other terms; they supersede those before, which stay readable."""
    return await caller.change(service.revise_deal, deal_id, data, view=DealView)


@post(
    ONE + "/offer",
    permission="venue.deals.offer",
    module="venue",
    summary="Offer a deal",
    status=200,
    raises=[IllegalTransition],
)
async def offer_deal(caller: Caller, deal_id: UUID) -> Response[DealView]:
    """Put the terms before the other party; from now on they stay as they are."""
    return await caller.change(service.offer_deal, deal_id, view=DealView)


@post(
    ONE + "/accept",
    permission="venue.deals.accept",
    module="venue",
    summary="Accept a deal",
    status=200,
    raises=[IllegalTransition],
)
async def accept_deal(caller: Caller, deal_id: UUID, data: Answer) -> Response[DealView]:
    """Say that both parties agree."""
    return await caller.change(service.accept_deal, deal_id, data, view=DealView)


@post(
    ONE + "/decline",
    permission="venue.deals.accept",
    module="venue",
    summary="Decline a deal",
    status=200,
    raises=[IllegalTransition],
)
async def decline_deal(caller: Caller, deal_id: UUID, data: Answer) -> Response[DealView]:
    """Say that the other party does not agree."""
    return await caller.change(service.decline_deal, deal_id, data, view=DealView)


@post(
    ONE + "/what-if",
    permission="venue.deals.read",
    module="venue",
    summary="See what a deal would come to",
    status=200,
)
async def see_what_if(caller: Caller, deal_id: UUID, data: WhatIf) -> WhatIfView:
    """Say what the deal comes to at each of the numbers sold, with the terms' own budget."""
    return await caller.run(queries.what_if_of, deal_id, data)


@post(
    ONE + "/reckoning",
    permission="venue.deals.read",
    module="venue",
    summary="Reckon a night",
    status=200,
)
async def reckon_deal(caller: Caller, deal_id: UUID, data: Reckoning) -> ReckoningView:
    """Say what a night comes to under the deal, line by line."""
    return await caller.run(queries.reckon, deal_id, data.night)


handlers = [
    list_deals,
    create_deal,
    reckon_terms,
    read_deal,
    update_deal,
    remove_deal,
    revise_deal,
    offer_deal,
    accept_deal,
    decline_deal,
    see_what_if,
    reckon_deal,
]
