"""Use cases of customers: what the house notes about those it hires to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import case, func, or_, select

from houseful import audit, directory
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.customers.models import Customer
from houseful.hire.customers.schemas import (
    CustomerChanges,
    CustomerView,
    NewCustomer,
    Performance,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid

OF_OTHERS = {"performance", *directory.ListedParty.__struct_fields__}
LISTS = ("relationship_notes", "local_contacts")
COUNTED = {
    "inquiries": ("inquiry",),
    "holds": ("hold", "offered"),
    "confirmed": ("contracted", "confirmed"),
    "completed": ("completed", "closed"),
    "cancelled": ("cancelled",),
    "lost": ("lost", "declined", "released"),
}


async def create_customer(uow: UnitOfWork, data: NewCustomer) -> CustomerView:
    """Note something about a party. Raises `NotFound` (party), `AlreadyExists`, `Invalid`."""
    if (data.company_id is None) == (data.person_id is None):
        raise Invalid.at("/companyId", "Name a company or a person, and not both.")
    if data.company_id is not None:
        await directory.refer_to_company(uow, data.company_id)
    if data.person_id is not None:
        await directory.refer_to_person(uow, data.person_id)
    customer = Customer(organization_id=uow.tenant, id=new_id(), **_stored(data))
    await audit.add_row(uow, customer, "hire.customer.created")
    return await show_customer(uow, customer)


async def update_customer(
    uow: UnitOfWork, customer_id: UUID, expected_version: int, changes: CustomerChanges
) -> CustomerView:
    """Change what is given. Raises `VersionMismatch`."""
    customer = await uow.get_version(Customer, customer_id, expected_version)
    for name, value in _stored(changes).items():
        setattr(customer, name, value)
    await audit.record(uow, "hire.customer.updated", customer)
    await uow.flush()
    return await show_customer(uow, customer)


async def remove_customer(uow: UnitOfWork, customer_id: UUID) -> None:
    """Forget what was noted; bookings and the directory stay as they are."""
    await audit.remove_row(uow, Customer, customer_id, "hire.customer.removed")


async def get_customer(uow: UnitOfWork, customer_id: UUID) -> CustomerView:
    """Return the customer with how their bookings went; raises `NotFound`."""
    return await show_customer(uow, await uow.get(Customer, customer_id))


async def list_customers(
    uow: UnitOfWork,
    *,
    window: Window,
    risk: str | None = None,
    company_id: UUID | None = None,
    person_id: UUID | None = None,
) -> tuple[list[Any], str | None]:
    """Return one page of customers."""
    statement = select(Customer).where(Customer.organization_id == uow.tenant)
    if risk is not None:
        statement = statement.where(Customer.risk == risk)
    if company_id is not None:
        statement = statement.where(Customer.company_id == company_id)
    if person_id is not None:
        statement = statement.where(Customer.person_id == person_id)
    rows, cursor = await fetch_page(uow, statement, Customer, window)
    return await show_customers(uow, rows), cursor


async def show_customer(uow: UnitOfWork, customer: Customer) -> CustomerView:
    """Return one customer as it is shown."""
    return (await show_customers(uow, [customer]))[0]


async def show_customers(uow: UnitOfWork, customers: Sequence[Customer]) -> list[CustomerView]:
    """Return customers as they are shown: with the directory's names, and how it went."""
    parties = await directory.parties(uow, {_party(customer) for customer in customers})
    went = await _performances(uow, customers)
    return [
        CustomerView(
            performance=went.get(_party(customer), Performance()),
            **msgspec.structs.asdict(parties[_party(customer)]),
            **{
                name: getattr(customer, name)
                for name in CustomerView.__struct_fields__
                if name not in OF_OTHERS
            },
        )
        for customer in customers
    ]


async def _performances(uow: UnitOfWork, customers: Sequence[Customer]) -> dict[UUID, Performance]:
    parties = [_party(customer) for customer in customers]
    if not parties:
        return {}
    party = func.coalesce(Booking.company_id, Booking.person_id)
    times = (
        select(
            BookingSpace.booking_id,
            func.min(BookingSpace.starts_at).label("starts_at"),
            func.max(BookingSpace.ends_at).label("ends_at"),
        )
        .where(BookingSpace.organization_id == uow.tenant)
        .group_by(BookingSpace.booking_id)
        .subquery()
    )
    counts = [
        func.count(case((Booking.status.in_(states), 1))).label(name)
        for name, states in COUNTED.items()
    ]
    rows = await uow.execute(
        select(
            party.label("party"),
            func.count().label("bookings"),
            *counts,
            func.min(times.c.starts_at).label("first_at"),
            func.max(times.c.ends_at).label("last_at"),
        )
        .join(times, times.c.booking_id == Booking.id)
        .where(
            Booking.organization_id == uow.tenant,
            or_(Booking.company_id.in_(parties), Booking.person_id.in_(parties)),
        )
        .group_by(party)
    )
    return {
        row["party"]: Performance(**{name: row[name] for name in Performance.__struct_fields__})
        for row in rows.mappings()
    }


def _party(customer: Customer) -> UUID:
    party = customer.company_id or customer.person_id
    assert party is not None
    return party


def _stored(data: NewCustomer | CustomerChanges) -> dict[str, Any]:
    return {
        name: msgspec.to_builtins(value) if name in LISTS else value
        for name in data.__struct_fields__
        if (value := getattr(data, name)) is not msgspec.UNSET
    }
