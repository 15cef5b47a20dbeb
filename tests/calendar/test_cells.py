"""Spaces are compiled to cells, and stay so while they are added, moved and claimed."""

import asyncio
import contextlib
import random
from uuid import UUID

import pytest

from houseful import calendar, venues
from houseful.audit import StillInUse
from houseful.calendar import SpaceTaken
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.venues.schemas import SpaceChanges
from houseful.venues.spaces import update_space
from tests.builders.accounts import House
from tests.builders.calendar import a_claim, a_divided_hall, at, overlapping_claims
from tests.builders.venues import a_space


async def test_a_part_added_to_a_claimed_whole_is_claimed_with_it(
    database: Database, house: House
) -> None:
    hall = await database.run(house.organization_id, a_space)
    claim = await database.run(house.organization_id, a_claim, hall.id, 18, 22)

    part = await database.run(
        house.organization_id, a_space, hall.venue_id, parent_space_id=hall.id
    )

    with pytest.raises(SpaceTaken):
        await database.run(house.organization_id, a_claim, part.id, 19, 20)
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
            await database.run(house.organization_id, a_claim, part.id, number, number + 2)

    async def claim_whole(number: int) -> None:
        with contextlib.suppress(SpaceTaken):
            await database.run(house.organization_id, a_claim, hall.id, number, number + 2)

    await asyncio.gather(
        *(act(number) for number in range(12) for act in (add_and_claim_part, claim_whole))
    )

    assert await database.run(house.organization_id, overlapping_claims) == 0
    assert await database.run(house.organization_id, _claims_with_missing_cells) == 0
    assert await database.run(house.organization_id, calendar.miscompiled_spaces) == []


async def test_a_space_whose_time_is_claimed_is_not_moved(database: Database, house: House) -> None:
    _, part_a, _ = await database.run(house.organization_id, a_divided_hall)
    claim = await database.run(house.organization_id, a_claim, part_a, 18, 22)
    changes = SpaceChanges(parent_space_id=None)

    with pytest.raises(StillInUse):
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
    hall, part_a, _ = await database.run(house.organization_id, a_divided_hall)

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


async def _claims_with_missing_cells(uow: UnitOfWork) -> int:
    counted = await uow.execute(
        "SELECT count(*) FROM (SELECT DISTINCT id, space_id FROM claims) c"
        " JOIN space_cells s ON s.space_id = c.space_id WHERE NOT EXISTS"
        " (SELECT 1 FROM claims o WHERE o.id = c.id AND o.cell_id = s.cell_id)"
    )
    return counted.scalar_one()
