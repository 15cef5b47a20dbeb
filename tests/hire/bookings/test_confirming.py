"""Confirming a hold costs little, however many spaces it has, and asks all that it asked before."""

import pytest

from houseful import hire, venues
from houseful.calendar import SpaceNotInUse, claims_of
from houseful.hire.bookings.schemas import BookingView, Confirmation
from houseful.kernel.database import Database, UnitOfWork
from houseful.venues.schemas import SpaceChanges
from houseful.venues.spaces import update_space
from tests.builders.accounts import House
from tests.builders.hire import a_booking
from tests.builders.venues import a_space
from tests.statements import statements_of

STATEMENTS_MAX = 22
BECAUSE = Confirmation(reason="They have paid")


async def _a_hold(uow: UnitOfWork, spaces: int) -> BookingView:
    first = await a_space(uow)
    more = [await a_space(uow, first.venue_id) for _ in range(spaces - 1)]
    return await a_booking(uow, [(space.id, 18, 22) for space in (first, *more)])


@pytest.mark.parametrize("spaces", [1, 5])
async def test_confirming_takes_as_many_statements_for_one_space_as_for_many(
    database: Database, house: House, spaces: int
) -> None:
    hold = await database.run(house.organization_id, _a_hold, spaces)

    with statements_of(database) as said:
        await database.run(house.organization_id, hire.confirm_booking, hold.id, BECAUSE)

    claims = await database.run(house.organization_id, claims_of, "hire", hold.id)
    assert [claim.firm for claim in claims] == [True] * spaces
    assert len(said) <= STATEMENTS_MAX, "\n".join(said)


async def test_a_space_that_is_not_in_use_any_more_is_not_confirmed(
    database: Database, house: House
) -> None:
    hold = await database.run(house.organization_id, _a_hold, 2)

    async def close(uow: UnitOfWork) -> None:
        space = await venues.get_space(uow, hold.spaces[1].space_id)
        await update_space(uow, space.id, space.version, SpaceChanges(is_active=False))

    await database.run(house.organization_id, close)
    with pytest.raises(SpaceNotInUse):
        await database.run(house.organization_id, hire.confirm_booking, hold.id, BECAUSE)
