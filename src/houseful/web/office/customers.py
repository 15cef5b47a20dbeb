"""Customers: what the house knows of those it hires to, and how it went."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful import hire
from houseful.directory import (
    Company,
    CompanyChanges,
    NewCompany,
    create_company,
    get_company,
    update_company,
)
from houseful.hire.customers.schemas import CustomerChanges, CustomerView, NewCustomer
from houseful.hire.customers.service import (
    create_customer,
    get_customer,
    list_customers,
    update_customer,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Invalid, NotFound, Problem, VersionMismatch
from houseful.venues import require_whole_house
from houseful.web.guards import Office
from houseful.web.office.bookings import next_path
from houseful.web.office.calendar_items import ordinal
from houseful.web.office.forms import Filled, message_of, read_body, read_number
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

LIST = "/office/{organization:str}/customers"
ONE = LIST + "/{customer_id:uuid}"
COMPANY = ONE + "/company"
BILLED = ("name", "legal_name", "address", "tax_number")
CUSTOMERS = Crumb("/customers", "Customers")
PAGE_SIZE = 50
VERSION_MAX = 10**9
RISKS = (
    ("", "not judged"),
    ("low", "low"),
    ("medium", "medium"),
    ("high", "high"),
    ("blocked", "blocked"),
)
CHANGED = "Somebody else changed this meanwhile. Your words are kept: look at both, and save again."


@show(LIST, Office("venue.customers.read", module="venue"))
async def show_customers(visit: Visit) -> Response[Any]:
    """Show the customers, the newest first."""
    return await _customers(visit)


@act(LIST, Office("venue.customers.create", module="venue"))
async def add_customer(visit: Visit) -> Response[Any]:
    """Add a company to the directory, and begin the notes on it."""
    form = await visit.form()

    async def add(uow: UnitOfWork) -> CustomerView:
        require_whole_house(visit.space_ids)
        name = form.get("name", "").strip()
        if not name:
            raise Invalid.at("/name", "Please give it a name.")
        company = await create_company(uow, read_body(NewCompany, {"name": name}))
        data = read_body(
            NewCustomer, {"company_id": str(company.id), "notes": form.get("notes", "")}
        )
        return await create_customer(uow, data)

    try:
        customer = await visit.run(add)
    except Problem as problem:
        return await _customers(visit, form=form, problem=problem)
    return back_to(visit, f"/customers/{customer.id}", f"{customer.name} was added.")


@show(ONE, Office("venue.customers.read", module="venue"))
async def show_customer(visit: Visit, customer_id: UUID) -> Response[Any]:
    """Show one customer with their bookings."""
    return await _customer(visit, customer_id)


@act(ONE, Office("venue.customers.update", module="venue"))
async def change_customer(visit: Visit, customer_id: UUID) -> Response[Any]:
    """Save the notes on a customer."""
    form = await visit.form()
    try:
        require_whole_house(visit.space_ids)
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        changes = read_body(CustomerChanges, _values(form))
        await visit.run(update_customer, customer_id, version, changes)
    except Problem as problem:
        return await _customer(visit, customer_id, form=form, problem=problem)
    return back_to(visit, f"/customers/{customer_id}", "The notes were saved.")


@act(COMPANY, Office("directory.parties.update", module="venue"))
async def change_company(visit: Visit, customer_id: UUID) -> Response[Any]:
    """Save what the directory has of a customer: what their invoices say."""
    form = await visit.form()

    async def change(uow: UnitOfWork) -> None:
        company_id = (await get_customer(uow, customer_id)).company_id
        if company_id is None:
            raise NotFound
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        typed = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in BILLED}
        await update_company(uow, company_id, version, read_body(CompanyChanges, typed))

    try:
        require_whole_house(visit.space_ids)
        await visit.run(change)
    except NotFound:
        raise
    except Problem as problem:
        return await _customer(visit, customer_id, company_form=form, problem=problem)
    return back_to(visit, f"/customers/{customer_id}", "Invoices say so from now on.")


async def _customers(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    require_whole_house(visit.space_ids)
    cursor = visit.request.query_params.get("cursor", "")

    async def read(uow: UnitOfWork) -> tuple[list[CustomerView], str | None]:
        window = Window(limit=PAGE_SIZE, after=_id(cursor), is_newest_first=True)
        return await list_customers(uow, window=window)

    rows, more = await visit.run(read)
    typed = form if form is not None else Form([])
    return office_page(
        visit,
        "customers.html",
        here="/customers",
        heading="Customers",
        message=message_of(problem, typed) if problem else "",
        customers=rows,
        filled=Filled(typed, problem),
        next_path=next_path(str(rows[-1].id) if more and rows else None),
    )


async def _customer(
    visit: Visit,
    customer_id: UUID,
    *,
    form: Form | None = None,
    company_form: Form | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    require_whole_house(visit.space_ids)

    async def read(
        uow: UnitOfWork,
    ) -> tuple[CustomerView, Company | None, list[hire.BookingView]]:
        customer = await get_customer(uow, customer_id)
        company = await get_company(uow, customer.company_id) if customer.company_id else None
        bookings, _ = await hire.list_bookings(
            uow,
            window=Window(limit=LIMIT_MAX, is_newest_first=True),
            matching=hire.BookingFilter(
                company_id=customer.company_id, person_id=customer.person_id
            ),
        )
        return customer, company, bookings

    customer, company, bookings = await visit.run(read)
    values = _stored(customer) | dict(form or {})
    billed = _billed(company) | dict(company_form or {}) if company else {}
    message = message_of(problem, values if company_form is None else billed) if problem else ""
    if isinstance(problem, VersionMismatch):
        current, typed = (company, billed) if company and company_form else (customer, values)
        typed["version"], message = current.version, CHANGED
    return office_page(
        visit,
        "customer.html",
        here="/customers",
        heading=customer.name,
        crumbs=(CUSTOMERS,),
        message=message,
        customer=customer,
        company=company,
        bookings=bookings,
        risks=RISKS,
        ordinal=ordinal,
        filled=Filled(values, problem if company_form is None else None),
        billed=Filled(billed, problem if company_form is not None else None),
    )


def _stored(customer: CustomerView) -> dict[str, Any]:
    contacts = (
        ", ".join(filter(None, (each[name] for name in ("name", "role", "email", "phone"))))
        for each in customer.local_contacts
    )
    return {
        "notes": customer.notes,
        "risk": customer.risk,
        "risk_reason": customer.risk_reason,
        "preferred_terms": "\n".join(f"{k}: {v}" for k, v in customer.preferred_terms.items()),
        "local_contacts": "\n".join(contacts),
        "version": customer.version,
    }


def _billed(company: Company) -> dict[str, Any]:
    return {name: getattr(company, name) for name in (*BILLED, "version")}


def _values(form: Form) -> dict[str, Any]:
    return {
        "notes": form.get("notes", "").replace("\r\n", "\n"),
        "risk": form.get("risk", ""),
        "risk_reason": form.get("risk_reason", ""),
        "preferred_terms": _terms(form.get("preferred_terms", "")),
        "local_contacts": [_contact(line) for line in _lines(form.get("local_contacts", ""))],
    }


def _terms(text: str) -> dict[str, str]:
    """Read `payment: 14 days`, one a line."""
    terms: dict[str, str] = {}
    for line in _lines(text):
        name, colon, value = line.partition(":")
        if not colon or not value.strip():
            raise Invalid.at("/preferredTerms", f"“{line}” is not like “payment: 14 days”.")
        terms[name.strip()] = value.strip()
    return terms


def _contact(line: str) -> dict[str, str]:
    """Read `Carla Concert, production, carla@example.org, +49 30 1234`: what has an @ is mail."""
    name, *rest = [part.strip() for part in line.split(",") if part.strip()] or [""]
    contact = {"name": name}
    for part in rest:
        is_phone = sum(letter.isdigit() for letter in part) >= 3
        contact["email" if "@" in part else "phone" if is_phone else "role"] = part
    return contact


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


handlers = [show_customers, add_customer, show_customer, change_customer, change_company]
