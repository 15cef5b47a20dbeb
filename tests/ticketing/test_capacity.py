"""A capacity is never less than what is held and sold, and nobody is told otherwise."""

import asyncio

import pytest

from houseful.kernel.database import Database, UnitOfWork
from houseful.ticketing.inventory import change_capacity
from houseful.ticketing.models import EventPool
from houseful.ticketing.problems import CapacityInUse, NotEnoughLeft
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.ticketing import Show, a_hold, a_paid_order, a_show


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, rows=0, standing=20)


async def _pool(database: Database, show: Show) -> EventPool:
    async def read(uow: UnitOfWork) -> EventPool:
        assert show.pool_id is not None
        return await uow.get(EventPool, show.pool_id)

    return await database.run(show.tenant, read)


async def test_no_capacity_is_below_what_is_held_and_sold(database: Database, show: Show) -> None:
    await a_paid_order(database, show, floor=3)
    await a_hold(database, show, floor=2)
    assert show.pool_id is not None

    with pytest.raises(CapacityInUse) as refused:
        await database.run(show.tenant, change_capacity, show.event_id, show.pool_id, 4)
    unchanged = await _pool(database, show)
    await database.run(show.tenant, change_capacity, show.event_id, show.pool_id, 5)

    assert refused.value.fields == {"sold": 3, "held": 2}
    assert unchanged.capacity == 20
    with pytest.raises(NotEnoughLeft):
        await a_hold(database, show, floor=1)


async def test_lowering_while_a_crowd_holds_never_goes_below(
    database: Database, show: Show
) -> None:
    assert show.pool_id is not None

    async def lower() -> None:
        for capacity in range(19, 5, -1):
            await database.run(show.tenant, change_capacity, show.event_id, show.pool_id, capacity)

    answers = await asyncio.gather(
        lower(), *(a_hold(database, show, floor=2) for _ in range(10)), return_exceptions=True
    )

    refusals = [one for one in answers if isinstance(one, BaseException)]
    assert all(isinstance(one, CapacityInUse | NotEnoughLeft) for one in refusals)
    pool = await _pool(database, show)
    assert pool.held == 2 * sum(answer is not None for answer in answers if answer not in refusals)
    assert pool.held <= pool.capacity


async def test_who_lowers_it_too_far_is_told_what_stands_in_the_way(
    api: Api, database: Database, show: Show
) -> None:
    await a_paid_order(database, show, floor=3)
    admin = await api.as_("admin")
    at = f"/api/v1/promoter/events/{show.event_id}/pools/{show.pool_id}/capacity"

    refused = await admin.put(at, json={"capacity": 2})
    fits = await admin.put(at, json={"capacity": 3})

    assert refused.status_code == 409
    assert problem_of(refused)["type"] == "urn:houseful:problem:capacity-in-use"
    assert (problem_of(refused)["sold"], problem_of(refused)["held"]) == (3, 0)
    assert fits.status_code == 200
