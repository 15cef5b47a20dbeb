"""Countries and cities, off line."""

import pytest

from houseful.directory import Geography, load_cities, resolve_place
from houseful.directory.geography import find_cities, find_countries
from houseful.kernel.database import Database


async def test_cities_are_loaded_once(database: Database) -> None:
    loaded = await database.run(None, load_cities)
    again = await database.run(None, load_cities)

    assert loaded > 30_000
    assert again == 0


async def test_cities_are_found_by_the_beginning_of_the_name_the_largest_first(
    database: Database,
) -> None:
    await database.run(None, load_cities)

    found = await database.run(None, find_cities, search="Sao P")
    in_france = await database.run(None, find_cities, search="par", country_iso2="fr")

    city, country = found[0]
    assert (city.name, country.iso2, city.timezone) == ("São Paulo", "BR", "America/Sao_Paulo")
    assert in_france[0][0].name == "Paris"
    assert {country.iso2 for _, country in in_france} == {"FR"}
    assert await database.run(None, find_cities, search="%") == []


async def test_countries_are_found_by_code_and_by_name(database: Database) -> None:
    everything = await database.run(None, find_countries)
    by_code = await database.run(None, find_countries, search="deu")
    by_name = await database.run(None, find_countries, search="german")

    assert len(everything) == 249
    assert [country.iso2 for country in by_code] == ["DE"]
    assert [country.iso2 for country in by_name] == ["DE"]


@pytest.mark.parametrize(
    ("country", "iso2", "city", "expected"),
    [
        ("Germany", None, "Köln", Geography(276, 2886242)),
        ("GERMANY", None, "koln", Geography(276, 2886242)),
        (None, "de", "Köln", Geography(276, 2886242)),
        ("DEU", None, None, Geography(276, None)),
        ("Ruritania", None, "Köln", Geography(None, None)),
        (None, None, "Köln", Geography(None, None)),
        ("Ruritania", "DE", "Atlantis", Geography(276, None)),
        (None, "US", "Springfield", Geography(840, None)),
        (None, "XX", "Köln", Geography(None, None)),
        ("", "", "", Geography(None, None)),
    ],
)
async def test_a_place_is_resolved_where_that_is_certain_and_never_guessed(
    database: Database,
    country: str | None,
    iso2: str | None,
    city: str | None,
    expected: Geography,
) -> None:
    await database.run(None, load_cities)

    place = await database.run(None, resolve_place, country=country, country_iso2=iso2, city=city)

    assert place == expected
