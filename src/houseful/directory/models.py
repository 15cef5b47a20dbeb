"""Places and parties that belong to nobody: countries, cities, companies, people."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    column,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.ids import new_id
from houseful.kernel.tables import Base, Versioned

PRIVATE = {"is_private": True}


class Country(Base):
    """A country; `id` is its numeric ISO 3166-1 code."""

    __tablename__ = "countries"
    __table_args__ = (UniqueConstraint("iso2"), UniqueConstraint("iso3"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    iso2: Mapped[str]
    iso3: Mapped[str]
    name: Mapped[str]


class City(Base):
    """A city of some size; `id` is its GeoNames number, `search_name` how people type it."""

    __tablename__ = "cities"
    __table_args__ = (
        Index(
            "cities_search_name_idx",
            "search_name",
            text("population DESC"),
            postgresql_ops={"search_name": "text_pattern_ops"},
        ),
        Index("cities_country_id_search_name_idx", "country_id", "search_name"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    country_id: Mapped[int] = mapped_column(ForeignKey("countries.id"))
    name: Mapped[str]
    search_name: Mapped[str]
    population: Mapped[int]
    timezone: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]


class Party(Versioned):
    """What companies and people share: contacts, and who brought them and deals with them.

    `referred_by` lists the organisations that deal with the party; it never leaves this room.
    """

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contacts: Mapped[list[Any]] = mapped_column(default=list, info=PRIVATE)
    created_by_organization_id: Mapped[UUID | None] = mapped_column(default=None)
    referred_by: Mapped[list[Any]] = mapped_column(default=list, info=PRIVATE)


class Company(Party, Base):
    """A company that organisations deal with; `market_company_id` is its number for all of them."""

    __tablename__ = "companies"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        UniqueConstraint("market_company_id"),
        Index(
            "companies_lower_name_idx",
            func.lower(column("name")).label("lower_name"),
            postgresql_ops={"lower_name": "text_pattern_ops"},
        ),
    )

    market_company_id: Mapped[int] = mapped_column(BigInteger, Identity())
    name: Mapped[str]
    legal_name: Mapped[str] = mapped_column(default="")
    registration_number: Mapped[str] = mapped_column(default="")
    tax_number: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    country_id: Mapped[int | None] = mapped_column(ForeignKey("countries.id"), default=None)
    city_id: Mapped[int | None] = mapped_column(ForeignKey("cities.id"), default=None)


class Person(Party, Base):
    """A person that organisations deal with; `market_person_id` is their number for all of them."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        UniqueConstraint("market_person_id"),
        Index(
            "people_lower_name_idx",
            func.lower(column("name")).label("lower_name"),
            postgresql_ops={"lower_name": "text_pattern_ops"},
        ),
        Index("people_company_id_idx", "company_id"),
    )

    market_person_id: Mapped[int] = mapped_column(BigInteger, Identity())
    name: Mapped[str] = mapped_column(info=PRIVATE)
    title: Mapped[str] = mapped_column(default="")
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("companies.id"), default=None)


class KnownPerson(msgspec.Struct, frozen=True):
    """A person, and whether the organisation deals with them and so may reach them."""

    person: Person
    is_known: bool
