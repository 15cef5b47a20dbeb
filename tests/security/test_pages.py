"""Pages: another site's forms do nothing, no script but ours runs, nobody is led elsewhere."""

import re
from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest

from houseful.kernel.database import Database
from houseful.kernel.settings import Settings
from tests.api import Api, open_api
from tests.builders.accounts import PASSWORD, House
from tests.conftest import TestCluster
from tests.security.api_map import routes
from tests.security.places import Content, Place
from tests.security.requests import send
from tests.security.resources import BODIES

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:"
)


@pytest.fixture
async def mine(database: Database, house: House) -> Place:
    """Our organisation, with everything in it."""
    place = Place(database, house)
    await place.everything()
    return place


@pytest.fixture
async def client(api: Api) -> httpx.AsyncClient:
    """Our owner, at the pages."""
    client = await api.as_("owner")
    await _sign_in(client, api.house)
    client.headers["x-csrf-token"] = await _csrf(client, f"/office/{api.house.slug}")
    return client


@pytest.fixture
async def secure(database: Database, house: House) -> AsyncIterator[Api]:
    """The application as it stands behind TLS."""
    settings = Settings(
        environment="test", secret="tests-" * 8, public_url="https://lantern.example"
    )
    async with open_api(settings, database, house) as api:
        yield api


async def test_no_form_of_another_site_does_anything(
    client: httpx.AsyncClient, mine: Place, test_cluster: TestCluster, database_name: str
) -> None:
    proof = client.headers.pop("x-csrf-token")
    connection = psycopg.connect(test_cluster.owner_url(database_name), autocommit=True)
    content = Content(connection)
    open_doors: list[str] = []
    for route in (one for one in routes() if one.is_page and one.method != "GET"):
        said = BODIES.get(str(route), {})
        for what, origin, sent in (
            ("no proof", None, said),
            ("another's proof", None, {**said, "csrf": "f" * len(proof)}),
            ("our proof from another site", "https://evil.example", {**said, "csrf": proof}),
        ):
            client.headers.pop("origin", None)
            if origin:
                client.headers["origin"] = origin
            answer = await send(client, route, mine, content={"data": sent})
            if answer.status_code not in {401, 403}:
                open_doors.append(f"{route} with {what}: {answer.status_code}")
            if changed := content.changes():
                open_doors.append(f"{route} with {what} changes {changed}")
    connection.close()
    assert not open_doors, "\n".join(open_doors)


async def test_no_page_has_anything_inline_or_is_kept_on_the_way(
    client: httpx.AsyncClient, mine: Place
) -> None:
    complaints: list[str] = []
    seen = 0
    client.headers["accept"] = "text/html"
    for route in (one for one in routes() if one.is_page and one.method == "GET"):
        if route.is_endless:
            continue
        try:
            answer = await send(client, route, mine)
        except KeyError:  # a link that works once, which only its mail has
            continue
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        seen += 1
        if "sandbox" not in answer.headers["content-security-policy"]:  # a letter in its frame
            complaints += [f"{route}: {found}" for found in INLINE.findall(answer.text)]
        if answer.is_success and "no-store" not in answer.headers.get("cache-control", ""):
            complaints.append(f"{route} may be kept: {answer.headers.get('cache-control')}")
    assert seen > 30
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "javascript:alert(1)",
        "/office\r\nset-cookie: a=b",
    ],
)
async def test_signing_in_leads_nobody_elsewhere(api: Api, house: House, elsewhere: str) -> None:
    answer = await _sign_in(api.guest(), house, next=elsewhere)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/office"
    assert "a=b" not in answer.headers.get("set-cookie", "")


async def test_behind_tls_cookies_are_bound_to_the_host_and_browsers_stay(
    secure: Api, house: House
) -> None:
    client = secure.guest()
    client.base_url = "https://lantern.example"
    answer = await _sign_in(client, house)

    cookies = answer.headers.get_list("set-cookie")
    assert any(cookie.startswith("__Host-sign-in=") for cookie in cookies)
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
        assert "Domain=" not in cookie
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


async def _sign_in(client: httpx.AsyncClient, house: House, **fields: str) -> httpx.Response:
    proof = await _csrf(client, "/sign-in")
    return await client.post(
        "/sign-in",
        data={"email": house.email("owner"), "password": PASSWORD, "csrf": proof, **fields},
    )


async def _csrf(client: httpx.AsyncClient, address: str) -> str:
    page = await client.get(address)
    return page.text.split('name="csrf-token" content="')[1].split('"')[0]
