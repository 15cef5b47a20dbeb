"""Checking in by scan: a page for the desk and for enrolled phones, with a script or without."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter
from litestar.response import Redirect

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem
from houseful.sessions import (
    DOORS_BEFORE,
    CheckIn,
    ShownSession,
    SlotFilter,
    check_in_by_code,
    key_of,
    sessions_between,
    shown_session,
)
from houseful.web.door.duty import door_path
from houseful.web.door.guard import AtDoor
from houseful.web.pages import act, show, told
from houseful.web.templating import page
from houseful.web.visits import Visit

PATH = "/door/{organization:str}/check-in"
ATTEND = "sessions.bookings.attend"
SHOWN_BACK = timedelta(hours=12)
SessionId = Annotated[UUID | None, QueryParameter(name="session")]


@show(PATH, AtDoor(lets_pass=True, permission=ATTEND, module="sessions"))
async def show_check_in(visit: Visit, session_id: SessionId = None) -> Response[Any]:
    """Show where codes are scanned or typed, for one session or for all that are near."""
    if visit.access is None:
        return Redirect(f"/sign-in?next={door_path(visit)}/check-in")
    return await _page(visit, session_id)


@act(PATH, AtDoor(permission=ATTEND, module="sessions"))
async def check_in(visit: Visit, session_id: SessionId = None) -> Response[Any]:
    """Check in who holds the code, and say who it is, or why not."""
    form = await visit.form()
    try:
        done: CheckIn = await visit.run(
            check_in_by_code,
            key_of(visit.secret),
            form.get("code", "")[:200],
            session_id=session_id,
            scope=visit.space_ids,
        )
    except Problem as problem:
        return await _page(visit, session_id, refused=told(problem))
    return await _page(visit, session_id, done=done)


async def _page(
    visit: Visit, session_id: UUID | None, *, done: CheckIn | None = None, refused: str = ""
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> list[ShownSession]:
        if session_id is not None:
            await shown_session(uow, session_id, scope=visit.space_ids)
        near = SlotFilter(from_at=uow.now - SHOWN_BACK, until_at=uow.now + DOORS_BEFORE)
        sessions = await sessions_between(uow, near, scope=visit.space_ids)
        return [one for one in sessions if one.status != "cancelled" and one.ends_at > uow.now]

    return page(
        visit,
        "door/check_in.html",
        here=f"{door_path(visit)}/check-in",
        chosen=session_id,
        near=await visit.run(read),
        done=done,
        refused=refused,
    )


handlers = [show_check_in, check_in]
