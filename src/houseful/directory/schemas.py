"""Countries, cities and parties on the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.directory.models import KnownPerson, Party
from houseful.kernel.http import Body, View

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
Line = Annotated[str, Meta(max_length=200)]
Number = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Website = Annotated[str, Meta(max_length=300, pattern=r"^(https?://\S+)?$")]


class Contact(Body):
    """A way to reach a party."""

    kind: Literal["email", "phone", "address", "other"]
    value: Annotated[str, Meta(min_length=1, max_length=300)]
    note: Line = ""


Contacts = Annotated[list[Contact], Meta(max_length=30)]


class CountryView(View):
    """A country; `id` is its numeric ISO 3166-1 code."""

    id: int
    iso2: str
    iso3: str
    name: str


class CityView(View):
    """A city; `id` is its GeoNames number."""

    id: int
    name: str
    country_id: int
    country_iso2: str
    country_name: str
    population: int
    timezone: str
    latitude: float
    longitude: float

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view of a city and its country."""
        city, country = row
        return cls(
            id=city.id,
            name=city.name,
            country_id=country.id,
            country_iso2=country.iso2,
            country_name=country.name,
            population=city.population,
            timezone=city.timezone,
            latitude=city.latitude,
            longitude=city.longitude,
        )


class NewCompany(Body):
    """A company to be added, for all to find."""

    name: Name
    legal_name: Line = ""
    registration_number: Line = ""
    tax_number: Line = ""
    website: Website = ""
    address: Annotated[str, Meta(max_length=500)] = ""
    country_id: Number | None = None
    city_id: Number | None = None
    contacts: Contacts = msgspec.field(default_factory=list[Contact])


class CompanyChanges(Body):
    """What is to change about a company; what is left out stays."""

    name: Name | UnsetType = UNSET
    legal_name: Line | UnsetType = UNSET
    registration_number: Line | UnsetType = UNSET
    tax_number: Line | UnsetType = UNSET
    website: Website | UnsetType = UNSET
    address: Annotated[str, Meta(max_length=500)] | UnsetType = UNSET
    country_id: Number | UnsetType | None = UNSET
    city_id: Number | UnsetType | None = UNSET
    contacts: Contacts | UnsetType = UNSET


class CompanyView(View):
    """A company that organisations deal with."""

    id: UUID
    market_company_id: int
    name: str
    legal_name: str
    registration_number: str
    tax_number: str
    website: str
    address: str
    country_id: int | None
    city_id: int | None
    contacts: list[Contact]
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """Make the view."""
        fields = {name: getattr(row, name) for name in cls.__struct_fields__}
        fields["contacts"] = _contacts(row)
        return cls(**fields)


class NewPerson(Body):
    """A person to be added, for all to find."""

    name: Name
    title: Line = ""
    company_id: UUID | None = None
    contacts: Contacts = msgspec.field(default_factory=list[Contact])


class PersonChanges(Body):
    """What is to change about a person; what is left out stays."""

    name: Name | UnsetType = UNSET
    title: Line | UnsetType = UNSET
    company_id: UUID | UnsetType | None = UNSET
    contacts: Contacts | UnsetType = UNSET


class PersonView(View):
    """A person; `contacts` is null for organisations that do not deal with them."""

    id: UUID
    market_person_id: int
    name: str
    title: str
    company_id: UUID | None
    contacts: list[Contact] | None
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: KnownPerson) -> Self:
        """Make the view of a person as the organisation knows them."""
        fields = {name: getattr(row.person, name) for name in cls.__struct_fields__}
        fields["contacts"] = _contacts(row.person) if row.is_known else None
        return cls(**fields)


def _contacts(party: Party) -> list[Contact]:
    return msgspec.convert(party.contacts, list[Contact])
