"""The pages without any script: plainer, and not useless."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations
from tests.browser.test_office import sign_in
from tests.server import Server

pytestmark = pytest.mark.browser

ORCHARD = f"/{SLUG}/the-glass-orchard"
OFFICE = f"/office/{SLUG}"
FORMS = (
    "/sign-in",
    "/sign-up",
    f"/{SLUG}/inquiry",
    f"/{SLUG}/account",
    ORCHARD,
    f"/{SLUG}/open-stage",
)
OFFICE_FORMS = (
    f"{OFFICE}/calendar?view=week",
    f"{OFFICE}/bookings/new",
    f"{OFFICE}/deals",
    f"{OFFICE}/contracts",
    f"{OFFICE}/contract-templates",
    f"{OFFICE}/deposits",
    f"{OFFICE}/events",
    f"{OFFICE}/layouts",
    f"{OFFICE}/venues",
    f"{OFFICE}/house",
    "/door",
)
"""What scripts make better, or replace."""


@pytest.fixture
async def plain_page(chromium: Browser, demo_server: Server) -> AsyncIterator[Page]:
    context = await chromium.new_context(base_url=demo_server.url, java_script_enabled=False)
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def scripts_lost(chromium: Browser, demo_server: Server) -> AsyncIterator[Page]:
    """A phone that gets no script of a page's; axe, which is one, can still look at it."""
    context = await chromium.new_context(
        base_url=demo_server.url, viewport={"width": 390, "height": 844}
    )
    await context.route(re.compile(r"\.js(\?|$)"), lambda route: route.abort())
    yield await context.new_page()
    await context.close()


async def _complaints(page: Page, name: str) -> list[str]:
    await page.wait_for_load_state()  # a page that was clicked for may not have its styles yet
    found = [f"{name}: {one}" for one in await violations(page)]
    return [*found, f"{name}: too wide"] if await overflows(page) else found


async def test_forms_are_accessible_without_their_scripts(scripts_lost: Page) -> None:
    page = scripts_lost
    complaints: list[str] = []
    for path in FORMS:
        await page.goto(path)
        complaints += await _complaints(page, path)
    await page.goto(ORCHARD)
    await page.locator(".section-list").get_by_role("link").first.click()
    complaints += await _complaints(page, "a section's seats")
    await page.get_by_label("How many").fill("2")
    await page.get_by_role("button", name="Find and hold them").click()
    complaints += await _complaints(page, "the basket")
    await page.get_by_role("link", name="Continue to checkout").click()
    complaints += await _complaints(page, "the checkout")

    await sign_in(page)
    for path in OFFICE_FORMS:
        answer = await page.goto(path)
        assert answer is not None
        assert answer.ok, path
        complaints += await _complaints(page, path)
    await page.goto(f"{OFFICE}/box-office")
    await page.get_by_role("main").get_by_role("link").first.click()
    complaints += await _complaints(page, "the till")

    assert not complaints, "\n".join(complaints)


async def test_seats_are_chosen_from_the_list_of_a_section_and_paid(plain_page: Page) -> None:
    page = plain_page
    await page.goto(ORCHARD)
    await page.locator(".section-list").get_by_role("link").first.click()
    seats = page.locator(".seat-row").last.get_by_role("checkbox")
    await seats.nth(0).check(force=True)
    await seats.nth(1).check(force=True)
    await page.get_by_role("button", name="Hold these places").click()

    await expect(page.get_by_text("Held for you")).to_be_visible()
    assert await page.locator(".line").count() == 2
    await page.get_by_role("link", name="Continue to checkout").click()
    await page.get_by_label("Your name").fill("Paula Plain")
    await page.get_by_label("E-mail").fill("paula@example.org")
    await page.get_by_role("button", name=re.compile("^Pay ")).click()
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(page.get_by_text("Your tickets are here.")).to_be_visible()


async def test_a_seat_is_taken_out_of_the_basket_and_bought_as_another_type(
    plain_page: Page,
) -> None:
    page = plain_page
    await page.goto(ORCHARD)
    await page.get_by_label("How many").fill("2")
    await page.get_by_role("button", name="Find and hold them").click()
    await page.get_by_role("button", name="Remove").first.click()
    await expect(page.locator(".line")).to_have_count(1)
    kinds = page.locator(".line select")
    before = await page.locator(".line-price").inner_text()
    await kinds.select_option(index=1)
    await page.get_by_role("button", name="Update").click()

    await expect(page.locator(".line-price")).not_to_have_text(before)
    await page.get_by_role("button", name="Remove").click()
    await expect(page).to_have_url(re.compile(ORCHARD + "$"))
