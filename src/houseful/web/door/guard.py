"""The guard of the door: a device that is enrolled here, or a member who may scan."""

from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from houseful.accounts import find_organization
from houseful.kernel.http.guards import check
from houseful.kernel.problems import Forbidden, NotFound, Unauthenticated
from houseful.scanning import admit_device
from houseful.web.guards import Anybody
from houseful.web.visits import Visit

Connection = ASGIConnection[Any, Any, Any, Any]

DEVICE = "device"
DEVICE_TTL_SECONDS = 400 * 24 * 3600
SCAN = "scanning.scans.create"
SUPERVISE = "scanning.scans.update"
MODULE = "ticketing"


class AtDoor(Anybody):
    """Guard of the door's pages; the device's cookie goes before a person's sign-in.

    `lets_pass`: who is neither gets to the handler without access, which leads them on.
    """

    def __init__(
        self, *, lets_pass: bool = False, permission: str = SCAN, module: str = MODULE
    ) -> None:
        self.lets_pass = lets_pass
        self.permission = permission
        self.module = module

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Find out who stands at which house's door, and what they may do."""
        await super().__call__(connection, handler)
        visit: Visit = connection.state.visit
        slug = str(connection.path_params["organization"])
        visit.organization = await visit.database.run(None, find_organization, slug)
        if visit.organization is None:
            raise NotFound("There is no such house.")
        if not await _is_device(visit):
            await _find_member(visit)
        if visit.access is None:
            if self.lets_pass:
                return
            raise Unauthenticated("This phone is not enrolled here, or was taken out of service.")
        method = str(cast("dict[str, Any]", connection.scope).get("method", ""))
        check(visit.access, self.permission, self.module, method)


async def _is_device(visit: Visit) -> bool:
    key = visit.read_cookie(DEVICE)
    if not key:
        return False
    admitted = await visit.database.run(visit.organization.id, admit_device, key)
    if admitted is None:
        return False
    visit.identity, visit.access = admitted
    return True


async def _find_member(visit: Visit) -> None:
    if await visit.find_identity() is None:
        return
    assert visit.identity is not None
    gatekeeper = visit.request.app.state.gatekeeper
    visit.access = await gatekeeper.access(visit.identity, visit.organization.id)
    if visit.access is None:
        raise Forbidden("You are not a member of this organisation.")
