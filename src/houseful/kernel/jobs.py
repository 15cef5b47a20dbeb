"""Jobs: the worker that delivers facts and does the chores, beside the web process or alone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import structlog
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.outbox import Fact
from houseful.kernel.relay import QUEUE, TASK, relay_facts
from houseful.kernel.subscriptions import Subscriber, subscriber_named
from houseful.kernel.tables import Base

RELAY_PAUSE_SECONDS = 0.15
ATTEMPTS_MAX = 12
RETRY_WAIT_MAX_SECONDS = 3600
STALLED_AFTER_SECONDS = 30
RESCUE_EVERY_SECONDS = 10
RESTART_PAUSE_SECONDS = 1
CHORES_APART_SECONDS = 0.1
"""How far apart the chores begin: all at once, they would keep the first visitors waiting."""
CONCURRENCY = 4
GRACE_SECONDS = 3
"""A delivery that takes longer when the worker ends is broken off, and tried again by the next."""

Thing = TypeVar("Thing")
Chore = Callable[[Database], Awaitable[None]]

log = structlog.get_logger(__name__)
_chores: dict[str, tuple[float, Chore]] = {}


class FactDelivery(Base):
    """A fact that a subscriber has heard; written in the transaction of what it did about it."""

    __tablename__ = "fact_deliveries"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    fact_id: Mapped[UUID] = mapped_column(primary_key=True)
    subscriber: Mapped[str] = mapped_column(primary_key=True)
    delivered_at: Mapped[datetime]


def chore(*, every_seconds: float) -> Callable[[Chore], Chore]:
    """Let the worker run `async def (database)` regularly; it must be harmless in parallel."""

    def register(function: Chore) -> Chore:
        _chores[f"{function.__module__}.{function.__name__}"] = (every_seconds, function)
        return function

    return register


async def see_to_each(things: Iterable[Thing], see_to: Callable[[Thing], Awaitable[Any]]) -> None:
    """See to each thing of a chore; what goes wrong with one keeps none of the others.

    All that went wrong is raised at the end, as an `ExceptionGroup`: it comes again with the next
    round.
    """
    errors: list[Exception] = []
    for thing in things:
        try:
            await see_to(thing)
        except Exception as error:  # noqa: BLE001 (all are raised at the end)
            error.add_note(f"It was about {thing}.")
            errors.append(error)
    if errors:
        raise ExceptionGroup(f"{len(errors)} could not be seen to", errors)


class Worker:
    """Relays facts, delivers them to their subscribers, runs the chores, rescues stalled jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue = App(connector=PsycopgConnector(conninfo=database.url, min_size=1, max_size=4))
        self._queue.task(name=TASK, queue=QUEUE, retry=_Backoff())(self._deliver)

    async def run(self) -> None:
        """Work until cancelled; where the database was away, begin anew when it is back."""
        while True:
            try:
                await self._run_while_connected()
            except Exception as error:
                log.warning("worker_interrupted", exc_info=error)
            await asyncio.sleep(RESTART_PAUSE_SECONDS)

    async def _run_while_connected(self) -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._queue.open_async())
            tasks = [
                self._repeat(RELAY_PAUSE_SECONDS, self._relay),
                self._repeat(RESCUE_EVERY_SECONDS, self._rescue),
                *(
                    self._repeat(pause, self._chore(do), after_seconds=nth * CHORES_APART_SECONDS)
                    for nth, (pause, do) in enumerate(_chores.values())
                ),
                self._work(wait=True),
            ]
            async with asyncio.TaskGroup() as group:
                for task in tasks:
                    group.create_task(task)

    async def drain(self) -> None:
        """Relay and deliver all that is pending, then return; for tests and the command line."""
        async with self._queue.open_async():
            while await relay_facts(self._database) or await self._database.run(None, _is_due):
                await self._work(wait=False)

    async def _work(self, *, wait: bool) -> None:
        await self._queue.run_worker_async(
            queues=[QUEUE],
            wait=wait,
            concurrency=CONCURRENCY,
            fetch_job_polling_interval=0.5,
            install_signal_handlers=False,
            shutdown_graceful_timeout=GRACE_SECONDS,
            delete_jobs="successful",
        )

    async def _relay(self) -> None:
        while await relay_facts(self._database):
            pass

    async def _rescue(self) -> None:
        stalled = await self._queue.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=STALLED_AFTER_SECONDS
        )
        for job in stalled:
            log.warning("job_rescued", job=job.id, task=job.task_name)
            await self._queue.job_manager.retry_job(job)

    def _chore(self, do: Chore) -> Callable[[], Awaitable[None]]:
        return lambda: do(self._database)

    async def _repeat(
        self,
        pause_seconds: float,
        act: Callable[[], Awaitable[None]],
        *,
        after_seconds: float = 0,
    ) -> None:
        await asyncio.sleep(after_seconds)
        while True:
            try:
                await act()
            except Exception as error:
                log.warning("worker_step_failed", exc_info=error)
                await asyncio.sleep(1)
            await asyncio.sleep(pause_seconds)

    async def _deliver(
        self,
        subscriber: str,
        organization_id: str,
        fact_id: str,
        kind: str,
        payload: dict[str, Any],
    ) -> None:
        target = subscriber_named(kind, subscriber)
        if target is None:
            log.warning("fact_without_subscriber", kind=kind, subscriber=subscriber)
            return
        fact = msgspec.convert(payload, target.fact_type)
        tenant = UUID(organization_id)
        if target.is_outside:
            await target.handle(self._database, tenant, fact)
        else:
            await self._database.run(tenant, _hear_once, target, UUID(fact_id), fact)


async def _hear_once(uow: UnitOfWork, subscriber: Subscriber, fact_id: UUID, fact: Fact) -> None:
    heard = await uow.execute(
        insert(FactDelivery)
        .values(
            organization_id=uow.tenant,
            fact_id=fact_id,
            subscriber=subscriber.name,
            delivered_at=uow.now,
        )
        .on_conflict_do_nothing()
        .returning(FactDelivery.fact_id)
    )
    if heard.first() is not None:
        await subscriber.handle(uow, fact)


async def _is_due(uow: UnitOfWork) -> bool:
    due = await uow.execute(
        "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo'"
        " AND coalesce(scheduled_at, '-infinity') <= now())"
    )
    return due.scalar_one()


class _Backoff(BaseRetryStrategy):
    """Twice as long after each failure; after `ATTEMPTS_MAX` the job is a dead letter, and kept."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= ATTEMPTS_MAX:
            log.error("dead_letter", job=job.id, args=job.task_kwargs, exc_info=exception)
            return None
        wait = min(2**job.attempts, RETRY_WAIT_MAX_SECONDS)
        return RetryDecision(retry_in={"seconds": wait})
