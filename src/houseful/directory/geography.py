"""Countries and cities: looked up, resolved, and the cities loaded from the data in the package.

`cities.tsv.xz` is drafted by `scripts/draft_cities.py` from GeoNames (CC BY 4.0): cities of 15,000
inhabitants and more.
"""

import asyncio
import lzma
from importlib import resources
from typing import Any

import msgspec
from sqlalchemy import func, select

from houseful.directory.models import City, Country
from houseful.directory.rules import search_form
from houseful.kernel.database import UnitOfWork

MATCHES_MAX = 20


class Geography(msgspec.Struct, frozen=True):
    """What a place as entered resolves to; None where that is not certain."""

    country_id: int | None = None
    city_id: int | None = None


async def load_cities(uow: UnitOfWork) -> int:
    """Fill the table of cities when it is empty; return how many were loaded. No tenant needed."""
    if await uow.first(select(City.id).limit(1)) is not None:
        return 0
    loaded = await uow.execute(
        """
        INSERT INTO cities
            (id, country_id, name, search_name, population, timezone, latitude, longitude)
        SELECT row[1]::bigint, countries.id, row[2], row[3], row[5]::bigint, row[6],
            row[7]::float, row[8]::float
        FROM unnest(string_to_array(:lines, chr(10))) AS line
        CROSS JOIN LATERAL string_to_array(line, chr(9)) AS row
        JOIN countries ON countries.iso2 = row[4]
        ON CONFLICT (id) DO NOTHING
        """,
        {"lines": await asyncio.to_thread(_packaged_cities)},
    )
    return int(getattr(loaded, "rowcount", 0))


async def resolve_place(
    uow: UnitOfWork,
    *,
    country: str | None,
    country_iso2: str | None,
    city: str | None,
) -> Geography:
    """Resolve a place as it was entered. What is unknown or ambiguous stays None: never guessed."""
    country_id = await _country_id(uow, country, country_iso2)
    if country_id is None or not city:
        return Geography(country_id)
    matches = await uow.all(
        select(City.id)
        .where(City.country_id == country_id, City.search_name == search_form(city))
        .limit(2)
    )
    return Geography(country_id, matches[0] if len(matches) == 1 else None)


async def find_countries(uow: UnitOfWork, *, search: str = "") -> list[Country]:
    """Return the countries whose code is, or whose name contains, `search`; all without one."""
    statement = select(Country).order_by(Country.name)
    if search:
        statement = statement.where(
            Country.name.icontains(search, autoescape=True)
            | Country.iso2.in_([search.upper()])
            | Country.iso3.in_([search.upper()])
        )
    return list(await uow.all(statement))


async def find_cities(
    uow: UnitOfWork, *, search: str, country_iso2: str | None = None
) -> list[Any]:
    """Return the largest cities whose name begins with `search`, each with its country."""
    statement = (
        select(City, Country)
        .join(Country, Country.id == City.country_id)
        .where(City.search_name.startswith(search_form(search), autoescape=True))
        .order_by(City.population.desc(), City.id)
        .limit(MATCHES_MAX)
    )
    if country_iso2 is not None:
        statement = statement.where(Country.iso2 == country_iso2.upper())
    return list((await uow.execute(statement)).all())


async def _country_id(uow: UnitOfWork, name: str | None, iso2: str | None) -> int | None:
    if iso2:
        return await uow.first(select(Country.id).where(Country.iso2 == iso2.strip().upper()))
    if name and name.strip():
        wanted = name.strip()
        matches = await uow.all(
            select(Country.id)
            .where(
                (func.lower(Country.name) == wanted.lower())
                | Country.iso2.in_([wanted.upper()])
                | Country.iso3.in_([wanted.upper()])
            )
            .limit(2)
        )
        return matches[0] if len(matches) == 1 else None
    return None


def _packaged_cities() -> str:
    packed = resources.files("houseful.directory").joinpath("cities.tsv.xz").read_bytes()
    return lzma.decompress(packed).decode().strip()
