"""Customers over HTTP, for staff."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, ExpectedVersion, Page, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.sessions.customers import service
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.schemas import CustomerChanges, CustomerView, NewCustomer

Search = Annotated[
    str | None,
    QueryParameter(name="search", max_length=100, description="Part of a name or an address."),
]


@get(
    "/api/v1/company-customers",
    permission="sessions.customers.read",
    module="sessions",
    summary="List customers",
)
async def list_company_customers(
    caller: Caller, window: Window, search: Search = None
) -> Page[CustomerView]:
    """List who books here, perhaps those whose name or address contains something."""
    return await caller.read_page(
        service.list_customers, window=window, view=CustomerView, search=search
    )


@post(
    "/api/v1/company-customers",
    permission="sessions.customers.create",
    module="sessions",
    summary="Add a customer",
)
async def create_company_customer(caller: Caller, data: NewCustomer) -> Response[CustomerView]:
    """Add a customer, or somebody of a customer's family."""
    return await caller.create(
        service.create_customer, data, view=CustomerView, at="/api/v1/company-customers"
    )


@get(
    "/api/v1/company-customers/{customer_id:uuid}",
    permission="sessions.customers.read",
    module="sessions",
    summary="Read a customer",
)
async def read_company_customer(caller: Caller, customer_id: UUID) -> Response[CustomerView]:
    """Read a customer."""
    return await caller.read(UnitOfWork.get, CompanyCustomer, customer_id, view=CustomerView)


@patch(
    "/api/v1/company-customers/{customer_id:uuid}",
    permission="sessions.customers.update",
    module="sessions",
    summary="Change a customer",
)
async def update_company_customer(
    caller: Caller, customer_id: UUID, data: CustomerChanges, expected_version: ExpectedVersion
) -> Response[CustomerView]:
    """Change a customer; `mayOwe` lets them pay afterwards."""
    return await caller.change(
        service.update_customer, customer_id, expected_version, data, view=CustomerView
    )


handlers = [
    list_company_customers,
    create_company_customer,
    read_company_customer,
    update_company_customer,
]
