"""A real Chromium against a real server with the demo house."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
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
def chromium() -> Iterator[Browser]:
    """One browser a run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_server(
    test_cluster: TestCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server whose database holds the demo house."""
    name = test_cluster.clone()
    directory = tmp_path_factory.mktemp("server")
    try:
        with running_server(
            test_cluster.app_url(name), test_cluster.owner_url(name), directory, demo=True
        ) as server:
            yield server
    finally:
        test_cluster.drop(name)


@pytest.fixture(params=["phone", "desk"])
def page(chromium: Browser, demo_server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh visitor, on a phone and at a desk."""
    size = {"phone": (390, 844), "desk": (1440, 900)}[request.param]
    context = chromium.new_context(
        base_url=demo_server.url, viewport={"width": size[0], "height": size[1]}
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if _is_violation(said) else None)
    yield page
    context.close()
    assert errors == []


def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA on the page."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        f"{violation['id']}: {node['html']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def overflows(page: Page) -> bool:
    """Whether the page must be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def _is_violation(said: Any) -> bool:
    return said.type == "error" and "Content Security Policy" in said.text
