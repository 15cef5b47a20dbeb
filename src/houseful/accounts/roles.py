"""Roles: built-in ones, the organisation's own, and who may grant them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.accounts.access import access_of
from houseful.accounts.models import Role
from houseful.accounts.permissions import check_permissions, granted_by
from houseful.accounts.problems import BuiltInRole, NameTaken, RoleInUse
from houseful.kernel.database import UnitOfWork
from houseful.kernel.identity import SYSTEM, Access
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Forbidden, Invalid


async def role_named(uow: UnitOfWork, name: str) -> Role:
    """Return the organisation's role; raises `Invalid`."""
    role = await uow.first(
        select(Role).where(Role.organization_id == uow.tenant, Role.name == name)
    )
    if role is None:
        raise Invalid.at("/role", f"There is no role {name}.")
    return role


async def create_role(uow: UnitOfWork, *, name: str, permissions: list[str]) -> Role:
    """Create a role of the organisation's own. Raises `NameTaken`, `Invalid`, `Forbidden`."""
    check_permissions(permissions)
    await check_may_grant(uow, permissions)
    role = Role(
        organization_id=uow.tenant,
        id=new_id(),
        name=name.strip(),
        permissions=sorted(set(permissions)),
        is_built_in=False,
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
    """Change what a role may do. Raises `BuiltInRole`, `Invalid`, `Forbidden`."""
    check_permissions(permissions)
    role = await uow.get_version(Role, role_id, expected_version)
    if role.is_built_in:
        raise BuiltInRole
    await check_may_grant(uow, [*role.permissions, *permissions])
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


async def check_may_grant(uow: UnitOfWork, permissions: Iterable[str]) -> None:
    """Raise `Forbidden` when who acts does not have all of these permissions."""
    mine = await _access_of_actor(uow)
    if mine is not None:
        _refuse_beyond(mine, permissions)


async def check_may_appoint(uow: UnitOfWork, role: Role, space_ids: list[UUID] | None) -> None:
    """Raise `Forbidden` when who acts does not have all that the role, in this scope, gives.

    Nobody makes anybody, themselves included, more than they are.
    """
    mine = await _access_of_actor(uow)
    if mine is None:
        return
    _refuse_beyond(mine, granted_by(role.name, role.permissions, is_built_in=role.is_built_in))
    is_within = mine.space_ids is None or (
        space_ids is not None and mine.space_ids.issuperset(space_ids)
    )
    if not is_within:
        raise Forbidden("You are limited to some spaces, and cannot reach beyond them.")


async def _access_of_actor(uow: UnitOfWork) -> Access | None:
    """Return what limits who acts; None for the system itself, which nothing does."""
    if uow.actor == SYSTEM:
        return None
    person = uow.actor.id if uow.actor.kind == "user" else None
    access = await access_of(uow, person) if person is not None else None
    if access is None:
        raise Forbidden("Only a member can say who may do what.")
    return access


def _refuse_beyond(mine: Access, permissions: Iterable[str]) -> None:
    beyond = sorted(permission for permission in permissions if not mine.allows(permission))
    if beyond:
        raise Forbidden("You cannot grant what you do not have: " + ", ".join(beyond) + ".")
