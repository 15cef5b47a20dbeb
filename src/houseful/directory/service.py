"""Use cases of parties: companies and people that many deal with, each once."""

from typing import Any, TypeVar, cast
from uuid import UUID

import msgspec
from sqlalchemy import update

from houseful import audit
from houseful.directory.models import City, Company, Country, Person
from houseful.directory.problems import PartyShared
from houseful.directory.rules import may_edit_party
from houseful.directory.schemas import CompanyChanges, NewCompany, NewPerson, PersonChanges
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound, VersionMismatch

P = TypeVar("P", Company, Person)


async def create_company(uow: UnitOfWork, data: NewCompany) -> Company:
    """Add a company for all to find. Raises `Invalid` (country, city)."""
    await _check_place(uow, data.country_id, data.city_id)
    company = Company(id=new_id(), created_by_organization_id=uow.tenant, **_plain(data))
    return await _add(uow, company, "directory.company.created")


async def update_company(
    uow: UnitOfWork,
    company_id: UUID,
    expected_version: int,
    changes: CompanyChanges,
    *,
    is_platform_staff: bool = False,
) -> Company:
    """Change what is given. Raises `PartyShared`, `VersionMismatch` and `Invalid`."""
    company = await _get_editable(uow, Company, company_id, expected_version, is_platform_staff)
    given = _plain(changes)
    await _check_place(
        uow,
        given.get("country_id", company.country_id),
        given.get("city_id", company.city_id),
    )
    return await _change(uow, company, given, "directory.company.updated")


async def create_person(uow: UnitOfWork, data: NewPerson) -> Person:
    """Add a person for all to find. Raises `NotFound` (company)."""
    if data.company_id is not None:
        await get_party(uow, Company, data.company_id)
    person = Person(id=new_id(), created_by_organization_id=uow.tenant, **_plain(data))
    return await _add(uow, person, "directory.person.created")


async def update_person(
    uow: UnitOfWork,
    person_id: UUID,
    expected_version: int,
    changes: PersonChanges,
    *,
    is_platform_staff: bool = False,
) -> Person:
    """Change what is given. Raises `PartyShared`, `VersionMismatch` and `NotFound` (company)."""
    person = await _get_editable(uow, Person, person_id, expected_version, is_platform_staff)
    given = _plain(changes)
    if given.get("company_id") is not None:
        await get_party(uow, Company, given["company_id"])
    return await _change(uow, person, given, "directory.person.updated")


async def refer_to_company(uow: UnitOfWork, company_id: UUID) -> Company:
    """Note that the organisation deals with the company, and return it. Raises `NotFound`."""
    return await _refer(uow, Company, company_id)


async def refer_to_person(uow: UnitOfWork, person_id: UUID) -> Person:
    """Note that the organisation deals with the person, and return them. Raises `NotFound`."""
    return await _refer(uow, Person, person_id)


async def get_party(uow: UnitOfWork, kind: type[P], party_id: UUID, *, lock: bool = False) -> P:
    """Return the company or person, locked if asked. Raises `NotFound`."""
    party = await uow.session.get(
        kind, party_id, with_for_update=lock or None, populate_existing=lock
    )
    if party is None:
        raise NotFound
    return party


async def _get_editable(
    uow: UnitOfWork, kind: type[P], party_id: UUID, expected_version: int, is_staff: bool
) -> P:
    party = await get_party(uow, kind, party_id, lock=True)
    if not may_edit_party(
        uow.tenant,
        created_by=party.created_by_organization_id,
        referred_by=party.referred_by,
        is_platform_staff=is_staff,
    ):
        raise PartyShared
    if party.version != expected_version:
        raise VersionMismatch(current=party.version)
    return party


async def _add(uow: UnitOfWork, party: P, action: str) -> P:
    uow.add(party)
    await uow.flush()
    await audit.record(uow, action, party)
    return party


async def _change(uow: UnitOfWork, party: P, given: dict[str, Any], action: str) -> P:
    for name, value in given.items():
        setattr(party, name, value)
    await audit.record(uow, action, party)
    await uow.flush()
    return party


async def _refer(uow: UnitOfWork, kind: type[P], party_id: UUID) -> P:
    """Append under a lock, beside the version: who deals with a party is no change of it."""
    party = await get_party(uow, kind, party_id, lock=True)
    mine = str(uow.tenant)
    if mine not in party.referred_by:
        table = cast("Any", kind)
        await uow.execute(
            update(table)
            .where(table.id == party_id)
            .values(referred_by=[*party.referred_by, mine], updated_at=party.updated_at)
            .execution_options(synchronize_session=False)
        )
        await uow.session.refresh(party)
    return party


async def _check_place(uow: UnitOfWork, country_id: int | None, city_id: int | None) -> None:
    if country_id is not None and await uow.session.get(Country, country_id) is None:
        raise Invalid.at("/countryId", f"There is no country {country_id}.")
    if city_id is None:
        return
    city = await uow.session.get(City, city_id)
    if city is None:
        raise Invalid.at("/cityId", f"There is no city {city_id}.")
    if country_id is not None and city.country_id != country_id:
        raise Invalid.at("/cityId", f"{city.name} is in another country.")


def _plain(data: msgspec.Struct) -> dict[str, Any]:
    """Return the given fields as they are stored."""
    return {
        name: msgspec.to_builtins(value) if name == "contacts" else value
        for name in data.__struct_fields__
        if (value := getattr(data, name)) is not msgspec.UNSET
    }
