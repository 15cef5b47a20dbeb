"""Invoices: numbered without gaps in their own transaction, kept as PDF, taken back by another."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import undefer

from houseful import audit
from houseful.directory import party_names
from houseful.hire.bookings.models import Booking
from houseful.hire.contracts.paper import DOCUMENTS, House
from houseful.hire.contracts.values import house_of, write_date, write_day
from houseful.hire.deposits.facts import DepositInvoiced
from houseful.hire.deposits.models import Deposit, Invoice, InvoiceCounter
from houseful.hire.deposits.schemas import ShownDeposit
from houseful.hire.deposits.service import changed
from houseful.hire.deposits.states import DEPOSIT
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.money import Money, format_money
from houseful.kernel.pdf import render_pdf
from houseful.kernel.problems import Conflict, NotFound

CREDITABLE_STATES = frozenset({"waived", "cancelled", "refunded"})
"""The states of a deposit whose invoice is taken back."""

_TEMPLATE = DOCUMENTS / "invoice.typ"
_WORDS = {
    "number": "Number",
    "issued": "Issued",
    "due": "Due",
    "customer": "To",
    "description": "For",
    "amount": "Amount",
    "total": "Total",
}


async def invoice_deposit(uow: UnitOfWork, deposit_id: UUID) -> ShownDeposit:
    """Issue the invoice of a deposit, whose amount is fixed then. Raises `IllegalTransition`."""
    deposit = await uow.get(Deposit, deposit_id, lock=True)
    deposit.status = DEPOSIT.next(deposit.status, "invoice")
    invoice = await _issue(uow, deposit, deposit.amount_minor)
    deposit.invoice_id = invoice.id
    await audit.record(
        uow, "hire.deposit.invoiced", deposit, sentence=f"issued the invoice {invoice.name}"
    )
    await uow.announce(
        DepositInvoiced(subject_id=deposit.id, booking_id=deposit.booking_id, invoice_id=invoice.id)
    )
    return await changed(uow, deposit)


async def credit_invoice(uow: UnitOfWork, invoice_id: UUID) -> Invoice:
    """Issue the credit note of an invoice whose deposit was waived or cancelled, once.

    Raises `Conflict` while the deposit is still to be paid.
    """
    invoice = await uow.get(Invoice, invoice_id)
    deposit = await uow.get(Deposit, invoice.deposit_id, lock=True)
    if deposit.status not in CREDITABLE_STATES:
        raise Conflict("An invoice is credited once its deposit is waived, cancelled or refunded.")
    credited: Invoice | None = await uow.first(
        select(Invoice).where(
            Invoice.organization_id == uow.tenant, Invoice.credits_id == invoice_id
        )
    )
    if credited is not None or invoice.credits_id is not None:
        return credited or invoice
    return await _issue(uow, deposit, -invoice.amount_minor, credited=invoice)


async def read_invoice(uow: UnitOfWork, invoice_id: UUID) -> Invoice:
    """Return an invoice with its PDF; raises `NotFound`."""
    found: Invoice | None = await uow.first(
        select(Invoice)
        .where(Invoice.organization_id == uow.tenant, Invoice.id == invoice_id)
        .options(undefer(Invoice.content))
    )
    if found is None:
        raise NotFound
    return found


async def invoices_of(uow: UnitOfWork, deposit_id: UUID) -> list[Invoice]:
    """Return a deposit's invoices and credit notes, the first first."""
    await uow.get(Deposit, deposit_id)
    return list(
        await uow.all(
            select(Invoice)
            .where(Invoice.organization_id == uow.tenant, Invoice.deposit_id == deposit_id)
            .order_by(Invoice.number)
        )
    )


async def next_number(uow: UnitOfWork, series: str) -> int:
    """Return the next number of a series.

    The counter's row stays locked until this transaction ends: whoever rolls back gives it back.
    """
    await uow.execute(
        insert(InvoiceCounter)
        .values(organization_id=uow.tenant, series=series, last_number=0)
        .on_conflict_do_nothing()
    )
    taken = await uow.execute(
        update(InvoiceCounter)
        .where(InvoiceCounter.organization_id == uow.tenant, InvoiceCounter.series == series)
        .values(last_number=InvoiceCounter.last_number + 1)
        .returning(InvoiceCounter.last_number)
    )
    return taken.scalar_one()


async def _issue(
    uow: UnitOfWork, deposit: Deposit, amount_minor: int, *, credited: Invoice | None = None
) -> Invoice:
    house = await house_of(uow)
    series = str(uow.now.year)
    number = await next_number(uow, series)
    invoice = Invoice(
        organization_id=uow.tenant,
        id=new_id(),
        deposit_id=deposit.id,
        series=series,
        number=number,
        credits_id=credited.id if credited else None,
        issued_at=uow.now,
        amount_minor=amount_minor,
        currency=deposit.currency,
    )
    invoice.details = await _details(uow, house, deposit, invoice, credited)
    invoice.content = await asyncio.to_thread(render_pdf, _TEMPLATE, invoice.details)
    invoice.hash = hashlib.sha256(invoice.content).hexdigest()
    return await audit.add_row(uow, invoice, "hire.invoice.created")


async def _details(
    uow: UnitOfWork, house: House, deposit: Deposit, invoice: Invoice, credited: Invoice | None
) -> dict[str, Any]:
    booking = await uow.get(Booking, deposit.booking_id)
    amount = format_money(Money(invoice.amount_minor, invoice.currency), house.locale)
    kind = "Credit note" if credited else "Invoice"
    note = (
        f"This takes back the invoice {credited.name}."
        if credited
        else "Please name the number of the invoice when you pay."
    )
    return {
        "title": kind,
        "house": house.name,
        "language": house.language,
        "foot": f"{house.name} · {kind} {invoice.name}",
        "seller": house.name,
        "number": invoice.name,
        "issued": write_day(uow.now, house.timezone, house.locale),
        "due": write_date(deposit.due_on, house.locale),
        "customer": await _customer(uow, booking),
        "lines": [{"text": f"{deposit.title}: {booking.title}", "amount": amount}],
        "total": amount,
        "note": note,
        "words": _WORDS,
    }


async def _customer(uow: UnitOfWork, booking: Booking) -> str:
    party = booking.company_id or booking.person_id
    named = (await party_names(uow, [party])).get(party) if party is not None else None
    return named or booking.contact_name or booking.title
