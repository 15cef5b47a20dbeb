"""Organisations and people for tests."""

from uuid import UUID

import msgspec

from houseful.accounts import (
    add_member,
    create_organization,
    create_platform_admin,
    create_user,
)
from houseful.accounts.models import Membership, User
from houseful.accounts.permissions import BUILT_IN_ROLES, OWNER
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id

PASSWORD = "a password of some length"


class House(msgspec.Struct, frozen=True):
    """An organisation with one member for each built-in role, `owner@<slug>.example` and so on."""

    organization_id: UUID
    slug: str

    def email(self, role: str) -> str:
        """The address of the member with this role."""
        return f"{role.replace('_', '-')}@{self.slug}.example"


async def a_house(database: Database, slug: str = "playhouse", **fields: str) -> House:
    """Make an organisation with all modules and a member for each built-in role."""
    house = House(new_id(), slug)

    async def open_it(uow: UnitOfWork) -> None:
        owner = await create_user(
            uow, email=house.email(OWNER), name="Olive Owner", password=PASSWORD
        )
        await create_organization(uow, owner, name=slug.title(), slug=slug, plan="house", **fields)
        for role in BUILT_IN_ROLES:
            if role != OWNER:
                await add_member(
                    uow,
                    email=house.email(role),
                    name=role.title(),
                    role=role,
                    password=PASSWORD,
                )

    await database.run(house.organization_id, open_it)
    return house


async def a_member(
    database: Database,
    house: House,
    email: str,
    *,
    role: str = "staff",
    space_ids: list[UUID] | None = None,
) -> Membership:
    """Make somebody a member of the house."""
    return await database.run(
        house.organization_id,
        add_member,
        email=email,
        name="Max Member",
        role=role,
        password=PASSWORD,
        space_ids=space_ids,
    )


async def a_platform_admin(database: Database, email: str = "admin@houseful.example") -> User:
    """Make somebody who may administer the platform."""
    return await database.run(
        None, create_platform_admin, email=email, name="Pat Platform", password=PASSWORD
    )
