"""The demo: a believable house, made through the same use cases as a real one."""

from houseful.accounts import find_organization
from houseful.demo.crowd import sell_seats, sell_tonight
from houseful.demo.hire import book_season
from houseful.demo.house import PASSWORD, ROLES, SLUG, build_house, email_of
from houseful.demo.mail import tell_only_the_last
from houseful.demo.papers import draw_up_papers
from houseful.demo.programme import announce_programme
from houseful.demo.sessions import put_on_sessions
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.ticketing import Vault

SignIns = list[tuple[str, str, str]]

__all__ = ["PASSWORD", "SLUG", "SignIns", "load_demo"]


async def load_demo(database: Database, secret: str) -> SignIns:
    """Load the demo when there is no organisation of its name; return its sign-ins."""

    async def exists(uow: UnitOfWork) -> bool:
        return await find_organization(uow, SLUG) is not None

    if not await database.run(None, exists):
        await _load(database, Vault(secret))
    return [(role, email_of(role), PASSWORD) for role in ROLES]


async def _load(database: Database, vault: Vault) -> None:
    tenant = new_id()
    spaces = await database.run(tenant, build_house)
    programme = await database.run(tenant, announce_programme, vault, spaces)
    await sell_seats(database, vault, tenant, programme.on_sale)
    await sell_tonight(database, vault, tenant, programme.tonight)
    await database.run(tenant, book_season, spaces)
    await database.run(tenant, draw_up_papers)
    await put_on_sessions(database, tenant, spaces)
    await database.run(tenant, tell_only_the_last)
