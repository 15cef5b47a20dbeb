"""The holds lane: all or nothing, the quicker one wins, time gives back."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.ticketing.hold_commands import HoldState
from houseful.ticketing.holds import (
    TakenHold,
    Wish,
    change_hold,
    extend_hold,
    read_hold,
    release_hold,
)
from houseful.ticketing.models import EventPool, EventSeat, Hold
from houseful.ticketing.problems import (
    HoldOver,
    NotEnoughLeft,
    SeatTaken,
    TooManyTickets,
    WrongHoldToken,
)
from houseful.ticketing.proof import violations
from tests.builders.accounts import House
from tests.builders.ticketing import Show, a_hold, a_show


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, standing=50)


async def _holders(database: Database, show: Show) -> dict[int, object]:
    async def find(uow: UnitOfWork) -> dict[int, object]:
        rows = await uow.all(
            select(EventSeat).where(
                EventSeat.organization_id == uow.tenant, EventSeat.hold_id.is_not(None)
            )
        )
        return {row.seat_number: row.hold_id for row in rows}

    return await database.run(show.tenant, find)


async def _pool(database: Database, show: Show) -> tuple[int, int]:
    async def find(uow: UnitOfWork) -> tuple[int, int]:
        pool = await uow.get(EventPool, show.pool_id)
        return pool.held, pool.sold

    return await database.run(show.tenant, find)


async def _status(database: Database, show: Show, hold: TakenHold) -> str:
    async def find(uow: UnitOfWork) -> str:
        return (await uow.get(Hold, hold.state.id)).status

    return await database.run(show.tenant, find)


async def test_a_hold_keeps_its_seats_for_ten_minutes(database: Database, show: Show) -> None:
    hold = await a_hold(database, show, 3, 4)

    assert [seat.seat_number for seat in hold.state.seats] == [3, 4]
    assert hold.state.expires_at - hold.state.acquired_at == timedelta(minutes=10)
    assert await _holders(database, show) == {3: hold.state.id, 4: hold.state.id}
    assert await database.run(show.tenant, violations) == []


async def test_a_hold_gets_all_seats_or_none_and_says_which_were_taken(
    database: Database, show: Show
) -> None:
    await a_hold(database, show, 4)

    with pytest.raises(SeatTaken) as raised:
        await a_hold(database, show, 3, 4, 5)

    assert raised.value.fields["seats"] == [4]
    assert set(await _holders(database, show)) == {4}


async def test_of_many_who_want_a_seat_at_once_one_gets_it(database: Database, show: Show) -> None:
    results = await asyncio.gather(
        *(a_hold(database, show, 7, 8 + number % 3) for number in range(40)),
        return_exceptions=True,
    )

    won = [result for result in results if isinstance(result, TakenHold)]
    assert len(won) == 1
    assert all(isinstance(result, SeatTaken) for result in results if result is not won[0])
    assert set((await _holders(database, show)).values()) == {won[0].state.id}


async def test_who_loses_a_seat_to_a_loser_still_gets_the_others(
    database: Database, show: Show
) -> None:
    """Of three in one group: 0 is taken; the second loses it, so the third gets 1 and 2."""
    await a_hold(database, show, 0)

    results = await asyncio.gather(
        a_hold(database, show, 0, 1), a_hold(database, show, 1, 2), return_exceptions=True
    )

    assert isinstance(results[0], SeatTaken)
    assert isinstance(results[1], TakenHold)


async def test_an_expired_hold_is_taken_over_and_superseded(
    database: Database, show: Show, clock: TravelClock
) -> None:
    first = await a_hold(database, show, 1, 2)
    clock.travel(timedelta(minutes=10, seconds=1))

    second = await a_hold(database, show, 2, 3)

    assert await _holders(database, show) == {
        1: first.state.id,
        2: second.state.id,
        3: second.state.id,
    }
    assert await _status(database, show, first) == "superseded"
    assert await database.run(show.tenant, violations) == []


async def test_a_hold_that_is_not_over_is_not_taken_over(
    database: Database, show: Show, clock: TravelClock
) -> None:
    await a_hold(database, show, 1)
    clock.travel(timedelta(minutes=9, seconds=55))

    with pytest.raises(SeatTaken):
        await a_hold(database, show, 1)


async def test_extending_keeps_when_it_was_acquired_and_stops_at_the_cap(
    database: Database, show: Show, clock: TravelClock
) -> None:
    hold = await a_hold(database, show, 1, floor=2)
    states: list[HoldState] = []
    for _ in range(4):
        clock.travel(timedelta(minutes=8))
        try:
            states.append(await extend_hold(database, show.tenant, hold.state.id, hold.token))
        except HoldOver:
            break

    assert {state.acquired_at for state in states} == {hold.state.acquired_at}
    assert states[0].expires_at - hold.state.acquired_at > timedelta(minutes=17)
    assert states[-1].expires_at == hold.state.cap_at
    assert len(states) == 3
    assert await _pool(database, show) == (2, 0)


async def test_a_hold_that_is_over_cannot_be_extended(
    database: Database, show: Show, clock: TravelClock
) -> None:
    hold = await a_hold(database, show, 1)
    clock.travel(timedelta(minutes=11))

    with pytest.raises(HoldOver):
        await extend_hold(database, show.tenant, hold.state.id, hold.token)


async def test_nobody_touches_a_hold_without_its_token(database: Database, show: Show) -> None:
    hold = await a_hold(database, show, 1)

    for act in (extend_hold, release_hold):
        with pytest.raises(WrongHoldToken):
            await act(database, show.tenant, hold.state.id, "x" * 43)
    with pytest.raises(WrongHoldToken):
        await database.run(show.tenant, read_hold, hold.state.id, "x" * 43)

    assert set(await _holders(database, show)) == {1}


async def test_seats_are_added_and_given_back_in_one_change(database: Database, show: Show) -> None:
    hold = await a_hold(database, show, 1, 2)

    state = await change_hold(
        database,
        show.tenant,
        hold.state.id,
        hold.token,
        Wish(seats=[3], pools=[show.floor(4)]),
        give_back=[1],
    )

    assert [seat.seat_number for seat in state.seats] == [2, 3]
    assert state.expires_at == hold.state.expires_at
    assert await database.run(show.tenant, read_hold, hold.state.id, hold.token) == state
    assert set(await _holders(database, show)) == {2, 3}
    assert await _pool(database, show) == (4, 0)
    assert await database.run(show.tenant, violations) == []


async def test_a_change_that_fails_changes_nothing(database: Database, show: Show) -> None:
    hold = await a_hold(database, show, 1, floor=2)
    await a_hold(database, show, 5)

    with pytest.raises(SeatTaken):
        await change_hold(
            database,
            show.tenant,
            hold.state.id,
            hold.token,
            Wish(seats=[5], pools=[show.floor(3)]),
            give_back=[1],
        )

    assert await _pool(database, show) == (2, 0)
    assert (await _holders(database, show))[1] == hold.state.id
    assert await database.run(show.tenant, violations) == []


async def test_releasing_gives_everything_back(database: Database, show: Show) -> None:
    hold = await a_hold(database, show, 1, 2, floor=3)

    state = await release_hold(database, show.tenant, hold.state.id, hold.token)

    assert state.status == "released"
    assert await _holders(database, show) == {}
    assert await _pool(database, show) == (0, 0)
    with pytest.raises(HoldOver):
        await release_hold(database, show.tenant, hold.state.id, hold.token)
    assert await database.run(show.tenant, violations) == []


async def test_a_hold_has_no_more_than_the_event_allows(database: Database, show: Show) -> None:
    hold = await a_hold(database, show, *range(8))

    with pytest.raises(TooManyTickets):
        await change_hold(
            database, show.tenant, hold.state.id, hold.token, Wish(pools=[show.floor(3)])
        )

    assert await _pool(database, show) == (0, 0)


async def test_a_seat_that_does_not_exist_is_an_error(database: Database, show: Show) -> None:
    with pytest.raises(Invalid):
        await a_hold(database, show, 1, 999)

    assert await _holders(database, show) == {}


async def test_a_pool_never_gives_more_than_it_has(database: Database, show: Show) -> None:
    results = await asyncio.gather(
        *(a_hold(database, show, floor=3) for _ in range(40)), return_exceptions=True
    )

    won = [result for result in results if isinstance(result, TakenHold)]
    assert len(won) == 16
    assert all(isinstance(result, TakenHold | NotEnoughLeft) for result in results)
    assert await _pool(database, show) == (48, 0)
    assert await database.run(show.tenant, violations) == []


async def test_who_does_not_fit_is_told_how_many_are_left(database: Database, show: Show) -> None:
    for _ in range(5):
        await a_hold(database, show, floor=9)

    with pytest.raises(NotEnoughLeft) as raised:
        await a_hold(database, show, floor=6)

    assert raised.value.fields["available"] == 5


async def test_expired_places_of_a_pool_are_given_back_to_who_comes_next(
    database: Database, show: Show, clock: TravelClock
) -> None:
    for _ in range(5):
        await a_hold(database, show, floor=10)
    clock.travel(timedelta(minutes=11))

    await a_hold(database, show, floor=10)

    assert await _pool(database, show) == (10, 0)
    assert await database.run(show.tenant, violations) == []


async def test_who_loses_the_seat_does_not_keep_the_pool(database: Database, show: Show) -> None:
    await a_hold(database, show, 1)

    with pytest.raises(SeatTaken):
        await a_hold(database, show, 1, floor=5)

    assert await _pool(database, show) == (0, 0)
