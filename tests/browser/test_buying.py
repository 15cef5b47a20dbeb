"""Buying a ticket, from the event's page to the code at the door."""

import re

import pytest
from playwright.async_api import Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations

pytestmark = pytest.mark.browser

ORCHARD = f"/{SLUG}/the-glass-orchard"
OPEN_STAGE = f"/{SLUG}/open-stage"


async def hold_best(page: Page, quantity: int = 2) -> None:
    await page.goto(ORCHARD)
    await page.get_by_label("How many").fill(str(quantity))
    await page.get_by_role("button", name="Find and hold them").click()
    await expect(page.get_by_text("Held for you")).to_be_visible()


async def check_out(page: Page, name: str = "Bea Buyer") -> None:
    await page.get_by_role("link", name="Continue to checkout").click()
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("E-mail").fill("bea@example.org")
    await page.get_by_role("button", name=re.compile("^Pay ")).click()
    await expect(page.get_by_text("no real money")).to_be_visible()


async def buy(page: Page) -> None:
    await hold_best(page)
    await check_out(page)
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(page.get_by_text("Your tickets are here.")).to_be_visible()


async def test_best_seats_are_held_paid_and_become_tickets(page: Page) -> None:
    await buy(page)

    assert await page.locator(".ticket-card .qr svg").count() == 2
    link = page.get_by_role("link", name="Download as PDF")
    pdf = await page.context.request.get(await link.get_attribute("href") or "")
    assert pdf.status == 200
    assert (await pdf.body()).startswith(b"%PDF-")
    async with page.expect_download() as downloading:
        await link.click()
    assert (await downloading.value).suggested_filename.endswith(".pdf")
    await page.locator(".ticket-card .qr").first.click()
    await expect(page.get_by_text("Show this code at the door")).to_be_visible()
    assert await violations(page) == []


async def test_a_declined_card_keeps_the_places_and_can_be_tried_again(page: Page) -> None:
    await hold_best(page)
    await check_out(page)
    await page.get_by_role("button", name="Decline").click()

    await expect(page.get_by_text("The card was declined.")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("button", name=re.compile("^Pay ")).click()
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(page.get_by_text("Your tickets are here.")).to_be_visible()


async def test_news_before_the_browser_and_twice_gives_one_ticket_each(page: Page) -> None:
    await hold_best(page)
    await check_out(page)
    await page.get_by_text("What else can happen").click()
    await page.get_by_role("button", name="Pay, and tell the shop twice").click()

    await expect(page.get_by_text("Your tickets are here.")).to_be_visible()
    assert await page.locator(".ticket-card").count() == 2


async def test_money_that_arrives_late_is_honoured_while_the_places_are_free(page: Page) -> None:
    await hold_best(page)
    await check_out(page)
    card = page.url
    await page.get_by_text("What else can happen").click()
    await page.get_by_role("button", name="Pay, and stay here").click()
    await expect(page.get_by_text("This card was charged")).to_be_visible()

    await page.goto(card)
    await page.get_by_role("link", name="Back to the shop").click()
    await expect(page.get_by_text("Your tickets are here.")).to_be_visible()


async def test_a_page_that_waits_for_the_money_says_when_it_has_come(page: Page) -> None:
    await hold_best(page)
    await check_out(page)
    await page.get_by_text("What else can happen").click()
    await page.get_by_role("button", name="Pay late").click()
    await expect(page.get_by_text("Not paid yet.")).to_be_visible()
    assert await violations(page) == []

    async with page.context.expect_page() as opened:
        await page.evaluate("document.querySelector('form[action*=\"/pay?\"]').target = '_blank'")
        await page.get_by_role("button", name=re.compile("^Pay ")).click()
    card = await opened.value
    await card.get_by_role("button", name="Pay", exact=True).click()
    await expect(card.get_by_text("Your tickets are here.")).to_be_visible()
    await card.close()

    await expect(page.get_by_text("Your tickets are here.")).to_be_visible()


async def test_an_order_is_called_off_and_its_places_are_free_again(page: Page) -> None:
    await hold_best(page)
    await check_out(page)
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("The payment was called off.")).to_be_visible()

    await page.get_by_role("button", name="Call it off").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await expect(page.get_by_text("This order was called off.")).to_be_visible()


async def test_standing_places_are_counted_changed_and_given_back(page: Page) -> None:
    await page.goto(OPEN_STAGE)
    places = page.locator(".places input").first
    await places.fill("2")
    await page.get_by_role("button", name="Hold these places").click()
    await expect(page.get_by_text("Held for you")).to_be_visible()
    assert await violations(page) == []
    assert not await overflows(page)

    await page.locator(".line-count").fill("3")
    await page.get_by_role("button", name="Update").click()
    await expect(page.locator(".line-count")).to_have_value("3")
    await page.get_by_role("button", name="Give everything back").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await expect(page).to_have_url(re.compile(OPEN_STAGE + "$"))
    await expect(page.get_by_text("You hold")).to_have_count(0)


async def test_too_many_places_are_refused_and_the_number_stays(page: Page) -> None:
    await page.goto(OPEN_STAGE)
    places = page.locator(".places input").first
    await places.evaluate("input => input.removeAttribute('max')")
    await places.fill("99")
    await page.get_by_role("button", name="Hold these places").click()

    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator(".places input").first).to_have_value("99")
    assert await violations(page) == []


async def test_the_buyer_is_told_what_is_missing_and_nothing_is_lost(page: Page) -> None:
    await hold_best(page)
    await page.get_by_role("link", name="Continue to checkout").click()
    await page.get_by_label("Your name").fill("Bea Buyer")
    await page.get_by_label("E-mail").fill("not an address")
    await page.get_by_role("button", name=re.compile("^Pay ")).click()

    await expect(page.get_by_role("alert")).to_contain_text("Please give an address")
    await expect(page.get_by_label("Your name")).to_have_value("Bea Buyer")
    assert await violations(page) == []
    assert not await overflows(page)


async def test_an_order_opens_to_who_has_its_link_only(page: Page) -> None:
    await buy(page)
    answer = await page.goto(page.url.partition("?")[0])

    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_text("There is no such thing here")).to_be_visible()
