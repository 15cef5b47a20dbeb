"""Signing up: a person and the organisation that they open, in one unit of work."""

from houseful.accounts.models import Organization
from houseful.accounts.organizations import create_organization
from houseful.accounts.rates import count_sign_up
from houseful.accounts.schemas import SignUpBody
from houseful.accounts.users import create_user
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import GUEST
from houseful.kernel.ids import new_id


async def sign_up(database: Database, data: SignUpBody, *, plan: str) -> Organization:
    """Create an account and its organisation, on a plan; the person is its owner.

    Raises `EmailTaken`, `SlugTaken`, `PoorPassword`, `Invalid` and `TooManyRequests`.
    """

    async def act(uow: UnitOfWork) -> Organization:
        owner = await create_user(uow, email=data.email, name=data.name, password=data.password)
        organization = await create_organization(
            uow,
            owner,
            name=data.organization_name,
            slug=data.slug,
            currency=data.currency,
            timezone=data.timezone,
            locale=data.locale,
            plan=plan,
        )
        await uow.flush()
        return organization

    await count_sign_up(database)
    return await database.run_as(GUEST, new_id(), act)
