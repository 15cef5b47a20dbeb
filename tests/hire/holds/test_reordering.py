"""A hold may be given another place: joint, ahead or behind, with a reason that is kept."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from houseful import hire
from houseful.audit.models import AuditLog
from houseful.hire.bookings.problems import HoldContested
from houseful.hire.holds.problems import NotInOneQueue
from houseful.hire.holds.reordering import explain_ranks, reorder_hold
from houseful.hire.holds.schemas import HoldPlace, NewChallenge
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import Forbidden, NotFound
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import House
from tests.builders.calendar import a_divided_hall
from tests.builders.hire import a_booking, do
from tests.builders.venues import a_space, a_venue


async def _queue(uow: UnitOfWork, how_many: int = 3) -> list[hire.BookingView]:
    space = await a_space(uow, (await a_venue(uow)).id)
    return [
        await a_booking(uow, [(space.id, 18, 22)], title=f"Number {number}")
        for number in range(1, how_many + 1)
    ]


async def _ranks(uow: UnitOfWork, bookings: list[hire.BookingView]) -> list[int | None]:
    return [(await hire.get_booking(uow, each.id)).rank for each in bookings]


def _place(other: hire.BookingView, place: Any, reason: str = "Agreed") -> HoldPlace:
    return HoldPlace(other_booking_id=other.id, place=place, reason=reason)


async def test_joint_holds_share_a_rank_and_who_follows_counts_both(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, third = queue = await _queue(uow)
        await reorder_hold(uow, second.id, _place(first, "joint"))

        joint = await hire.get_booking(uow, second.id)
        ranks = await _ranks(uow, queue)
        await do(uow, first.id, "release")
        after = await hire.get_booking(uow, second.id)

        assert ranks == [1, 1, 3]
        assert joint.spaces[0].is_joint
        assert not after.spaces[0].is_joint
        assert (await hire.get_booking(uow, third.id)).rank == 2


@pytest.mark.parametrize(
    ("mover", "other", "place", "ranks"),
    [
        (2, 0, "ahead", [2, 3, 1]),
        (2, 1, "ahead", [1, 3, 2]),
        (0, 1, "behind", [2, 1, 3]),
        (0, 2, "behind", [3, 1, 2]),
        (2, 0, "joint", [1, 3, 1]),
    ],
)
async def test_a_hold_goes_where_it_is_placed_and_nobody_else_changes_order(
    database: Database, house: House, mover: int, other: int, place: str, ranks: list[int]
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        queue = await _queue(uow)

        await reorder_hold(uow, queue[mover].id, _place(queue[other], place))

        assert await _ranks(uow, queue) == ranks


async def test_between_two_neighbours_there_is_always_room(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, third = queue = await _queue(uow)
        for _ in range(40):
            await reorder_hold(uow, third.id, _place(second, "ahead"))
            await reorder_hold(uow, second.id, _place(third, "ahead"))

        assert await _ranks(uow, queue) == [1, 2, 3]
        fourth = await a_booking(uow, [(first.spaces[0].space_id, 18, 22)])
        assert fourth.rank == 4


async def test_it_is_audited_told_in_the_story_and_to_who_moved(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, _ = await _queue(uow)
        await reorder_hold(uow, second.id, _place(first, "ahead", "Regular customer"))

        moved, _cursor = await hire.list_acts(uow, second.id, window=Window())
        back, _cursor = await hire.list_acts(uow, first.id, window=Window())
        assert [(act.act, act.reason) for act in moved][1:] == [
            ("reorder", "Regular customer"),
            ("moved_up", ""),
        ]
        assert (back[-1].act, back[-1].reason) == ("moved_back", "Regular customer")
        assert back[-1].details == {"from": 1, "rank": 2, "isBackup": False}

    async with database.unit_of_work(house.organization_id) as uow:
        (logged,) = await uow.all(select(AuditLog).where(AuditLog.action == "hire.booking.reorder"))
        facts = await uow.execute(
            "SELECT kind, subject_id FROM outbox WHERE kind LIKE 'hire.HoldMoved%'"
        )

        assert logged.resource_id == second.id
        assert {tuple(row) for row in facts} == {
            ("hire.HoldMovedUp", second.id),
            ("hire.HoldMovedBack", first.id),
        }


async def test_only_where_the_two_meet_is_the_order_changed(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        _, part_a, part_b = await a_divided_hall(uow)
        in_b = await a_booking(uow, [(part_b, 18, 22)])
        in_a = await a_booking(uow, [(part_a, 18, 22)])
        both = await a_booking(uow, [(part_a, 18, 22), (part_b, 18, 22)])

        await reorder_hold(uow, both.id, _place(in_a, "ahead"))

        moved = await hire.get_booking(uow, both.id)
        assert [line.rank for line in moved.spaces] == [1, 2]
        assert await _ranks(uow, [in_a, in_b]) == [2, 1]


async def test_what_is_no_queue_is_refused(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second, third = await _queue(uow)
        elsewhere = await a_booking(uow)
        with pytest.raises(NotInOneQueue):
            await reorder_hold(uow, first.id, _place(elsewhere, "behind"))
        with pytest.raises(NotInOneQueue):
            await reorder_hold(uow, first.id, _place(first, "behind"))
        challenge = await hire.challenge_holds(uow, second.id, NewChallenge())
        with pytest.raises(HoldContested):
            await reorder_hold(uow, third.id, _place(first, "ahead"))
        await hire.withdraw_challenge(uow, challenge.id, hire.Because())
        await do(uow, first.id, "confirm")

        with pytest.raises(IllegalAct):
            await reorder_hold(uow, third.id, _place(first, "ahead"))


async def test_why_a_hold_stands_where_it_does_is_said_as_far_as_one_sees(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, part, _ = await a_divided_hall(uow)
        secret = await a_booking(uow, [(hall, 18, 22)], title="Secret wedding")
        open_one = await a_booking(uow, [(part, 18, 22)], title="Choir")
        mine = await a_booking(uow, [(part, 19, 21)], title="Talk")
        await reorder_hold(uow, mine.id, _place(open_one, "joint"))

        told = await explain_ranks(uow, mine.id)
        masked = await explain_ranks(uow, mine.id, scope=frozenset({part}))
        with pytest.raises(NotFound):
            await explain_ranks(uow, mine.id, scope=frozenset())
        with pytest.raises((Forbidden, NotFound)):
            await reorder_hold(uow, mine.id, _place(secret, "ahead"), scope=frozenset({part}))

    assert [each.title for each in told.lines[0].ahead] == ["Secret wedding"]
    assert [each.title for each in told.lines[0].joint_with] == ["Choir"]
    assert [(each.title, each.booking_id) for each in masked.lines[0].ahead] == [("", None)]


async def test_orders_given_at_once_do_not_make_anybody_joint(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        queue = await _queue(uow, 5)

    async def go_ahead(booking_id: UUID) -> None:
        await database.run(
            house.organization_id, reorder_hold, booking_id, _place(queue[0], "ahead")
        )

    await asyncio.gather(*(go_ahead(each.id) for each in queue[1:]))

    async with database.unit_of_work(house.organization_id) as uow:
        ranks = await _ranks(uow, queue)
    assert sorted(rank for rank in ranks if rank) == [1, 2, 3, 4, 5]
    assert ranks[0] == 5
