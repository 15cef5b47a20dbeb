"""How the house reaches the one a booking is for."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select

from houseful import directory
from houseful.hire.bookings.models import Booking
from houseful.hire.customers.models import Customer
from houseful.kernel.database import UnitOfWork


class Holder(msgspec.Struct, frozen=True):
    """Who a booking is for; without an address they cannot be written to."""

    name: str
    email: str


async def holder_of(uow: UnitOfWork, booking_id: UUID) -> Holder:
    """Return the booking's own contact; else the house's contact there; else the directory's."""
    booking = await uow.get(Booking, booking_id)
    if booking.contact_email:
        return Holder(booking.contact_name, booking.contact_email)
    party = booking.company_id or booking.person_id
    if party is None:
        return Holder(booking.contact_name, "")
    local = await _local_contact(uow, party)
    if local is not None:
        return local
    return await _listed(uow, booking)


async def _local_contact(uow: UnitOfWork, party: UUID) -> Holder | None:
    customer: Customer | None = await uow.first(
        select(Customer).where(
            Customer.organization_id == uow.tenant,
            or_(Customer.company_id == party, Customer.person_id == party),
        )
    )
    contacts: Iterable[dict[str, Any]] = customer.local_contacts if customer else ()
    return next((Holder(each["name"], each["email"]) for each in contacts if each["email"]), None)


async def _listed(uow: UnitOfWork, booking: Booking) -> Holder:
    if booking.company_id is not None:
        company = await directory.get_company(uow, booking.company_id)
        return Holder(company.name, _first(company.contacts, "email"))
    assert booking.person_id is not None
    known = await directory.get_person(uow, booking.person_id)
    return Holder(known.person.name, _first(_contacts_of(known), "email"))


class BilledParty(msgspec.Struct, frozen=True):
    """Who an invoice is for; what the directory does not know is empty."""

    name: str
    address: str = ""
    tax_number: str = ""


async def billed_party_of(uow: UnitOfWork, booking: Booking) -> BilledParty:
    """Return who a booking is invoiced to: as the directory has them, else its own contact."""
    if booking.company_id is not None:
        company = await directory.get_company(uow, booking.company_id)
        return BilledParty(
            company.legal_name or company.name,
            company.address or _first(company.contacts, "address"),
            company.tax_number,
        )
    if booking.person_id is not None:
        known = await directory.get_person(uow, booking.person_id)
        return BilledParty(known.person.name, _first(_contacts_of(known), "address"))
    return BilledParty(booking.contact_name or booking.title)


def _contacts_of(known: directory.KnownPerson) -> Iterable[dict[str, Any]]:
    return known.person.contacts if known.is_known else ()


def _first(contacts: Iterable[dict[str, Any]], kind: str) -> str:
    return next((str(each["value"]) for each in contacts if each["kind"] == kind), "")
