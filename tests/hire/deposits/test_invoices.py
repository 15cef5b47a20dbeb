"""Invoices say what the law asks of them, also when the money came first."""

import io
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from houseful.accounts import organization_of, update_organization
from houseful.directory.schemas import Contact, NewCompany
from houseful.directory.service import create_company
from houseful.hire.customers.reaching import BilledParty, billed_party_of
from houseful.hire.deposits.invoices import (
    credit_invoice,
    invoice_deposit,
    invoices_of,
    read_invoice,
)
from houseful.hire.deposits.problems import AlreadyInvoiced
from houseful.hire.deposits.schemas import Payment, Waiver
from houseful.hire.deposits.service import receive_payment, waive_deposit
from houseful.hire.deposits.taxes import tax_lines
from houseful.hire.rates.schemas import NewCharge
from houseful.hire.rates.service import add_charge
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Invalid
from tests.builders.accounts import House
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_deposit


async def _words(uow: UnitOfWork, deposit_id: UUID) -> str:
    (invoice,) = await invoices_of(uow, deposit_id)
    content = (await read_invoice(uow, invoice.id)).content
    return " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())


@pytest.mark.parametrize(
    ("paid", "status", "words"),
    [
        (100_000, "paid", "This is paid: nothing is left to pay."),
        (30_000, "partially_paid", "€300.00 are paid; €700.00 are left to pay."),
    ],
)
async def test_what_is_paid_first_is_invoiced_after_it_and_once(
    database: Database, house: House, paid: int, status: str, words: str
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        deposit = await a_deposit(uow)
        await receive_payment(uow, deposit.id, Payment(amount_minor=paid, reference="early"))
        shown = await invoice_deposit(uow, deposit.id)
        with pytest.raises(AlreadyInvoiced):
            await invoice_deposit(uow, deposit.id)
        printed = await _words(uow, deposit.id)
        (invoice,) = await invoices_of(uow, deposit.id)

    assert (shown.deposit.status, shown.deposit.invoice_id) == (status, invoice.id)
    assert invoice.amount_minor == 100_000
    assert words in printed


@given(st.integers(1, 10**10), st.dictionaries(st.integers(0, 3000), st.integers(1, 10**9)))
def test_what_is_taxed_by_rate_sums_to_the_amount_and_is_taken_back_alike(
    amount: int, priced: dict[int, int]
) -> None:
    lines = tax_lines(amount, priced)
    back = tax_lines(-amount, priced)

    assert sum(line.gross_minor for line in lines) == (amount if priced else 0)
    assert all(line.net_minor + line.tax_minor == line.gross_minor for line in lines)
    assert [-line.tax_minor for line in back] == [line.tax_minor for line in lines]


ADDRESS = "Playhouse Lantern GmbH\nLantern Lane 3\n10115 Berlin\nGermany"


async def _a_priced_booking(uow: UnitOfWork) -> UUID:
    """Make a booking of €1,190.00 at 19 % and €535.00 at 7 %, by a company with an address."""
    await update_organization(
        uow,
        (await organization_of(uow)).version,
        billing_address=ADDRESS,
        tax_number="DE123456789",
        iban="DE89 3704 0044 0532 0130 00",
        bic="cobadeffxxx",
    )
    company = await create_company(
        uow,
        NewCompany(
            name="Promoter",
            legal_name="Promoter Concerts Ltd",
            address="2 Harbour Road\n20457 Hamburg",
            tax_number="DE987654321",
        ),
    )
    booking = await a_booking(uow, company_id=company.id)
    for amount, tax in ((119_000, 1900), (53_500, 700)):
        charge = NewCharge(
            description="Rent", unit_minor=amount, tax_basis_points=tax, reason="Agreed"
        )
        await add_charge(uow, booking.id, charge)
    return booking.id


async def test_an_invoice_says_who_whom_which_tax_and_where_to_pay(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking_id = await _a_priced_booking(uow)
        deposit = await a_deposit(
            uow, booking_id, in_state="invoiced", amount_minor=None, share=10_000
        )
        printed = await _words(uow, deposit.id)

    for words in (
        *ADDRESS.splitlines(),
        "Tax number: DE123456789",
        "Promoter Concerts Ltd 2 Harbour Road 20457 Hamburg Tax number: DE987654321",
        "Harvest Ball, 1 May 2035",
        "7 % €500.00 €35.00 €535.00",
        "19 % €1,000.00 €190.00 €1,190.00",
        "€1,725.00",
        "DE89 3704 0044 0532 0130 00",
        "COBADEFFXXX",
    ):
        assert words in printed


async def test_an_address_among_the_contacts_is_one_too(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        contacts = [Contact(kind="address", value="2 Harbour Road, Hamburg")]
        company = await create_company(uow, NewCompany(name="Promoter", contacts=contacts))
        booking = await a_booking(uow, company_id=company.id)
        billed = await billed_party_of(uow, booking)

    assert billed == BilledParty("Promoter", "2 Harbour Road, Hamburg")


async def test_a_credit_note_is_taxed_as_its_invoice_was_and_a_security_is_not(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking_id = await _a_priced_booking(uow)
        rent = await a_deposit(uow, booking_id, in_state="invoiced", amount_minor=10_000)
        security = await a_deposit(uow, booking_id, in_state="invoiced", kind="security")
        charge = NewCharge(description="Bar", unit_minor=100, tax_basis_points=0, reason="Late")
        await add_charge(uow, booking_id, charge)
        (invoice,) = await invoices_of(uow, rent.id)
        (untaxed,) = await invoices_of(uow, security.id)
        await waive_deposit(uow, rent.id, Waiver(reason="A favour"))
        note = await credit_invoice(uow, invoice.id)

    assert [line["rate"] for line in invoice.details["taxes"]] == ["7 %", "19 %"]
    assert [line["rate"] for line in note.details["taxes"]] == ["7 %", "19 %"]
    assert note.details["taxes"][1]["tax"] == "-" + invoice.details["taxes"][1]["tax"]
    assert untaxed.details["taxes"] == []
    assert note.details["account"] is None


@pytest.mark.parametrize("iban", ["DE89370400440532013001", "DE89", "8937"])
async def test_an_account_number_with_a_slip_is_told(
    database: Database, house: House, iban: str
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        version = (await organization_of(uow)).version
        with pytest.raises(Invalid):
            await update_organization(uow, version, iban=iban)
