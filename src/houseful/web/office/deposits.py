"""Deposits: what is due and overdue; invoices and credit notes, payments, waivers, money back."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response

from houseful.hire.deposits import invoices, overpaid, queries, service
from houseful.hire.deposits.schemas import (
    CreditUse,
    DepositView,
    NewDeposit,
    Payment,
    Return,
    Waiver,
)
from houseful.hire.deposits.states import OWED_STATES
from houseful.hire.services import services_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound, Problem
from houseful.web.office.forms import (
    Filled,
    message_of,
    read_amount,
    read_body,
    read_id,
    write_amount,
)
from houseful.web.office.papers import (
    NEWEST,
    Attempt,
    WholeHouse,
    ask_once,
    booking_titles,
    do_and_go,
)
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, pdf, show
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/deposits"
ONE = PATH + "/{deposit_id:uuid}"
DEPOSITS = Crumb("/deposits", "Deposits")
KINDS = (
    ("booking", "Booking deposit"),
    ("instalment", "Instalment"),
    ("security", "Security, given back or kept"),
)


@show(PATH, WholeHouse("venue.deposits.read", module="finance"))
async def show_deposits(visit: Visit) -> Response[Any]:
    """Show the deposits: what is to come first, the rest after."""
    return await _deposits(visit)


@act(PATH, WholeHouse("venue.deposits.create", module="finance"))
async def expect_deposit(visit: Visit) -> Response[Any]:
    """Expect a deposit of a booking."""
    form = await visit.form()
    try:
        currency = visit.organization.currency
        values = {
            "booking_id": read_id(form.get("booking_id", ""), "/bookingId"),
            "title": form.get("title", "").strip(),
            "kind": form.get("kind", "booking"),
            "due_on": _day(form.get("due_on", "")),
            "currency": currency,
            "amount_minor": read_amount(form.get("amount", ""), currency, "/amount"),
            "is_required": form.get("is_required") == "yes",
        }
        data = read_body(NewDeposit, values)
        made = await visit.run(service.create_deposit, data, is_external=_is_external(visit))
    except Problem as problem:
        return await _deposits(visit, form=form, problem=problem)
    return back_to(visit, f"/deposits/{made.deposit.id}", "The deposit is expected.")


@show(ONE, WholeHouse("venue.deposits.read", module="finance"))
async def show_deposit(visit: Visit, deposit_id: UUID) -> Response[Any]:
    """Show a deposit, its invoices, and what can be done."""
    return await _deposit(visit, deposit_id)


@act(ONE + "/invoice", WholeHouse("venue.deposits.invoice", module="finance"))
async def invoice(visit: Visit, deposit_id: UUID) -> Response[Any]:
    """Issue the invoice; asks where it could not say all that an invoice has to."""
    await visit.form()
    missing: list[str] = await visit.run(invoices.missing_of, deposit_id)
    asked = await _ask_without(visit, deposit_id, missing) if missing else None
    path, notice = f"/deposits/{deposit_id}", "The invoice is issued."
    return asked or await do_and_go(visit, path, notice, invoices.invoice_deposit, deposit_id)


@act(ONE + "/payments", WholeHouse("venue.deposits.receive", module="finance"))
async def receive(visit: Visit, deposit_id: UUID) -> Response[Any]:
    """Note money that came; the reference makes it one."""
    form = await visit.form()
    try:
        currency = (await visit.run(queries.get_deposit, deposit_id)).deposit.currency
        amount = read_amount(form.get("amount", ""), currency, "/amount")
        values = {"amount_minor": amount, "reference": form.get("reference", "").strip()}
        payment = read_body(Payment, values)
        await visit.run(service.receive_payment, deposit_id, payment)
    except Problem as problem:
        return await _deposit(visit, deposit_id, Attempt("payments", form, problem))
    return back_to(visit, f"/deposits/{deposit_id}", "The payment is noted.")


@act(ONE + "/waive", WholeHouse("venue.deposits.waive", module="finance"))
async def waive(visit: Visit, deposit_id: UUID) -> Response[Any]:
    """Let it be, with the reason."""
    return await _end(visit, deposit_id, "waive", service.waive_deposit, "The deposit is waived.")


@act(ONE + "/cancel", WholeHouse("venue.deposits.update", module="finance"))
async def call_off(visit: Visit, deposit_id: UUID) -> Response[Any]:
    """Call it off, with the reason: nothing was paid."""
    return await _end(
        visit, deposit_id, "cancel", service.cancel_deposit, "The deposit is called off."
    )


@act(ONE + "/refund", WholeHouse("venue.deposits.refund", module="finance"))
async def refund(visit: Visit, deposit_id: UUID) -> Response[Any]:
    """Give back what is held, or a part of it."""
    return await _return(visit, deposit_id, "refund", service.refund_deposit, "It was given back.")


@act(ONE + "/forfeit", WholeHouse("venue.deposits.forfeit", module="finance"))
async def forfeit(visit: Visit, deposit_id: UUID) -> Response[Any]:
    """Keep what is held, or a part of it."""
    return await _return(
        visit, deposit_id, "forfeit", service.forfeit_deposit, "The house keeps it."
    )


@act(ONE + "/refund-credit", WholeHouse("venue.deposits.refund", module="finance"))
async def refund_credit(visit: Visit, deposit_id: UUID) -> Response[Any]:
    """Give back what was paid too much, or a part of it."""
    return await _return(
        visit, deposit_id, "refund-credit", overpaid.refund_credit, "It was given back."
    )


@act(ONE + "/use-credit", WholeHouse("venue.deposits.receive", module="finance"))
async def use_credit(visit: Visit, deposit_id: UUID) -> Response[Any]:
    """Let what was paid too much count for another deposit of the customer."""
    form = await visit.form()

    async def use(uow: UnitOfWork) -> None:
        other = read_id(form.get("other", ""), "/depositId")
        once = form.get("once", "") or str(new_id())
        await overpaid.use_credit(uow, deposit_id, CreditUse(deposit_id=other, reference=once))

    path, notice = f"/deposits/{deposit_id}", "It counts for the other deposit."
    return await do_and_go(visit, path, notice, use)


@act(
    ONE + "/invoices/{invoice_id:uuid}/credit",
    WholeHouse("venue.deposits.invoice", module="finance"),
)
async def credit(visit: Visit, deposit_id: UUID, invoice_id: UUID) -> Response[Any]:
    """Take an invoice back by a credit note."""
    await visit.form()
    path, notice = f"/deposits/{deposit_id}", "The credit note is issued."

    async def issue(uow: UnitOfWork) -> None:
        found = await invoices.invoices_of(uow, deposit_id)
        if invoice_id not in {invoice.id for invoice in found}:
            raise NotFound
        await invoices.credit_invoice(uow, invoice_id)

    return await do_and_go(visit, path, notice, issue)


@show(ONE + "/invoices/{invoice_id:uuid}", WholeHouse("venue.deposits.read", module="finance"))
async def download_invoice(visit: Visit, deposit_id: UUID, invoice_id: UUID) -> Response[bytes]:
    """Hand out an invoice as PDF."""
    await visit.run(queries.get_deposit, deposit_id)
    found = await visit.run(invoices.read_invoice, invoice_id)
    return pdf(found.content, f"{found.name}.pdf")


async def _ask_without(visit: Visit, deposit_id: UUID, missing: list[str]) -> Response[str] | None:
    deposit = (await visit.run(queries.get_deposit, deposit_id)).deposit
    return await ask_once(
        visit,
        crumbs=(DEPOSITS, Crumb(f"/deposits/{deposit_id}", deposit.title)),
        label="Issue it all the same",
        consequences=[
            f"Not written down yet: {', '.join(missing)}.",
            "The invoice would not say it, and may not be a valid one.",
            "Its number is not given back: only a credit note takes an invoice back.",
        ],
    )


async def _end(
    visit: Visit, deposit_id: UUID, act: str, use_case: Any, notice: str
) -> Response[Any]:
    form = await visit.form()
    try:
        data = read_body(Waiver, {"reason": form.get("reason", "").strip()})
        await visit.run(use_case, deposit_id, data)
    except Problem as problem:
        return await _deposit(visit, deposit_id, Attempt(act, form, problem))
    return back_to(visit, f"/deposits/{deposit_id}", notice)


async def _return(
    visit: Visit, deposit_id: UUID, act: str, use_case: Any, notice: str
) -> Response[Any]:
    form = await visit.form()

    async def give(uow: UnitOfWork) -> None:
        deposit = (await queries.get_deposit(uow, deposit_id)).deposit
        wanted = form.get("amount", "").strip()
        data = read_body(Return, {"reason": form.get("reason", "").strip()})
        data.amount_minor = read_amount(wanted, deposit.currency, "/amount") if wanted else None
        data.reference = form.get("once", "") or str(new_id())
        await use_case(uow, deposit_id, data)

    try:
        await visit.run(give)
    except Problem as problem:
        return await _deposit(visit, deposit_id, Attempt(act, form, problem))
    return back_to(visit, f"/deposits/{deposit_id}", notice)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid.at("/dueOn", "Please give a day.") from error


def _is_external(visit: Visit) -> bool:
    return services_of(visit.database).finance is not None


async def _deposits(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        found, _ = await queries.list_deposits(uow, window=NEWEST)
        views = [DepositView.of(one) for one in found]
        ordered = sorted(
            views,
            key=lambda one: (one.status not in OWED_STATES or one.balance_minor == 0, one.due_on),
        )
        return {"deposits": ordered, "bookings": await booking_titles(uow)}

    values: Any = form or {"title": "Booking deposit", "is_required": "yes"}
    return office_page(
        visit,
        "deposits.html",
        here="/deposits",
        heading="Deposits",
        message=message_of(problem, values) if problem else "",
        filled=Filled(values, problem),
        is_adding=problem is not None,
        kinds=KINDS,
        owed=OWED_STATES,
        **await visit.run(read),
    )


async def _deposit(visit: Visit, deposit_id: UUID, attempt: Attempt | None = None) -> Response[Any]:
    attempt = attempt or Attempt()

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        view = DepositView.of(await queries.get_deposit(uow, deposit_id))
        bookings = await booking_titles(uow)
        return {
            "deposit": view,
            "booking_title": bookings.get(view.booking_id, "The booking"),
            "invoices": await invoices.invoices_of(uow, deposit_id),
            "missing": await invoices.missing_of(uow, deposit_id),
            "payments": await queries.payments_of(uow, deposit_id),
            "others": [
                one.deposit
                for one in await queries.deposits_of(uow, [view.booking_id])
                if one.deposit.id != deposit_id and one.deposit.balance_minor
            ],
        }

    found = await visit.run(read)
    deposit: DepositView = found["deposit"]
    return office_page(
        visit,
        "deposit.html",
        here="/deposits",
        heading=deposit.title,
        crumbs=(DEPOSITS,),
        message=attempt.message,
        attempt=attempt,
        balance=write_amount(deposit.balance_minor, deposit.currency),
        is_external=deposit.finance_state != "local",
        creditable_minor=invoices.creditable_minor(deposit),
        timezone=visit.organization.timezone,
        credit_amount=write_amount(deposit.credit_minor, deposit.currency),
        held=write_amount(deposit.held_minor, deposit.currency),
        once=str(new_id()),
        **found,
    )


handlers = [
    show_deposits,
    expect_deposit,
    show_deposit,
    invoice,
    receive,
    waive,
    call_off,
    refund,
    forfeit,
    refund_credit,
    use_credit,
    download_invoice,
    credit,
]
