"""Guards of pages: the same questions as the API's, answered from a cookie and the address."""

from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from houseful.accounts import find_organization
from houseful.kernel.http.guards import check
from houseful.kernel.problems import Forbidden, NotFound, Unauthenticated
from houseful.web.visits import Visit

Connection = ASGIConnection[Any, Any, Any, Any]


class Shop:
    """Guard of public pages: the organisation is in the address, nobody need sign in.

    One that is suspended is read, and nothing is done there; one that is closed is not there.
    """

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """Find the organisation and put the visit on the connection."""
        visit = await _visit(connection)
        await _enter(visit, str(connection.path_params["organization"]))
        gatekeeper = connection.app.state.gatekeeper
        visit.access = await gatekeeper.public_access(visit.organization.slug)
        if visit.access is None or visit.access.organization_status == "closed":
            raise NotFound("There is no such house.")
        check(visit.access, "", "", _method(connection))


class SignedIn:
    """Guard of pages for anybody who is signed in."""

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """Prove the identity."""
        visit = await _visit(connection)
        if await visit.find_identity() is None:
            raise Unauthenticated


class Office(SignedIn):
    """Guard of the office: a member of the organisation in the address, with the permission."""

    def __init__(self, permission: str, *, module: str = "") -> None:
        self.permission = permission
        self.module = module

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Prove the member and check what they may do."""
        await super().__call__(connection, handler)
        visit: Visit = connection.state.visit
        await _enter(visit, str(connection.path_params["organization"]))
        assert visit.identity is not None
        gatekeeper = connection.app.state.gatekeeper
        visit.access = await gatekeeper.access(visit.identity, visit.organization.id)
        if visit.access is None:
            raise Forbidden("You are not a member of this organisation.")
        check(visit.access, self.permission, self.module, _method(connection))


class Anybody:
    """Guard of pages without an organisation: sign-in and the like."""

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """Put the visit on the connection."""
        await _visit(connection)


def provide_visit(request: Request[Any, Any, Any]) -> Visit:
    """Hand the guard's visit to the handler."""
    visit: Visit = request.state.visit
    visit.request = request
    return visit


def _method(connection: Connection) -> str:
    return str(cast("dict[str, Any]", connection.scope).get("method", ""))


async def _visit(connection: Connection) -> Visit:
    request = Request[Any, Any, Any](connection.scope, connection.receive)  # type: ignore[arg-type]
    visit = Visit(request)
    connection.state.visit = visit
    return visit


async def _enter(visit: Visit, slug: str) -> None:
    visit.organization = await visit.database.run(None, find_organization, slug)
    if visit.organization is None:
        raise NotFound("There is no such house.")
