"""A crowd at once: everything sold exactly once, nothing above capacity, books balanced."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import func, select

from houseful import ledger, payments
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Conflict, Unavailable
from houseful.ticketing import place_order, stop_overdue_payments, sweep, violations
from houseful.ticketing.models import EventPool, EventSeat, Hold
from houseful.ticketing.orders.models import Order, Ticket
from tests.builders.accounts import House
from tests.builders.ticketing import BUYER, VAULT, Show, a_hold, a_payment, a_show, pay

BUYERS = 200


T = TypeVar("T")


async def _patiently(act: Callable[[], Awaitable[T]]) -> T | None:
    """Try again when the answer is that we are busy, as a browser does; None when refused."""
    for attempt in range(50):
        try:
            return await act()
        except Unavailable:
            await asyncio.sleep(0.02 * (attempt + 1))
        except Conflict:
            return None
    raise AssertionError("busy for too long")


async def _buy(database: Database, show: Show, number: int) -> Order | None:
    dice = random.Random(number)
    if show.pool_id is not None:
        hold = await _patiently(lambda: a_hold(database, show, floor=dice.choice([1, 1, 2, 3])))
    else:
        seats = dice.sample(range(show.seats), dice.choice([1, 2]))
        hold = await _patiently(lambda: a_hold(database, show, *seats))
    if hold is None or number % 7 == 0:  # some change their minds
        return None

    async def order() -> Order:
        return await database.run(show.tenant, place_order, VAULT, hold.state.id, hold.token, BUYER)

    placed = await _patiently(order)
    if placed is None or number % 11 == 0:  # and some do not pay
        return None
    payment = await _patiently(lambda: a_payment(database, show, placed))
    if payment is None:
        return None
    await _patiently(lambda: pay(database, show, payment))
    if number % 5 == 0:  # the provider tells everything twice
        reference = payment.provider_payment_id
        assert reference is not None
        await payments.settle(database, show.tenant, "sandbox", reference)
    return placed


async def _sell_out(database: Database, show: Show, clock: TravelClock) -> None:
    """Let the crowd buy; let time pass, so that what was left lying is free; let others buy."""
    for round_ in range(3):
        async with asyncio.TaskGroup() as group:
            for number in range(BUYERS):
                group.create_task(_buy(database, show, number + BUYERS * round_))
        clock.travel(timedelta(minutes=16))
        await stop_overdue_payments(database, show.tenant)
        while await database.run(show.tenant, sweep):
            pass


async def _assert_sound(database: Database, show: Show) -> None:
    assert await database.run(show.tenant, violations) == []
    assert await database.run(show.tenant, ledger.unbalanced_entries) == []

    async def active_holds(uow: UnitOfWork) -> int:
        return int(
            await uow.first(select(func.count()).select_from(Hold).where(Hold.status == "active"))
        )

    assert await database.run(show.tenant, active_holds) == 0
    balances = {
        row.code: row.balance_minor for row in await database.run(show.tenant, ledger.trial_balance)
    }

    async def revenue(uow: UnitOfWork) -> int:
        return int(await uow.first(select(func.sum(Order.total)).where(Order.status == "paid")))

    assert balances[ledger.chart.PROVIDER_CLEARING] == await database.run(show.tenant, revenue)


async def test_two_hundred_buyers_share_twenty_seats(
    database: Database, house: House, clock: TravelClock
) -> None:
    show = await database.run(house.organization_id, a_show)

    await _sell_out(database, show, clock)

    async def sold(uow: UnitOfWork) -> tuple[int, int]:
        tickets = await uow.all(select(Ticket.seat_number).where(Ticket.status == "sold"))
        seats = await uow.all(select(EventSeat.seat_number).where(EventSeat.ticket_id.is_not(None)))
        assert sorted(tickets) == sorted(seats)
        return len(set(tickets)), len(tickets)

    assert await database.run(show.tenant, sold) == (20, 20)
    await _assert_sound(database, show)


async def test_two_hundred_buyers_share_a_floor_for_fifty(
    database: Database, house: House, clock: TravelClock
) -> None:
    show = await database.run(house.organization_id, a_show, rows=0, standing=50)

    await _sell_out(database, show, clock)

    async def pool(uow: UnitOfWork) -> tuple[int, int]:
        row = await uow.get(EventPool, show.pool_id)
        return row.sold, row.held

    assert await database.run(show.tenant, pool) == (50, 0)
    await _assert_sound(database, show)
