"""What the pages of papers ask before it is done, and what they say of what was done."""

from uuid import UUID

import pytest

from houseful.accounts import organization_of, update_organization
from houseful.directory import NewCompany, create_company
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_deposit
from tests.hire.test_paper_pages import OFFICE, Visitor, visitor_of


@pytest.fixture
async def admin(api: Api, house: House) -> Visitor:
    """An admin at the pages."""
    return await visitor_of(api, house, "admin")


async def test_an_invoice_that_could_not_say_all_is_issued_once_it_is_asked(
    admin: Visitor, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> UUID:
        booking = await a_booking(uow, contact_name="Nora")
        return (await a_deposit(uow, booking.id)).id

    page = f"{OFFICE}/deposits/{await database.run(house.organization_id, prepare)}"
    asked = await admin.send(page, f"{page}/invoice")
    unissued = await admin.read(page)
    await admin.send(page, f"{page}/invoice", sure="yes")

    told = "Not written down yet: your address, your tax number, the address of Nora."
    assert told in asked.text
    assert "Issue it all the same" in asked.text
    assert "your address, your tax number, the address of Nora" in unissued
    assert 'data-status="expected"' in unissued
    assert 'data-status="invoiced"' in await admin.read(page)


async def test_an_invoice_that_says_all_is_issued_at_once(
    admin: Visitor, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> UUID:
        version = (await organization_of(uow)).version
        told = {"billing_address": "Lantern Lane 3", "tax_number": "DE123456789"}
        await update_organization(uow, version, **told)
        company = await create_company(uow, NewCompany(name="Brass", address="2 Harbour Road"))
        booking = await a_booking(uow, company_id=company.id)
        return (await a_deposit(uow, booking.id)).id

    page = f"{OFFICE}/deposits/{await database.run(house.organization_id, prepare)}"
    before = await admin.read(page)
    await admin.send(page, f"{page}/invoice")

    assert "has to name" not in before
    assert 'data-status="invoiced"' in await admin.read(page)
