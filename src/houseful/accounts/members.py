"""Memberships. There is always an owner: owners are counted under a lock."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.accounts.facts import MemberAdded
from houseful.accounts.models import Membership, Organization, Role
from houseful.accounts.permissions import OWNER
from houseful.accounts.problems import AlreadyMember, LastOwner
from houseful.accounts.resets import invite
from houseful.accounts.roles import check_may_appoint, role_named
from houseful.accounts.scopes import check_scope
from houseful.accounts.users import create_user, find_user
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id


async def add_member(
    uow: UnitOfWork,
    *,
    email: str,
    name: str,
    role: str,
    password: str | None = None,
    space_ids: list[UUID] | None = None,
) -> Membership:
    """Add a person; who has no account yet is invited by mail.

    Raises `AlreadyMember`, `Invalid`, and `Forbidden` for more than who adds them has.
    """
    granted = await role_named(uow, role)
    await check_may_appoint(uow, granted, space_ids)
    await check_scope(uow, space_ids)
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
        space_ids=_stored(space_ids),
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
    """Give a member another role or scope. Raises `LastOwner` and `Forbidden`."""
    await _lock_owners(uow)
    membership = await uow.get_version(Membership, membership_id, expected_version)
    await _check_may_touch(uow, membership)
    granted = await role_named(uow, role)
    await check_may_appoint(uow, granted, space_ids)
    await check_scope(uow, space_ids)
    if granted.name != OWNER:
        await _keep_an_owner(uow, membership)
    membership.role_id = granted.id
    membership.space_ids = _stored(space_ids)
    await audit.record(uow, "accounts.member.changed", membership)
    await uow.flush()
    return membership


async def remove_member(uow: UnitOfWork, membership_id: UUID) -> None:
    """End a membership. Raises `LastOwner` and `Forbidden`."""
    await _lock_owners(uow)
    membership = await uow.get(Membership, membership_id, lock=True)
    await _check_may_touch(uow, membership)
    await _keep_an_owner(uow, membership)
    await audit.record(uow, "accounts.member.removed", membership)
    await uow.session.delete(membership)
    await uow.flush()


async def _check_may_touch(uow: UnitOfWork, membership: Membership) -> None:
    """Raise `Forbidden` when the member may do more than who acts."""
    role = await uow.get(Role, membership.role_id)
    scope = membership.space_ids
    await check_may_appoint(uow, role, None if scope is None else [UUID(one) for one in scope])


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


def _stored(space_ids: list[UUID] | None) -> list[str] | None:
    return None if space_ids is None else sorted({str(space_id) for space_id in space_ids})
