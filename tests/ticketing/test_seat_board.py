"""The seat board: what it shows is what the tables say, whoever wrote them."""

import asyncio
import base64
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import NotFound
from houseful.ticketing import (
    block_seats,
    refund_tickets,
    release_hold,
    seat_board,
    seat_boards,
    sweep,
)
from houseful.ticketing.models import EventSeat
from houseful.ticketing.problems import SeatTaken
from houseful.ticketing.seat_board import FREE, HELD, NOT_FOR_SALE, SOLD, SeatBoard, pack
from tests.builders.accounts import House
from tests.builders.ticketing import Show, a_hold, a_paid_order, a_show


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, standing=50)


async def _read(database: Database, show: Show, board: SeatBoard) -> SeatBoard:
    await database.run(show.tenant, board.read)
    return board


async def _a_board(database: Database, show: Show) -> SeatBoard:
    return await _read(database, show, SeatBoard(show.tenant, show.event_id))


async def test_a_board_shows_what_is_free_held_sold_and_blocked(
    database: Database, show: Show
) -> None:
    await a_hold(database, show, 1, floor=2)
    await a_paid_order(database, show, 2, floor=1)
    await database.run(show.tenant, block_seats, show.event_id, [3], blocked=True)

    board = await _a_board(database, show)

    assert list(board.states[:5]) == [FREE, HELD, SOLD, NOT_FOR_SALE, FREE]
    assert list(board.areas.values()) == [47]


async def test_every_way_to_change_a_seat_shows_up_as_a_delta(
    database: Database, show: Show, clock: TravelClock
) -> None:
    board = await _a_board(database, show)
    seen: list[list[tuple[int, int]]] = []

    async def look() -> None:
        number = board.number
        await _read(database, show, board)
        deltas = board.since(number)
        assert deltas is not None
        seen.append([change for delta in deltas for change in delta.changes])

    hold = await a_hold(database, show, 1, 2)
    await look()
    await release_hold(database, show.tenant, hold.state.id, hold.token)
    await look()
    order = await a_paid_order(database, show, 5)
    await look()
    await database.run(show.tenant, refund_tickets, order.id, None, reason="ill")
    await look()
    await database.run(show.tenant, block_seats, show.event_id, [7], blocked=True)
    await look()
    await a_hold(database, show, 9)
    await look()
    clock.travel(timedelta(minutes=11))
    await look()
    await database.run(show.tenant, sweep)
    await look()

    assert seen == [
        [(1, HELD), (2, HELD)],
        [(1, FREE), (2, FREE)],
        [(5, SOLD)],
        [(5, FREE)],
        [(7, NOT_FOR_SALE)],
        [(9, HELD)],
        [(9, FREE)],
        [],
    ]


async def test_a_change_that_commits_late_is_not_missed(database: Database, show: Show) -> None:
    """The board reads while a transaction is open that began before, and commits after."""
    board = await _a_board(database, show)
    async with database.unit_of_work(show.tenant) as slow:
        await slow.execute(
            "UPDATE event_seats SET blocked = true,"
            " touched = (pg_current_xact_id()::text)::bigint WHERE seat_number = 4"
        )
        await a_hold(database, show, 6)
        await _read(database, show, board)
        assert board.states[4] == FREE
        assert board.states[6] == HELD

    await _read(database, show, board)

    assert board.states[4] == NOT_FOR_SALE


async def test_a_board_that_follows_equals_one_that_is_loaded(
    database: Database, show: Show, clock: TravelClock
) -> None:
    follower = await _a_board(database, show)
    dice = random.Random(7)
    for _ in range(25):
        seats = dice.sample(range(show.seats), 2)
        with suppress(SeatTaken):
            if dice.random() < 0.3:
                await a_paid_order(database, show, *seats)
            else:
                await a_hold(database, show, *seats)
        clock.travel(timedelta(minutes=dice.randrange(5)))
        await _read(database, show, follower)

    fresh = await _a_board(database, show)

    assert follower.states == fresh.states
    assert follower.version == fresh.version


async def test_the_same_state_has_the_same_version_in_every_process(
    database: Database, show: Show
) -> None:
    one = await _a_board(database, show)
    hold = await a_hold(database, show, 1)
    other = await _a_board(database, show)
    assert one.version != other.version

    await release_hold(database, show.tenant, hold.state.id, hold.token)

    assert (await _read(database, show, other)).version == one.version


async def test_a_watcher_is_told_and_one_who_was_away_too_long_starts_again(
    database: Database, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seat_board, "HISTORY_MAX", 2)  # read when the board is made
    boards = seat_boards(database)
    async with boards.watch(show.tenant, show.event_id) as board:
        number = board.number
        waiting = asyncio.create_task(board.wait(5))
        await asyncio.sleep(0)
        await a_hold(database, show, 1)

        assert await waiting
        deltas = board.since(number)

        assert deltas is not None
        assert deltas[0].changes == [(1, HELD)]
        assert board.number_of(deltas[0].version) == board.number
        assert board.number_of("unknown") is None
        for seat in (2, 3, 4):
            await a_hold(database, show, seat)
            await boards.fresh(show.tenant, show.event_id, at_once=True)
        assert board.since(number) is None
    assert not boards._pollers


async def test_an_event_without_a_sale_has_no_board(database: Database, show: Show) -> None:
    with pytest.raises(NotFound):
        await seat_boards(database).fresh(show.tenant, new_id())


async def test_the_map_shows_a_stadium_in_fifteen_kilobytes() -> None:
    states = bytes(random.Random(1).randrange(4) for _ in range(60_000))

    packed = pack(states)

    assert len(packed) == 15_000
    assert bytes(packed[n // 4] >> 2 * (n % 4) & 3 for n in range(60_000)) == states


async def test_the_packed_states_are_those_of_the_board(database: Database, show: Show) -> None:
    await a_hold(database, show, 0, 5)
    board = await _a_board(database, show)

    packed = base64.b64decode(board.packed)

    assert packed[0] & 3 == HELD
    assert packed[1] >> 2 & 3 == HELD

    async def count(uow: UnitOfWork) -> int:
        return len(await uow.all(select(EventSeat.seat_number)))

    assert len(board.states) == await database.run(show.tenant, count)
