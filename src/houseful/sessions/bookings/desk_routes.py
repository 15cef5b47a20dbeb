"""What the desk does beside booking, over HTTP: money that is taken, and who waits before whom."""

from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, post
from houseful.kernel.problems import IllegalTransition
from houseful.payments import NothingToPay, UnknownProvider
from houseful.sessions.bookings.desk import prioritise, take_money_for
from houseful.sessions.bookings.line import position_of
from houseful.sessions.bookings.models import WaitingEntry
from houseful.sessions.bookings.schemas import (
    SessionBookingView,
    Taking,
)
from houseful.sessions.bookings.waiting_schemas import WaitingPriority, WaitingView

MODULE = "sessions"


@post(
    "/api/v1/sessions/{session_id:uuid}/waiting-list/{entry_id:uuid}/priority",
    status=200,
    permission="sessions.bookings.create",
    module=MODULE,
    summary="Let somebody who waits go first",
    raises=[IllegalTransition],
)
async def set_waiting_priority(
    caller: Caller, session_id: UUID, entry_id: UUID, data: WaitingPriority
) -> Response[WaitingView]:
    """Set who goes first: the higher priority; those who are equal go as they came."""

    async def change(uow: UnitOfWork) -> tuple[WaitingEntry, int]:
        entry = await prioritise(uow, session_id, entry_id, data, scope=caller.access.space_ids)
        return entry, await position_of(uow, entry)

    return await caller.change(change, view=WaitingView)


@post(
    "/api/v1/sessions/{session_id:uuid}/bookings/{booking_id:uuid}/payments",
    status=200,
    permission="sessions.bookings.create",
    module=MODULE,
    with_key=True,
    summary="Take money for a booking at the desk",
    raises=[NothingToPay, UnknownProvider],
)
async def take_money_for_booking(
    caller: Caller, session_id: UUID, booking_id: UUID, data: Taking
) -> Response[SessionBookingView]:
    """Take cash, or a card at the terminal, for a place that is held, or for a debt."""
    return await caller.change(
        take_money_for,
        session_id,
        booking_id,
        data,
        scope=caller.access.space_ids,
        view=SessionBookingView,
    )


handlers = [set_waiting_priority, take_money_for_booking]
