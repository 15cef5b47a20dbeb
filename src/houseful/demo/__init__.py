"""The demo: a believable house, made through the same use cases as a real one."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor
from typing import Any
from uuid import UUID

import uvloop

from houseful.accounts import find_organization
from houseful.demo.crowd import sell_seats, sell_tonight
from houseful.demo.hire import CONTACTS, book_season
from houseful.demo.house import PASSWORD, ROLES, SLUG, build_house, email_of
from houseful.demo.mail import tell_only_the_last
from houseful.demo.papers import conclude_settlements, write_papers
from houseful.demo.programme import Programme, announce_programme
from houseful.demo.promoter import Promoter, put_on_nights
from houseful.demo.sessions import prepare_studio, put_on_sessions
from houseful.hire.settlements.promoter import PromotersDesk
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import SYSTEM
from houseful.kernel.ids import new_id
from houseful.ticketing import Vault
from houseful.wiring import connect_rooms

SignIns = list[tuple[str, str, str]]
Part = Callable[..., Coroutine[Any, Any, Any]]

__all__ = ["PASSWORD", "SLUG", "SignIns", "load_demo"]


async def load_demo(database: Database, secret: str, *, helper: Executor | None = None) -> SignIns:
    """Load the demo when there is no organisation of its name; return its sign-ins.

    Parts that have nothing to do with each other go to `helper`, another process, and are done
    there meanwhile; without one they are done here, one after the other.
    """

    async def exists(uow: UnitOfWork) -> bool:
        return await find_organization(uow, SLUG) is not None

    if not await database.run(None, exists):
        await _load(database, secret, helper)
    return [(role, email_of(role), PASSWORD) for role in (*ROLES, "promoter")]


async def _load(database: Database, secret: str, helper: Executor | None) -> None:
    def alongside(part: Part, *args: Any) -> Awaitable[Any]:
        if helper is None:
            return part(database, *args)
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(helper, _do_here, database.url, part, *args)

    tenant, vault = new_id(), Vault(secret)
    spaces = await database.run(tenant, build_house)
    programme = await database.run(tenant, announce_programme, vault, spaces)
    crowd = alongside(sell_programme, vault, tenant, programme)
    nights = alongside(put_on_nights, vault)
    studio = alongside(prepare_studio, tenant)
    await database.run(tenant, book_season, spaces, programme.hired)
    await crowd
    promoter = await nights
    classes = alongside(put_on_sessions, tenant, spaces, await studio)
    await settle_season(database, tenant, secret, promoter)
    await classes
    await database.run(tenant, tell_only_the_last)


def _do_here(url: str, part: Part, *args: Any) -> Any:
    """Do a part of the demo in this process, which has no connections yet."""

    async def do() -> Any:
        database = Database(url)
        try:
            return await part(database, *args)
        finally:
            await database.close()

    return uvloop.run(do())


async def sell_programme(
    database: Database, vault: Vault, tenant: UUID, programme: Programme
) -> None:
    """Sell what is on sale, and most of tonight."""
    await sell_seats(database, vault, tenant, programme.on_sale)
    await sell_tonight(database, vault, tenant, programme.tonight)


async def settle_season(database: Database, tenant: UUID, secret: str, promoter: Promoter) -> None:
    """Write the papers of the season; the promoter hands over what their nights took."""
    connect_rooms()
    settled = await database.run(tenant, write_papers, secret, CONTACTS, promoter.events)
    desk = PromotersDesk(database, SYSTEM, promoter.organization_id)
    for title in promoter.events:
        await desk.hand_over_receipts(settled[title])
    await database.run(tenant, conclude_settlements, settled)
