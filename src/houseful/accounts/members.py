"""Memberships and roles. There is always an owner: owners are counted under a lock."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.accounts.facts import MemberAdded
from houseful.accounts.models import Membership, Organization, Role
from houseful.accounts.permissions import OWNER
from houseful.accounts.problems import AlreadyMember, BuiltInRole, LastOwner, NameTaken, RoleInUse
from houseful.accounts.resets import invite
from houseful.accounts.users import create_user, find_user
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Forbidden, Invalid


async def add_member(
    uow: UnitOfWork,
    *,
    email: str,
    name: str,
    role: str,
    password: str | None = None,
    space_ids: list[UUID] | None = None,
) -> Membership:
    """Add a person; who has no account yet is invited by mail. Raises `AlreadyMember`."""
    granted = await role_named(uow, role)
    user = await find_user(uow, email)
    if user is None:
        user = await create_user(uow, email=email, name=name, password=password)
        if password is None:
            await invite(uow, user)
    membership = Membership(
        organization_id=uow.tenant,
        id=new_id(),
        user_id=user.id,
        role_id=granted.id,
        space_ids=None if space_ids is None else [str(space_id) for space_id in space_ids],
    )
    try:
        async with uow.session.begin_nested():
            uow.add(membership)
    except IntegrityError as error:
        raise AlreadyMember from error
    await audit.record(uow, "accounts.member.added", membership)
    await uow.announce(MemberAdded(subject_id=membership.id))
    return membership


async def change_member(
    uow: UnitOfWork,
    membership_id: UUID,
    expected_version: int,
    *,
    role: str,
    space_ids: list[UUID] | None,
) -> Membership:
    """Give a member another role or scope. Raises `LastOwner`."""
    await _lock_owners(uow)
    membership = await uow.get_version(Membership, membership_id, expected_version)
    granted = await role_named(uow, role)
    if granted.name != OWNER:
        await _keep_an_owner(uow, membership)
    membership.role_id = granted.id
    membership.space_ids = None if space_ids is None else [str(one) for one in space_ids]
    await audit.record(uow, "accounts.member.changed", membership)
    await uow.flush()
    return membership


async def remove_member(uow: UnitOfWork, membership_id: UUID) -> None:
    """End a membership. Raises `LastOwner`."""
    await _lock_owners(uow)
    membership = await uow.get(Membership, membership_id, lock=True)
    await _keep_an_owner(uow, membership)
    await audit.record(uow, "accounts.member.removed", membership)
    await uow.session.delete(membership)
    await uow.flush()


async def role_named(uow: UnitOfWork, name: str) -> Role:
    """Return the organisation's role; raises `Invalid`."""
    role = await uow.first(
        select(Role).where(Role.organization_id == uow.tenant, Role.name == name)
    )
    if role is None:
        raise Invalid.at("/role", f"There is no role {name}.")
    return role


async def create_role(uow: UnitOfWork, *, name: str, permissions: list[str]) -> Role:
    """Create a role of the organisation's own. Raises `NameTaken`."""
    role = Role(
        organization_id=uow.tenant, id=new_id(), name=name, permissions=sorted(set(permissions))
    )
    try:
        async with uow.session.begin_nested():
            uow.add(role)
    except IntegrityError as error:
        raise NameTaken(name=name) from error
    await audit.record(uow, "accounts.role.created", role)
    return role


async def change_role(
    uow: UnitOfWork, role_id: UUID, expected_version: int, *, permissions: list[str]
) -> Role:
    """Change what a role may do. Raises `BuiltInRole`."""
    role = await uow.get_version(Role, role_id, expected_version)
    if role.is_built_in:
        raise BuiltInRole
    role.permissions = sorted(set(permissions))
    await audit.record(uow, "accounts.role.changed", role)
    await uow.flush()
    return role


async def remove_role(uow: UnitOfWork, role_id: UUID) -> None:
    """Remove a role that nobody has. Raises `BuiltInRole` and `RoleInUse`."""
    role = await uow.get(Role, role_id, lock=True)
    if role.is_built_in:
        raise BuiltInRole
    await audit.record(uow, "accounts.role.removed", role)
    try:
        async with uow.session.begin_nested():
            await uow.session.delete(role)
    except IntegrityError as error:
        raise RoleInUse from error


def refuse_more_than_own(mine: frozenset[str], wanted: list[str]) -> None:
    """Raise `Forbidden` when somebody would grant what they do not have themselves."""
    if "*" in mine:
        return
    beyond = [p for p in wanted if p not in mine and f"{p.split('.')[0]}.*" not in mine]
    if beyond:
        raise Forbidden("You cannot grant what you do not have: " + ", ".join(beyond) + ".")


async def _lock_owners(uow: UnitOfWork) -> None:
    await uow.execute(
        select(Organization.id).where(Organization.id == uow.tenant).with_for_update()
    )


async def _keep_an_owner(uow: UnitOfWork, leaving: Membership) -> None:
    owner = await role_named(uow, OWNER)
    if leaving.role_id != owner.id:
        return
    owners = await uow.first(
        select(func.count()).where(
            Membership.organization_id == uow.tenant, Membership.role_id == owner.id
        )
    )
    if owners <= 1:
        raise LastOwner
