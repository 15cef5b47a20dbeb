"""The server is killed while the desk sells and refunds and the door scans; then it goes on.

What was acknowledged is there, once: each sale with its ticket and its cash, each refund with its
money, each scan with its verdict; nobody came in twice, and the books balance.
"""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from houseful import ledger, payments, ticketing
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.payments.subscribers import send_refund
from houseful.scanning.models import Scan
from houseful.ticketing.orders.fulfilment import PAID
from tests.builders.accounts import a_house
from tests.builders.ticketing import VAULT, Show, a_paid_order, a_show
from tests.faults.house_work import HouseWork
from tests.faults.houses import ServedHouse, not_charged

assert send_refund, "it hears from here on"

GUESTS = 8
REFUNDS = 8
SALES = 16


async def test_what_the_house_did_survives_a_power_cut(house: ServedHouse) -> None:
    database = house.database(TravelClock())
    owner = await a_house(database)
    soon = datetime.now(UTC) + timedelta(minutes=30)
    show: Show = await database.run(
        owner.organization_id,
        a_show,
        rows=4,
        seats_per_row=10,
        start_at=soon,
        doors_at=soon,
        end_at=soon + timedelta(hours=3),
    )
    codes = [await _a_code(database, show, seat) for seat in range(GUESTS)]
    unhappy = [
        (await a_paid_order(database, show, seat)).id for seat in range(GUESTS, GUESTS + REFUNDS)
    ]
    work = HouseWork(house.server.url, owner, show, database)

    async def cut_the_power() -> None:
        await work.is_busy.wait()
        await asyncio.to_thread(house.server.kill)
        await asyncio.to_thread(house.server.start)

    await asyncio.gather(
        work.work(sell=range(20, 20 + SALES), refund=unhappy, scan=codes), cut_the_power()
    )
    await _settle_down(database, show, work)

    assert sorted(work.sold) == list(range(20, 20 + SALES))
    assert work.refusals == SALES
    assert work.refunded == set(unhappy)
    assert len(work.verdicts) == 2 * GUESTS
    assert await database.run(show.tenant, _missing, work) == []
    assert await database.run(show.tenant, _entries) == {"ok": GUESTS, "already_in": GUESTS}
    assert await database.run(show.tenant, _violations) == []
    assert await database.run(show.tenant, not_charged) == 0
    assert await database.run(show.tenant, _till) == await database.run(show.tenant, _cash_sold)
    await database.close()


async def _a_code(database: Database, show: Show, seat: int) -> str:
    order = await a_paid_order(database, show, seat)
    shown = await database.run(show.tenant, ticketing.order_with_codes, VAULT, order.id)
    return next(iter(shown.codes.values()))


async def _settle_down(database: Database, show: Show, work: HouseWork) -> None:
    """Wait until the house, which has a worker of its own, has done what the cut interrupted."""
    async with asyncio.timeout(60):
        while await database.run(show.tenant, _missing, work):
            await Worker(database).drain()
            await asyncio.sleep(0.2)


async def _missing(uow: UnitOfWork, work: HouseWork) -> list[str]:
    """Return what was acknowledged and is not there, or not as it was said."""
    orders = {
        order.id: order.status
        for order in await uow.all(
            select(ticketing.Order).where(ticketing.Order.organization_id == uow.tenant)
        )
    }
    scans = {
        scan.id: scan.result
        for scan in await uow.all(select(Scan).where(Scan.organization_id == uow.tenant))
    }
    found = [f"sale of {seat}" for seat, one in work.sold.items() if orders.get(one) not in PAID]
    for order_id in work.refunded:
        (refund,) = await payments.refunds_of(uow, ticketing.PAYABLE_KIND, order_id)
        if (orders[order_id], refund.status) != ("refunded", "succeeded"):
            found.append(f"refund of {order_id}: {orders[order_id]} {refund.status}")
    found += [f"scan {one}" for one, said in work.verdicts.items() if scans.get(one) != said]
    return found


async def _entries(uow: UnitOfWork) -> dict[str, int]:
    results: list[str] = list(
        await uow.all(select(Scan.result).where(Scan.organization_id == uow.tenant))
    )
    return dict(Counter(results))


async def _violations(uow: UnitOfWork) -> list[str]:
    return [
        *await ticketing.violations(uow),
        *await payments.violations(uow),
        *await ledger.unbalanced_entries(uow),
        *await ledger.verify_chain(uow),
    ]


async def _till(uow: UnitOfWork) -> int:
    return await ledger.balance_of(uow, ledger.chart.BANK, "EUR")


async def _cash_sold(uow: UnitOfWork) -> int:
    """Return what the orders say that were sold at the desk."""
    totals: list[int] = list(
        await uow.all(
            select(ticketing.Order.total).where(
                ticketing.Order.organization_id == uow.tenant,
                ticketing.Order.channel == "box_office",
            )
        )
    )
    return sum(totals)
