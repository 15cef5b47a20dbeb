"""A real Chromium against a real server with the demo house."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright
from scripts.ensure_chromium import find

from tests.conftest import TestCluster
from tests.server import Server, running_server

ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser a run."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def demo_server(
    test_cluster: TestCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server whose database holds the demo house."""
    name = test_cluster.clone()
    directory = tmp_path_factory.mktemp("server")
    try:
        with running_server(
            test_cluster.app_url(name), test_cluster.owner_url(name), directory, "--demo"
        ) as server:
            yield server
    finally:
        test_cluster.drop(name)


@pytest.fixture(params=["phone", "desk"])
async def page(
    chromium: Browser, demo_server: Server, request: pytest.FixtureRequest
) -> AsyncIterator[Page]:
    """A fresh visitor, on a phone and at a desk."""
    size = {"phone": (390, 844), "desk": (1440, 900)}[request.param]
    context = await chromium.new_context(
        base_url=demo_server.url, viewport={"width": size[0], "height": size[1]}
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if _is_violation(said) else None)
    yield page
    await context.close()
    assert errors == []


async def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA on the page."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    return await violations_of(page)


async def violations_of(page: Page) -> list[str]:
    """Return what axe finds on a page that it is loaded in already."""
    found: dict[str, Any] = await page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        f"{violation['id']}: {node['html']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


async def overflows(page: Page) -> bool:
    """Whether the page must be scrolled sideways."""
    return await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


async def go_to(page: Page, entry: str) -> None:
    """Follow the office's navigation, which a phone keeps behind a button."""
    await page.wait_for_load_state()  # before the styles are there, a desk seems to have it too
    menu = page.get_by_role("button", name="Menu")
    if await menu.is_visible():
        await menu.click()
    await page.get_by_role("navigation", name="Office").get_by_role("link", name=entry).click()


def _is_violation(said: Any) -> bool:
    return said.type == "error" and "Content Security Policy" in said.text
