"""A space that is not offered any more: what is said of it is kept when its page is saved."""

from uuid import UUID

import psycopg
import pytest

from houseful.accounts import find_members
from houseful.hire.rates.offers import create_rate_card
from houseful.hire.rates.queries import get_rate_card
from houseful.hire.rates.rules import Rate
from houseful.hire.rates.schemas import NewRateCard
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from tests.api import Api
from tests.builders.accounts import House, a_member
from tests.builders.venues import a_space
from tests.conftest import TestCluster
from tests.hire.test_paper_pages import OFFICE, Visitor, visitor_of


@pytest.fixture
async def admin(api: Api, house: House) -> Visitor:
    """An admin at the pages."""
    return await visitor_of(api, house, "admin")


@pytest.fixture
async def gone(
    database: Database, house: House, test_cluster: TestCluster, database_name: str
) -> tuple[UUID, UUID]:
    """A space that is not in use, with its venue."""
    space = await database.run(house.organization_id, a_space, name="Old Studio")
    with psycopg.connect(test_cluster.owner_url(database_name), autocommit=True) as owner:
        owner.execute("UPDATE spaces SET is_active = false")
    return space.id, space.venue_id


async def test_its_price_does_not_become_everybodys(
    admin: Visitor, database: Database, house: House, gone: tuple[UUID, UUID]
) -> None:
    space_id, venue_id = gone

    async def price(uow: UnitOfWork) -> UUID:
        rate = Rate(label="Studio", unit="day", amount_minor=5_000, space_id=space_id)
        data = NewRateCard(venue_id=venue_id, name="Season", currency="EUR", rates=[rate])
        return (await create_rate_card(uow, data)).id

    card_id = await database.run(house.organization_id, price)
    page = f"{OFFICE}/rates/{card_id}"
    shown = await admin.read(page)
    row = {"label-0": "Studio", "unit-0": "day", "amount-0": "60", "space-0": str(space_id)}
    saved = await admin.send(page, page, name="Season", version="1", is_active="yes", **row)
    card = await database.run(house.organization_id, get_rate_card, card_id)

    assert f'<option value="{space_id}" selected>another space</option>' in shown
    assert saved.status_code == 303, saved.text
    assert [(rate["spaceId"], rate["amountMinor"]) for rate in card.rates] == [
        (str(space_id), 6_000)
    ]


async def test_who_was_limited_to_it_is_not_let_in_everywhere(
    admin: Visitor, database: Database, house: House, gone: tuple[UUID, UUID]
) -> None:
    space_id, _ = gone
    member = await a_member(database, house, "max@example.org", space_ids=[space_id])
    page = f"{OFFICE}/members/{member.id}"

    shown = await admin.read(page)

    ticked = f'name="space" value="{space_id}" checked> <span>another space</span>'
    assert ticked in shown
    members, _ = await database.run(house.organization_id, find_members, window=Window())
    assert [str(space_id)] in [one.space_ids for one in members]
