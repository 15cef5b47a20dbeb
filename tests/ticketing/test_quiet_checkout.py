"""Nothing in a checkout's transactions notifies: that would be one lock of the whole cluster.

The queue's table has triggers that do, so that workers wake up; only the relay writes to it.
"""

import inspect

import pytest

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.ticketing import lane_sql
from tests.builders.accounts import House
from tests.builders.ticketing import Show, a_paid_order, a_show
from tests.statements import statements_of

_NOTIFYING = """
    WITH RECURSIVE loud AS (
        SELECT oid, proname FROM pg_proc
        WHERE prosrc ~* '\\m(notify|pg_notify)\\M'
            AND pronamespace <> 'pg_catalog'::regnamespace
        UNION
        SELECT p.oid, p.proname FROM pg_proc p JOIN loud l
            ON p.prosrc ~* ('\\m' || l.proname || '\\M')
        WHERE p.pronamespace <> 'pg_catalog'::regnamespace
    )
    SELECT DISTINCT t.tgrelid::regclass::text AS name
    FROM pg_trigger t JOIN loud l ON l.oid = t.tgfoid
"""


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, standing=20)


async def _notifying(uow: UnitOfWork) -> set[str]:
    return set((await uow.execute(_NOTIFYING)).scalars())


async def _jobs(uow: UnitOfWork) -> int | None:
    """Return how many jobs there have ever been, also by who was rolled back."""
    counted = await uow.execute(
        "SELECT pg_sequence_last_value(pg_get_serial_sequence('procrastinate_jobs', 'id'))"
    )
    return counted.scalar_one()


async def test_a_sale_from_hold_to_ticket_notifies_nobody(database: Database, show: Show) -> None:
    tables = await database.run(None, _notifying)
    before = await database.run(None, _jobs)

    with statements_of(database) as said:
        await a_paid_order(database, show, 1, 2, floor=3)

    assert tables == {"procrastinate_jobs"}
    assert await database.run(None, _jobs) == before
    assert [one for one in said if "notify" in one.lower()] == []
    assert "notify" not in inspect.getsource(lane_sql).lower()


async def test_the_relay_does(database: Database, show: Show) -> None:
    await a_paid_order(database, show, 1)
    await Worker(database).drain()

    assert await database.run(None, _jobs)
