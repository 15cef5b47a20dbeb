"""A venue may freeze its ranks: who leaves leaves their place behind, and nobody moves up."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, select

from houseful import hire
from houseful.audit.models import AuditLog
from houseful.hire.bookings.schemas import BookingChanges
from houseful.hire.holds.freezing import close_gaps, freeze_ranks, lift_freeze
from houseful.hire.holds.models import KeptPlace, RankFreeze
from houseful.hire.holds.problems import NobodyAhead, NoGapAhead, RanksFrozen
from houseful.hire.holds.reordering import explain_ranks, reorder_hold
from houseful.hire.holds.schemas import HoldPlace, NewChallenge, NewRankFreeze, RankChange
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import Forbidden
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import House
from tests.builders.hire import a_booking, a_wish, do
from tests.builders.venues import a_space

BECAUSE = RankChange(reason="The week is over")


async def _frozen_queue(
    uow: UnitOfWork, how_many: int = 3
) -> tuple[RankFreeze, list[hire.BookingView]]:
    space = await a_space(uow)
    queue = [
        await a_booking(uow, [(space.id, 18, 22)], title=f"Number {number}")
        for number in range(1, how_many + 1)
    ]
    return await _freeze(uow, space.venue_id), queue


async def _freeze(uow: UnitOfWork, venue_id: UUID) -> RankFreeze:
    return await freeze_ranks(uow, NewRankFreeze(venue_id=venue_id, reason="On-sale week"))


async def _ranks(uow: UnitOfWork, bookings: list[hire.BookingView]) -> list[int | None]:
    return [(await hire.get_booking(uow, each.id)).rank for each in bookings]


async def _acts(uow: UnitOfWork, booking_id: UUID) -> list[str]:
    found, _ = await hire.list_acts(uow, booking_id, window=Window())
    return [each.act for each in found]


async def _kept(uow: UnitOfWork) -> int:
    return int(await uow.first(select(func.count()).select_from(KeptPlace)))


@pytest.mark.parametrize("act", ["release", "decline", "lose", "confirm", "contract"])
async def test_whoever_leaves_the_others_keep_their_ranks_until_it_is_lifted(
    database: Database, house: House, act: str
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        freeze, queue = await _frozen_queue(uow)
        await do(uow, queue[0].id, act)
        during = await _ranks(uow, queue)
        told = await _acts(uow, queue[1].id)

        await lift_freeze(uow, freeze.id, BECAUSE)

        assert during == [None, 2, 3]
        assert (told.count("moved_up"), told.count("moved_back")) == (0, 0)
        assert await _ranks(uow, queue) == [None, 1, 2]
        assert (await _acts(uow, queue[2].id))[-1] == "moved_up"
        assert await _kept(uow) == 0


async def test_who_has_what_was_first_cancelled_is_still_second_and_no_backup_any_more(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        _, (first, second) = await _frozen_queue(uow, 2)
        await do(uow, first.id, "confirm")
        behind = await hire.get_booking(uow, second.id)
        await do(uow, first.id, "cancel")
        after = await hire.get_booking(uow, second.id)

        assert (behind.rank, behind.is_backup) == (2, True)
        assert (after.rank, after.is_backup) == (2, False)
        assert (await _acts(uow, second.id))[-1] == "moved_up"


async def test_who_comes_later_is_behind_all_and_who_comes_back_has_their_place(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        _, queue = await _frozen_queue(uow)
        await do(uow, queue[0].id, "confirm")
        await do(uow, queue[1].id, "release")
        queue.append(await a_booking(uow, [(queue[0].spaces[0].space_id, 19, 20)], as_backup=True))
        without = await _ranks(uow, queue)
        await do(uow, queue[0].id, "unconfirm")

        assert without == [None, None, 3, 4]
        assert await _ranks(uow, queue) == [1, None, 3, 4]


async def test_a_place_is_kept_as_long_as_somebody_is_behind_it(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        _, (first, second) = await _frozen_queue(uow, 2)
        await do(uow, first.id, "release")
        kept = await _kept(uow)
        await do(uow, second.id, "release")
        newcomer = await a_booking(uow, [(first.spaces[0].space_id, 18, 22)])

        assert (kept, await _kept(uow)) == (1, 0)
        assert newcomer.rank == 1


async def test_who_moves_away_leaves_their_place_too_and_goes_to_the_back(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        _, queue = await _frozen_queue(uow)
        first = await hire.get_booking(uow, queue[0].id)
        wish = a_wish(first.spaces[0].space_id, 17, 22)
        await hire.update_booking(uow, first.id, first.version, BookingChanges(spaces=[wish]))

        assert await _ranks(uow, queue) == [4, 2, 3]
        standing = await explain_ranks(uow, queue[1].id)
        assert [each.title for each in standing.lines[0].kept_for] == ["Number 1"]


async def test_the_gaps_ahead_of_one_hold_are_closed_for_its_night_only(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        freeze, queue = await _frozen_queue(uow)
        other_space = await a_space(uow, freeze.venue_id, code="OTHER")
        others = [await a_booking(uow, [(other_space.id, 18, 22)]) for _ in range(2)]
        await do(uow, queue[0].id, "release")
        await do(uow, others[0].id, "release")

        closed = await close_gaps(uow, queue[1].id, BECAUSE)

        assert closed.id == queue[1].id
        assert await _ranks(uow, [*queue, *others]) == [None, 1, 2, None, 2]
        assert (await _acts(uow, queue[1].id))[-2:] == ["close_gaps", "moved_up"]
        assert (await _acts(uow, queue[2].id))[-1] == "moved_up"
        with pytest.raises(NoGapAhead):
            await close_gaps(uow, queue[1].id, BECAUSE)
        with pytest.raises(IllegalAct):
            await close_gaps(uow, queue[0].id, BECAUSE)


async def test_the_standing_says_whose_place_is_kept_as_far_as_one_sees(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        freeze, queue = await _frozen_queue(uow)
        await do(uow, queue[0].id, "release")
        standing = await explain_ranks(uow, queue[2].id)

        (line,) = standing.lines
        assert standing.frozen_since == freeze.frozen_at
        assert (line.rank, [each.title for each in line.ahead]) == (3, ["Number 2"])
        assert [each.booking_id for each in line.kept_for] == [queue[0].id]


async def test_meanwhile_nobody_is_given_another_place_and_a_gap_is_not_challenged(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        _, queue = await _frozen_queue(uow)
        place = HoldPlace(other_booking_id=queue[1].id, place="ahead", reason="Agreed")
        with pytest.raises(RanksFrozen):
            await reorder_hold(uow, queue[2].id, place)
        await do(uow, queue[0].id, "release")
        with pytest.raises(NobodyAhead):
            await hire.challenge_holds(uow, queue[1].id, NewChallenge())
        await do(uow, queue[1].id, "confirm")

        assert await _ranks(uow, queue) == [None, None, 3]


async def test_only_who_works_for_the_whole_house_freezes_once_and_it_is_audited(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        freeze, queue = await _frozen_queue(uow)
        with pytest.raises(RanksFrozen):
            await _freeze(uow, freeze.venue_id)
        scope = frozenset({queue[0].spaces[0].space_id})
        with pytest.raises(Forbidden):
            await freeze_ranks(
                uow, NewRankFreeze(venue_id=freeze.venue_id, reason="Mine"), scope=scope
            )
        with pytest.raises(Forbidden):
            await lift_freeze(uow, freeze.id, BECAUSE, scope=scope)
        await lift_freeze(uow, freeze.id, BECAUSE)
        with pytest.raises(IllegalAct):
            await lift_freeze(uow, freeze.id, BECAUSE)
        again = await _freeze(uow, freeze.venue_id)

    async with database.unit_of_work(house.organization_id) as uow:
        logged = await uow.all(
            select(AuditLog.action)
            .where(AuditLog.resource_id == again.venue_id, AuditLog.action.like("hire.ranks.%"))
            .order_by(AuditLog.at, AuditLog.id)
        )
        assert logged == ["hire.ranks.frozen", "hire.ranks.thawed", "hire.ranks.frozen"]


async def test_who_leaves_while_the_freeze_is_lifted_leaves_no_place_behind(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        freeze, queue = await _frozen_queue(uow, 8)

    acts = [database.run(house.organization_id, do, each.id, "release") for each in queue[:6]]
    lifting = database.run(house.organization_id, lift_freeze, freeze.id, BECAUSE)
    await asyncio.gather(*acts[:3], lifting, *acts[3:])

    async with database.unit_of_work(house.organization_id) as uow:
        assert await _kept(uow) == 0
        assert await _ranks(uow, queue[6:]) == [1, 2]
