"""What a person may do in an organisation: membership, role, modules and status in one query."""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from houseful.accounts.models import Membership, Organization, Role, SignIn, User
from houseful.accounts.page_sign_ins import identity_of
from houseful.accounts.permissions import granted_by, modules_of
from houseful.accounts.sign_in import stands
from houseful.accounts.tokens import Claims
from houseful.kernel.database import UnitOfWork
from houseful.kernel.identity import Access, Identity

_PLACE = (
    Organization.id.label("organization_id"),
    Organization.status.label("organization_status"),
    Organization.plan,
    Organization.module_overrides,
    Membership.space_ids,
    Role.name.label("role"),
    Role.permissions,
    Role.is_built_in,
)


async def admission_of(uow: UnitOfWork, claims: Claims) -> tuple[Identity, Access | None] | None:
    """Return whose token it is and what they may do here; None when its sign-in has ended."""
    found = await uow.execute(
        select(User, *_PLACE)
        .select_from(SignIn)
        .join(User, User.id == SignIn.user_id)
        .outerjoin(Membership, _is_membership_of(uow, User.id))
        .outerjoin(Role, _is_role)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(*stands(claims.sign_in_id, claims.user_id))
    )
    row: Any = found.first()
    if row is None:
        return None
    access = _access(row) if row.organization_id is not None else None
    return identity_of(row.User), access


async def access_of(uow: UnitOfWork, user_id: UUID) -> Access | None:
    """Return what the person may do in the unit of work's organisation, or None."""
    found = await uow.execute(
        select(*_PLACE)
        .select_from(Membership)
        .join(Role, _is_role)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(_is_membership_of(uow, user_id))
    )
    row: Any = found.first()
    return _access(row) if row is not None else None


async def members_who_may(uow: UnitOfWork, permission: str) -> list[tuple[User, Access]]:
    """Return who is active here and may do something, with what they may, who came first first."""
    found = await uow.execute(
        select(User, *_PLACE)
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .join(Role, _is_role)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.organization_id == uow.tenant, User.status == "active")
        .order_by(Membership.id)
    )
    rows: Any = found.all()
    members = [(row.User, _access(row)) for row in rows]
    return [(user, access) for user, access in members if access.allows(permission)]


def public_access_of(organization: Organization) -> Access:
    """Return what a guest may do at the organisation."""
    status: Any = organization.status
    return Access(
        organization_id=organization.id,
        organization_status=status,
        modules=modules_of(organization.plan, organization.module_overrides),
    )


_is_role = and_(Role.organization_id == Membership.organization_id, Role.id == Membership.role_id)


def _is_membership_of(uow: UnitOfWork, user_id: Any) -> Any:
    return and_(Membership.organization_id == uow.tenant, Membership.user_id == user_id)


def _access(row: Any) -> Access:
    spaces = row.space_ids
    return Access(
        organization_id=row.organization_id,
        organization_status=row.organization_status,
        role=row.role,
        permissions=granted_by(row.role, row.permissions, is_built_in=row.is_built_in),
        modules=modules_of(row.plan, row.module_overrides),
        space_ids=None if spaces is None else frozenset(UUID(space) for space in spaces),
    )
