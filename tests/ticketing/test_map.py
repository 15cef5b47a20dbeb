"""The map of an event: public, kept for ever at its own address, nobody else's."""

import httpx
import pytest

from houseful.kernel.database import Database
from houseful.seating import Layout
from houseful.ticketing.inventory import put_on_sale_layout
from houseful.ticketing.problems import InventoryBound
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.events import an_event
from tests.builders.geometry import read_geometry
from tests.builders.seating import a_layout
from tests.builders.ticketing import VAULT, Show, a_show


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, standing=50)


@pytest.fixture
def guest(api: Api, house: House) -> httpx.AsyncClient:
    client = api.guest()
    client.params = httpx.QueryParams({"organization": house.slug})
    return client


async def test_anybody_reads_where_the_seats_and_areas_are(
    guest: httpx.AsyncClient, show: Show
) -> None:
    answer = await guest.get(f"/api/client/events/{show.slug}/map")

    assert answer.status_code == 200, answer.text
    seats = read_geometry(answer.json())
    assert [seat.number for seat in seats] == list(range(show.seats))
    assert {seat.section for seat in seats} == {"Stalls"}
    area = answer.json()["areas"][0]
    assert (area["poolId"], area["label"], area["capacity"]) == (str(show.pool_id), "Floor", 50)


async def test_the_map_is_kept_for_ever_at_its_own_address_only(
    guest: httpx.AsyncClient, show: Show
) -> None:
    address = f"/api/client/events/{show.slug}/map"
    unnamed = await guest.get(address)
    version = unnamed.headers["etag"].removeprefix("W/").strip('"')

    named = await guest.get(address, params={"v": version})
    stale = await guest.get(address, params={"v": "another"})

    assert named.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert unnamed.headers["cache-control"] == stale.headers["cache-control"] == "no-cache"
    assert named.headers["etag"] == unnamed.headers["etag"]


@pytest.mark.parametrize("tag", ["W/{}", "{}", '"other", W/{}'])
async def test_who_has_the_map_is_not_sent_it_again(
    guest: httpx.AsyncClient, show: Show, tag: str
) -> None:
    address = f"/api/client/events/{show.slug}/map"
    known = (await guest.get(address)).headers["etag"].removeprefix("W/")

    answer = await guest.get(address, headers={"if-none-match": tag.format(known)})

    assert (answer.status_code, answer.content) == (304, b"")


async def test_another_layout_or_other_pools_are_another_map(
    guest: httpx.AsyncClient, database: Database, house: House
) -> None:
    tenant = house.organization_id
    event = await database.run(tenant, an_event)
    first = await database.run(tenant, a_layout, standing=50)
    other = await database.run(tenant, a_layout, rows=1, standing=7)

    async def read(layout: Layout) -> httpx.Response:
        await database.run(tenant, put_on_sale_layout, VAULT, event.id, layout.id)
        return await guest.get(f"/api/client/events/{event.slug}/map")

    maps = [await read(layout) for layout in (first, other, first)]

    assert [one.json()["layoutId"] for one in maps] == [str(first.id), str(other.id), str(first.id)]
    assert len({one.json()["areas"][0]["poolId"] for one in maps}) == 3
    assert len({one.headers["etag"] for one in maps}) == 3


async def test_the_events_page_asks_for_the_version_that_is_kept(
    guest: httpx.AsyncClient, house: House, show: Show
) -> None:
    version = (await guest.get(f"/api/client/events/{show.slug}/map")).headers["etag"][3:-1]

    page = await guest.get(f"/{house.slug}/{show.slug}")

    assert page.status_code == 200
    assert f'layout="{version}"' in page.text


async def test_an_area_that_ticket_types_sell_is_not_taken_away(
    database: Database, show: Show
) -> None:
    other = await database.run(show.tenant, a_layout)

    with pytest.raises(InventoryBound):
        await database.run(show.tenant, put_on_sale_layout, VAULT, show.event_id, other.id)


async def test_there_is_no_map_of_what_is_not_there(
    api: Api, guest: httpx.AsyncClient, show: Show, other_house: House, database: Database
) -> None:
    unseated = await database.run(show.tenant, an_event, slug="unseated")

    for slug, house in (
        (show.slug, other_house.slug),
        ("no-such-event", api.house.slug),
        (unseated.slug, api.house.slug),
    ):
        answer = await guest.get(f"/api/client/events/{slug}/map", params={"organization": house})
        assert answer.status_code == 404
        problem_of(answer)
