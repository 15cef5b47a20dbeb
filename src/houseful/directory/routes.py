"""Parties and places over HTTP."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import QueryParameter

from houseful.directory import geography, queries, service
from houseful.directory.models import KnownPerson
from houseful.directory.problems import PartyShared
from houseful.directory.schemas import (
    CityView,
    CompanyChanges,
    CompanyView,
    CountryView,
    NewCompany,
    NewPerson,
    PersonChanges,
    PersonView,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, ExpectedVersion, Page, get, patch, post
from houseful.kernel.http.listing import Window

CompanyId = Annotated[UUID | None, QueryParameter(name="companyId")]
Search = Annotated[str, QueryParameter(max_length=100, description="How the name begins.")]
CitySearch = Annotated[
    str, QueryParameter(min_length=1, max_length=100, description="How the name begins.")
]
CountryCode = Annotated[str | None, QueryParameter(name="countryIso2", pattern="^[A-Za-z]{2}$")]


class Countries(msgspec.Struct, rename="camel", kw_only=True):
    """Countries by name."""

    items: list[CountryView]


class Cities(msgspec.Struct, rename="camel", kw_only=True):
    """Cities, the largest first."""

    items: list[CityView]


@get(
    "/api/v1/directory/companies",
    permission="directory.parties.read",
    summary="List the companies",
)
async def list_companies(caller: Caller, window: Window, search: Search = "") -> Page[CompanyView]:
    """List the companies that organisations deal with, perhaps by how the name begins."""
    return await caller.read_page(
        queries.list_companies, window=window, view=CompanyView, search=search
    )


@post(
    "/api/v1/directory/companies",
    permission="directory.parties.create",
    summary="Add a company",
)
async def create_company(caller: Caller, data: NewCompany) -> Response[CompanyView]:
    """Add a company for all to find; look first whether it is there."""
    return await caller.create(
        service.create_company, data, view=CompanyView, at="/api/v1/directory/companies"
    )


@get(
    "/api/v1/directory/companies/{company_id:uuid}",
    permission="directory.parties.read",
    summary="Read a company",
)
async def read_company(caller: Caller, company_id: UUID) -> Response[CompanyView]:
    """Read one company."""
    return await caller.read(queries.get_company, company_id, view=CompanyView)


@patch(
    "/api/v1/directory/companies/{company_id:uuid}",
    permission="directory.parties.update",
    summary="Change a company",
    raises=[PartyShared],
)
async def update_company(
    caller: Caller, company_id: UUID, data: CompanyChanges, expected_version: ExpectedVersion
) -> Response[CompanyView]:
    """Change what is given: who added it may, while nobody else deals with it; staff always."""
    return await caller.change(
        service.update_company,
        company_id,
        expected_version,
        data,
        view=CompanyView,
        is_platform_staff=_is_staff(caller),
    )


@get("/api/v1/directory/people", permission="directory.parties.read", summary="List the people")
async def list_people(
    caller: Caller, window: Window, search: Search = "", company_id: CompanyId = None
) -> Page[PersonView]:
    """List the people that organisations deal with; only those see how to reach them."""
    return await caller.read_page(
        queries.list_people,
        window=window,
        view=PersonView,
        search=search,
        company_id=company_id,
    )


@post("/api/v1/directory/people", permission="directory.parties.create", summary="Add a person")
async def create_person(caller: Caller, data: NewPerson) -> Response[PersonView]:
    """Add a person for all to find; only organisations that deal with them see the contacts."""

    async def create(uow: UnitOfWork) -> KnownPerson:
        return queries.know(uow, await service.create_person(uow, data))

    return await caller.create(create, view=PersonView, at="/api/v1/directory/people")


@get(
    "/api/v1/directory/people/{person_id:uuid}",
    permission="directory.parties.read",
    summary="Read a person",
)
async def read_person(caller: Caller, person_id: UUID) -> Response[PersonView]:
    """Read one person."""
    return await caller.read(queries.get_person, person_id, view=PersonView)


@patch(
    "/api/v1/directory/people/{person_id:uuid}",
    permission="directory.parties.update",
    summary="Change a person",
    raises=[PartyShared],
)
async def update_person(
    caller: Caller, person_id: UUID, data: PersonChanges, expected_version: ExpectedVersion
) -> Response[PersonView]:
    """Change what is given: who added them may, while nobody else deals with them; staff always."""

    async def update(uow: UnitOfWork) -> KnownPerson:
        person = await service.update_person(
            uow, person_id, expected_version, data, is_platform_staff=_is_staff(caller)
        )
        return queries.know(uow, person)

    return await caller.change(update, view=PersonView)


@get(
    "/api/v1/directory/countries",
    permission="directory.parties.read",
    summary="Find countries",
)
async def list_countries(caller: Caller, search: Search = "") -> Countries:
    """Find countries by code, or by a part of the name; all without a search."""
    found = await caller.run(geography.find_countries, search=search)
    return Countries(items=[CountryView.of(country) for country in found])


@get("/api/v1/directory/cities", permission="directory.parties.read", summary="Find cities")
async def list_cities(
    caller: Caller, search: CitySearch, country_iso2: CountryCode = None
) -> Cities:
    """Find the largest cities whose name begins like this, accents or not."""
    found = await caller.run(geography.find_cities, search=search, country_iso2=country_iso2)
    return Cities(items=[CityView.of(each) for each in found])


def _is_staff(caller: Caller) -> bool:
    return caller.identity.is_platform_staff or caller.identity.is_platform_admin


handlers = [
    list_companies,
    create_company,
    read_company,
    update_company,
    list_people,
    create_person,
    read_person,
    update_person,
    list_countries,
    list_cities,
]
