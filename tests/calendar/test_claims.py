"""One space, one time, one firm claim."""

import asyncio
import contextlib
import random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from houseful import calendar, venues
from houseful.calendar import SpaceNotInUse, SpaceTaken, claim_time
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.venues.schemas import SpaceChanges
from houseful.venues.spaces import update_space
from tests.builders.accounts import House
from tests.builders.calendar import a_claim, a_request, at
from tests.builders.venues import a_space


async def _hall_with_parts(uow: UnitOfWork) -> tuple[UUID, UUID, UUID]:
    """A hall that divides into A and B."""
    hall = await a_space(uow, name="Hall")
    parts = [
        await a_space(uow, hall.venue_id, parent_space_id=hall.id, name=f"Hall {name}")
        for name in "AB"
    ]
    return hall.id, parts[0].id, parts[1].id


async def _claim(
    database: Database, house: House, space_id: UUID, start: float, end: float, **fields: Any
) -> calendar.Claim:
    return await database.run(house.organization_id, a_claim, space_id, start, end, **fields)


async def test_the_second_claim_on_the_same_time_is_told_what_is_in_its_way(
    database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space, name="Great Hall")
    await _claim(database, house, space.id, 18, 22, label="Spring Gala")

    with pytest.raises(SpaceTaken) as raised:
        await _claim(database, house, space.id, 21, 23)

    (conflict,) = raised.value.fields["conflicts"]
    assert conflict["spaceName"] == "Great Hall"
    assert conflict["label"] == "Spring Gala"
    assert conflict["startsAt"] == at(18).isoformat()
    assert conflict["source"] == "event"


async def test_a_claim_may_begin_when_the_other_ends(database: Database, house: House) -> None:
    space = await database.run(house.organization_id, a_space)
    await _claim(database, house, space.id, 18, 22)

    follower = await _claim(database, house, space.id, 22, 23)

    assert follower.taken_from == at(22)


async def test_buffers_are_part_of_what_is_taken(database: Database, house: House) -> None:
    space = await database.run(
        house.organization_id, a_space, setup_minutes=60, teardown_minutes=30
    )

    claim = await _claim(database, house, space.id, 18, 22)

    assert (claim.taken_from, claim.taken_until) == (at(17), at(22.5))
    with pytest.raises(SpaceTaken):
        await _claim(database, house, space.id, 23, 24)
    assert await _claim(database, house, space.id, 23.5, 24)


async def test_the_minimum_gap_lies_between_two_and_is_not_counted_twice(
    database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space, minimum_gap_minutes=60)
    await _claim(database, house, space.id, 10, 12)

    with pytest.raises(SpaceTaken):
        await _claim(database, house, space.id, 12.5, 14)
    with pytest.raises(SpaceTaken):
        await _claim(database, house, space.id, 8, 9.5)

    assert await _claim(database, house, space.id, 13, 14)
    assert await _claim(database, house, space.id, 8, 9)


async def test_claims_that_are_not_firm_exclude_nothing(database: Database, house: House) -> None:
    space = await database.run(house.organization_id, a_space)
    for _ in range(3):
        await _claim(database, house, space.id, 18, 22, firm=False)

    assert await _claim(database, house, space.id, 18, 22)


async def test_a_whole_and_its_part_exclude_each_other_and_siblings_do_not(
    database: Database, house: House
) -> None:
    hall, part_a, part_b = await database.run(house.organization_id, _hall_with_parts)
    await _claim(database, house, part_a, 10, 12)

    with pytest.raises(SpaceTaken):
        await _claim(database, house, hall, 11, 13)
    await _claim(database, house, part_b, 10, 12)
    await _claim(database, house, hall, 12, 13)
    with pytest.raises(SpaceTaken):
        await _claim(database, house, part_b, 12, 13)


async def test_all_that_is_asked_for_is_taken_or_nothing(database: Database, house: House) -> None:
    _, part_a, part_b = await database.run(house.organization_id, _hall_with_parts)
    await _claim(database, house, part_b, 10, 12)

    async def take_both(uow: UnitOfWork) -> None:
        with pytest.raises(SpaceTaken):
            await claim_time(uow, [a_request(part_a, 10, 12), a_request(part_b, 10, 12)])

    await database.run(house.organization_id, take_both)

    assert await _claim(database, house, part_a, 10, 12)


async def test_one_source_may_ask_for_a_whole_and_its_parts_at_once(
    database: Database, house: House
) -> None:
    hall, part_a, part_b = await database.run(house.organization_id, _hall_with_parts)
    source_id = new_id()

    async def take(uow: UnitOfWork) -> list[calendar.Claim]:
        return await claim_time(
            uow,
            [a_request(each, 10, 12, source_id=source_id) for each in (part_a, hall, part_b)],
        )

    claims = await database.run(house.organization_id, take)

    assert [claim.space_id for claim in claims] == [hall]


async def test_what_is_given_back_can_be_had_again(database: Database, house: House) -> None:
    space = await database.run(house.organization_id, a_space)
    claim = await _claim(database, house, space.id, 18, 22)

    released = await database.run(
        house.organization_id, calendar.release_claims, "event", claim.source_id
    )

    assert released == 1
    assert await _claim(database, house, space.id, 18, 22)


async def test_claims_move_or_stay_where_they_are(database: Database, house: House) -> None:
    space = await database.run(house.organization_id, a_space)
    mine = await _claim(database, house, space.id, 18, 22)
    await _claim(database, house, space.id, 10, 12)

    async def move(uow: UnitOfWork, start: float, end: float) -> None:
        request = a_request(space.id, start, end, source_id=mine.source_id)
        await calendar.move_claims(uow, "event", mine.source_id, [request])

    async def try_to_move(uow: UnitOfWork) -> None:
        with pytest.raises(SpaceTaken):
            await move(uow, 11, 13)

    await database.run(house.organization_id, try_to_move)
    (stayed,) = await database.run(
        house.organization_id, calendar.claims_of, "event", mine.source_id
    )
    await database.run(house.organization_id, move, 19, 23)
    (moved,) = await database.run(
        house.organization_id, calendar.claims_of, "event", mine.source_id
    )

    assert (stayed.starts_at, moved.starts_at) == (at(18), at(19))


async def test_of_two_soft_claims_only_one_becomes_firm(database: Database, house: House) -> None:
    space = await database.run(house.organization_id, a_space)
    first = await _claim(database, house, space.id, 18, 22, source="hire", firm=False)
    second = await _claim(database, house, space.id, 20, 23, source="hire", firm=False)

    (firm,) = await database.run(house.organization_id, calendar.make_firm, "hire", first.source_id)

    assert firm.firm
    with pytest.raises(SpaceTaken) as raised:
        await database.run(house.organization_id, calendar.make_firm, "hire", second.source_id)
    assert raised.value.fields["conflicts"][0]["sourceId"] == str(first.source_id)


async def test_a_conflict_in_a_space_that_one_does_not_see_has_no_names(
    database: Database, house: House
) -> None:
    hall, part_a, _ = await database.run(house.organization_id, _hall_with_parts)
    await _claim(database, house, hall, 10, 12, label="Secret wedding")

    async def take(uow: UnitOfWork) -> None:
        await claim_time(uow, [a_request(part_a, 10, 12)], scope=frozenset({part_a}))

    with pytest.raises(SpaceTaken) as raised:
        await database.run(house.organization_id, take)

    assert raised.value.fields["conflicts"] == [
        {
            "startsAt": at(10).isoformat(),
            "endsAt": at(12).isoformat(),
            "source": "event",
        }
    ]
    assert "Secret" not in raised.value.detail


async def test_a_space_that_is_switched_off_cannot_be_had(database: Database, house: House) -> None:
    space = await database.run(house.organization_id, a_space, is_active=False)

    with pytest.raises(SpaceNotInUse):
        await _claim(database, house, space.id, 18, 22)


async def test_time_that_ends_before_it_starts_and_foreign_spaces_are_refused(
    database: Database, house: House, other_house: House
) -> None:
    space = await database.run(house.organization_id, a_space)
    foreign = await database.run(other_house.organization_id, a_space)

    with pytest.raises(Invalid):
        await _claim(database, house, space.id, 22, 18)
    with pytest.raises(NotFound):
        await _claim(database, house, foreign.id, 18, 22)


async def test_the_database_itself_refuses_a_second_firm_claim(
    database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space)
    await _claim(database, house, space.id, 18, 22)

    async def go_round(uow: UnitOfWork) -> None:
        await uow.execute(
            "INSERT INTO claims (organization_id, id, cell_id, space_id, during, starts_at,"
            " ends_at, setup_minutes, teardown_minutes, gap_minutes, firm, source, source_id,"
            " label) SELECT organization_id, gen_random_uuid(), cell_id, space_id, during,"
            " starts_at, ends_at, 0, 0, 0, true, source, gen_random_uuid(), '' FROM claims"
        )

    with pytest.raises(IntegrityError, match="claims_one_firm_at_a_time"):
        await database.run(house.organization_id, go_round)


async def test_of_thirty_claims_at_once_exactly_one_wins(database: Database, house: House) -> None:
    space = await database.run(house.organization_id, a_space)

    answers = await asyncio.gather(
        *(_claim(database, house, space.id, 18, 22) for _ in range(30)),
        return_exceptions=True,
    )

    won = [answer for answer in answers if isinstance(answer, calendar.Claim)]
    lost = [answer for answer in answers if isinstance(answer, SpaceTaken)]
    assert (len(won), len(lost)) == (1, 29)
    assert all(problem.fields["conflicts"] for problem in lost)


async def test_claims_in_crossing_orders_neither_deadlock_nor_overlap(
    database: Database, house: House
) -> None:
    hall, part_a, part_b = await database.run(house.organization_id, _hall_with_parts)
    order = random.Random(7)
    deadlocks_before = await _deadlocks(database)

    async def take(uow: UnitOfWork, spaces: list[UUID], start: int) -> None:
        await claim_time(uow, [a_request(each, start, start + 1) for each in spaces])

    async def one_of_many(number: int) -> bool:
        spaces = [[part_a, part_b], [part_b, part_a], [hall], [part_b]][number % 4]
        try:
            await database.run(house.organization_id, take, spaces, order.randrange(3))
        except SpaceTaken:
            return False
        return True

    answers = await asyncio.gather(*(one_of_many(number) for number in range(40)))

    assert any(answers)
    assert await _deadlocks(database) == deadlocks_before
    assert await database.run(house.organization_id, _overlaps) == 0


async def test_a_part_added_to_a_claimed_whole_is_claimed_with_it(
    database: Database, house: House
) -> None:
    hall = await database.run(house.organization_id, a_space)
    claim = await _claim(database, house, hall.id, 18, 22)

    part = await database.run(
        house.organization_id, a_space, hall.venue_id, parent_space_id=hall.id
    )

    with pytest.raises(SpaceTaken):
        await _claim(database, house, part.id, 19, 20)
    (busy,) = await database.run(
        house.organization_id, calendar.busy_times, [part.id], at(0), at(24)
    )
    assert busy.claim.id == claim.id


async def test_parts_added_while_the_whole_is_claimed_are_claimed_with_it(
    database: Database, house: House
) -> None:
    hall = await database.run(house.organization_id, a_space)

    async def add_and_claim_part(number: int) -> None:
        part = await database.run(
            house.organization_id, a_space, hall.venue_id, parent_space_id=hall.id
        )
        with contextlib.suppress(SpaceTaken):
            await _claim(database, house, part.id, number, number + 2)

    async def claim_whole(number: int) -> None:
        with contextlib.suppress(SpaceTaken):
            await _claim(database, house, hall.id, number, number + 2)

    await asyncio.gather(
        *(act(number) for number in range(12) for act in (add_and_claim_part, claim_whole))
    )

    assert await database.run(house.organization_id, _overlaps) == 0
    assert await database.run(house.organization_id, _claims_with_missing_cells) == 0
    assert await database.run(house.organization_id, calendar.miscompiled_spaces) == []


async def test_a_space_whose_time_is_claimed_is_not_moved(database: Database, house: House) -> None:
    _, part_a, _ = await database.run(house.organization_id, _hall_with_parts)
    claim = await _claim(database, house, part_a, 18, 22)
    changes = SpaceChanges(parent_space_id=None)

    with pytest.raises(Exception, match="still need"):
        await database.run(house.organization_id, update_space, part_a, 1, changes)
    await database.run(house.organization_id, calendar.release_claims, "event", claim.source_id)
    await database.run(house.organization_id, update_space, part_a, 1, changes)

    space = await database.run(house.organization_id, venues.get_space, part_a)
    assert space.parent_space_id is None


async def test_cells_stay_right_however_the_tree_is_changed(
    database: Database, house: House
) -> None:
    dice = random.Random(11)
    root = await database.run(house.organization_id, a_space)
    spaces = [root.id]
    for _ in range(12):
        parent = dice.choice([*spaces, None])
        space = await database.run(
            house.organization_id, a_space, root.venue_id, parent_space_id=parent
        )
        spaces.append(space.id)
    refused = 0
    for _ in range(30):
        moved, target = dice.choice(spaces), dice.choice([*spaces, None])
        try:
            await database.run(house.organization_id, _move, moved, target)
        except Invalid:
            refused += 1
        assert await database.run(house.organization_id, calendar.miscompiled_spaces) == []

    assert 0 < refused < 30


async def test_a_cell_that_is_missing_is_found(database: Database, house: House) -> None:
    hall, part_a, _ = await database.run(house.organization_id, _hall_with_parts)

    async def break_it(uow: UnitOfWork) -> None:
        await uow.execute(
            "DELETE FROM space_cells WHERE space_id = :hall AND cell_id = :part",
            {"hall": hall, "part": part_a},
        )

    await database.run(house.organization_id, break_it)

    assert await database.run(house.organization_id, calendar.miscompiled_spaces) == [hall]


async def _move(uow: UnitOfWork, space_id: UUID, parent_id: UUID | None) -> None:
    space = await venues.get_space(uow, space_id)
    await update_space(uow, space_id, space.version, SpaceChanges(parent_space_id=parent_id))


async def _overlaps(uow: UnitOfWork) -> int:
    counted = await uow.execute(
        "SELECT count(*) FROM claims a JOIN claims b ON a.cell_id = b.cell_id AND a.id < b.id"
        " AND a.during && b.during WHERE a.firm AND b.firm"
    )
    return counted.scalar_one()


async def _claims_with_missing_cells(uow: UnitOfWork) -> int:
    counted = await uow.execute(
        "SELECT count(*) FROM (SELECT DISTINCT id, space_id FROM claims) c"
        " JOIN space_cells s ON s.space_id = c.space_id WHERE NOT EXISTS"
        " (SELECT 1 FROM claims o WHERE o.id = c.id AND o.cell_id = s.cell_id)"
    )
    return counted.scalar_one()


async def _deadlocks(database: Database) -> int:
    async with database.engine.connect() as connection:
        counted = await connection.exec_driver_sql(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return counted.scalar_one()
