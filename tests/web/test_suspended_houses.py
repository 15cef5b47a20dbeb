"""A house that is suspended is read, and does nothing; one that is closed is not there."""

from typing import Any

import pytest

from houseful.hire.feeds.schemas import NewFeed
from houseful.hire.feeds.service import create_feed
from houseful.kernel.database import Database, UnitOfWork
from tests.accounts.test_gatekeeper import change
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.hire_papers import a_contract, link_of
from tests.builders.venues import a_venue
from tests.hire.test_paper_pages import Visitor


@pytest.fixture
async def desk(database: Database, house: House) -> str:
    """Where somebody can sign."""
    contract = await database.run(house.organization_id, a_contract, in_state="sent")
    signer = contract.signers[0]
    return f"/sign/{house.slug}/{signer.id}/{link_of(signer)}"


async def test_nothing_is_asked_for_or_signed_at_a_suspended_house(
    api: Api, database: Database, house: House, desk: str
) -> None:
    guest = Visitor(api.guest())
    await change(database, house, status="suspended")
    inquiry = f"/{house.slug}/inquiry"

    read = [await guest.client.get(path) for path in (desk, inquiry)]
    sent = [
        await guest.send(desk, desk, name="Paula", consent="yes"),
        await guest.send(desk, f"{desk}/decline", reason="No"),
        await guest.send(inquiry, inquiry, title="A ball"),
    ]

    assert [answer.status_code for answer in read] == [200, 200]
    assert [answer.status_code for answer in sent] == [403, 403, 403]
    assert "suspended" in sent[0].text


async def test_of_a_closed_house_no_page_and_no_calendar_is_there(
    api: Api, database: Database, house: House, desk: str
) -> None:
    async def publish(uow: UnitOfWork) -> Any:
        venue = await a_venue(uow)
        return await create_feed(
            uow, NewFeed(venue_id=venue.id, name="Season"), "http://testserver"
        )

    feed = await database.run(house.organization_id, publish)
    guest = api.guest()
    before = await guest.get(feed.url)
    await change(database, house, status="closed")

    after = [await guest.get(path) for path in (feed.url, desk, f"/{house.slug}")]

    assert before.status_code == 200
    assert [answer.status_code for answer in after] == [404, 404, 404]
