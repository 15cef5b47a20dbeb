"""Publishing says what can be bought afterwards, and so does the event's page."""

import pytest

from houseful.kernel.database import Database, UnitOfWork
from houseful.ticketing.models import TicketType
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.ticketing import a_show
from tests.hire.test_paper_pages import OFFICE, Visitor


@pytest.mark.parametrize("has_type", [True, False], ids=["a type", "no type"])
async def test_without_a_ticket_type_nothing_is_said_to_be_over(
    api: Api, database: Database, house: House, *, has_type: bool
) -> None:
    show = await database.run(house.organization_id, a_show)

    async def take_the_type_away(uow: UnitOfWork) -> None:
        await uow.session.delete(await uow.get(TicketType, show.seat_type_id))

    if not has_type:
        await database.run(house.organization_id, take_the_type_away)
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)

    asked = await visitor.read(f"{OFFICE}/events/{show.event_id}/publish")
    page = await Visitor(api.guest()).read(f"/{house.slug}/{show.slug}")

    assert ("it has no ticket type" in asked) is not has_type
    assert ("Tickets are not on sale yet." in page) is not has_type
    assert "The sale is over" not in page
