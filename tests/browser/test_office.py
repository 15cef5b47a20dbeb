"""The office, as its people use it."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from houseful.demo import PASSWORD, SLUG
from tests.browser.conftest import go_to, overflows, violations

pytestmark = pytest.mark.browser


_cookies: dict[tuple[str, str], list[Any]] = {}
"""Sign-ins by server and role: who signs in too often is slowed down, tests too."""


async def sign_in(page: Page, role: str = "owner") -> None:
    await page.goto("/sign-in")
    key = (page.url, role)
    if key in _cookies:
        await page.context.add_cookies(_cookies[key])
        await page.goto(f"/office/{SLUG}")
    else:
        await _sign_in_with_password(page, role)
        _cookies[key] = await page.context.cookies()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Today")


async def _sign_in_with_password(page: Page, role: str) -> None:
    await page.goto("/office")
    await page.get_by_label("E-mail").fill(f"{role}@{SLUG}.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Today")


async def test_a_wrong_password_is_told_kindly(page: Page) -> None:
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(f"owner@{SLUG}.example")
    await page.get_by_label("Password").fill("not this one")
    await page.get_by_role("button", name="Sign in").click()

    await expect(page.get_by_role("alert")).to_contain_text("not right")
    await expect(page.get_by_label("E-mail")).to_have_value(f"owner@{SLUG}.example")
    assert await violations(page) == []


@pytest.mark.parametrize(
    "entry", ["Today", "Events", "Layouts", "Sell", "Orders", "Venues", "Ledger", "Members"]
)
async def test_every_page_is_accessible_and_fits(page: Page, entry: str) -> None:
    await sign_in(page)
    await go_to(page, entry)

    await expect(page.get_by_role("heading", level=1)).to_have_text(entry)
    assert await violations(page) == []
    assert not await overflows(page)


async def test_an_event_is_added_published_and_cancelled(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    name = f"Matinee {width}"
    day = f"2031-05-0{1 if width < 500 else 3}"
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/events")
    await page.get_by_text("Add an event").click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Space").select_option(label="Foyer")
    await page.get_by_label("Begins").fill(f"{day}T14:00")
    await page.get_by_label("Ends").fill(f"{day}T13:00")
    await page.get_by_role("button", name="Add as a draft").click()

    await expect(page.get_by_role("alert")).to_contain_text("Nothing was saved yet")
    await expect(page.get_by_label("Name", exact=True)).to_have_value(name)
    await expect(page.get_by_label("Ends")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Ends").fill(f"{day}T16:00")
    await page.get_by_role("button", name="Add as a draft").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    await page.get_by_role("link", name="Publish …").click()
    assert await violations(page) == []
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("status")).to_contain_text("Published")
    await page.goto(f"/{SLUG}")
    await expect(page.get_by_role("link", name=name)).to_be_visible()

    await page.goto(f"/office/{SLUG}/events?q={name}")
    await page.get_by_role("link", name=name).click()
    await page.get_by_role("link", name="Cancel the event …").click()
    assert await violations(page) == []
    await page.get_by_label("Reason").fill("The singer is ill.")
    await page.get_by_role("button", name="Cancel the event").click()

    await expect(page.locator("main")).to_contain_text("cancelled")
    await expect(page.locator("main")).to_contain_text("The singer is ill.")
    assert await violations(page) == []


async def test_a_scanner_sees_neither_books_nor_members(page: Page) -> None:
    await sign_in(page, "scanner")

    navigation = page.get_by_role("navigation", name="Office")
    await expect(navigation.get_by_role("link", name="Ledger")).to_have_count(0)
    answer = await page.goto(f"/office/{SLUG}/ledger")
    assert answer is not None
    assert answer.status == 403
    await expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")


async def test_signing_out_closes_the_office(page: Page) -> None:
    await _sign_in_with_password(page, "staff")
    await page.get_by_role("button", name="Sign out").click()
    await page.goto(f"/office/{SLUG}")

    await expect(page).to_have_url(f"{page.url.split('/sign-in')[0]}/sign-in?next=/office/{SLUG}")
