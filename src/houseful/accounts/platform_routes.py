"""The platform's own administration over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter

from houseful import audit
from houseful.accounts import platform
from houseful.accounts.schemas import OrganizationView
from houseful.accounts.tokens import TokenIssuer
from houseful.audit import Action, ActorId, AuditLogView, ResourceId, ResourceType
from houseful.kernel.database import Database
from houseful.kernel.http import Body, ExpectedVersion, Page, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.http.versions import tagged
from houseful.kernel.identity import Identity

AnyRequest = Request[Any, Any, Any]
Status = Annotated[str | None, QueryParameter(pattern="^(active|suspended|closed)$")]
Reason = Annotated[str, msgspec.Meta(min_length=10, max_length=500, pattern="^[^\\x00]*$")]


class GovernedOrganizationView(OrganizationView):
    """An organisation as the platform sees it."""

    module_overrides: dict[str, bool]


class Government(Body):
    """What is given is changed; `modules` says which differ from the plan. Say why."""

    reason: Reason
    status: Literal["active", "suspended", "closed"] | None = None
    plan: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    modules: dict[str, bool] | None = None


@get("/api/v1/platform/organizations", identity=True, summary="List the organisations")
async def list_organizations(
    request: AnyRequest, identity: Identity, window: Window, status: Status = None
) -> Page[GovernedOrganizationView]:
    """List the organisations of this installation."""
    platform.require_staff(identity)
    rows, cursor = await _database(request).run(
        None, platform.list_organizations, window=window, status=status
    )
    return Page(items=[GovernedOrganizationView.of(row) for row in rows], next_cursor=cursor)


@patch(
    "/api/v1/platform/organizations/{organization_id:uuid}",
    identity=True,
    summary="Suspend, reopen or close an organisation; set its plan",
)
async def govern_organization(
    request: AnyRequest,
    identity: Identity,
    organization_id: UUID,
    data: Government,
    expected_version: ExpectedVersion,
) -> Response[GovernedOrganizationView]:
    """Change what an organisation may do; the reason stands in its audit log."""
    platform.require_admin(identity)
    organization = await _database(request).run_as(
        identity.actor,
        organization_id,
        platform.govern_organization,
        expected_version,
        status=data.status,
        plan=data.plan,
        modules=data.modules,
        reason=data.reason,
    )
    return tagged(GovernedOrganizationView.of(organization), status=200)


@get("/api/v1/platform/audit", identity=True, summary="List acts outside any organisation")
async def list_platform_acts(
    request: AnyRequest,
    identity: Identity,
    window: Window,
    resource_type: ResourceType = None,
    resource_id: ResourceId = None,
    actor_id: ActorId = None,
    action: Action = None,
) -> Page[AuditLogView]:
    """List acts on people's accounts, keys, and the like."""
    platform.require_staff(identity)
    matching = audit.ActFilter(
        resource_type=resource_type, resource_id=resource_id, actor_id=actor_id, action=action
    )
    rows, cursor = await _database(request).run(
        None, audit.find_platform_acts, window=window, matching=matching
    )
    return Page(items=[AuditLogView.of(row) for row in rows], next_cursor=cursor)


@post(
    "/api/v1/platform/signing-keys",
    status=200,
    identity=True,
    summary="Sign access tokens with a new key",
)
async def rotate_signing_key(request: AnyRequest, identity: Identity) -> dict[str, Any]:
    """Make a new key pair and return the public keys; old ones verify for another day."""
    platform.require_admin(identity)
    issuer: TokenIssuer = request.app.state.token_issuer
    await issuer.rotate(identity.actor)
    return await issuer.jwks()


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


handlers = [list_organizations, govern_organization, list_platform_acts, rotate_signing_key]
