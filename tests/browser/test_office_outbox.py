"""The outbox in a browser: found, read in its frame, and its look changed."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from houseful.demo import PASSWORD, SLUG
from tests.browser.conftest import go_to, overflows, violations

pytestmark = pytest.mark.browser

WAIT_SECONDS = 60


async def test_a_message_is_found_and_read(page: Page) -> None:
    await _enter(page)
    await go_to(page, "Outbox")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Outbox")
    assert await violations(page) == []
    assert not await overflows(page)

    await page.get_by_label("About").select_option(label="Tickets")
    await page.get_by_role("button", name="Find").click()
    await _wait_for_mail(page)
    assert await violations(page) == []
    assert not await overflows(page)
    await page.get_by_role("link", name=re.compile("Your tickets for")).first.click()

    await expect(page.get_by_role("heading", level=1)).to_contain_text("Your tickets for")
    letter = page.frame_locator("iframe.mail-preview")
    await expect(letter.get_by_role("heading", level=1)).to_have_text("Your tickets are here")
    await expect(letter.get_by_role("link", name="See your order")).to_be_visible()
    await expect(page.get_by_role("link", name=re.compile(r"tickets-.*\.pdf"))).to_be_visible()
    await page.get_by_text("As plain text").click()
    await expect(page.locator("pre.mail-text")).to_contain_text("Your tickets are here")
    assert await violations(page) == []
    assert not await overflows(page)


async def test_the_tickets_of_a_message_are_a_document(page: Page) -> None:
    await _enter(page)
    await page.goto(f"/office/{SLUG}/outbox?kind=order_paid")
    await _wait_for_mail(page)
    await page.get_by_role("link", name=re.compile("Your tickets for")).first.click()

    async with page.expect_download() as begun:
        await page.get_by_role("link", name=re.compile(r"tickets-.*\.pdf")).click()
    download = await begun.value

    path = await download.path()
    assert path.read_bytes().startswith(b"%PDF")


async def test_mail_gets_a_look_of_its_own(page: Page) -> None:
    await _enter(page)
    await page.goto(f"/office/{SLUG}/mail")
    assert await violations(page) == []
    assert not await overflows(page)

    await page.get_by_label("Colour").fill("red")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("main")).to_contain_text("A colour is written as #6b2154.")
    assert await violations(page) == []
    await page.get_by_label("Colour").fill("#0b7285")
    await page.get_by_label("Below every message").fill("The Lantern\n1 Harbour Street")
    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_role("status")).to_contain_text("Saved")
    sample = page.frame_locator("iframe.mail-preview")
    await expect(sample.get_by_text("1 Harbour Street")).to_be_visible()
    button = sample.get_by_role("link", name="See your order")
    await expect(button).to_have_css("background-color", "rgb(11, 114, 133)")


async def _enter(page: Page) -> None:
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(f"owner@{SLUG}.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Today")


async def _wait_for_mail(page: Page) -> None:
    """Load the page again until the server has written the tickets of who bought last."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not await page.get_by_role("link", name=re.compile("Your tickets for")).count():
            await asyncio.sleep(0.5)  # waiting for another process: there is no clock to inject
            await page.reload()
