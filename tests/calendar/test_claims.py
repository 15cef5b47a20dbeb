"""One space, one time, one firm claim."""

import asyncio
import random
import re
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from houseful import calendar
from houseful.calendar import SpaceNotInUse, SpaceTaken, claim_time
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from tests.builders.accounts import House
from tests.builders.calendar import a_claim, a_divided_hall, a_request, at, overlapping_claims
from tests.builders.venues import a_space


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


async def test_what_is_in_the_way_is_said_in_the_venues_zone(
    database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space, name="Foyer")
    await _claim(database, house, space.id, 18, 19)
    await _claim(database, house, space.id, 20, 24)

    with pytest.raises(SpaceTaken) as by_day:
        await _claim(database, house, space.id, 18, 19)
    with pytest.raises(SpaceTaken) as by_night:
        await _claim(database, house, space.id, 22, 23)

    zone = ZoneInfo("Europe/Berlin")
    first, second, after = (f"{at(hour).astimezone(zone):%H:%M}" for hour in (18, 19, 24))
    said = by_day.value.detail
    assert re.fullmatch(
        rf"Foyer is taken by the show “Rehearsal” from \w{{3}}, \d+ \w+ \d{{4}}, {first} until"
        rf" {second}\.",
        said,
    )
    assert re.search(rf" until \w{{3}}, \d+ \w+ \d{{4}}, {after}\.$", by_night.value.detail)


async def test_what_is_kept_around_two_things_is_said_where_only_that_meets(
    database: Database, house: House
) -> None:
    space = await database.run(house.organization_id, a_space, name="Foyer", teardown_minutes=90)
    other = await database.run(house.organization_id, a_space, name="Attic")
    await _claim(database, house, space.id, 12, 13.5, label="Swing", source="session")

    with pytest.raises(SpaceTaken) as raised:
        await _claim(database, house, space.id, 8, 12)
    with pytest.raises(SpaceTaken) as meeting:
        await _claim(database, house, space.id, 8, 12.5)
    async with database.unit_of_work(house.organization_id) as uow:
        with pytest.raises(SpaceTaken) as unseen:
            await claim_time(uow, [a_request(space.id, 8, 12)], scope=frozenset({other.id}))

    zone = ZoneInfo("Europe/Berlin")
    begins, ends, after, asked, kept = (
        f"{at(hour).astimezone(zone):%H:%M}" for hour in (12, 13.5, 15, 8, 13.5)
    )
    said = raised.value.detail
    assert said.startswith("Foyer is taken by the session “Swing” from ")
    assert said.endswith(
        f"until {ends}. With set-up, tear-down and the gap after it, it has the space from"
        f" {begins} until {after}; yours would have it from {asked} until {kept}."
    )
    assert "With set-up" not in meeting.value.detail
    assert "Swing" not in unseen.value.detail
    assert unseen.value.detail.startswith("The space is taken from ")


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
    hall, part_a, part_b = await database.run(house.organization_id, a_divided_hall)
    await _claim(database, house, part_a, 10, 12)

    with pytest.raises(SpaceTaken):
        await _claim(database, house, hall, 11, 13)
    await _claim(database, house, part_b, 10, 12)
    await _claim(database, house, hall, 12, 13)
    with pytest.raises(SpaceTaken):
        await _claim(database, house, part_b, 12, 13)


async def test_all_that_is_asked_for_is_taken_or_nothing(database: Database, house: House) -> None:
    _, part_a, part_b = await database.run(house.organization_id, a_divided_hall)
    await _claim(database, house, part_b, 10, 12)

    async def take_both(uow: UnitOfWork) -> None:
        with pytest.raises(SpaceTaken):
            await claim_time(uow, [a_request(part_a, 10, 12), a_request(part_b, 10, 12)])

    await database.run(house.organization_id, take_both)

    assert await _claim(database, house, part_a, 10, 12)


async def test_one_source_may_ask_for_a_whole_and_its_parts_at_once(
    database: Database, house: House
) -> None:
    hall, part_a, part_b = await database.run(house.organization_id, a_divided_hall)
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

    await database.run(house.organization_id, calendar.make_firm, "hire", first.source_id)

    (firm,) = await database.run(house.organization_id, calendar.claims_of, "hire", first.source_id)
    assert firm.firm
    with pytest.raises(SpaceTaken) as raised:
        await database.run(house.organization_id, calendar.make_firm, "hire", second.source_id)
    assert raised.value.fields["conflicts"][0]["sourceId"] == str(first.source_id)


async def test_a_conflict_in_a_space_that_one_does_not_see_has_no_names(
    database: Database, house: House
) -> None:
    hall, part_a, _ = await database.run(house.organization_id, a_divided_hall)
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
    hall, part_a, part_b = await database.run(house.organization_id, a_divided_hall)
    order = random.Random(7)

    async def take(uow: UnitOfWork, spaces: list[UUID], start: int) -> None:
        await claim_time(uow, [a_request(each, start, start + 1) for each in spaces])

    async def one_of_many(number: int) -> bool:
        spaces = [[part_a, part_b], [part_b, part_a], [hall], [part_b]][number % 4]
        try:
            # not `run`, which would repeat a deadlocked transaction and hide it
            async with database.unit_of_work(house.organization_id) as uow:
                await take(uow, spaces, order.randrange(3))
        except SpaceTaken:
            return False
        return True

    answers = await asyncio.gather(*(one_of_many(number) for number in range(40)))

    assert any(answers)
    assert await database.run(house.organization_id, overlapping_claims) == 0
