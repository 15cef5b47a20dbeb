"""The picture of an activity: chosen, told in words, taken away."""

from typing import Any
from uuid import UUID

from litestar import Response
from litestar.datastructures import UploadFile

from houseful.kernel.problems import Invalid, Problem
from houseful.sessions import (
    PICTURE_BYTES_MAX,
    describe_picture,
    draw_picture,
    remove_picture,
    set_picture,
)
from houseful.web.guards import Office
from houseful.web.office.session_activities import MODULE, ONE, UPDATE, activity_page
from houseful.web.office.shell import back_to
from houseful.web.pages import act
from houseful.web.visits import Visit

PICTURE = ONE + "/picture"
ALT_MAX_CHARACTERS = 200


@act(PICTURE, Office(UPDATE, module=MODULE))
async def keep_picture(visit: Visit, activity_id: UUID) -> Response[Any]:
    """Give the activity a picture, or say in other words what the one it has shows."""
    data = await visit.request.form()
    visit.check_csrf(str(data.get("csrf", "")))
    upload = data.get("file")
    content = await upload.read(PICTURE_BYTES_MAX + 1) if isinstance(upload, UploadFile) else b""
    alt = str(data.get("alt", "")).strip()
    try:
        if not alt or len(alt) > ALT_MAX_CHARACTERS:
            raise Invalid.at("/alt", "Please say in a few words what the picture shows.")
        if content:
            picture = await draw_picture(content, alt)
            await visit.run(set_picture, activity_id, picture)
        else:
            await visit.run(describe_picture, activity_id, alt)
    except Problem as problem:
        return await activity_page(visit, activity_id, picture_form={"alt": alt}, problem=problem)
    return back_to(visit, f"/session-activities/{activity_id}", "The picture was saved.")


@act(PICTURE + "/remove", Office(UPDATE, module=MODULE))
async def take_picture_away(visit: Visit, activity_id: UUID) -> Response[Any]:
    """Show the activity without a picture."""
    await visit.form()
    try:
        await visit.run(remove_picture, activity_id)
    except Problem as problem:
        return await activity_page(visit, activity_id, problem=problem)
    return back_to(visit, f"/session-activities/{activity_id}", "The picture was taken away.")


handlers = [keep_picture, take_picture_away]
