"""Lanes: grouped while busy, answered one by one, bounded."""

import asyncio
from collections.abc import Sequence

import pytest

from houseful.kernel.ids import new_id
from houseful.kernel.lanes import Lane
from houseful.kernel.problems import Conflict, Problem, Unavailable

TENANT = new_id()


class Doubler:
    """Doubles numbers; refuses negative ones, breaks on zero, waits at the gate."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, _tenant: object, group: Sequence[int]) -> list[int | Problem]:
        self.groups.append(list(group))
        await self.gate.wait()
        if 0 in group:
            raise RuntimeError("zero breaks the group")
        return [2 * number if number > 0 else Conflict(str(number)) for number in group]


async def test_a_command_that_comes_alone_is_executed_alone_and_at_once() -> None:
    doubler = Doubler()

    assert await Lane("test", doubler).submit(TENANT, 4) == 8
    assert doubler.groups == [[4]]


async def test_what_arrives_while_a_group_is_executed_is_the_next_group() -> None:
    doubler = Doubler()
    lane = Lane("test", doubler, group_max=3)
    doubler.gate.clear()
    first = asyncio.create_task(lane.submit(TENANT, 1))
    await _settled()
    others = [asyncio.create_task(lane.submit(TENANT, number)) for number in (2, 3, 4, 5)]
    await _settled()

    doubler.gate.set()

    assert await asyncio.gather(first, *others) == [2, 4, 6, 8, 10]
    assert doubler.groups == [[1], [2, 3, 4], [5]]


async def test_a_refused_command_harms_only_itself() -> None:
    lane = Lane("test", Doubler())

    answers = await asyncio.gather(
        *(lane.submit(TENANT, number) for number in (1, -2, 3)), return_exceptions=True
    )

    assert isinstance(answers[1], Conflict)
    assert [answers[0], answers[2]] == [2, 6]


async def test_a_group_that_breaks_is_repeated_one_by_one() -> None:
    doubler = Doubler()
    lane = Lane("test", doubler)

    answers = await asyncio.gather(
        *(lane.submit(TENANT, number) for number in (1, 0, 3)), return_exceptions=True
    )

    assert isinstance(answers[1], RuntimeError)
    assert [answers[0], answers[2]] == [2, 6]
    assert doubler.groups == [[1, 0, 3], [1], [0], [3]]


async def test_a_problem_of_the_whole_group_is_not_tried_again() -> None:
    calls: list[int] = []

    async def unreachable(_tenant: object, group: Sequence[int]) -> list[int]:
        calls.append(len(group))
        raise Unavailable

    lane = Lane[int, int]("test", unreachable)

    answers = await asyncio.gather(
        lane.submit(TENANT, 1), lane.submit(TENANT, 2), return_exceptions=True
    )

    assert all(isinstance(answer, Unavailable) for answer in answers)
    assert calls == [2]


async def test_a_full_queue_refuses_at_once_and_says_when_to_come_back() -> None:
    doubler = Doubler()
    lane = Lane("test", doubler, queue_max=2)
    doubler.gate.clear()
    tasks = [asyncio.create_task(lane.submit(TENANT, 1))]
    await _settled()
    tasks += [asyncio.create_task(lane.submit(TENANT, number)) for number in (2, 3)]
    await _settled()

    with pytest.raises(Unavailable) as raised:
        await lane.submit(TENANT, 4)

    assert raised.value.headers == {"retry-after": "1"}
    doubler.gate.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6]


async def test_who_gives_up_waiting_takes_the_command_back() -> None:
    doubler = Doubler()
    lane = Lane("test", doubler)
    doubler.gate.clear()
    executing = asyncio.create_task(lane.submit(TENANT, 1))
    await _settled()
    waiting = asyncio.create_task(lane.submit(TENANT, 2))
    await _settled()

    executing.cancel()
    waiting.cancel()
    await asyncio.gather(executing, waiting, return_exceptions=True)
    doubler.gate.set()

    assert await lane.submit(TENANT, 3) == 6
    assert doubler.groups == [[1], [3]]


async def test_one_tenants_group_does_not_wait_for_anothers() -> None:
    doubler = Doubler()
    lane = Lane("test", doubler)
    doubler.gate.clear()
    tasks = [asyncio.create_task(lane.submit(new_id(), number)) for number in (1, 2)]
    await _settled()

    assert sorted(doubler.groups) == [[1], [2]]
    doubler.gate.set()
    assert await asyncio.gather(*tasks) == [2, 4]


async def test_draining_answers_what_waits_and_takes_nothing_more() -> None:
    doubler = Doubler()
    lane = Lane("test", doubler)
    doubler.gate.clear()
    tasks = [asyncio.create_task(lane.submit(TENANT, number)) for number in (1, 2)]
    await _settled()
    draining = asyncio.create_task(lane.drain())
    await _settled()

    with pytest.raises(Unavailable):
        await lane.submit(TENANT, 3)
    doubler.gate.set()
    await draining

    assert await asyncio.gather(*tasks) == [2, 4]


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)
