"""The office's frame: a column at a desk, and on a phone a menu, and tables that fold."""

import pytest
from playwright.async_api import Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations
from tests.browser.test_office import sign_in

pytestmark = pytest.mark.browser


async def test_a_phone_keeps_the_navigation_behind_a_button(page: Page) -> None:
    await sign_in(page)
    menu = page.get_by_role("button", name="Menu")
    orders = page.get_by_role("navigation", name="Office").get_by_role("link", name="Orders")
    if not await _is_phone(page):
        await expect(menu).to_be_hidden()
        await expect(orders).to_be_visible()
        return
    await expect(orders).to_be_hidden()
    await menu.click()
    await expect(orders).to_be_visible()
    assert await violations(page) == []

    await page.keyboard.press("Escape")

    await expect(orders).to_be_hidden()


async def test_a_table_that_does_not_fit_is_folded_into_cards_with_names(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/orders")

    folded = page.locator(".table-scroll.folded")
    await expect(folded).to_have_count(1 if await _is_phone(page) else 0)
    cell = page.locator("main tbody tr").first.locator("td").last
    await expect(cell).to_have_attribute("data-label", "Total")
    assert await violations(page) == []
    assert not await overflows(page)


async def test_a_phone_that_is_turned_gets_its_table_back(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/orders")

    await page.set_viewport_size({"width": 844, "height": 390})

    await expect(page.locator(".table-scroll.folded")).to_have_count(0)


async def _is_phone(page: Page) -> bool:
    return await page.evaluate("window.innerWidth < 900")
