"""`/door`: a phone becomes a scanner, with the code that the office shows."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from houseful.accounts import find_organization, places_of
from houseful.kernel.problems import Problem
from houseful.scanning import enrol_device, home_of_key
from houseful.web.door.guard import DEVICE, DEVICE_TTL_SECONDS, SCAN
from houseful.web.guards import Anybody
from houseful.web.pages import act, show, told
from houseful.web.templating import page
from houseful.web.visits import Visit


@show("/door", Anybody())
async def show_door(visit: Visit) -> Response[Any]:
    """Lead an enrolled device to its house; let others enrol, or scan as who they are."""
    key = visit.read_cookie(DEVICE)
    home = await visit.database.run(None, home_of_key, key) if key else None
    if home is not None:
        organization = await visit.database.run(None, find_organization, str(home))
        if organization is not None:
            return Redirect(f"/door/{organization.slug}")
    return await _enrolment(visit)


@act("/door", Anybody())
async def enrol(visit: Visit) -> Response[Any]:
    """Enrol this phone: its key is kept in a cookie that no script can read."""
    form = await visit.form()
    code = form.get("code", "")
    try:
        enrolled = await enrol_device(visit.database, code)
    except Problem as problem:
        return await _enrolment(visit, message=told(problem), code=code)
    organization = await visit.database.run(
        None, find_organization, str(enrolled.device.organization_id)
    )
    assert organization is not None
    answer = Redirect(f"/door/{organization.slug}", status_code=303)
    answer.set_cookie(visit.cookie(DEVICE, enrolled.key, max_age=DEVICE_TTL_SECONDS))
    return visit.keep(answer)


async def _enrolment(visit: Visit, *, message: str = "", code: str = "") -> Response[Any]:
    return page(
        visit,
        "door/enrolment.html",
        status=422 if message else 200,
        message=message,
        code=code,
        places=await _own_places(visit),
    )


async def _own_places(visit: Visit) -> list[Any]:
    """Return the houses at whose doors the person who is signed in may scan."""
    identity = await visit.find_identity()
    if identity is None or identity.actor.id is None:
        return []
    gatekeeper = visit.request.app.state.gatekeeper
    places = await visit.database.run(None, places_of, identity.actor.id)
    accesses = [await gatekeeper.access(identity, place.organization_id) for place in places]
    return [
        place
        for place, access in zip(places, accesses, strict=True)
        if access is not None and access.allows(SCAN)
    ]


handlers = [show_door, enrol]
