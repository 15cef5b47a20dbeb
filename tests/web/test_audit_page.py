"""Who did what: found by person, by kind of thing, and by the thing itself."""

import re

import pytest

from houseful.hire.contracts.service import end_contract
from houseful.hire.holds.freezing import freeze_ranks, lift_freeze
from houseful.hire.holds.schemas import NewRankFreeze, RankChange
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_contract
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


async def test_an_act_for_a_reason_says_what_was_done_and_leads_to_its_venue(
    api: Api, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> str:
        booking = await a_booking(uow, title="Winter Gala")
        data = NewRankFreeze(venue_id=booking.venue_id, reason="Board decides on Friday")
        freeze = await freeze_ranks(uow, data)
        await lift_freeze(uow, freeze.id, RankChange(reason="It has decided"))
        contract = await a_contract(uow, title="Hire: {{booking.title}}", booking_id=booking.id)
        await end_contract(uow, contract.id, "void", "The date moved")
        return str(booking.venue_id)

    venue_id = await database.run(house.organization_id, make)
    admin = await _visitor(api, house, "admin")

    of_venues = await admin.read(f"{AUDIT}?of=venues")
    everything = await admin.read(AUDIT)

    assert "froze the ranks: Board decides on Friday" in of_venues
    assert "let the ranks move again: It has decided" in of_venues
    assert f'href="{OFFICE}/venues/{venue_id}"' in of_venues
    assert "voided the contract Hire: Winter Gala" in everything
    assert "{{" not in everything.split("voided the contract")[1].split("</td>")[0]


@pytest.mark.parametrize("role", ["staff", "viewer", "scanner_only"])
async def test_only_those_who_may_read_it(api: Api, house: House, role: str) -> None:
    visitor = await _visitor(api, house, role)

    answer = await visitor.client.get(AUDIT)

    assert answer.status_code == 403
