"""What the pages of papers ask before it is done, and what they say of what was done."""

import re
from uuid import UUID

import pytest

from houseful.accounts import organization_of, update_organization
from houseful.directory import NewCompany, create_company
from houseful.hire.contracts.schemas import Ending
from houseful.hire.contracts.service import void_contract
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_contract, a_deposit
from tests.builders.venues import a_space
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


async def test_who_releases_a_hold_is_told_that_its_contract_is_voided(
    admin: Visitor, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[UUID, UUID, UUID]:
        hall = await a_space(uow)
        foyer = await a_space(uow, hall.venue_id)
        both = [(hall.id, 18, 22), (foyer.id, 18, 22)]
        bookings = [await a_booking(uow, both), await a_booking(uow), await a_booking(uow)]
        await a_contract(uow, in_state="sent", booking_id=bookings[0].id)
        voided = await a_contract(uow, booking_id=bookings[1].id)
        await void_contract(uow, voided.id, Ending(reason="Another one"))
        return bookings[0].id, bookings[1].id, bookings[2].id

    pages = [
        f"{OFFICE}/bookings/{each}" for each in await database.run(house.organization_id, prepare)
    ]
    asked = [(await admin.send(page, f"{page}/do", step="release")).text for page in pages]
    part = await admin.send(pages[0], f"{pages[0]}/do", step="release", line=str(new_id()))

    assert ["is voided" in text for text in asked] == [True, False, False]
    assert "The spaces are free" in part.text
    assert "is voided" not in part.text


async def test_a_contract_that_ended_with_its_booking_says_who_ended_it_and_waits_for_nothing(
    admin: Visitor, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[UUID, UUID]:
        booking = await a_booking(uow)
        words = {"title": "Hire", "body": "For {{purpose}}."}
        drafted = await a_contract(uow, booking_id=booking.id, values={}, **words)
        return booking.id, drafted.id

    booking, contract = await database.run(house.organization_id, prepare)
    page, hired = f"{OFFICE}/contracts/{contract}", f"{OFFICE}/bookings/{booking}"
    before = await admin.read(page)
    await admin.send(hired, f"{hired}/do", step="release", sure="yes")
    await Worker(database).drain()
    after = await admin.read(page)

    assert "Without a value yet: purpose" in before
    assert 'data-status="waiting"' in before
    assert "Without a value yet" not in after
    assert 'data-status="waiting"' not in after
    assert 'data-status="not signed"' in after
    assert re.search(
        r"<strong>Voided</strong> with its booking: (?!Houseful|Staff)\w.* released it", after
    )


async def test_papers_have_names_and_are_sent_with_one_charset(
    admin: Visitor, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[UUID, UUID]:
        deposit = await a_deposit(uow, in_state="invoiced")
        return (await a_contract(uow)).id, deposit.id

    contract, deposit = await database.run(house.organization_id, prepare)
    invoice = re.search(
        r'href="([^"]+/invoices/[^"]+)"', await admin.read(f"{OFFICE}/deposits/{deposit}")
    )
    assert invoice is not None
    get = admin.client.get
    paper = await get(f"{OFFICE}/contracts/{contract}/preview")
    bill = await get(invoice[1])
    report = await get(f"{OFFICE}/reports/revenue/csv")

    named = 'inline; filename="{}.pdf"'
    assert paper.headers["content-disposition"] == named.format(f"contract-{contract}")
    assert re.fullmatch(named.format(r"\d{4}-\d{4}"), bill.headers["content-disposition"])
    assert report.headers["content-type"] == "text/csv; charset=utf-8"
