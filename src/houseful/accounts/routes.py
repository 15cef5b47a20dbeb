"""Organisations, members, roles and business units over HTTP; signing in is in `auth_routes`."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.accounts import (
    auth_routes,
    business_units,
    members,
    organizations,
    platform_routes,
    queries,
    roles,
)
from houseful.accounts.models import BusinessUnit, Role
from houseful.accounts.permissions import DEFAULT_PLAN, VENUE_LIMIT_BY_PLAN, modules_of
from houseful.accounts.problems import AlreadyMember, BuiltInRole, LastOwner, NameTaken, RoleInUse
from houseful.accounts.schemas import (
    BusinessUnitView,
    EntitlementsView,
    MemberChanges,
    MemberView,
    NewBusinessUnit,
    NewMember,
    NewRole,
    OrganizationChanges,
    OrganizationView,
    RoleChanges,
    RoleView,
)
from houseful.audit import StillInUse
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, ExpectedVersion, Page, delete, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import NotFound


@get(
    "/api/v1/organizations/{organization_id:uuid}",
    permission="accounts.organization.read",
    summary="Read the organisation",
)
async def read_organization(caller: Caller, organization_id: UUID) -> Response[OrganizationView]:
    """Read the organisation that `x-org` names."""
    _require_own(caller, organization_id)
    return await caller.read(organizations.organization_of, view=OrganizationView)


@patch(
    "/api/v1/organizations/{organization_id:uuid}",
    permission="accounts.organization.update",
    summary="Change the organisation",
)
async def update_organization(
    caller: Caller,
    organization_id: UUID,
    data: OrganizationChanges,
    expected_version: ExpectedVersion,
) -> Response[OrganizationView]:
    """Change name, currency, zone, locale, when the day begins, or what invoices say."""
    _require_own(caller, organization_id)
    return await caller.change(
        organizations.update_organization,
        expected_version,
        name=data.name,
        currency=data.currency,
        timezone=data.timezone,
        locale=data.locale,
        day_begins_hour=data.day_begins_hour,
        billing_address=data.billing_address,
        tax_number=data.tax_number,
        iban=data.iban,
        bic=data.bic,
        view=OrganizationView,
    )


@get(
    "/api/v1/entitlements",
    permission="accounts.organization.read",
    summary="Read what the plan includes",
)
async def read_entitlements(caller: Caller) -> EntitlementsView:
    """Read plan, modules and limits."""

    async def entitlements(uow: UnitOfWork) -> EntitlementsView:
        organization = await organizations.organization_of(uow)
        plan = organization.plan
        return EntitlementsView(
            plan=plan,
            modules=sorted(modules_of(plan, organization.module_overrides)),
            venue_limit=VENUE_LIMIT_BY_PLAN.get(plan, VENUE_LIMIT_BY_PLAN[DEFAULT_PLAN]),
        )

    return await caller.run(entitlements)


@get("/api/v1/memberships", permission="accounts.members.read", summary="List members")
async def list_members(caller: Caller, window: Window) -> Page[MemberView]:
    """List who belongs to the organisation."""
    return await caller.read_page(queries.find_members, window=window, view=MemberView)


@post(
    "/api/v1/memberships",
    permission="accounts.members.create",
    summary="Add a member",
    raises=[AlreadyMember],
)
async def add_member(caller: Caller, data: NewMember) -> Response[MemberView]:
    """Add a person; who has no account yet is invited by mail."""

    async def add(uow: UnitOfWork) -> Any:
        membership = await members.add_member(
            uow, email=data.email, name=data.name, role=data.role, space_ids=data.space_ids
        )
        return await queries.described_member(uow, membership.id)

    return await caller.create(add, view=MemberView, at="/api/v1/memberships")


@get(
    "/api/v1/memberships/{membership_id:uuid}",
    permission="accounts.members.read",
    summary="Read a member",
)
async def read_member(caller: Caller, membership_id: UUID) -> Response[MemberView]:
    """Read a member."""
    return await caller.read(queries.described_member, membership_id, view=MemberView)


@patch(
    "/api/v1/memberships/{membership_id:uuid}",
    permission="accounts.members.update",
    summary="Change a member",
    raises=[LastOwner],
)
async def change_member(
    caller: Caller, membership_id: UUID, data: MemberChanges, expected_version: ExpectedVersion
) -> Response[MemberView]:
    """Give a member another role or scope."""

    async def change(uow: UnitOfWork) -> Any:
        await members.change_member(
            uow, membership_id, expected_version, role=data.role, space_ids=data.space_ids
        )
        return await queries.described_member(uow, membership_id)

    return await caller.change(change, view=MemberView)


@delete(
    "/api/v1/memberships/{membership_id:uuid}",
    permission="accounts.members.delete",
    summary="Remove a member",
    raises=[LastOwner],
)
async def remove_member(caller: Caller, membership_id: UUID) -> None:
    """End a membership."""
    await caller.remove(members.remove_member, membership_id)


@get("/api/v1/roles", permission="accounts.roles.read", summary="List roles")
async def list_roles(caller: Caller, window: Window) -> Page[RoleView]:
    """List built-in and own roles."""
    return await caller.read_page(queries.find_roles, window=window, view=RoleView)


@post(
    "/api/v1/roles",
    permission="accounts.roles.create",
    summary="Add a role",
    raises=[NameTaken],
)
async def create_role(caller: Caller, data: NewRole) -> Response[RoleView]:
    """Add a role of the organisation's own."""
    return await caller.create(
        roles.create_role,
        name=data.name,
        permissions=data.permissions,
        view=RoleView,
        at="/api/v1/roles",
    )


@get("/api/v1/roles/{role_id:uuid}", permission="accounts.roles.read", summary="Read a role")
async def read_role(caller: Caller, role_id: UUID) -> Response[RoleView]:
    """Read a role."""
    return await caller.read(_get, Role, role_id, view=RoleView)


@patch(
    "/api/v1/roles/{role_id:uuid}",
    permission="accounts.roles.update",
    summary="Change a role",
    raises=[BuiltInRole],
)
async def change_role(
    caller: Caller, role_id: UUID, data: RoleChanges, expected_version: ExpectedVersion
) -> Response[RoleView]:
    """Change what a role may do."""
    return await caller.change(
        roles.change_role,
        role_id,
        expected_version,
        permissions=data.permissions,
        view=RoleView,
    )


@delete(
    "/api/v1/roles/{role_id:uuid}",
    permission="accounts.roles.delete",
    summary="Remove a role",
    raises=[BuiltInRole, RoleInUse],
)
async def remove_role(caller: Caller, role_id: UUID) -> None:
    """Remove a role that nobody has."""
    await caller.remove(roles.remove_role, role_id)


@get(
    "/api/v1/business-units",
    permission="accounts.business_units.read",
    summary="List business units",
)
async def list_business_units(caller: Caller, window: Window) -> Page[BusinessUnitView]:
    """List the parts of the organisation."""
    return await caller.read_page(queries.find_business_units, window=window, view=BusinessUnitView)


@post(
    "/api/v1/business-units",
    permission="accounts.business_units.create",
    summary="Add a business unit",
    raises=[NameTaken],
)
async def create_business_unit(caller: Caller, data: NewBusinessUnit) -> Response[BusinessUnitView]:
    """Add a part of the organisation."""
    return await caller.create(
        business_units.create_business_unit,
        data.name,
        view=BusinessUnitView,
        at="/api/v1/business-units",
    )


@get(
    "/api/v1/business-units/{business_unit_id:uuid}",
    permission="accounts.business_units.read",
    summary="Read a business unit",
)
async def read_business_unit(caller: Caller, business_unit_id: UUID) -> Response[BusinessUnitView]:
    """Read a part of the organisation."""
    return await caller.read(_get, BusinessUnit, business_unit_id, view=BusinessUnitView)


@patch(
    "/api/v1/business-units/{business_unit_id:uuid}",
    permission="accounts.business_units.update",
    summary="Rename a business unit",
    raises=[NameTaken],
)
async def rename_business_unit(
    caller: Caller,
    business_unit_id: UUID,
    data: NewBusinessUnit,
    expected_version: ExpectedVersion,
) -> Response[BusinessUnitView]:
    """Give a part of the organisation another name."""
    return await caller.change(
        business_units.rename_business_unit,
        business_unit_id,
        expected_version,
        data.name,
        view=BusinessUnitView,
    )


@delete(
    "/api/v1/business-units/{business_unit_id:uuid}",
    permission="accounts.business_units.delete",
    summary="Remove a business unit",
    raises=[StillInUse],
)
async def remove_business_unit(caller: Caller, business_unit_id: UUID) -> None:
    """Remove a part of the organisation."""
    await caller.remove(business_units.remove_business_unit, business_unit_id)


async def _get(uow: UnitOfWork, table: type[Role | BusinessUnit], row_id: UUID) -> Any:
    return await uow.get(table, row_id)


def _require_own(caller: Caller, organization_id: UUID) -> None:
    if organization_id != caller.organization_id:
        raise NotFound


handlers = [
    *auth_routes.handlers,
    *platform_routes.handlers,
    read_organization,
    update_organization,
    read_entitlements,
    list_members,
    add_member,
    read_member,
    change_member,
    remove_member,
    list_roles,
    create_role,
    read_role,
    change_role,
    remove_role,
    list_business_units,
    create_business_unit,
    read_business_unit,
    rename_business_unit,
    remove_business_unit,
]
