"""A booking from the public's question to a confirmed night, and what is known of customers."""

import pytest
from playwright.async_api import Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations
from tests.browser.test_office import sign_in

pytestmark = pytest.mark.browser


def _width(page: Page) -> int:
    assert page.viewport_size is not None
    return page.viewport_size["width"]


async def test_an_inquiry_becomes_a_confirmed_booking(page: Page) -> None:
    day = "2043-05-02" if _width(page) < 500 else "2043-05-09"
    title = f"Summer Ball {_width(page)}"
    await page.goto(f"/{SLUG}/inquiry")
    assert await violations(page) == []
    assert not await overflows(page)
    await page.get_by_label("What is it?").fill(title)
    await page.get_by_label("Space").select_option(label="Foyer")
    await page.get_by_label("Begins").fill(f"{day}T18:00")
    await page.get_by_label("Ends").fill(f"{day}T17:00")
    await page.get_by_label("Your name").fill("Mia Guest")
    await page.get_by_label("E-mail").fill("mia@guest.example")
    await page.get_by_role("button", name="Send the inquiry").click()
    await expect(page.locator(".fault")).to_have_text("The end must be after the start.")
    await page.get_by_label("Ends").fill(f"{day}T23:00")
    await page.get_by_role("button", name="Send the inquiry").click()
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()

    await sign_in(page)
    await page.goto(f"/office/{SLUG}/bookings?status=inquiry")
    assert await violations(page) == []
    await page.get_by_role("link", name=title).click()
    await expect(page.get_by_text("mia@guest.example")).to_be_visible()
    await page.get_by_role("button", name="Place the hold").click()
    await expect(page.get_by_text("1st in rank")).to_be_visible()
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_role("alert")).to_contain_text("say why")
    await page.get_by_label("Why").fill("Paid in full")
    await page.get_by_role("button", name="Confirm").click()
    assert await violations(page) == []
    await page.get_by_role("button", name="Confirm").click()

    await expect(page.locator(".badge", has_text="confirmed")).to_be_visible()
    await expect(page.locator(".story li")).to_have_count(3)
    assert await violations(page) == []
    assert not await overflows(page)


async def test_what_is_known_of_a_customer_is_kept(page: Page) -> None:
    name = f"Concerts {_width(page)}"
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/customers")
    await page.get_by_label("Company").fill(name)
    await page.get_by_label("Notes").fill("Brings its own piano")
    await page.get_by_role("button", name="Add").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)

    await page.get_by_label("Usual terms").fill("thirty days")
    await page.get_by_role("button", name="Save the notes").click()
    await expect(page.locator(".fault")).to_contain_text("payment: 14 days")
    await page.get_by_label("Usual terms").fill("payment: 30 days")
    await page.get_by_label("Contacts for this house").fill("Carla, production, +49 30 1234")
    await page.get_by_role("button", name="Save the notes").click()

    await expect(page.get_by_role("status").first).to_have_text("The notes were saved.")
    await expect(page.get_by_label("Contacts for this house")).to_have_value(
        "Carla, production, +49 30 1234"
    )

    await page.get_by_label("Address").fill("2 Harbour Road\n20457 Hamburg")
    await page.get_by_role("button", name="Save for invoices").click()
    await expect(page.get_by_role("status").first).to_have_text("Invoices say so from now on.")
    await expect(page.get_by_label("Address")).to_have_value("2 Harbour Road\n20457 Hamburg")
    assert await violations(page) == []
    assert not await overflows(page)
