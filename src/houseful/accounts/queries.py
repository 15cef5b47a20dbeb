"""Reads of accounts: where a person belongs, who is a member, which roles there are."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from houseful.accounts.models import BusinessUnit, Membership, Organization, Role, User
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page


class Place(msgspec.Struct, frozen=True, rename="camel"):
    """An organisation that a person belongs to, and as what."""

    organization_id: UUID
    slug: str
    name: str
    role: str


async def places_of(uow: UnitOfWork, user_id: UUID) -> list[Place]:
    """Return the organisations that a person belongs to, by name."""
    rows = await uow.execute(
        text("SELECT * FROM memberships_of_user(:user_id)"), {"user_id": user_id}
    )
    return [Place(row.organization_id, row.slug, row.name, row.role) for row in rows]


async def organization_names(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Return slug and name of every active organisation."""
    rows = await uow.execute(
        select(Organization.slug, Organization.name)
        .where(Organization.status == "active")
        .order_by(Organization.name)
    )
    return [(row.slug, row.name) for row in rows]


async def organization_ids(uow: UnitOfWork) -> list[UUID]:
    """Return every organisation's id."""
    return list(await uow.all(select(Organization.id).order_by(Organization.id)))


async def find_members(uow: UnitOfWork, *, window: Window) -> tuple[list[Any], str | None]:
    """Return one page of members with their names and roles."""
    memberships, cursor = await fetch_page(
        uow, select(Membership).where(Membership.organization_id == uow.tenant), Membership, window
    )
    return await described_members(uow, memberships), cursor


async def described_members(
    uow: UnitOfWork, memberships: Sequence[Membership]
) -> list[SimpleNamespace]:
    """Return memberships with the person's name and address, and the role's name."""
    users = {
        user.id: user
        for user in await uow.all(
            select(User).where(User.id.in_([one.user_id for one in memberships]))
        )
    }
    roles = {
        role.id: role
        for role in await uow.all(select(Role).where(Role.organization_id == uow.tenant))
    }
    return [
        SimpleNamespace(
            id=one.id,
            version=one.version,
            user_id=one.user_id,
            email=users[one.user_id].email,
            name=users[one.user_id].name,
            status=users[one.user_id].status,
            role=roles[one.role_id].name,
            space_ids=one.space_ids,
            last_login_at=users[one.user_id].last_login_at,
        )
        for one in memberships
    ]


async def described_member(uow: UnitOfWork, membership_id: UUID) -> SimpleNamespace:
    """Return one membership, described."""
    membership = await uow.get(Membership, membership_id)
    return (await described_members(uow, [membership]))[0]


async def find_roles(uow: UnitOfWork, *, window: Window) -> tuple[list[Any], str | None]:
    """Return one page of roles."""
    mine = select(Role).where(Role.organization_id == uow.tenant)
    return await fetch_page(uow, mine, Role, window)


async def find_business_units(uow: UnitOfWork, *, window: Window) -> tuple[list[Any], str | None]:
    """Return one page of business units."""
    mine = select(BusinessUnit).where(BusinessUnit.organization_id == uow.tenant)
    return await fetch_page(uow, mine, BusinessUnit, window)
