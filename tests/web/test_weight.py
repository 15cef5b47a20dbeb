"""The first view of every public page stays under 100 kB, compressed, with all that it loads."""

import gzip
import re

import httpx
import pytest

from houseful import events
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.ticketing import a_show

FIRST_VIEW_MAX_BYTES = 100_000
LOADED = re.compile(r'(?:src|href)="(/static/[^"]+|/[^"]+\.(?:js|css))"')
IMPORTED = re.compile(r'(?:from|import)\s*["\'](\./[^"\']+)["\']')


@pytest.fixture
async def show_path(database: Database, house: House) -> str:
    """The address of an event with a map of two thousand seats and a floor."""
    show = await database.run(
        house.organization_id, a_show, rows=40, seats_per_row=50, standing=500
    )

    async def slug(uow: UnitOfWork) -> str:
        return (await uow.get(events.Event, show.event_id)).slug

    return f"/{house.slug}/{await database.run(show.tenant, slug)}"


async def test_first_views_are_light(api: Api, house: House, show_path: str) -> None:
    client = api.guest()
    weights: dict[str, int] = {}
    for path in ("/", "/sign-in", "/sign-up", "/door", f"/{house.slug}", show_path):
        weights[path] = await _weight(client, path)

    assert all(weight > 1_000 for weight in weights.values()), weights
    assert {path: w for path, w in weights.items() if w > FIRST_VIEW_MAX_BYTES} == {}
    assert weights[show_path] > weights["/"], "the map's script is counted"


async def _weight(client: httpx.AsyncClient, path: str) -> int:
    """Return the bytes of a page and of every file that it loads, compressed."""
    page = await client.get(path)
    assert page.status_code == 200, f"{path}: {page.text}"
    total = len(gzip.compress(page.content))
    waiting, seen = set(LOADED.findall(page.text)), set[str]()
    while waiting:
        address = waiting.pop()
        seen.add(address)
        loaded = await client.get(address)
        assert loaded.status_code == 200, address
        total += len(gzip.compress(loaded.content))
        if address.endswith(".js"):
            folder = address.rpartition("/")[0]
            waiting |= {f"{folder}/{name[2:]}" for name in IMPORTED.findall(loaded.text)} - seen
    return total
