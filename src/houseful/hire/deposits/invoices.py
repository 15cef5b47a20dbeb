"""Invoices: numbered without gaps in their own transaction, kept as PDF, taken back by another."""

import asyncio
import hashlib
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import undefer

from houseful import audit
from houseful.hire.bookings.models import Booking
from houseful.hire.deposits.facts import DepositInvoiced
from houseful.hire.deposits.invoice_paper import details_of, missing_particulars
from houseful.hire.deposits.models import Deposit, Invoice, InvoiceCounter
from houseful.hire.deposits.problems import AlreadyInvoiced
from houseful.hire.deposits.schemas import DepositView, ShownDeposit
from houseful.hire.deposits.service import changed
from houseful.hire.deposits.states import DEPOSIT
from houseful.hire.documents import DOCUMENTS
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.pdf import render_pdf
from houseful.kernel.problems import Conflict, NotFound

_OVER = frozenset({"waived", "cancelled", "refunded", "forfeited"})

_TEMPLATE = DOCUMENTS / "invoice.typ"


async def invoice_deposit(uow: UnitOfWork, deposit_id: UUID) -> ShownDeposit:
    """Issue the invoice of a deposit, whose amount is fixed then; it may be paid already.

    Raises `AlreadyInvoiced`, and `IllegalTransition`.
    """
    deposit = await uow.get(Deposit, deposit_id, lock=True)
    if deposit.invoice_id is not None:
        raise AlreadyInvoiced
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
    """Issue the credit note of what is not to be paid any more, or went back, of an invoice, once.

    Raises `Conflict` while the deposit is still to be paid, and when all of it was.
    """
    invoice = await uow.get(Invoice, invoice_id)
    deposit = await uow.get(Deposit, invoice.deposit_id, lock=True)
    credited: Invoice | None = await uow.first(
        select(Invoice).where(
            Invoice.organization_id == uow.tenant, Invoice.credits_id == invoice_id
        )
    )
    if credited is not None or invoice.credits_id is not None:
        return credited or invoice
    amount = creditable_minor(deposit)
    if not amount:
        raise Conflict("Nothing of this invoice was waived, called off or given back.")
    return await _issue(uow, deposit, -amount, credited=invoice)


def creditable_minor(deposit: Deposit | DepositView) -> int:
    """Return how much of a deposit's invoice is taken back: all but what was paid and stays.

    Nothing while it is still to be paid, or while it is unknown what was.
    """
    if deposit.status not in _OVER or not deposit.is_paid_known:
        return 0
    return deposit.amount_minor - (deposit.paid_minor or 0) + deposit.refunded_minor


async def missing_of(uow: UnitOfWork, deposit_id: UUID) -> list[str]:
    """Name what the invoice of a deposit could not say yet, be it issued now."""
    deposit = await uow.get(Deposit, deposit_id)
    return await missing_particulars(uow, await uow.get(Booking, deposit.booking_id))


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
    booking = await uow.get(Booking, deposit.booking_id)
    series = str(uow.now.astimezone(ZoneInfo(booking.timezone)).year)
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
    invoice.details = await details_of(uow, booking, deposit, invoice, credited)
    invoice.content = await asyncio.to_thread(render_pdf, _TEMPLATE, invoice.details)
    invoice.hash = hashlib.sha256(invoice.content).hexdigest()
    return await audit.add_row(uow, invoice, "hire.invoice.created")
