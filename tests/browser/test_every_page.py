"""Every page of the application is accessible, and fits on a phone: read from its routes.

A page that somebody adds is looked at the moment it is registered. It is made as the tests of
tenancy make it, with everything in the house; what cannot be reached like that says why, below.
"""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page
from playwright.async_api import Route as Sought
from playwright.async_api import TimeoutError as PlaywrightTimeout

from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.browser.conftest import AXE, violations_of
from tests.builders.accounts import PASSWORD, House
from tests.security.api_map import Route, routes
from tests.security.places import Place
from tests.security.requests import send

pytestmark = pytest.mark.browser

ORIGIN = "http://testserver"
PARTS = 3
LOADED_MS = 20_000

ELSEWHERE: dict[str, str] = {
    "/invitation": "a link that works once: tests/browser/test_password_reset.py",
    "/reset": "a link that works once: tests/browser/test_password_reset.py",
    "/office/{organization}/promoter-settlements/{their_settlement_id}/sheet": "a PDF, once agreed",
    "/office/{organization}/settlements/{settlement_id}/sheet": "a PDF, once agreed",
    "/platform/outbox/{message_id}": "as /office/{organization}/outbox/{message_id}",
    "/platform/outbox/{message_id}/files/{file_id}": "a file of a message",
    "/platform/outbox/{message_id}/preview": "a letter, in its frame",
}
"""By address: where a page is looked at that nobody can just open."""

SAID: dict[str, tuple[str, str]] = {
    "/office/{organization}/mail/words": ("kind", "order_paid"),
    "/office/{organization}/sessions/{session_id}/book": ("customer", ""),
}
"""By address: what must stand behind the question mark; an empty text is the customer's id."""


def _pages() -> list[Route]:
    return [
        one
        for one in routes()
        if one.is_page and one.method == "GET" and not one.is_endless and one.path not in ELSEWHERE
    ]


@pytest.fixture
async def mine(database: Database, house: House) -> Place:
    """A house, with everything in it."""
    place = Place(database, house)
    await place.everything()
    return place


@pytest.fixture
async def owner(api: Api, database: Database, house: House) -> httpx.AsyncClient:
    """Its owner, who runs the platform too, at the pages."""

    async def let_them_run_it(uow: UnitOfWork) -> None:
        await uow.execute("UPDATE users SET is_platform_admin = true")

    await database.run(None, let_them_run_it)
    client = await api.as_("owner")
    page = await client.get("/sign-in")
    proof = page.text.split('name="csrf-token" content="')[1].split('"')[0]
    await client.post(
        "/sign-in", data={"email": house.email("owner"), "password": PASSWORD, "csrf": proof}
    )
    client.headers["x-csrf-token"] = proof
    client.headers["accept"] = "text/html"
    return client


@pytest.fixture
async def phone(chromium: Browser, owner: httpx.AsyncClient) -> AsyncIterator[BrowserContext]:
    """A phone that gets all it asks for from the application, without a server between them."""
    context = await chromium.new_context(viewport={"width": 390, "height": 844})
    await context.add_init_script(AXE.read_text(encoding="utf-8"))

    endless = [
        re.compile(re.sub("{[^}]+}", "[^/]+", one.path)) for one in routes() if one.is_endless
    ]

    async def answer(sought: Sought) -> None:
        if any(one.fullmatch(urlsplit(sought.request.url).path) for one in endless):
            await sought.abort()
            return
        found = await owner.get(sought.request.url.removeprefix(ORIGIN))
        await sought.fulfill(
            status=found.status_code, headers=dict(found.headers), body=found.content
        )

    await context.route("**/*", answer)
    yield context
    await context.close()


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_page_is_accessible_and_fits_on_a_phone(
    phone: BrowserContext, owner: httpx.AsyncClient, mine: Place, part: int
) -> None:
    complaints: list[str] = []
    seen = 0
    page = await phone.new_page()
    for route in _pages()[part::PARTS]:
        found = await _found(owner, route, mine)
        if isinstance(found, str):
            complaints.append(f"{route}: {found}")
        elif found is not None:
            seen += 1
            complaints += [f"{route}: {one}" for one in await _looked_at(page, found)]

    assert seen > 30
    assert not complaints, "\n".join(complaints)


async def _found(
    owner: httpx.AsyncClient, route: Route, mine: Place
) -> "httpx.Response | str | None":
    """Return the page, why there is none, or None where there is something else than a page."""
    try:
        answer = await send(owner, route, mine)
    except KeyError as error:
        return f"nobody makes {error}: say in ELSEWHERE where it is looked at"
    if route.path in SAID:
        name, value = SAID[route.path]
        said = {name: value or str(await mine.find("customer_id", "/api/v1/session-customers"))}
        answer = await owner.get(str(answer.url), params=said)
    kind = answer.headers.get("content-type", "")
    is_letter = "sandbox" in answer.headers.get("content-security-policy", "")
    if answer.is_redirect or is_letter:  # a letter is looked at where it is framed
        return None
    if answer.status_code != 200:
        return f"answers {answer.status_code}: say in ELSEWHERE where it is looked at"
    return answer if kind.startswith("text/html") else None


async def _looked_at(page: Page, found: httpx.Response) -> list[str]:
    try:
        await page.goto(str(found.url), wait_until="load", timeout=LOADED_MS)
    except PlaywrightTimeout:
        return ["is never loaded"]
    wide: Any = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [*(["does not fit"] if wide else []), *await violations_of(page)]
