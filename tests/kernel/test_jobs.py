"""Facts reach their subscribers: after the commit, in order, with one effect."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from houseful.doctor import _examine_queue
from houseful.kernel import jobs, subscriptions
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.dead_letters import dead_letters, retry_dead_letters
from houseful.kernel.forgetting import forget_what_was_delivered
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import ATTEMPTS_MAX, STALLED_AFTER_SECONDS, Worker, see_to_each
from houseful.kernel.outbox import Fact
from houseful.kernel.relay import QUEUE, _relay_batch, relay_facts
from houseful.kernel.subscriptions import subscribe, subscribe_outside
from tests.api import Api


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


async def test_facts_are_told_as_they_happened_and_not_as_their_transactions_began(
    database: Database, heard: list[tuple[UUID, int]]
) -> None:
    tenant, bell = new_id(), new_id()
    async with database.unit_of_work(tenant) as began_first:
        await database.run(tenant, _ring, 1, bell=bell)
        await _ring(began_first, 2, bell=bell)

    await Worker(database).drain()

    assert [number for _, number in heard] == [1, 2]


async def test_two_relays_do_not_cross(database: Database, heard: list[tuple[UUID, int]]) -> None:
    tenant, bell = new_id(), new_id()
    await database.run(tenant, _ring, 1, bell=bell)
    async with database.unit_of_work(None) as first:
        await _relay_batch(first)
        await database.run(tenant, _ring, 2, bell=bell)
        second = asyncio.create_task(relay_facts(database))
        done, _ = await asyncio.wait({second}, timeout=0.3)

        assert done == set(), "the second relay waits for the first"
    assert await second == 1
    await Worker(database).drain()

    assert [number for _, number in heard] == [1, 2]


async def test_while_a_fact_is_tried_again_the_next_about_the_same_waits(
    database: Database,
) -> None:
    told: list[int] = []

    @subscribe(Rang)
    async def listen(_uow: UnitOfWork, fact: Rang) -> None:
        told.append(fact.number)
        if told == [1]:
            raise ConnectionError("nobody answers yet")

    tenant, bell, other = new_id(), new_id(), new_id()
    await database.run(tenant, _ring, 1, 2, bell=bell)
    await database.run(tenant, _ring, 3, bell=other)
    worker = Worker(database)
    await asyncio.wait_for(_drain_once(worker, database), 20)
    assert told == [1, 3]

    await database.run(
        None, lambda uow: uow.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    )
    await worker.drain()
    subscriptions._by_kind.pop(Rang.kind())

    assert told == [1, 3, 1, 2]


async def test_the_chores_begin_one_after_the_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[float] = []
    all_began = asyncio.Event()

    async def tidy(_database: Database) -> None:
        began.append(asyncio.get_running_loop().time())
        if len(began) == 3:
            all_began.set()

    monkeypatch.setattr(jobs, "_chores", dict.fromkeys("abc", (3600, tidy)))
    monkeypatch.setattr(jobs, "CHORES_APART_SECONDS", 0.05)
    working = asyncio.create_task(Worker(database).run())
    await asyncio.wait_for(all_began.wait(), 20)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    assert all(later - earlier >= 0.04 for earlier, later in pairwise(began))


async def test_a_job_of_a_worker_that_died_is_rescued(
    database: Database, heard: list[tuple[UUID, int]]
) -> None:
    await database.run(new_id(), _ring, 1, bell=new_id())
    await relay_facts(database)
    worker = Worker(database)

    async def die_at_work(uow: UnitOfWork) -> None:
        await uow.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (:then)",
            {"then": uow.now - timedelta(seconds=STALLED_AFTER_SECONDS + 1)},
        )
        await uow.execute(
            "SELECT procrastinate_fetch_job_v2(ARRAY[:queue], id) FROM procrastinate_workers",
            {"queue": QUEUE},
        )

    await database.run(None, die_at_work)
    await worker.drain()
    assert heard == []

    async with worker._queue.open_async():
        await worker._rescue()
    await worker.drain()

    assert [number for _, number in heard] == [1]


async def test_what_is_given_up_is_a_dead_letter_that_the_doctor_and_the_figures_show(
    database: Database, api: Api
) -> None:
    @subscribe(Rang)
    async def listen(_uow: UnitOfWork, _fact: Rang) -> None:
        raise ConnectionError("nobody will ever answer")

    await database.run(new_id(), _ring, 1, bell=new_id())
    await relay_facts(database)
    await database.run(
        None,
        lambda uow: uow.execute(
            "UPDATE procrastinate_jobs SET attempts = :many", {"many": ATTEMPTS_MAX}
        ),
    )
    await Worker(database).drain()
    subscriptions._by_kind.pop(Rang.kind())

    (finding,) = await _examine_queue(database)
    assert (finding.is_fine, finding.detail) == (False, "1: see `houseful dead-letters`")
    figures = (await api.guest().get("/metrics")).text
    assert 'houseful_jobs{state="dead"} 1.0' in figures
    assert "houseful_facts_pending 0.0" in figures


async def test_a_dead_letter_can_be_tried_again_when_the_cause_is_mended(
    database: Database,
) -> None:
    tenant, is_mended, heard = new_id(), [False], list[int]()

    @subscribe(Rang)
    async def listen(_uow: UnitOfWork, fact: Rang) -> None:
        if not is_mended[0]:
            raise ConnectionError("not yet")
        heard.append(fact.number)

    await database.run(tenant, _ring, 7, bell=new_id())
    await relay_facts(database)
    await database.run(
        None,
        lambda uow: uow.execute(
            "UPDATE procrastinate_jobs SET attempts = :many", {"many": ATTEMPTS_MAX}
        ),
    )
    await Worker(database).drain()
    (letter,) = await database.run(None, dead_letters)
    assert (letter.kind, letter.organization_id) == (Rang.kind(), tenant)

    is_mended[0] = True
    assert await database.run(None, retry_dead_letters, [letter.job_id + 1]) == []
    assert await database.run(None, retry_dead_letters, [letter.job_id]) == [letter.job_id]
    await Worker(database).drain()
    subscriptions._by_kind.pop(Rang.kind())

    assert heard == [7]
    assert await database.run(None, dead_letters) == []


async def test_what_was_delivered_is_forgotten_in_time(
    database: Database, clock: TravelClock, heard: list[tuple[UUID, int]]
) -> None:
    tenant = new_id()

    async def left(uow: UnitOfWork) -> list[int]:
        rows = await uow.execute(
            "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM fact_deliveries)"
        )
        return list(rows.one())

    await database.run(tenant, _ring, 1, bell=new_id())
    await Worker(database).drain()
    await database.run(tenant, _ring, 2, bell=new_id())
    clock.travel(timedelta(days=8))

    await forget_what_was_delivered(database)
    assert await database.run(tenant, left) == [1, 1], "what was not relayed stays"

    clock.travel(timedelta(days=23))
    await forget_what_was_delivered(database)
    assert await database.run(tenant, left) == [1, 0]


async def _drain_once(worker: Worker, database: Database) -> None:
    await relay_facts(database)
    async with worker._queue.open_async():
        await worker._work(wait=False)


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


async def test_the_worker_goes_on_when_its_connections_were_cut(
    database: Database, heard: list[tuple[UUID, int]]
) -> None:
    tenant = new_id()
    has_rung = asyncio.Event()

    @subscribe(Rang)
    async def note(_uow: UnitOfWork, _fact: Rang) -> None:
        has_rung.set()

    async def hear(number: int) -> None:
        has_rung.clear()
        await database.run(tenant, _ring, number, bell=new_id())
        async with asyncio.timeout(60):
            await has_rung.wait()

    work = asyncio.create_task(Worker(database).run())

    await hear(1)
    await database.run(None, _cut_every_other_connection)
    await hear(2)

    assert set(heard) == {(tenant, 1), (tenant, 2)}
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def _cut_every_other_connection(uow: UnitOfWork) -> None:
    await uow.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = current_user"
        " AND pid <> pg_backend_pid()"
    )


async def test_what_goes_wrong_with_one_thing_of_a_chore_keeps_none_of_the_others() -> None:
    seen: list[int] = []

    async def see_to(number: int) -> None:
        if number % 2:
            raise ValueError(number)
        seen.append(number)

    with pytest.raises(ExceptionGroup) as raised:
        await see_to_each(range(5), see_to)

    assert seen == [0, 2, 4]
    assert [error.__notes__ for error in raised.value.exceptions] == [
        ["It was about 1."],
        ["It was about 3."],
    ]
