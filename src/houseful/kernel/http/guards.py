"""Guards: identity, organisation, module, permission and status, checked before a body is read."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from houseful.kernel.http.caller import Caller
from houseful.kernel.http.gatekeeper import Gatekeeper
from houseful.kernel.identity import GUEST, Access, Identity
from houseful.kernel.problems import (
    Forbidden,
    ModuleRequired,
    NotFound,
    OrganizationRequired,
    OrganizationSuspended,
    Unauthenticated,
)
from houseful.kernel.secrets import is_same

Connection = ASGIConnection[Any, Any, Any, Any]
INTERNAL_KEY_HEADER = "X-Internal-API-Key"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Requires:
    """Guard of the tenant API: a credential, `x-org`, and there the permission and the module."""

    def __init__(self, permission: str, *, module: str = "", with_key: bool = False) -> None:
        self.permission = permission
        self.module = module
        self.with_key = with_key

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """Prove the caller and put them on the connection, or raise the fitting problem."""
        header = connection.headers.get("authorization", "")
        if not header:
            raise _unauthenticated()
        organization_id = _organization_id(connection)
        admitted = await _gatekeeper(connection).admit(header, organization_id)
        if admitted is None:
            raise _unauthenticated()
        identity, access = admitted
        if access is None:
            raise Forbidden("You are not a member of this organisation.")
        check(access, self.permission, self.module, connection.scope["method"])  # type: ignore[typeddict-item]
        set_caller(connection, identity, access, with_key=self.with_key)


class RequiresIdentity:
    """Guard of what concerns a person and no organisation, such as `/api/v1/me`."""

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """Prove the identity and put it on the connection."""
        connection.state.identity = await identify(connection)


class Internal:
    """Guard of what only other services ask: the key that the operator has set, or nobody."""

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """Compare the key; without one in the settings, none is right."""
        expected: str = connection.app.state.settings.internal_api_key
        given = connection.headers.get(INTERNAL_KEY_HEADER, "")
        if not expected or not is_same(given, expected):
            raise Unauthenticated(f"Send {INTERNAL_KEY_HEADER}, as the operator has set it.")


class Public:
    """Guard of the customer API; `organization`, in the path or the query, names whose shop it is.

    Nobody need sign in, unless it is about what belongs to a person (`signs_in`).
    """

    def __init__(self, *, module: str = "", with_key: bool = False, signs_in: bool = False) -> None:
        self.module = module
        self.with_key = with_key
        self.signs_in = signs_in

    async def __call__(self, connection: Connection, _handler: BaseRouteHandler) -> None:
        """Find the organisation and put the person, or a guest, on the connection."""
        identity = await identify(connection) if self.signs_in else Identity(actor=GUEST)
        named = connection.path_params.get("organization") or connection.query_params.get(
            "organization", ""
        )
        if not named:
            raise OrganizationRequired("Say whose shop it is: ?organization=<slug>.")
        access = await _gatekeeper(connection).public_access(str(named))
        if access is None:
            raise NotFound("There is no organisation of this name.")
        check(access, "", self.module, connection.scope["method"])  # type: ignore[typeddict-item]
        set_caller(connection, identity, access, with_key=self.with_key)


async def identify(connection: Connection) -> Identity:
    """Return who the `Authorization` header proves; raises `Unauthenticated`."""
    header = connection.headers.get("authorization", "")
    identity = await _gatekeeper(connection).identify(header) if header else None
    if identity is None:
        raise _unauthenticated()
    return identity


def check(access: Access, permission: str, module: str, method: str) -> None:
    """Raise the fitting problem unless module, permission and status allow the request."""
    if access.organization_status == "closed":
        raise OrganizationSuspended("It is closed.")
    if access.organization_status == "suspended" and method not in SAFE_METHODS:
        raise OrganizationSuspended("It can be read, but not changed, until it is active again.")
    if module and module not in access.modules:
        raise ModuleRequired(f"This needs the module {module}.", module=module)
    if permission and not access.allows(permission):
        raise Forbidden(f"This needs the permission {permission}.", permission=permission)


def set_caller(
    connection: Connection, identity: Identity, access: Access, *, with_key: bool = False
) -> None:
    """Put the caller where the dependency `caller` finds it."""
    request = Request[Any, Any, Any](connection.scope, connection.receive)  # type: ignore[arg-type]
    connection.state.caller = Caller(
        request,
        database=connection.app.state.database,
        identity=identity,
        access=access,
        needs_idempotency_key=with_key,
    )


def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    """Hand the guard's caller to the handler."""
    caller: Caller = request.state.caller
    caller.request = request
    return caller


def provide_identity(request: Request[Any, Any, Any]) -> Identity:
    """Hand the guard's identity to the handler."""
    return request.state.identity


def _gatekeeper(connection: Connection) -> Gatekeeper:
    return connection.app.state.gatekeeper


def _unauthenticated() -> Unauthenticated:
    return Unauthenticated(headers={"www-authenticate": 'Bearer realm="houseful"'})


def _organization_id(connection: Connection) -> UUID:
    header = connection.headers.get("x-org", "")
    if not header:
        raise OrganizationRequired("Send x-org: <organisation id>.")
    try:
        return UUID(header)
    except ValueError as error:
        raise OrganizationRequired("x-org is not an organisation id.") from error
