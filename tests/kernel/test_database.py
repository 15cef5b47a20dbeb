"""The unit of work: one transaction, one tenant, one instant."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork, repeat_when_transient, sqlstate
from houseful.kernel.ids import new_id
from houseful.kernel.problems import NotFound, Unavailable

COUNT = "SELECT count(*) FROM outbox"


async def _announce_one(uow: UnitOfWork, subject_id: UUID) -> None:
    await uow.execute(
        "INSERT INTO outbox (organization_id, id, kind, subject_id, payload, occurred_at)"
        " VALUES (:tenant, :id, 'kernel.Test', :subject, '{}', :now)",
        {"tenant": uow.tenant, "id": new_id(), "subject": subject_id, "now": uow.now},
    )


async def _count(uow: UnitOfWork) -> int:
    return (await uow.execute(COUNT)).scalar_one()


async def test_what_a_use_case_writes_is_there_after_it_returns(database: Database) -> None:
    tenant = new_id()

    await database.run(tenant, _announce_one, new_id())

    assert await database.run(tenant, _count) == 1


async def test_nothing_is_written_when_a_use_case_raises(database: Database) -> None:
    tenant = new_id()

    async def fail(uow: UnitOfWork) -> None:
        await _announce_one(uow, new_id())
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        await database.run(tenant, fail)

    assert await database.run(tenant, _count) == 0


async def test_a_tenant_does_not_see_another_ones_rows(database: Database) -> None:
    await database.run(new_id(), _announce_one, new_id())

    assert await database.run(new_id(), _count) == 0


async def test_a_query_without_a_tenant_fails(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised:
        await database.run(None, _count)

    assert sqlstate(raised.value) == "22P02"


async def test_the_tenant_does_not_leak_to_the_connections_next_user(database: Database) -> None:
    await database.run(new_id(), _count)

    async with database.engine.connect() as connection:
        with pytest.raises(DBAPIError):
            await connection.exec_driver_sql(COUNT)


async def test_a_row_of_another_tenant_cannot_be_written(database: Database) -> None:
    async def write_for(uow: UnitOfWork, other: UUID) -> None:
        await uow.execute(
            "INSERT INTO outbox (organization_id, id, kind, subject_id, payload, occurred_at)"
            " VALUES (:tenant, :id, 'kernel.Test', :id, '{}', now())",
            {"tenant": other, "id": new_id()},
        )

    with pytest.raises(DBAPIError) as raised:
        await database.run(new_id(), write_for, new_id())

    assert sqlstate(raised.value) == "42501"


async def test_time_is_the_databases_mapped_by_the_clock(
    database: Database, clock: TravelClock
) -> None:
    clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    clock.travel(timedelta(hours=2))

    async def now(uow: UnitOfWork) -> datetime:
        return uow.now

    assert await database.run(None, now) == datetime(2030, 1, 1, 2, tzinfo=UTC)


async def test_a_deadlock_is_repeated_and_both_get_through(database: Database) -> None:
    first, second = 101, 202
    meeting = asyncio.Barrier(2)
    attempts = 0

    async def take(uow: UnitOfWork, one: int, other: int) -> None:
        nonlocal attempts
        attempts += 1
        await uow.execute("SELECT pg_advisory_xact_lock(:key)", {"key": one})
        if attempts <= 2:
            await meeting.wait()
        await uow.execute("SELECT pg_advisory_xact_lock(:key)", {"key": other})

    await asyncio.gather(
        database.run(None, take, first, second), database.run(None, take, second, first)
    )

    assert attempts == 3


async def test_after_five_attempts_the_answer_is_busy() -> None:
    attempts = 0

    class OriginalError(Exception):
        sqlstate = "40001"

    async def always_fails() -> None:
        nonlocal attempts
        attempts += 1
        raise DBAPIError("", {}, OriginalError())

    with pytest.raises(Unavailable):
        await repeat_when_transient(always_fails)

    assert attempts == 5


async def test_a_commit_whose_outcome_is_unknown_is_never_repeated(database: Database) -> None:
    """The connection is cut after the work and before the answer to COMMIT."""
    attempts = 0

    async def cut_the_line(uow: UnitOfWork) -> None:
        nonlocal attempts
        attempts += 1
        connection = await uow.session.connection()
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        raw.driver_connection.terminate()

    with pytest.raises((DBAPIError, asyncpg.InterfaceError, ConnectionError)):
        await database.run(new_id(), cut_the_line)

    assert attempts == 1


async def test_a_problem_is_never_repeated(database: Database) -> None:
    attempts = 0

    async def refuse(_uow: UnitOfWork) -> None:
        nonlocal attempts
        attempts += 1
        raise NotFound

    with pytest.raises(NotFound):
        await database.run(new_id(), refuse)

    assert attempts == 1
