"""Deposits over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.deposits import invoices, overpaid, queries, service
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.problems import (
    AlreadyInvoiced,
    DepositFixed,
    FinanceOwnsPayments,
    NoCredit,
    NothingHeld,
)
from houseful.hire.deposits.schemas import (
    CreditUse,
    DepositChanges,
    DepositView,
    InvoiceView,
    NewDeposit,
    NewSchedule,
    Payment,
    Return,
    Waiver,
)
from houseful.hire.services import services_of
from houseful.hire.versions import seen
from houseful.kernel.http import Caller, ExpectedVersion, Page, StatedVersion, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition, VersionMismatch

Status = Literal[
    "expected",
    "invoiced",
    "partially_paid",
    "paid",
    "waived",
    "cancelled",
    "refund_pending",
    "partially_refunded",
    "refunded",
    "forfeited",
]
BookingId = Annotated[UUID | None, QueryParameter(name="bookingId")]
IsOpen = Annotated[bool, QueryParameter(name="isOpen", description="Something is to come.")]
AT = "/api/v1/deposits"
ONE = AT + "/{deposit_id:uuid}"
PDF = "application/pdf"


@get(AT, permission="venue.deposits.read", module="finance", summary="List the deposits")
async def list_deposits(
    caller: Caller,
    window: Window,
    booking_id: BookingId = None,
    status: Status | None = None,
    is_open: IsOpen = False,
) -> Page[DepositView]:
    """List deposits, by booking or state; whether one is overdue is asked of the calendar."""
    return await caller.read_page(
        queries.list_deposits,
        window=window,
        view=DepositView,
        booking_id=booking_id,
        status=status,
        is_open=is_open,
    )


@post(AT, permission="venue.deposits.create", module="finance", summary="Expect a deposit")
async def create_deposit(caller: Caller, data: NewDeposit) -> Response[DepositView]:
    """Expect an amount, or a share of a base, by a day. Finance is told; if it is down, later."""
    return await caller.create(
        service.create_deposit, data, view=DepositView, at=AT, is_external=_is_external(caller)
    )


@post(
    AT + "/schedule",
    permission="venue.deposits.create",
    module="finance",
    summary="Expect a schedule of deposits",
)
async def create_deposit_schedule(caller: Caller, data: NewSchedule) -> list[DepositView]:
    """Expect all deposits of a schedule, or none; shares of 100 % sum to the base exactly."""
    made = await caller.run(service.create_schedule, data, is_external=_is_external(caller))
    return [DepositView.of(deposit) for deposit in made]


@get(ONE, permission="venue.deposits.read", module="finance", summary="Read a deposit")
async def read_deposit(caller: Caller, deposit_id: UUID) -> Response[DepositView]:
    """Read one deposit."""
    return await caller.read(queries.get_deposit, deposit_id, view=DepositView)


@patch(
    ONE,
    permission="venue.deposits.update",
    module="finance",
    summary="Change a deposit",
    raises=[DepositFixed],
)
async def update_deposit(
    caller: Caller, deposit_id: UUID, data: DepositChanges, expected_version: ExpectedVersion
) -> Response[DepositView]:
    """Change what is given; once it is invoiced, its amount stays."""
    return await caller.change(
        service.update_deposit, deposit_id, expected_version, data, view=DepositView
    )


@post(
    ONE + "/invoice",
    permission="venue.deposits.invoice",
    module="finance",
    summary="Issue the invoice of a deposit",
    status=200,
    raises=[VersionMismatch, AlreadyInvoiced, IllegalTransition],
)
async def invoice_deposit(
    caller: Caller, deposit_id: UUID, stated_version: StatedVersion
) -> Response[DepositView]:
    """Issue the invoice, with the next number of the year, and keep its PDF."""
    return await caller.change(
        seen(Deposit, invoices.invoice_deposit, stated_version), deposit_id, view=DepositView
    )


@get(
    ONE + "/invoices",
    permission="venue.deposits.read",
    module="finance",
    summary="List the invoices of a deposit",
)
async def list_deposit_invoices(caller: Caller, deposit_id: UUID) -> list[InvoiceView]:
    """List a deposit's invoice, and its credit note where there is one."""
    found = await caller.run(invoices.invoices_of, deposit_id)
    return [InvoiceView.of(invoice) for invoice in found]


@get(
    "/api/v1/invoices/{invoice_id:uuid}/pdf",
    permission="venue.deposits.read",
    module="finance",
    summary="Download an invoice",
    media_type=PDF,
)
async def download_invoice(caller: Caller, invoice_id: UUID) -> Response[bytes]:
    """Download an invoice as it was issued."""
    invoice = await caller.run(invoices.read_invoice, invoice_id)
    headers = {"content-disposition": f'attachment; filename="{invoice.name}.pdf"'}
    return Response(invoice.content, media_type=PDF, headers=headers)


@post(
    "/api/v1/invoices/{invoice_id:uuid}/credit",
    permission="venue.deposits.invoice",
    module="finance",
    summary="Take an invoice back",
)
async def credit_invoice(caller: Caller, invoice_id: UUID) -> Response[InvoiceView]:
    """Take back what of an invoice was waived, called off or given back, once."""
    return await caller.create(
        invoices.credit_invoice, invoice_id, view=InvoiceView, at="/api/v1/invoices"
    )


@post(
    ONE + "/payments",
    permission="venue.deposits.receive",
    module="finance",
    summary="Note a payment",
    status=200,
    with_key=True,
    raises=[VersionMismatch, IllegalTransition, FinanceOwnsPayments],
)
async def receive_deposit_payment(
    caller: Caller, deposit_id: UUID, data: Payment, stated_version: StatedVersion
) -> Response[DepositView]:
    """Note money that came; the same reference twice is one payment, too much is a credit."""
    return await caller.change(
        seen(Deposit, service.receive_payment, stated_version),
        deposit_id,
        data,
        view=DepositView,
    )


@post(
    ONE + "/waive",
    permission="venue.deposits.waive",
    module="finance",
    summary="Waive a deposit",
    status=200,
    raises=[VersionMismatch, IllegalTransition],
)
async def waive_deposit(
    caller: Caller, deposit_id: UUID, data: Waiver, stated_version: StatedVersion
) -> Response[DepositView]:
    """Let it be, with the reason."""
    return await caller.change(
        seen(Deposit, service.waive_deposit, stated_version), deposit_id, data, view=DepositView
    )


@post(
    ONE + "/cancel",
    permission="venue.deposits.update",
    module="finance",
    summary="Call a deposit off",
    status=200,
    raises=[VersionMismatch, IllegalTransition],
)
async def cancel_deposit(
    caller: Caller, deposit_id: UUID, data: Waiver, stated_version: StatedVersion
) -> Response[DepositView]:
    """Call a deposit off of which nothing was paid."""
    return await caller.change(
        seen(Deposit, service.cancel_deposit, stated_version), deposit_id, data, view=DepositView
    )


@post(
    ONE + "/refund",
    permission="venue.deposits.refund",
    module="finance",
    summary="Give a deposit back",
    status=200,
    with_key=True,
    raises=[VersionMismatch, IllegalTransition, FinanceOwnsPayments, NothingHeld],
)
async def refund_deposit(
    caller: Caller, deposit_id: UUID, data: Return, stated_version: StatedVersion
) -> Response[DepositView]:
    """Give back what the house holds, or a part of it."""
    return await caller.change(
        seen(Deposit, service.refund_deposit, stated_version),
        deposit_id,
        data,
        view=DepositView,
    )


@post(
    ONE + "/forfeit",
    permission="venue.deposits.forfeit",
    module="finance",
    summary="Keep a deposit",
    status=200,
    with_key=True,
    raises=[VersionMismatch, IllegalTransition, FinanceOwnsPayments, NothingHeld],
)
async def forfeit_deposit(
    caller: Caller, deposit_id: UUID, data: Return, stated_version: StatedVersion
) -> Response[DepositView]:
    """Keep what the house holds, or a part of it: from now on it is revenue."""
    return await caller.change(
        seen(Deposit, service.forfeit_deposit, stated_version),
        deposit_id,
        data,
        view=DepositView,
    )


@post(
    ONE + "/refund-credit",
    permission="venue.deposits.refund",
    module="finance",
    summary="Give back what was paid too much",
    status=200,
    with_key=True,
    raises=[VersionMismatch, FinanceOwnsPayments, NoCredit],
)
async def refund_credit(
    caller: Caller, deposit_id: UUID, data: Return, stated_version: StatedVersion
) -> Response[DepositView]:
    """Give back what was paid beyond the deposit, or a part of it."""
    return await caller.change(
        seen(Deposit, overpaid.refund_credit, stated_version), deposit_id, data, view=DepositView
    )


@post(
    ONE + "/use-credit",
    permission="venue.deposits.receive",
    module="finance",
    summary="Use what was paid too much",
    status=200,
    with_key=True,
    raises=[VersionMismatch, FinanceOwnsPayments, NoCredit, IllegalTransition],
)
async def use_credit(
    caller: Caller, deposit_id: UUID, data: CreditUse, stated_version: StatedVersion
) -> Response[DepositView]:
    """Let what was paid beyond the deposit count for another of the same customer."""
    return await caller.change(
        seen(Deposit, overpaid.use_credit, stated_version), deposit_id, data, view=DepositView
    )


def _is_external(caller: Caller) -> bool:
    return services_of(caller.database).finance is not None


handlers = [
    list_deposits,
    create_deposit,
    create_deposit_schedule,
    read_deposit,
    update_deposit,
    invoice_deposit,
    list_deposit_invoices,
    download_invoice,
    credit_invoice,
    receive_deposit_payment,
    waive_deposit,
    cancel_deposit,
    refund_deposit,
    forfeit_deposit,
    refund_credit,
    use_credit,
]
