"""The application, or everything, is killed while a crowd buys; then it is started again.

Everything that was acknowledged is there, once: holds, orders, payments; nothing is sold twice, no
pool is above its capacity, no hold stays, and the books balance.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from houseful import ledger, payments, ticketing
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.payments.subscribers import reconcile
from houseful.ticketing.models import EventPool, Hold
from houseful.ticketing.orders.fulfilment import PAID
from tests.builders.accounts import a_house
from tests.builders.ticketing import a_show
from tests.faults.crowd import Crowd
from tests.faults.houses import ServedHouse, not_charged, settled

BUYERS = 200
SEATS = 20
FLOOR = 50


@pytest.mark.parametrize("what", ["application", "database", "everything"])
async def test_what_was_acknowledged_survives_a_power_cut(house: ServedHouse, what: str) -> None:
    clock = TravelClock()
    database = house.database(clock)
    tenants = await a_house(database)
    show = await database.run(
        tenants.organization_id, a_show, rows=2, seats_per_row=SEATS // 2, standing=FLOOR
    )
    crowd = Crowd(house.server.url, tenants, show, database)

    async def cut_the_power() -> None:
        await crowd.is_busy.wait()
        if what != "application":
            await asyncio.to_thread(house.kill_postgres)
        if what != "database":
            await asyncio.to_thread(house.server.kill)
            await asyncio.to_thread(house.server.start)

    await asyncio.gather(crowd.buy(BUYERS), cut_the_power())
    await database.close()
    database = house.database(clock)
    await settled(database, show.tenant, crowd.paid.values())
    await _let_time_end_everything(database, show.tenant, clock)

    assert await database.run(show.tenant, _missing, crowd) == []
    assert await database.run(show.tenant, _violations) == []
    assert await database.run(show.tenant, _left_over) == (0, 0)
    assert await database.run(show.tenant, not_charged) == 0
    seats, floor = await database.run(show.tenant, _sold)
    assert 0 < seats <= SEATS
    assert 0 < floor <= FLOOR
    await database.close()


async def _let_time_end_everything(database: Database, tenant: UUID, clock: TravelClock) -> None:
    clock.travel(timedelta(hours=5))
    await reconcile(database)
    while await database.run(tenant, ticketing.sweep):
        pass
    await Worker(database).drain()


async def _missing(uow: UnitOfWork, crowd: Crowd) -> list[str]:
    """Return what was acknowledged and is not there, or not there once."""
    holds = set(await uow.all(select(Hold.id).where(Hold.organization_id == uow.tenant)))
    orders = {
        order.id: order.status
        for order in await uow.all(
            select(ticketing.Order).where(ticketing.Order.organization_id == uow.tenant)
        )
    }
    found = [f"hold {one}" for one in crowd.held.keys() - holds]
    found += [f"order {one}" for one in crowd.ordered - orders.keys()]
    for order_id, reference in crowd.paid.items():
        attempts = await payments.find_transactions(uow, ticketing.PAYABLE_KIND, order_id)
        (attempt,) = [one for one in attempts if one.provider_payment_id == reference]
        is_given_back = attempt.outcome != "honoured" and attempt.refunded_minor > 0
        if not (orders[order_id] in PAID and attempt.outcome == "honoured") and not is_given_back:
            found.append(f"payment {reference}: {attempt.status} {attempt.outcome}")
    return found


async def _violations(uow: UnitOfWork) -> list[str]:
    return [
        *await ticketing.violations(uow),
        *await payments.violations(uow),
        *await ledger.unbalanced_entries(uow),
    ]


async def _left_over(uow: UnitOfWork) -> tuple[int, int]:
    """Return how many holds are active, and how many places are still held."""
    holds = await uow.first(
        select(func.count())
        .select_from(Hold)
        .where(Hold.organization_id == uow.tenant, Hold.status == "active")
    )
    held = await uow.first(
        select(func.sum(EventPool.held)).where(EventPool.organization_id == uow.tenant)
    )
    return int(holds), int(held)


async def _sold(uow: UnitOfWork) -> tuple[int, int]:
    """Return how many seats, and how many places on the floor, have a ticket."""
    tickets: list[ticketing.Ticket] = list(
        await uow.all(
            select(ticketing.Ticket).where(
                ticketing.Ticket.organization_id == uow.tenant, ticketing.Ticket.status == "sold"
            )
        )
    )
    seats = [ticket.seat_number for ticket in tickets if ticket.seat_number is not None]
    assert len(seats) == len(set(seats))
    return len(seats), len(tickets) - len(seats)
