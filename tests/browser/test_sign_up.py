"""Opening a house."""

import re
from uuid import uuid4

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import overflows, violations

pytestmark = pytest.mark.browser


async def test_a_house_is_opened_and_its_owner_is_in_the_office(page: Page) -> None:
    slug = f"barn-{uuid4().hex[:8]}"
    await page.goto("/sign-up")
    await page.get_by_label("Name of the house").fill("The Barn")
    await page.get_by_label("Address").fill(slug)
    await page.get_by_label("Your name").fill("Olga Owner")
    await page.get_by_label("E-mail").fill(f"{slug}@example.org")
    await page.get_by_label("Password").fill("short")
    await page.get_by_role("button", name="Open the house").click()
    await expect(page.get_by_role("alert")).to_contain_text("at least 8 characters")
    await expect(page.get_by_label("Your name")).to_have_value("Olga Owner")
    assert await violations(page) == []
    assert not await overflows(page)

    await page.get_by_label("Password").fill("a-long-enough-word")
    await page.get_by_role("button", name="Open the house").click()
    await expect(page).to_have_url(re.compile(f"/office/{slug}$"))


async def test_a_word_that_is_ours_is_no_address(page: Page) -> None:
    await page.goto("/sign-up")
    await page.get_by_label("Name of the house").fill("The Office")
    await page.get_by_label("Address").fill("office")
    await page.get_by_label("Your name").fill("Olga Owner")
    await page.get_by_label("E-mail").fill("olga@example.org")
    await page.get_by_label("Password").fill("a-long-enough-word")
    await page.get_by_role("button", name="Open the house").click()

    await expect(page.get_by_role("alert")).to_contain_text("reserved")
    await expect(page.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
