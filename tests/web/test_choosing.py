"""What the list of sections says is what the map says."""

from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.seating import STALLS
from tests.builders.ticketing import a_show, a_type
from tests.hire.test_paper_pages import Visitor


async def test_a_section_costs_from_its_lowest_ticket_type(
    api: Api, database: Database, house: House
) -> None:
    async def open_show(uow: UnitOfWork) -> str:
        show = await a_show(uow, seat_price=4000)
        a_type(
            uow,
            show.event_id,
            "Under 18",
            categories=[STALLS],
            price_kind="absolute",
            price_value=1500,
        )
        await uow.flush()
        return show.slug

    slug = await database.run(house.organization_id, open_show)

    page = await Visitor(api.guest()).read(f"/{house.slug}/{slug}")

    assert "20 free, from €15.88" in page
