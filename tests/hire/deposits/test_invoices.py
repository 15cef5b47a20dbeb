"""Invoices say what the law asks of them, also when the money came first."""

import io
from uuid import UUID

import pytest
from pypdf import PdfReader

from houseful.hire.deposits.invoices import invoice_deposit, invoices_of, read_invoice
from houseful.hire.deposits.problems import AlreadyInvoiced
from houseful.hire.deposits.schemas import Payment
from houseful.hire.deposits.service import receive_payment
from houseful.kernel.database import Database, UnitOfWork
from tests.builders.accounts import House
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
