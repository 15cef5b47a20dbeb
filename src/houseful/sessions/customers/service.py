"""Use cases of customers: found, added, joined by their families, claimed."""

import re
from collections.abc import Collection
from uuid import UUID

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.schemas import CustomerChanges, NewCustomer

_EMAIL = re.compile(r"^[^@\s\x00]{1,64}@[^@\s\x00]{1,190}$")
FAMILY_MAX = 20


async def create_customer(uow: UnitOfWork, data: NewCustomer) -> CompanyCustomer:
    """Add a customer at the desk; they have no account until they claim it. Raises `Invalid`."""
    check_contact(data.name, data.email)
    if data.guardian_id is not None:
        await _guardian(uow, data.guardian_id)
    customer = CompanyCustomer(organization_id=uow.tenant, **msgspec.structs.asdict(data))
    return await audit.add_row(uow, customer, "sessions.customer.created")


async def update_customer(
    uow: UnitOfWork, customer_id: UUID, version: int, data: CustomerChanges
) -> CompanyCustomer:
    """Change a customer. Raises `VersionMismatch`."""
    return await audit.change_row(
        uow, CompanyCustomer, customer_id, version, data, "sessions.customer.updated"
    )


async def customer_of_user(
    uow: UnitOfWork, user_id: UUID, *, name: str, email: str
) -> CompanyCustomer:
    """Return what a person with an account is here, made when they are new."""
    found = await find_customer_of_user(uow, user_id)
    if found is not None:
        return found
    customer = CompanyCustomer(
        organization_id=uow.tenant, id=new_id(), user_id=user_id, name=name or email, email=email
    )
    try:
        async with uow.savepoint():
            uow.add(customer)
    except IntegrityError:
        found = await find_customer_of_user(uow, user_id)
        assert found is not None
        return found
    await audit.record(uow, "sessions.customer.created", customer)
    return customer


async def find_customer_of_user(uow: UnitOfWork, user_id: UUID) -> CompanyCustomer | None:
    """Return what a person with an account is here, or None."""
    return await uow.first(
        select(CompanyCustomer).where(
            CompanyCustomer.organization_id == uow.tenant, CompanyCustomer.user_id == user_id
        )
    )


async def add_guest(uow: UnitOfWork, *, name: str, email: str, phone: str = "") -> CompanyCustomer:
    """Add a guest: never joined to anybody by their e-mail address alone. Raises `Invalid`."""
    check_contact(name, email)
    if not email:
        raise Invalid.at("/email", "Please give an e-mail address.")
    guest = CompanyCustomer(
        organization_id=uow.tenant,
        id=new_id(),
        name=name.strip(),
        email=email.strip(),
        phone=phone.strip(),
    )
    return await audit.add_row(uow, guest, "sessions.customer.created")


async def add_family_member(uow: UnitOfWork, guardian_id: UUID, name: str) -> CompanyCustomer:
    """Let a customer book for somebody of their family. Raises `Invalid` when there are many."""
    check_contact(name, "")
    await _guardian(uow, guardian_id)
    if len(await family_of(uow, guardian_id)) > FAMILY_MAX:
        raise Invalid.at("/name", f"A family has {FAMILY_MAX} members at most.")
    member = CompanyCustomer(
        organization_id=uow.tenant, id=new_id(), guardian_id=guardian_id, name=name.strip()
    )
    return await audit.add_row(uow, member, "sessions.customer.created")


async def family_of(uow: UnitOfWork, customer_id: UUID) -> list[CompanyCustomer]:
    """Return a customer and those of their family, the customer first."""
    return list(
        await uow.all(
            select(CompanyCustomer)
            .where(
                CompanyCustomer.organization_id == uow.tenant,
                or_(CompanyCustomer.id == customer_id, CompanyCustomer.guardian_id == customer_id),
            )
            .order_by(CompanyCustomer.guardian_id.nulls_first(), CompanyCustomer.id)
        )
    )


async def attendee_for(
    uow: UnitOfWork, customer: CompanyCustomer, attendee_id: UUID | None
) -> CompanyCustomer:
    """Return who is to attend: the customer, or somebody of their family. Raises `NotFound`."""
    if attendee_id is None or attendee_id == customer.id:
        return customer
    attendee = await uow.get(CompanyCustomer, attendee_id)
    if attendee.guardian_id != customer.id:
        raise NotFound
    return attendee


async def list_customers(
    uow: UnitOfWork, *, window: Window, search: str | None = None, with_family: bool = True
) -> tuple[list[CompanyCustomer], str | None]:
    """Return one page of customers, perhaps those whose name or address contains `search`.

    Without family those are left out for whom somebody else books.
    """
    statement = select(CompanyCustomer).where(CompanyCustomer.organization_id == uow.tenant)
    if not with_family:
        statement = statement.where(CompanyCustomer.guardian_id.is_(None))
    if search:
        statement = statement.where(
            or_(
                CompanyCustomer.name.icontains(search, autoescape=True),
                CompanyCustomer.email.icontains(search, autoescape=True),
            )
        )
    return await fetch_page(uow, statement, CompanyCustomer, window)


async def customers_by_id(
    uow: UnitOfWork, customer_ids: Collection[UUID]
) -> dict[UUID, CompanyCustomer]:
    """Return those of the customers that there are, by id."""
    rows = await uow.all(
        select(CompanyCustomer).where(
            CompanyCustomer.organization_id == uow.tenant, CompanyCustomer.id.in_(customer_ids)
        )
    )
    return {row.id: row for row in rows}


def check_contact(name: str, email: str) -> None:
    """Raise `Invalid` unless there is a name, and the address can be one."""
    if not 1 <= len(name.strip()) <= 120 or "\0" in name:
        raise Invalid.at("/name", "Please give a name of at most 120 characters.")
    if email and not _EMAIL.match(email.strip()):
        raise Invalid.at("/email", "This is not an e-mail address.")


async def _guardian(uow: UnitOfWork, guardian_id: UUID) -> CompanyCustomer:
    guardian = await uow.get(CompanyCustomer, guardian_id)
    if guardian.guardian_id is not None:
        raise Invalid.at("/guardianId", "Families have one level.")
    return guardian
