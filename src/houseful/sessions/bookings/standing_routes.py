"""Standing places in a series over HTTP: given, paused, ended."""

from uuid import UUID

from litestar import Response

from houseful.audit import AlreadyExists
from houseful.kernel.http import Caller, Page, get, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition
from houseful.sessions.bookings import desk, standing
from houseful.sessions.customers.schemas import NewSlotAttendee, SlotAttendeeView
from houseful.sessions.problems import NotBookable

OF_SERIES = "/api/v1/session-series/{series_id:uuid}/attendees"
ONE = "/api/v1/slot-attendees/{slot_attendee_id:uuid}"
CREATE = "sessions.bookings.create"
MODULE = "sessions"


@post(
    OF_SERIES,
    permission=CREATE,
    module=MODULE,
    summary="Give somebody a place in every session of a series",
    raises=[NotBookable, AlreadyExists],
)
async def create_slot_attendee(
    caller: Caller, series_id: UUID, data: NewSlotAttendee
) -> Response[SlotAttendeeView]:
    """Give somebody a standing place, billed when each session is over."""
    return await caller.create(
        desk.give_standing_place,
        series_id,
        data,
        scope=caller.access.space_ids,
        view=SlotAttendeeView,
        at="/api/v1/slot-attendees",
    )


@get(
    "/api/v1/slot-attendees",
    permission="sessions.bookings.read",
    module=MODULE,
    summary="List standing places",
)
async def list_slot_attendees(caller: Caller, window: Window) -> Page[SlotAttendeeView]:
    """List who has their place in every session of a series, or had."""
    return await caller.read_page(
        standing.list_standing,
        window=window,
        view=SlotAttendeeView,
        scope=caller.access.space_ids,
    )


@get(ONE, permission="sessions.bookings.read", module=MODULE, summary="Read a standing place")
async def read_slot_attendee(caller: Caller, slot_attendee_id: UUID) -> Response[SlotAttendeeView]:
    """Read a standing place."""
    return await caller.read(
        standing.read_standing,
        slot_attendee_id,
        scope=caller.access.space_ids,
        view=SlotAttendeeView,
    )


@post(
    ONE + "/pause",
    status=200,
    permission=CREATE,
    module=MODULE,
    summary="Pause a standing place",
    raises=[IllegalTransition],
)
async def pause_slot_attendee(caller: Caller, slot_attendee_id: UUID) -> Response[SlotAttendeeView]:
    """Let others have its places until it goes on; what is too near to be cancelled stays."""
    return await caller.change(
        standing.pause_standing,
        slot_attendee_id,
        scope=caller.access.space_ids,
        view=SlotAttendeeView,
    )


@post(
    ONE + "/resume",
    status=200,
    permission=CREATE,
    module=MODULE,
    summary="Let a standing place go on",
    raises=[IllegalTransition, NotBookable],
)
async def resume_slot_attendee(
    caller: Caller, slot_attendee_id: UUID
) -> Response[SlotAttendeeView]:
    """Give it a place again in every session to come that is not full."""
    return await caller.change(
        standing.resume_standing,
        slot_attendee_id,
        scope=caller.access.space_ids,
        view=SlotAttendeeView,
    )


@post(
    ONE + "/end",
    status=200,
    permission=CREATE,
    module=MODULE,
    summary="End a standing place",
    raises=[IllegalTransition],
)
async def end_slot_attendee(caller: Caller, slot_attendee_id: UUID) -> Response[SlotAttendeeView]:
    """End it; what is too near to be cancelled stays booked."""
    return await caller.change(
        standing.end_standing,
        slot_attendee_id,
        scope=caller.access.space_ids,
        view=SlotAttendeeView,
    )


handlers = [
    create_slot_attendee,
    list_slot_attendees,
    read_slot_attendee,
    pause_slot_attendee,
    resume_slot_attendee,
    end_slot_attendee,
]
