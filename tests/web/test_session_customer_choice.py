"""The desk chooses a customer: the newest, or found by name or e-mail, however many there are."""

import re

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX
from houseful.kernel.ids import new_id
from houseful.sessions import CompanyCustomer, Session
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.sessions import a_customer, a_pass, a_session
from tests.hire.test_paper_pages import OFFICE, Visitor
from tests.web.test_session_pages import admin

__all__ = ["admin"]


async def _a_crowd(uow: UnitOfWork) -> Session:
    """A session, and more customers than a list holds: Olga is the oldest, Nora the newest."""
    olga = await a_customer(uow, name="Olga Oldest", email="olga@example.com")
    await a_pass(uow, olga.id)
    for number in range(LIMIT_MAX):
        uow.add(CompanyCustomer(organization_id=uow.tenant, id=new_id(), name=f"Guest {number}"))
    await uow.flush()
    nora = await a_customer(uow, name="Nora Newest", email="nora@example.com")
    uow.add(
        CompanyCustomer(
            organization_id=uow.tenant, id=new_id(), name="Olga's child", guardian_id=nora.id
        )
    )
    return await a_session(uow)


def _offered(page: str) -> str:
    found = re.search(r'<select name="customer" required>.*?</select>', page, re.DOTALL)
    return found[0] if found else ""


async def test_a_customer_is_chosen_among_the_newest_or_found(
    api: Api, admin: Visitor, database: Database, house: House, clock: TravelClock
) -> None:
    session = await database.run(house.organization_id, _a_crowd)

    for path in (f"{OFFICE}/sessions/{session.id}", f"{OFFICE}/passes"):
        newest = await admin.read(path)
        by_name = await admin.read(f"{path}?q=olga")
        by_email = await admin.read(f"{path}?q=NORA@example")
        nobody = await admin.read(f"{path}?q=nobody-is-called-so")

        assert "Nora Newest" in _offered(newest)
        assert '<option value="">please choose</option>' in _offered(newest)
        assert "please choose" not in _offered(by_name), "one was found: it is that one"
        assert "Olga Oldest" not in _offered(newest)
        assert f"These are the newest {LIMIT_MAX}" in newest
        assert "Olga Oldest" in _offered(by_name)
        assert "Olga&#39;s child" not in _offered(by_name)
        assert "Nora Newest" not in _offered(by_name)
        assert "Nora Newest" in _offered(by_email)
        assert 'name="q" value="olga"' in by_name
        assert "These are the newest" not in by_name
        assert "Nobody is called so." in nobody
        assert 'name="q" value="nobody-is-called-so"' in nobody


async def test_a_refused_booking_keeps_what_was_chosen(
    api: Api, admin: Visitor, database: Database, house: House, clock: TravelClock
) -> None:
    session = await database.run(house.organization_id, _a_crowd)
    page = f"{OFFICE}/sessions/{session.id}"
    found = re.search(r'value="([^"]+)"', _offered(await admin.read(f"{page}?q=olga")))
    assert found is not None
    desk = f"{page}/book?customer={found[1]}"
    shown = re.search(r'name="shown" value="([^"]+)"', await admin.read(desk))
    assert shown is not None
    sent = {"customer": found[1], "shown": shown[1], "pass": ""}

    first = await admin.send(desk, f"{page}/bookings", **sent)
    again = re.search(r'name="shown" value="([^"]+)"', await admin.read(desk))
    assert again is not None
    twice = await admin.send(desk, f"{page}/bookings", **(sent | {"shown": again[1]}))

    assert first.status_code == 303
    assert "has a place in this session" in twice.text
    assert "Book for Olga Oldest" in twice.text
