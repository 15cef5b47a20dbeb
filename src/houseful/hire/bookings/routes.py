"""Bookings over HTTP: made, read and changed."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.calendar import SpaceNotInUse, SpaceTaken
from houseful.hire.bookings import queries, service
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.problems import HoldContested
from houseful.hire.bookings.queries import BookingFilter
from houseful.hire.bookings.rules import LIFE
from houseful.hire.bookings.schemas import (
    BookingActView,
    BookingChanges,
    BookingView,
    NewBooking,
)
from houseful.hire.bookings.times import OVERRIDE
from houseful.hire.rates.problems import NotEnoughStock
from houseful.hire.venue_events.asking import known_promoter_event
from houseful.hire.venue_events.problems import PromoterUnreachable
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, ExpectedVersion, Page, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.instants import query_instant
from houseful.kernel.problems import IllegalTransition
from houseful.venues import SpaceScope

BOOKINGS = "/api/v1/bookings"
Status = Annotated[str | None, QueryParameter(pattern="^(" + "|".join(sorted(LIFE.states)) + ")$")]
Id = UUID | None
VenueId = Annotated[Id, QueryParameter(name="venueId")]
SpaceId = Annotated[Id, QueryParameter(name="spaceId")]
CompanyId = Annotated[Id, QueryParameter(name="companyId")]
PersonId = Annotated[Id, QueryParameter(name="personId")]
EventId = Annotated[Id, QueryParameter(name="eventId")]
SeriesId = Annotated[Id, QueryParameter(name="seriesId")]
From = Annotated[datetime | None, QueryParameter(name="fromAt", description="Ends after.")]
Until = Annotated[datetime | None, QueryParameter(name="toAt", description="Starts before.")]
TitlePart = Annotated[str | None, QueryParameter(max_length=200, description="Part of the title.")]


def shown(use_case: Callable[..., Awaitable[Booking]]) -> Callable[..., Awaitable[BookingView]]:
    """Let a use case answer with the booking as it is shown."""

    async def act(
        uow: UnitOfWork, *args: Any, scope: SpaceScope = None, **kwargs: Any
    ) -> BookingView:
        booking = await use_case(uow, *args, scope=scope, **kwargs)
        await uow.flush()
        await uow.session.refresh(booking)
        return await queries.show_booking(uow, booking, scope=scope)

    return act


@get(BOOKINGS, permission="venue.bookings.read", module="venue", summary="List the bookings")
async def list_bookings(
    caller: Caller,
    window: Window,
    status: Status = None,
    venue_id: VenueId = None,
    space_id: SpaceId = None,
    company_id: CompanyId = None,
    person_id: PersonId = None,
    event_id: EventId = None,
    series_id: SeriesId = None,
    starts_after: From = None,
    ends_before: Until = None,
    title: TitlePart = None,
) -> Page[BookingView]:
    """List the bookings that the caller sees, each with the ranks of its holds."""
    matching = BookingFilter(
        status=status,
        venue_id=venue_id,
        space_id=space_id,
        company_id=company_id,
        person_id=person_id,
        event_id=event_id,
        series_id=series_id,
        from_at=query_instant("fromAt", starts_after) if starts_after else None,
        until_at=query_instant("toAt", ends_before) if ends_before else None,
        title=title,
    )
    return await caller.read_page(
        queries.list_bookings,
        window=window,
        view=BookingView,
        matching=matching,
        scope=caller.access.space_ids,
    )


@post(
    BOOKINGS,
    permission="venue.bookings.create",
    module="venue",
    summary="Make an inquiry or a hold",
    raises=[SpaceTaken, SpaceNotInUse, PromoterUnreachable],
)
async def create_booking(caller: Caller, data: NewBooking) -> Response[BookingView]:
    """Ask for spaces, or hold them: all of them, or none.

    A conflict is told with what is in the way, and with the nearest free alternatives.
    """
    if data.promoter_event_id is not None:
        data.promoter_event_id = await known_promoter_event(caller, data.promoter_event_id)
    return await caller.create(
        shown(service.create_booking),
        data,
        view=BookingView,
        at=BOOKINGS,
        scope=caller.access.space_ids,
        may_override=caller.access.allows(OVERRIDE),
    )


@get(
    BOOKINGS + "/{booking_id:uuid}",
    permission="venue.bookings.read",
    module="venue",
    summary="Read a booking",
)
async def read_booking(caller: Caller, booking_id: UUID) -> Response[BookingView]:
    """Read one booking; its ETag is what a change must name."""
    return await caller.read(
        queries.get_booking, booking_id, view=BookingView, scope=caller.access.space_ids
    )


@patch(
    BOOKINGS + "/{booking_id:uuid}",
    permission="venue.bookings.update",
    module="venue",
    summary="Change a booking",
    raises=[
        SpaceTaken,
        SpaceNotInUse,
        NotEnoughStock,
        HoldContested,
        IllegalTransition,
        PromoterUnreachable,
    ],
)
async def update_booking(
    caller: Caller, booking_id: UUID, data: BookingChanges, expected_version: ExpectedVersion
) -> Response[BookingView]:
    """Change what is given. What grows or moves queues anew; what shrinks keeps its rank."""
    if isinstance(data.promoter_event_id, str):
        data.promoter_event_id = await known_promoter_event(caller, data.promoter_event_id)
    return await caller.change(
        shown(service.update_booking),
        booking_id,
        expected_version,
        data,
        view=BookingView,
        scope=caller.access.space_ids,
        may_move_firm=caller.access.allows(service.MOVE_FIRM),
        may_override=caller.access.allows(OVERRIDE),
    )


@get(
    BOOKINGS + "/{booking_id:uuid}/acts",
    permission="venue.bookings.read",
    module="venue",
    summary="Read what happened to a booking",
)
async def list_booking_acts(
    caller: Caller, booking_id: UUID, window: Window
) -> Page[BookingActView]:
    """Read the booking's story: who did what, and why."""
    return await caller.read_page(
        queries.list_acts,
        booking_id,
        window=window,
        view=BookingActView,
        scope=caller.access.space_ids,
    )


handlers = [list_bookings, create_booking, read_booking, update_booking, list_booking_acts]
