"""From the set-up of a sale over the till to the refund and the books."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations
from tests.browser.test_office import sign_in

pytestmark = pytest.mark.browser

OFFICE = f"/office/{SLUG}"
PHONE_MAX = 800


async def _event(page: Page, name: str) -> None:
    await page.goto(f"{OFFICE}/events?q={name}")
    await page.locator("main").get_by_role("link", name=name).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(name)


async def test_a_sale_is_set_up_from_nothing(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    name = f"Late Set {width}"
    day = f"2032-06-{11 if width < 500 else 12}"
    await sign_in(page)
    await page.goto(f"{OFFICE}/events")
    await page.get_by_text("Add an event").click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Space").select_option(label="Foyer")
    await page.get_by_label("Begins").fill(f"{day}T20:00")
    await page.get_by_label("Ends").fill(f"{day}T22:00")
    await page.get_by_role("button", name="Add as a draft").click()
    await page.get_by_role("link", name="Set up the sale").click()
    await page.get_by_role("button", name="Sell without numbered seats").click()
    await page.get_by_label("Name of the places").fill("Floor")
    await page.get_by_label("How many").fill("eighty")
    await page.get_by_label("Price in EUR").fill("12,50")
    await page.get_by_role("button", name="Add places").click()
    await expect(page.locator(".fault")).to_have_text("Please give a whole number.")
    await page.get_by_label("How many").fill("80")
    await page.get_by_role("button", name="Add places").click()
    await page.get_by_role("link", name="Add a ticket type").click()
    assert await violations(page) == []
    await page.get_by_label("Name", exact=False).first.fill("Standing")
    await page.get_by_role("button", name="Add the ticket type").click()

    await expect(page.get_by_role("row").filter(has_text="Standing")).to_contain_text("Floor")
    assert await violations(page) == []
    assert not await overflows(page)
    await page.get_by_text("Fees, tax and rules").click()
    await page.get_by_label("Tax in per cent").fill("700")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator(".fault")).to_have_text("Between 0 and 100.")
    await page.get_by_label("Tax in per cent").fill("7,5")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("Saved")
    await page.get_by_role("link", name="Publish …").click()
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_role("link", name="Public page").click()
    await expect(page.locator("main")).to_contain_text("Standing")


async def test_two_seats_are_sold_with_the_keyboard_and_the_change_is_right(page: Page) -> None:
    await sign_in(page, "staff")
    await _event(page, "The Glass Orchard")
    await page.get_by_role("link", name="Sell", exact=True).last.click()
    await expect(page.get_by_label("Best seats")).to_be_focused()
    await page.keyboard.type("2")
    await page.keyboard.press("Enter")
    sale = page.get_by_role("region", name="This sale")
    await expect(sale.get_by_role("button", name="Take out")).to_have_count(2)
    assert await violations(page) == []
    assert not await overflows(page)

    due = await sale.locator(".total strong").inner_text()
    cents = int(re.sub(r"\D", "", due))
    await page.keyboard.press("F4")
    await page.keyboard.type("1")
    await page.keyboard.press("Enter")
    await expect(page.locator(".fault")).to_have_text("That is less than is due.")
    await page.get_by_label("Cash given").fill(f"{(cents + 550) / 100:.2f}")
    await expect(page.locator("[data-change-due]")).to_have_text("Change €5.50")
    await page.keyboard.press("F9")
    await expect(page.get_by_label("Terminal's receipt number")).to_be_focused()
    await page.keyboard.press("F8")
    await expect(page.get_by_label("Cash given")).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Sold")
    await expect(page.locator(".change-due")).to_contain_text("€5.50")
    printing = page.get_by_role("link", name="Print the tickets")
    await expect(printing).to_be_focused()
    assert await violations(page) == []
    href = await printing.get_attribute("href")
    document = await page.request.get(str(href))
    assert document.headers["content-type"] == "application/pdf"
    await page.keyboard.press("F2")
    await expect(page.get_by_label("Best seats")).to_be_focused()


async def test_typed_seats_are_held_and_what_is_wrong_is_told_at_the_field(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    await sign_in(page, "staff")
    await _event(page, "The Glass Orchard")
    await page.get_by_role("link", name="Sell", exact=True).last.click()
    section = page.get_by_label("Or in section")
    await section.select_option(index=1)
    await page.get_by_role("textbox", name="Row").fill("no such row")
    await page.locator("input[name=seats]").fill("1-2")
    await page.get_by_role("button", name="Hold", exact=True).click()
    await expect(page.locator(".fault")).to_contain_text("There is no row no such row")
    await page.get_by_role("textbox", name="Row").fill("A" if width < 500 else "B")
    await page.locator("input[name=seats]").fill("9999")
    await page.get_by_role("button", name="Hold", exact=True).click()

    await expect(page.locator(".fault")).to_contain_text("has no seat 9999")
    assert await violations(page) == []


async def test_an_order_is_found_by_its_ticket_refunded_and_followed_into_the_books(
    page: Page,
) -> None:
    await sign_in(page)
    await _event(page, "The Glass Orchard")
    await page.get_by_role("link", name="Orders", exact=True).last.click()
    await page.get_by_label("State").select_option(value="paid")
    await page.get_by_role("button", name="Show").click()
    order = page.locator("main table a").nth(3)
    number = await order.inner_text()
    await order.click()
    code = await page.locator("main table code").first.inner_text()
    assert await violations(page) == []
    assert not await overflows(page)

    await page.goto(f"{OFFICE}/orders?q={code.lower()}")
    await expect(page.locator("main tbody tr")).to_have_count(1)
    await page.get_by_role("link", name=number).click()
    await page.get_by_role("link", name=f"Refund {code}").click()
    await page.get_by_role("button", name=re.compile("Refund €")).click()
    await page.get_by_label("Reason").fill("Ill")
    await page.get_by_role("button", name=re.compile("Refund €")).click()
    await expect(page.get_by_role("status")).to_contain_text(
        re.compile("on its way back|over at the till")
    )
    await expect(page.get_by_role("row").filter(has_text=code)).to_contain_text("refunded")
    assert await violations(page) == []

    await page.get_by_role("link", name="Its entries in the books").click()
    await expect(page.get_by_role("link", name="refund", exact=True)).to_be_visible()
    await page.get_by_role("link", name="sale", exact=True).click()
    assert await violations(page) == []
    await page.get_by_role("link", name="the order").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {number}")


def own_of(page: Page, rows: Locator) -> Locator:
    """Return a row that the other width does not take: one demo is for both."""
    assert page.viewport_size is not None
    return rows.first if page.viewport_size["width"] < PHONE_MAX else rows.last


async def test_the_books_go_to_a_spreadsheet_and_an_entry_can_be_taken_back(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"{OFFICE}/ledger?from=2020-01-01&until=2020-12-31")
    await expect(page.locator("main")).to_contain_text("Nothing was posted in this period")
    await page.get_by_role("link", name="All time").click()
    await page.get_by_role("link", name=re.compile("^2000 ")).first.click()
    assert await violations(page) == []
    answer = await page.request.get(f"{OFFICE}/ledger/entries.csv?account=2000")
    head, *rows = (await answer.text()).splitlines()
    assert head.lstrip("\ufeff").startswith("at,entry,kind,memo")
    assert any(",sale," in row for row in rows)
    balance = await page.request.get(f"{OFFICE}/ledger/trial-balance.csv")
    assert "Organiser funds" in await balance.text()

    sales = page.locator("main tbody tr").filter(has_text="sale").filter(has_not_text="revers")
    await own_of(page, sales).get_by_role("link").first.click()
    await page.get_by_role("link", name="Reverse …").click()
    await page.get_by_role("button", name="Reverse the entry").click()
    await expect(page.get_by_role("alert")).to_contain_text("Please say why")
    await page.get_by_label("Reason").fill("Posted by mistake")
    await page.get_by_role("button", name="Reverse the entry").click()
    await expect(page.get_by_role("status")).to_contain_text("taken back by this one")
    await expect(page.get_by_role("link", name="Reverse …")).to_have_count(0)
    await page.goto(f"{OFFICE}/ledger")
    await expect(page.locator("tfoot")).to_contain_text("In balance")
