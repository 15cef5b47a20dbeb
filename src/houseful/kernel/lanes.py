"""Lanes: hot commands of one kind, grouped while the group before them is being executed.

Nobody waits for a timer: an idle lane executes a command at once, and whatever arrives meanwhile
is the next group, done as one statement. Each command gets its own answer. A group that fails is
repeated one by one, so that a bad command harms nobody but itself.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from prometheus_client import Counter, Histogram

from houseful.kernel.problems import Problem, Unavailable

Command = TypeVar("Command")
Answer = TypeVar("Answer")

GROUP_MAX = 64
QUEUE_MAX = 2_000
RETRY_AFTER_SECONDS = 1

group_size = Histogram(
    "houseful_lane_group_size",
    "Commands in a group.",
    ("lane",),
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
)
wait_seconds = Histogram(
    "houseful_lane_wait_seconds",
    "From a command's arrival to its answer.",
    ("lane",),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
refused_total = Counter("houseful_lane_refused_total", "Commands refused as too many.", ("lane",))
split_total = Counter("houseful_lane_split_total", "Groups that failed as a whole.", ("lane",))

Execute = Callable[[UUID, Sequence[Command]], Awaitable[Sequence[Answer | Problem]]]
"""Executes a tenant's group in one transaction; answers in the same order, a `Problem` being the
answer of the command that it concerns. A `Problem` that is raised concerns the whole group, and is
not tried again."""


class _Waiting(NamedTuple, Generic[Command, Answer]):
    command: Command
    answer: asyncio.Future[Answer]
    since: float


class Lane(Generic[Command, Answer]):
    """One kind of command; every tenant has a queue of its own in it."""

    def __init__(
        self,
        name: str,
        execute: Execute[Command, Answer],
        *,
        group_max: int = GROUP_MAX,
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self.name = name
        self._execute = execute
        self._group_max = group_max
        self._queue_max = queue_max
        self._queues: dict[UUID, deque[_Waiting[Command, Answer]]] = {}
        self._runners: dict[UUID, asyncio.Task[None]] = {}
        self._is_draining = False

    async def submit(self, tenant: UUID, command: Command) -> Answer:
        """Return the answer to `command`, or raise its problem; `Unavailable` when too many wait.

        Who is cancelled while waiting takes their command back, unless it is being executed.
        """
        queue = self._queues.setdefault(tenant, deque())
        if self._is_draining or len(queue) >= self._queue_max:
            refused_total.labels(self.name).inc()
            raise Unavailable(headers={"retry-after": str(RETRY_AFTER_SECONDS)})
        waiting = _Waiting[Command, Answer](
            command, asyncio.get_running_loop().create_future(), time.perf_counter()
        )
        queue.append(waiting)
        if tenant not in self._runners:
            self._runners[tenant] = asyncio.create_task(self._run(tenant, queue))
        answer = await waiting.answer
        wait_seconds.labels(self.name).observe(time.perf_counter() - waiting.since)
        return answer

    async def drain(self) -> None:
        """Take nothing more, and return when all that waits has been answered."""
        self._is_draining = True
        while self._runners:
            await asyncio.gather(*self._runners.values(), return_exceptions=True)

    async def _run(self, tenant: UUID, queue: deque[_Waiting[Command, Answer]]) -> None:
        try:
            while group := self._next_group(queue):
                group_size.labels(self.name).observe(len(group))
                await self._answer_group(tenant, group)
        finally:
            del self._runners[tenant]
            if self._queues.get(tenant) is queue:
                del self._queues[tenant]
            for waiting in queue:
                _settle(waiting, Unavailable(headers={"retry-after": str(RETRY_AFTER_SECONDS)}))

    def _next_group(
        self, queue: deque[_Waiting[Command, Answer]]
    ) -> list[_Waiting[Command, Answer]]:
        group: list[_Waiting[Command, Answer]] = []
        while queue and len(group) < self._group_max:
            waiting = queue.popleft()
            if not waiting.answer.done():
                group.append(waiting)
        return group

    async def _answer_group(self, tenant: UUID, group: list[_Waiting[Command, Answer]]) -> None:
        try:
            answers = await self._execute(tenant, [waiting.command for waiting in group])
            assert len(answers) == len(group), "an answer for each command"
        except asyncio.CancelledError:
            for waiting in group:
                waiting.answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001 (whoever submitted gets it)
            if len(group) == 1 or isinstance(error, Problem):
                for waiting in group:
                    _settle(waiting, error)
                return
            split_total.labels(self.name).inc()
            for waiting in group:
                await self._answer_group(tenant, [waiting])
            return
        for waiting, answer in zip(group, answers, strict=True):
            _settle(waiting, answer)


def _settle(waiting: _Waiting[Command, Answer], answer: Answer | Exception) -> None:
    with suppress(asyncio.InvalidStateError):  # cancelled while it was executed
        if isinstance(answer, Exception):
            waiting.answer.set_exception(answer)
        else:
            waiting.answer.set_result(answer)
