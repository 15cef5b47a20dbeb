"""Facts reach their subscribers: after the commit, in order, with one effect."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from houseful.kernel import subscriptions
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from houseful.kernel.outbox import Fact
from houseful.kernel.relay import relay_facts
from houseful.kernel.subscriptions import subscribe, subscribe_outside


class Rang(Fact):
    """The bell rang, for the n-th time."""

    number: int


@pytest.fixture
def heard() -> Iterator[list[tuple[UUID, int]]]:
    """What the test's subscriber has heard."""
    heard: list[tuple[UUID, int]] = []

    @subscribe(Rang)
    async def listen(uow: UnitOfWork, fact: Rang) -> None:
        heard.append((uow.tenant, fact.number))

    yield heard
    subscriptions._by_kind.pop(Rang.kind())


async def _ring(uow: UnitOfWork, *numbers: int, bell: UUID) -> None:
    for number in numbers:
        await uow.announce(Rang(subject_id=bell, number=number))


async def test_facts_about_one_thing_arrive_in_order(
    database: Database, heard: list[tuple[UUID, int]]
) -> None:
    tenant, bell = new_id(), new_id()
    await database.run(tenant, _ring, 1, 2, 3, bell=bell)

    await Worker(database).drain()

    assert heard == [(tenant, 1), (tenant, 2), (tenant, 3)]


async def test_a_fact_of_a_transaction_that_failed_is_never_heard(
    database: Database, heard: list[tuple[UUID, int]]
) -> None:
    async def ring_and_fail(uow: UnitOfWork) -> None:
        await _ring(uow, 1, bell=new_id())
        raise ValueError("the rope broke")

    with pytest.raises(ValueError, match="the rope broke"):
        await database.run(new_id(), ring_and_fail)
    await Worker(database).drain()

    assert heard == []


async def test_a_fact_is_relayed_once(database: Database, heard: list[tuple[UUID, int]]) -> None:
    await database.run(new_id(), _ring, 1, bell=new_id())

    assert await relay_facts(database) == 1
    assert await relay_facts(database) == 0
    await Worker(database).drain()

    assert len(heard) == 1


async def test_a_subscriber_that_fails_leaves_nothing_and_is_tried_again(
    database: Database,
) -> None:
    attempts: list[int] = []

    @subscribe_outside(Rang)
    async def listen(_database: Database, _tenant: UUID, fact: Rang) -> None:
        attempts.append(fact.number)
        raise ConnectionError("nobody answers")

    await database.run(new_id(), _ring, 7, bell=new_id())
    await Worker(database).drain()
    subscriptions._by_kind.pop(Rang.kind())

    async def waiting(uow: UnitOfWork) -> list[tuple[str, int]]:
        rows = await uow.execute("SELECT status::text, attempts FROM procrastinate_jobs")
        return [(row.status, row.attempts) for row in rows]

    assert attempts == [7]
    assert await database.run(None, waiting) == [("todo", 1)]


async def test_what_is_urgent_goes_first(database: Database, heard: list[tuple[UUID, int]]) -> None:
    class Shouted(Rang):
        priority = 1

    @subscribe(Shouted)
    async def hear(uow: UnitOfWork, fact: Shouted) -> None:
        heard.append((uow.tenant, fact.number))

    async def announce(uow: UnitOfWork) -> None:
        await uow.announce(
            Rang(subject_id=new_id(), number=1), Shouted(subject_id=new_id(), number=2)
        )

    async def queued(uow: UnitOfWork) -> list[str]:
        rows = await uow.execute(
            "SELECT args->>'kind' FROM procrastinate_jobs ORDER BY priority DESC, id"
        )
        return list(rows.scalars())

    await database.run(new_id(), announce)
    await relay_facts(database)
    kinds = await database.run(None, queued)
    await Worker(database).drain()
    subscriptions._by_kind.pop(Shouted.kind())

    assert kinds == [Shouted.kind(), Rang.kind()]
    assert sorted(number for _, number in heard) == [1, 2]
