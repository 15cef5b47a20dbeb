"""Who did what: found by person, by kind of thing, and by the thing itself."""

import re

import pytest

from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.venues import a_gate, a_venue
from tests.hire.test_paper_pages import OFFICE, Visitor

AUDIT = f"{OFFICE}/audit"


async def _visitor(api: Api, house: House, role: str) -> Visitor:
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email(role), password=PASSWORD)
    return visitor


async def test_acts_are_told_with_who_did_them_and_what_changed(
    api: Api, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> str:
        venue = await a_venue(uow, name="The Annexe")
        await a_gate(uow, venue.id)
        return str(venue.id)

    venue_id = await database.run(house.organization_id, make)
    admin = await _visitor(api, house, "admin")
    form = await admin.read(f"{OFFICE}/house")
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version is not None
    await admin.send(
        f"{OFFICE}/house",
        f"{OFFICE}/house",
        version=version[1],
        name="Playhouse & Sons",
        currency="EUR",
        timezone="Europe/Berlin",
        locale="en",
        day_begins_hour="5",
    )

    everything = await admin.read(AUDIT)
    of_venues = await admin.read(f"{AUDIT}?of=venues")
    of_the_venue = await admin.read(f"{AUDIT}?thing={venue_id}")
    person = re.search(r'<option value="([0-9a-f-]{36})" >', everything)
    assert person is not None
    nonsense = await admin.read(f"{AUDIT}?of=nonsense&by=nobody")

    assert "Playhouse &amp; Sons" in everything
    assert "organization updated" in everything
    assert "Houseful itself" in everything
    assert f'href="{OFFICE}/venues/{venue_id}"' in of_venues
    assert "gate created" in everything
    assert "gate created" not in of_venues
    assert "venue created" in of_the_venue
    assert "organization updated" not in of_the_venue
    assert "organization updated" in nonsense
    assert await admin.read(f"{AUDIT}?by={person[1]}")


@pytest.mark.parametrize("role", ["staff", "viewer", "scanner_only"])
async def test_only_those_who_may_read_it(api: Api, house: House, role: str) -> None:
    visitor = await _visitor(api, house, role)

    answer = await visitor.client.get(AUDIT)

    assert answer.status_code == 403
