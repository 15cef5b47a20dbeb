"""The holds lane: taking, adding, giving back, extending and releasing, many holds at a time.

A group's commands are sorted into rounds in which no two want the same seat; a round is one
transaction (`hold_rounds`).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from houseful.kernel.database import Database
from houseful.kernel.lanes import Lane
from houseful.kernel.problems import Problem, Unavailable
from houseful.ticketing import lane_sql
from houseful.ticketing.hold_commands import Answer, HoldCommand, HoldState
from houseful.ticketing.hold_rounds import Connection, Round
from houseful.ticketing.problems import SeatTaken

ATTEMPTS_MAX = 3
LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError, TimeoutError)
TRANSIENT = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


def hold_lane(database: Database) -> Lane[HoldCommand, HoldState]:
    """Return this process's lane of holds in the database."""
    return database.keep(_make_lane)


def _make_lane(database: Database) -> Lane[HoldCommand, HoldState]:
    lane = Lane[HoldCommand, HoldState]("holds", _HoldExecutor(database))
    database.before_close(lane.drain)
    return lane


async def hold_on_connection(
    connection: Connection, tenant: UUID, now: datetime, commands: Sequence[HoldCommand]
) -> list[Answer]:
    """Execute commands in the transaction that the connection is in; answer in their order."""

    async def execute(round_: list[HoldCommand]) -> list[Answer]:
        return await Round(connection, tenant, now, round_).run()

    return await _in_rounds(commands, execute)


_ExecuteRound = Callable[[list[HoldCommand]], Awaitable[list[Answer]]]


async def _in_rounds(group: Sequence[HoldCommand], execute: _ExecuteRound) -> list[Answer]:
    """Execute a group in as few rounds as its conflicts allow; answer in its order."""
    answers: dict[int, Answer] = {}
    waiting = list(enumerate(group))
    won: dict[tuple[UUID, int], UUID] = {}
    while waiting:
        now, waiting = _next_round(waiting, won, answers)
        decided = await execute([command for _, command in now])
        for (place, command), answer in zip(now, decided, strict=True):
            answers[place] = answer
            if isinstance(answer, HoldState):
                won |= {
                    (command.event_id, seat.seat_number): command.hold_id for seat in command.take
                }
    return [answers[place] for place in range(len(group))]


class _HoldExecutor:
    """Executes a group, each of its rounds in a transaction."""

    def __init__(self, database: Database) -> None:
        self._clock = database.clock
        self._pool = database.lane_pool

    async def __call__(self, tenant: UUID, group: Sequence[HoldCommand]) -> list[Answer]:
        is_first = True

        async def execute(round_: list[HoldCommand]) -> list[Answer]:
            nonlocal is_first
            answers: list[Answer]
            try:
                answers = await self._attempt(tenant, round_)
            except (asyncpg.PostgresError, Problem):
                if is_first:
                    raise
                answers = [Unavailable(headers={"retry-after": "1"}) for _ in round_]
            is_first = False
            return answers

        return await _in_rounds(group, execute)

    async def _attempt(self, tenant: UUID, commands: list[HoldCommand]) -> list[Answer]:
        for number in range(1, ATTEMPTS_MAX + 1):
            try:
                async with (await self._pool()).acquire() as connection, connection.transaction():
                    instant = await connection.fetchval(lane_sql.BEGIN, str(tenant))
                    round_ = Round(connection, tenant, self._clock.at(instant), commands)
                    return await round_.run()
            except TRANSIENT:
                if number == ATTEMPTS_MAX:
                    raise
            except LOST as error:  # perhaps it was committed: nothing is tried again
                raise Unavailable(headers={"retry-after": "1"}) from error
        raise AssertionError("unreachable")


def _next_round(
    waiting: list[tuple[int, HoldCommand]],
    won: dict[tuple[UUID, int], UUID],
    answers: dict[int, Answer],
) -> tuple[list[tuple[int, HoldCommand]], list[tuple[int, HoldCommand]]]:
    """Choose the commands that do not meet; answer those whose seats an earlier one has won."""
    now: list[tuple[int, HoldCommand]] = []
    later: list[tuple[int, HoldCommand]] = []
    seats: set[tuple[UUID, int]] = set()
    holds: set[UUID] = set()
    for place, command in waiting:
        mine = {(command.event_id, seat.seat_number) for seat in command.take}
        lost = sorted(seat for seat in mine if won.get(seat, command.hold_id) != command.hold_id)
        if lost:
            answers[place] = SeatTaken(seats=[number for _, number in lost])
        elif command.hold_id in holds or mine & seats:
            later.append((place, command))
        else:
            now.append((place, command))
            holds.add(command.hold_id)
            seats |= mine
    return now, later
