"""The order of a waiting list over HTTP."""

from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, post
from houseful.kernel.problems import IllegalTransition
from houseful.sessions.bookings.desk import prioritise
from houseful.sessions.bookings.line import position_of
from houseful.sessions.bookings.models import WaitingEntry
from houseful.sessions.bookings.schemas import WaitingPriority, WaitingView

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


handlers = [set_waiting_priority]
