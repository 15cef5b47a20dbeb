"""Pages are in English: dates, amounts and states too, whatever a house's letters are in."""

import pytest

from houseful.accounts import organization_of, update_organization
from houseful.kernel.database import Database, UnitOfWork
from houseful.web.templating import words
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.ticketing import a_paid_order, a_show
from tests.hire.test_paper_pages import OFFICE, Visitor


async def test_a_house_that_writes_german_letters_has_english_pages(
    api: Api, database: Database, house: House
) -> None:
    async def write_german(uow: UnitOfWork) -> None:
        version = (await organization_of(uow)).version
        await update_organization(uow, version, locale="de-AT")

    await database.run(house.organization_id, write_german)
    order = await a_paid_order(database, await database.run(house.organization_id, a_show), 1)
    admin = Visitor(api.guest())
    await admin.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)

    shown = await admin.read(f"{OFFICE}/orders")

    assert '<html lang="en"' in shown
    assert f"€{order.total // 100}.{order.total % 100:02}" in shown
    assert order.placed_at.strftime("%b %Y") in shown


@pytest.mark.parametrize(
    ("code", "said"),
    [("canceled", "cancelled"), ("partially_refunded", "partially refunded")],
)
def test_states_are_spelt_as_pages_are(code: str, said: str) -> None:
    assert words(code) == said
