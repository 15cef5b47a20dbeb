"""The demo: a believable house, made through the same use cases as a real one."""

from uuid import UUID

from houseful.accounts import find_organization
from houseful.demo.crowd import sell_seats, sell_tonight
from houseful.demo.hire import CONTACTS, book_season
from houseful.demo.house import PASSWORD, ROLES, SLUG, build_house, email_of
from houseful.demo.mail import tell_only_the_last
from houseful.demo.papers import conclude_settlements, write_papers
from houseful.demo.programme import announce_programme
from houseful.demo.promoter import Promoter, put_on_nights
from houseful.demo.sessions import put_on_sessions
from houseful.hire.settlements.promoter import PromotersDesk
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import SYSTEM
from houseful.kernel.ids import new_id
from houseful.ticketing import Vault
from houseful.wiring import connect_rooms

SignIns = list[tuple[str, str, str]]

__all__ = ["PASSWORD", "SLUG", "SignIns", "load_demo"]


async def load_demo(database: Database, secret: str) -> SignIns:
    """Load the demo when there is no organisation of its name; return its sign-ins."""

    async def exists(uow: UnitOfWork) -> bool:
        return await find_organization(uow, SLUG) is not None

    if not await database.run(None, exists):
        await _load(database, secret)
    return [(role, email_of(role), PASSWORD) for role in (*ROLES, "promoter")]


async def _load(database: Database, secret: str) -> None:
    tenant, vault = new_id(), Vault(secret)
    spaces = await database.run(tenant, build_house)
    programme = await database.run(tenant, announce_programme, vault, spaces)
    await sell_seats(database, vault, tenant, programme.on_sale)
    await sell_tonight(database, vault, tenant, programme.tonight)
    await database.run(tenant, book_season, spaces)
    promoter = await put_on_nights(database, vault)
    await settle_season(database, tenant, secret, promoter)
    await put_on_sessions(database, tenant, spaces)
    await database.run(tenant, tell_only_the_last)


async def settle_season(database: Database, tenant: UUID, secret: str, promoter: Promoter) -> None:
    """Write the papers of the season; the promoter hands over what their nights took."""
    connect_rooms()
    settled = await database.run(tenant, write_papers, secret, CONTACTS, promoter.events)
    desk = PromotersDesk(database, SYSTEM, promoter.organization_id)
    for title in promoter.events:
        await desk.hand_over_receipts(settled[title])
    await database.run(tenant, conclude_settlements, settled)
