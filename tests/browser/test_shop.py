"""The public pages, as anybody meets them."""

import json

import pytest
from playwright.async_api import Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations

pytestmark = pytest.mark.browser


async def test_a_visitor_finds_a_house_and_an_event(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("link", name="The Lantern").click()
    await page.get_by_role("link", name="The Glass Orchard").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("The Glass Orchard")
    await expect(page.get_by_text("20:00")).to_be_visible()


@pytest.mark.parametrize("path", ["/", f"/{SLUG}", f"/{SLUG}/the-glass-orchard", "/sign-in"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_is_accessible_and_fits(page: Page, path: str, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.goto(path)

    assert await violations(page) == []
    assert not await overflows(page)


async def test_search_engines_are_told_what_it_is(page: Page) -> None:
    await page.goto(f"/{SLUG}/the-glass-orchard")
    told = json.loads(await page.locator("script[type='application/ld+json']").inner_text())

    assert told["@type"] == "Event"
    assert told["eventStatus"] == "https://schema.org/EventScheduled"


async def test_a_draft_is_not_public(page: Page) -> None:
    answer = await page.goto(f"/{SLUG}/small-hours")

    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_role("heading", level=1)).to_have_text("There is no such thing here")


async def test_the_catalogue_of_problems_is_read_by_the_name_of_a_type(page: Page) -> None:
    await page.goto("/api/problems#seat-taken")

    await expect(page.locator("#seat-taken")).to_contain_text("urn:houseful:problem:seat-taken")
    await expect(page.locator("#seat-taken")).to_be_in_viewport()
    assert await violations(page) == []
    assert not await overflows(page)


async def test_the_apis_document_is_read_without_anything_from_elsewhere(page: Page) -> None:
    await page.goto("/api/docs")
    await page.get_by_role("button", name="Expand operation").first.click()

    await expect(page.locator("#api-docs")).to_contain_text("/api/v1/auth/sign-in")
    assert not await overflows(page)
