"""Venue events over HTTP. What a promoter has not confirmed is not believed."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.deposits.schemas import FinanceStatusView
from houseful.hire.venue_events import queries, service
from houseful.hire.venue_events.asking import known_promoter_event
from houseful.hire.venue_events.problems import (
    AlreadyLinked,
    PromoterEventTaken,
    PromoterUnreachable,
)
from houseful.hire.venue_events.schemas import (
    LinkPromoter,
    NewVenueEvent,
    Status,
    VenueEventChanges,
    VenueEventView,
)
from houseful.kernel.http import Caller, ExpectedVersion, Page, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.instants import query_instant

IsPlaceholder = Annotated[bool | None, QueryParameter(name="isPlaceholder")]
FromAt = Annotated[datetime | None, QueryParameter(name="fromAt")]
UntilAt = Annotated[datetime | None, QueryParameter(name="untilAt")]
AT = "/api/v1/events"
ONE = AT + "/{venue_event_id:uuid}"


@get(AT, permission="venue.events.read", module="venue", summary="List the venue's events")
async def list_venue_events(
    caller: Caller,
    window: Window,
    is_placeholder: IsPlaceholder = None,
    status: Status | None = None,
    from_at: FromAt = None,
    until_at: UntilAt = None,
) -> Page[VenueEventView]:
    """List the venue's references to promoters' events, and its placeholders."""
    return await caller.read_page(
        queries.list_venue_events,
        window=window,
        view=VenueEventView,
        is_placeholder=is_placeholder,
        status=status,
        from_at=query_instant("fromAt", from_at) if from_at else None,
        until_at=query_instant("untilAt", until_at) if until_at else None,
    )


@post(
    AT,
    permission="venue.events.create",
    module="venue",
    summary="Refer to a promoter's event, or hold its place",
    raises=[PromoterEventTaken, PromoterUnreachable],
)
async def create_venue_event(caller: Caller, data: NewVenueEvent) -> Response[VenueEventView]:
    """Add a reference: exactly one of `promoterEventId`, or `placeholder` with the promoter."""
    if data.promoter_event_id is not None:
        data.promoter_event_id = await known_promoter_event(caller, data.promoter_event_id)
    return await caller.create(service.create_venue_event, data, view=VenueEventView, at=AT)


@get(ONE, permission="venue.events.read", module="venue", summary="Read an event of the venue")
async def read_venue_event(caller: Caller, venue_event_id: UUID) -> Response[VenueEventView]:
    """Read one reference with its bookings."""
    return await caller.read(queries.get_venue_event, venue_event_id, view=VenueEventView)


@patch(
    ONE, permission="venue.events.update", module="venue", summary="Change an event of the venue"
)
async def update_venue_event(
    caller: Caller,
    venue_event_id: UUID,
    data: VenueEventChanges,
    expected_version: ExpectedVersion,
) -> Response[VenueEventView]:
    """Change what the venue says of it; what it refers to never changes here."""
    return await caller.change(
        service.update_venue_event, venue_event_id, expected_version, data, view=VenueEventView
    )


@post(
    ONE + "/link-promoter",
    permission="venue.events.link",
    module="venue",
    summary="Link a placeholder to its promoter's event",
    status=200,
    raises=[AlreadyLinked, PromoterEventTaken, PromoterUnreachable],
)
async def link_promoter(
    caller: Caller, venue_event_id: UUID, data: LinkPromoter
) -> Response[VenueEventView]:
    """Link a placeholder; the same again changes nothing, another id is a conflict.

    An id that another row holds is a conflict, too; with `merge` this row's bookings move there.
    """
    promoter_event_id = await known_promoter_event(caller, data.promoter_event_id)
    return await caller.change(
        service.link_promoter,
        venue_event_id,
        promoter_event_id,
        view=VenueEventView,
        merge=data.merge,
    )


@get(
    ONE + "/finance-status",
    permission="venue.deposits.read",
    module="finance",
    summary="Read what finance says of an event",
)
async def read_finance_status(caller: Caller, venue_event_id: UUID) -> FinanceStatusView:
    """Read the deposits of the event's bookings; what finance has not said is null, never 0."""
    return await caller.run(queries.finance_status_of, venue_event_id, is_linked=True)


handlers = [
    list_venue_events,
    create_venue_event,
    read_venue_event,
    update_venue_event,
    link_promoter,
    read_finance_status,
]
