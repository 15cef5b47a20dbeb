"""Bookings over HTTP."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.calendar import SpaceNotInUse, SpaceTaken
from houseful.hire.bookings import life, queries, service
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.problems import HoldContested, OverrideRequired
from houseful.hire.bookings.queries import BookingFilter
from houseful.hire.bookings.rules import LIFE
from houseful.hire.bookings.schemas import (
    Because,
    BookingActView,
    BookingChanges,
    BookingView,
    Cancellation,
    Confirmation,
    Hold,
    NewBooking,
    Refusal,
)
from houseful.hire.bookings.times import OVERRIDE
from houseful.hire.rates.problems import NotEnoughStock
from houseful.hire.services import services_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, ExpectedVersion, Page, StatedVersion, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.instants import query_instant
from houseful.kernel.problems import IllegalTransition, VersionMismatch
from houseful.venues import SpaceScope

BOOKINGS = "/api/v1/bookings"
KEEP_DEPOSITS = "venue.deposits.forfeit"
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
    raises=[SpaceTaken, SpaceNotInUse],
)
async def create_booking(caller: Caller, data: NewBooking) -> Response[BookingView]:
    """Ask for spaces, or hold them: all of them, or none.

    A conflict is told with what is in the way, and with the nearest free alternatives.
    """
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
    raises=[SpaceTaken, SpaceNotInUse, NotEnoughStock, HoldContested, IllegalTransition],
)
async def update_booking(
    caller: Caller, booking_id: UUID, data: BookingChanges, expected_version: ExpectedVersion
) -> Response[BookingView]:
    """Change what is given. What grows or moves queues anew; what shrinks keeps its rank."""
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


@post(
    BOOKINGS + "/{booking_id:uuid}/hold",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Hold what an inquiry asks for",
    raises=[VersionMismatch, SpaceTaken, SpaceNotInUse, IllegalTransition],
)
async def hold_booking(
    caller: Caller, booking_id: UUID, data: Hold, stated_version: StatedVersion
) -> Response[BookingView]:
    """Hold what an inquiry asks for, in rank behind who was there earlier."""
    return await _change(caller, stated_version, life.hold_booking, booking_id, data)


@post(
    BOOKINGS + "/{booking_id:uuid}/offer",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Note an offer",
    raises=[VersionMismatch, IllegalTransition],
)
async def offer_booking(
    caller: Caller, booking_id: UUID, data: Because, stated_version: StatedVersion
) -> Response[BookingView]:
    """Note that a proposal or contract is with the customer; the hold does not expire meanwhile."""
    return await _change(caller, stated_version, life.offer_booking, booking_id, data)


@post(
    BOOKINGS + "/{booking_id:uuid}/withdraw-offer",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Take an offer back",
    raises=[VersionMismatch, IllegalTransition],
)
async def withdraw_offer(
    caller: Caller, booking_id: UUID, data: Because, stated_version: StatedVersion
) -> Response[BookingView]:
    """Take the offer back: it is a hold as before."""
    return await _change(caller, stated_version, life.withdraw_offer, booking_id, data)


@post(
    BOOKINGS + "/{booking_id:uuid}/contract",
    status=200,
    permission="venue.bookings.confirm",
    module="venue",
    summary="Note that all have signed",
    raises=[VersionMismatch, IllegalTransition],
)
async def contract_booking(
    caller: Caller, booking_id: UUID, stated_version: StatedVersion
) -> Response[BookingView]:
    """Make the spaces firmly the customer's. If somebody has one by now, `conflictAt` is set."""
    return await _change(caller, stated_version, life.contract_booking, booking_id)


@post(
    BOOKINGS + "/{booking_id:uuid}/confirm",
    status=200,
    permission="venue.bookings.confirm",
    module="venue",
    summary="Confirm a booking",
    raises=[
        VersionMismatch,
        SpaceTaken,
        SpaceNotInUse,
        NotEnoughStock,
        OverrideRequired,
        IllegalTransition,
    ],
)
async def confirm_booking(
    caller: Caller, booking_id: UUID, data: Confirmation, stated_version: StatedVersion
) -> Response[BookingView]:
    """Let it take place. Without a signed contract, say why."""
    return await _change(caller, stated_version, life.confirm_booking, booking_id, data)


@post(
    BOOKINGS + "/{booking_id:uuid}/unconfirm",
    status=200,
    permission="venue.bookings.cancel",
    module="venue",
    summary="Make it a hold again",
    raises=[VersionMismatch, IllegalTransition],
)
async def unconfirm_booking(
    caller: Caller, booking_id: UUID, data: Refusal, stated_version: StatedVersion
) -> Response[BookingView]:
    """Make a firm booking a hold again, with the priority that it had."""
    return await _change(caller, stated_version, life.unconfirm_booking, booking_id, data)


@post(
    BOOKINGS + "/{booking_id:uuid}/release",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Release a hold",
    raises=[VersionMismatch, IllegalTransition],
)
async def release_booking(
    caller: Caller, booking_id: UUID, data: Because, stated_version: StatedVersion
) -> Response[BookingView]:
    """Give the hold up: all behind it move up, and are told."""
    return await _change(caller, stated_version, life.release_booking, booking_id, data)


@post(
    BOOKINGS + "/{booking_id:uuid}/decline",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Decline a booking",
    raises=[VersionMismatch, IllegalTransition],
)
async def decline_booking(
    caller: Caller, booking_id: UUID, data: Refusal, stated_version: StatedVersion
) -> Response[BookingView]:
    """Say no to an inquiry or a hold."""
    return await _change(caller, stated_version, life.decline_booking, booking_id, data)


@post(
    BOOKINGS + "/{booking_id:uuid}/lose",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Note a lost booking",
    raises=[VersionMismatch, IllegalTransition],
)
async def lose_booking(
    caller: Caller, booking_id: UUID, data: Refusal, stated_version: StatedVersion
) -> Response[BookingView]:
    """Note that the customer went elsewhere, and why."""
    return await _change(caller, stated_version, life.lose_booking, booking_id, data)


@post(
    BOOKINGS + "/{booking_id:uuid}/cancel",
    status=200,
    permission="venue.bookings.cancel",
    module="venue",
    summary="Cancel a booking",
    raises=[VersionMismatch, IllegalTransition],
)
async def cancel_booking(
    caller: Caller, booking_id: UUID, data: Cancellation, stated_version: StatedVersion
) -> Response[BookingView]:
    """Call off what was promised: why, by whom, and what becomes of the deposit."""
    if data.deposit != "undecided":
        caller.require(KEEP_DEPOSITS)
    is_external = services_of(caller.database).finance is not None
    use_case = partial(life.cancel_booking, is_external=is_external)
    return await _change(caller, stated_version, use_case, booking_id, data)


@post(
    BOOKINGS + "/{booking_id:uuid}/complete",
    status=200,
    permission="venue.bookings.update",
    module="venue",
    summary="Complete a booking",
    raises=[VersionMismatch, IllegalTransition],
)
async def complete_booking(
    caller: Caller, booking_id: UUID, stated_version: StatedVersion
) -> Response[BookingView]:
    """Note that it has taken place."""
    return await _change(caller, stated_version, life.complete_booking, booking_id)


@post(
    BOOKINGS + "/{booking_id:uuid}/close",
    status=200,
    permission="venue.bookings.confirm",
    module="venue",
    summary="Close a booking",
    raises=[VersionMismatch, IllegalTransition],
)
async def close_booking(
    caller: Caller, booking_id: UUID, stated_version: StatedVersion
) -> Response[BookingView]:
    """Put it away: it is settled."""
    return await _change(caller, stated_version, life.close_booking, booking_id)


async def _change(
    caller: Caller, version: int | None, use_case: Any, *args: Any
) -> Response[BookingView]:
    return await caller.change(
        shown(service.at_version(use_case, version)),
        *args,
        view=BookingView,
        scope=caller.access.space_ids,
    )


handlers = [
    list_bookings,
    create_booking,
    read_booking,
    update_booking,
    list_booking_acts,
    hold_booking,
    offer_booking,
    withdraw_offer,
    contract_booking,
    confirm_booking,
    unconfirm_booking,
    release_booking,
    decline_booking,
    lose_booking,
    cancel_booking,
    complete_booking,
    close_booking,
]
