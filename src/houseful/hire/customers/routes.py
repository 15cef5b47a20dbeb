"""Customers over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists
from houseful.hire.customers import service
from houseful.hire.customers.schemas import CustomerChanges, CustomerView, NewCustomer
from houseful.kernel.http import Caller, ExpectedVersion, Page, delete, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.venues import require_whole_house

CUSTOMERS = "/api/v1/customers"
Risk = Annotated[str | None, QueryParameter(pattern="^(low|medium|high|blocked)$")]
CompanyId = Annotated[UUID | None, QueryParameter(name="companyId")]
PersonId = Annotated[UUID | None, QueryParameter(name="personId")]


@get(CUSTOMERS, permission="venue.customers.read", module="venue", summary="List the customers")
async def list_customers(
    caller: Caller,
    window: Window,
    risk: Risk = None,
    company_id: CompanyId = None,
    person_id: PersonId = None,
) -> Page[CustomerView]:
    """List what the house knows about those it hires to, and how their bookings went."""
    require_whole_house(caller.access.space_ids)
    return await caller.read_page(
        service.list_customers,
        window=window,
        view=CustomerView,
        risk=risk,
        company_id=company_id,
        person_id=person_id,
    )


@post(
    CUSTOMERS,
    permission="venue.customers.create",
    module="venue",
    summary="Note something about a customer",
    raises=[AlreadyExists],
)
async def create_customer(caller: Caller, data: NewCustomer) -> Response[CustomerView]:
    """Lay the house's own notes over a company or a person of the directory."""
    require_whole_house(caller.access.space_ids)
    return await caller.create(service.create_customer, data, view=CustomerView, at=CUSTOMERS)


@get(
    CUSTOMERS + "/{customer_id:uuid}",
    permission="venue.customers.read",
    module="venue",
    summary="Read a customer",
)
async def read_customer(caller: Caller, customer_id: UUID) -> Response[CustomerView]:
    """Read one customer; the ETag is what a change must name."""
    require_whole_house(caller.access.space_ids)
    return await caller.read(service.get_customer, customer_id, view=CustomerView)


@patch(
    CUSTOMERS + "/{customer_id:uuid}",
    permission="venue.customers.update",
    module="venue",
    summary="Change a customer",
)
async def update_customer(
    caller: Caller, customer_id: UUID, data: CustomerChanges, expected_version: ExpectedVersion
) -> Response[CustomerView]:
    """Change what is given; the directory's own record is not touched."""
    require_whole_house(caller.access.space_ids)
    return await caller.change(
        service.update_customer, customer_id, expected_version, data, view=CustomerView
    )


@delete(
    CUSTOMERS + "/{customer_id:uuid}",
    permission="venue.customers.delete",
    module="venue",
    summary="Forget what was noted",
)
async def remove_customer(caller: Caller, customer_id: UUID) -> None:
    """Remove the house's notes; bookings and the directory stay."""
    require_whole_house(caller.access.space_ids)
    await caller.remove(service.remove_customer, customer_id)


handlers = [list_customers, create_customer, read_customer, update_customer, remove_customer]
