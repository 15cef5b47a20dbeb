"""Reading parties."""

from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from houseful.directory.models import Company, KnownPerson, Person
from houseful.directory.rules import knows_person
from houseful.directory.service import get_party
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page


class ListedParty(msgspec.Struct, frozen=True):
    """A company or a person: the name, and the number that it has for all organisations."""

    name: str
    market_company_id: int | None
    market_person_id: int | None


async def get_company(uow: UnitOfWork, company_id: UUID) -> Company:
    """Return the company; raises `NotFound`."""
    return await get_party(uow, Company, company_id)


async def get_person(uow: UnitOfWork, person_id: UUID) -> KnownPerson:
    """Return the person; raises `NotFound`."""
    return know(uow, await get_party(uow, Person, person_id))


async def list_companies(
    uow: UnitOfWork, *, window: Window, search: str = ""
) -> tuple[list[Any], str | None]:
    """Return one page of companies, perhaps those whose name begins with `search`."""
    statement = select(Company)
    if search:
        begins = func.lower(Company.name).startswith(search.lower(), autoescape=True)
        statement = statement.where(begins)
    return await fetch_page(uow, statement, cast("Any", Company), window)


async def list_people(
    uow: UnitOfWork, *, window: Window, search: str = "", company_id: UUID | None = None
) -> tuple[list[KnownPerson], str | None]:
    """Return one page of people, by the beginning of their name, or by their company."""
    statement = select(Person)
    if search:
        begins = func.lower(Person.name).startswith(search.lower(), autoescape=True)
        statement = statement.where(begins)
    if company_id is not None:
        statement = statement.where(Person.company_id == company_id)
    people, cursor = await fetch_page(uow, statement, cast("Any", Person), window)
    return [know(uow, person) for person in people], cursor


async def party_names(uow: UnitOfWork, party_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those companies and people, by id, in two queries."""
    return {party_id: party.name for party_id, party in (await parties(uow, party_ids)).items()}


async def parties(uow: UnitOfWork, party_ids: Collection[UUID]) -> dict[UUID, ListedParty]:
    """Return what those companies and people are called and numbered, by id, in two queries."""
    if not party_ids:
        return {}
    companies = await uow.execute(
        select(Company.id, Company.name, Company.market_company_id).where(Company.id.in_(party_ids))
    )
    people = await uow.execute(
        select(Person.id, Person.name, Person.market_person_id).where(Person.id.in_(party_ids))
    )
    return {
        **{row.id: ListedParty(row.name, row.market_company_id, None) for row in companies},
        **{row.id: ListedParty(row.name, None, row.market_person_id) for row in people},
    }


def know(uow: UnitOfWork, person: Person) -> KnownPerson:
    """Return the person as the organisation knows them."""
    return KnownPerson(
        person,
        knows_person(
            uow.tenant,
            created_by=person.created_by_organization_id,
            referred_by=person.referred_by,
        ),
    )
