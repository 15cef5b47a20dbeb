"""A booking's page offers the steps that can be taken now."""

from datetime import timedelta
from uuid import UUID

import pytest

from houseful import hire
from houseful.hire.bookings.schemas import SpaceWish
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.hire import do
from tests.builders.venues import a_space
from tests.hire.test_paper_pages import OFFICE, Visitor

TAKEN_PLACE = "Note that it took place"


@pytest.mark.parametrize(("hours", "is_offered"), [(-3, True), (-2, True), (-1, False), (1, False)])
async def test_nobody_notes_days_ahead_that_a_night_has_taken_place(
    api: Api, database: Database, house: House, hours: int, *, is_offered: bool
) -> None:
    async def confirm(uow: UnitOfWork) -> UUID:
        begins = uow.now + timedelta(hours=hours)
        wish = SpaceWish(
            space_id=(await a_space(uow)).id, starts_at=begins, ends_at=begins + timedelta(hours=3)
        )
        booking = await hire.create_booking(uow, hire.NewBooking(title="Ball", spaces=[wish]))
        await do(uow, booking.id, "confirm")
        return booking.id

    booking_id = await database.run(house.organization_id, confirm)
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)

    page = await visitor.read(f"{OFFICE}/bookings/{booking_id}")

    assert (TAKEN_PLACE in page) is is_offered
