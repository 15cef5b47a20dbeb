"""Checking in by scan over HTTP, for the desk and for devices at the door."""

from litestar import Response

from houseful.kernel.http import Caller, post
from houseful.kernel.problems import IllegalTransition
from houseful.sessions import problems
from houseful.sessions.bookings.checking_in import check_in_by_code
from houseful.sessions.bookings.schemas import CheckInView, NewCheckIn
from houseful.sessions.keys import key_for


@post(
    "/api/v1/session-check-ins",
    status=200,
    permission="sessions.bookings.attend",
    module="sessions",
    with_key=True,
    summary="Check somebody in by their code",
    raises=[problems.CodeNotValid, IllegalTransition],
)
async def create_check_in(caller: Caller, data: NewCheckIn) -> Response[CheckInView]:
    """Check in who holds a booking's code; a repeat answers that they are in."""
    return await caller.change(
        check_in_by_code,
        key_for(caller),
        data.code,
        session_id=data.session_id,
        scope=caller.access.space_ids,
        view=CheckInView,
    )


handlers = [create_check_in]
