"""The desk on the day of a session: by list and by scan; passes, wallets, refunds, debts."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations
from tests.browser.test_sessions_pages import sign_in

pytestmark = pytest.mark.browser
OFFICE = f"/office/{SLUG}"
BERLIN = ZoneInfo("Europe/Berlin")


def _is_wide(page: Page) -> bool:
    return page.viewport_size is not None and page.viewport_size["width"] >= 500


async def _is_fit(page: Page) -> None:
    assert await violations(page) == []
    assert not await overflows(page)


async def _announce_one_that_begins_soon(page: Page) -> str:
    """Announce a session within the hour, at a place and minute of its own; return its address."""
    begins = datetime.now(BERLIN) + timedelta(minutes=55 if _is_wide(page) else 40)
    await page.goto(f"{OFFICE}/sessions/announce")
    await page.get_by_label("Activity").select_option(label="Behind the Curtain")
    await page.get_by_label("Space").select_option(label="Main Hall" if _is_wide(page) else "Foyer")
    await page.get_by_label("Begins").fill(f"{begins:%Y-%m-%dT%H:%M}")
    await page.get_by_role("button", name="Look at the dates").click()
    await page.get_by_role("button", name="Announce").click()
    await page.get_by_role("link", name=f"{begins:%H:%M}").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Behind the Curtain")
    return page.url


async def test_the_desk_checks_in_by_list_and_by_scan(page: Page) -> None:
    await sign_in(page)
    sheet = await _announce_one_that_begins_soon(page)
    await page.get_by_label("Customer").select_option(label="Elif Haddad (elif@example.com)")
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("button", name="Book").wait_for()
    if await page.get_by_label("in cash").count():
        await page.get_by_label("in cash").check()
    await page.get_by_role("button", name="Book").click()
    row = page.get_by_role("row").filter(has_text="Elif Haddad")
    await row.get_by_role("button", name="Check in Elif Haddad").click()
    await expect(row).to_contain_text("attended")
    await _is_fit(page)
    await row.get_by_role("button", name="Undo Elif Haddad").click()
    await expect(row).to_contain_text("confirmed")
    await row.get_by_role("button", name="Mark absent Elif Haddad").click()
    await expect(row).to_contain_text("no show")

    await page.goto(f"/{SLUG}/sessions/{sheet.rpartition('/')[2].partition('?')[0]}")
    await page.get_by_role("button", name="Book a place").click()
    await page.get_by_role("button", name=re.compile("^Book")).click()
    await page.get_by_role("button", name="Pay", exact=True).click()
    code = await page.locator(".check-in-code .code").inner_text()
    await page.goto(sheet)
    await page.get_by_role("link", name="Check in by scan").click()
    await page.locator("check-in[ready]").wait_for()
    await page.get_by_label("Booking code").fill(code.split()[-1])
    await page.get_by_role("button", name="Check in").click()
    await expect(page.get_by_role("status")).to_contain_text("Olive Owner")
    await _is_fit(page)
    await page.goto(sheet)
    await expect(page.get_by_role("row").filter(has_text="Olive Owner")).to_contain_text("attended")


async def test_a_pass_is_sold_at_the_desk(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"{OFFICE}/passes?q=greta")
    sale = page.locator("#choose")
    await sale.get_by_label("Customer").select_option(label="Greta Grünwald (greta@example.com)")
    await sale.locator("[name=pass]").select_option(label="A month of everything, €89.00")
    await sale.get_by_label("in cash").check()
    await sale.get_by_role("button", name="Sell").click()

    await expect(
        page.get_by_text("Greta Grünwald has A month of everything: €89.00")
    ).to_be_visible()
    held = page.get_by_role("region", name="Customers' passes").get_by_role("row")
    await expect(held.filter(has_text="Greta").first).to_contain_text("A month of everything")
    await _is_fit(page)


async def test_a_wallet_is_changed_by_hand_with_a_reason(page: Page) -> None:
    amount, reason = ("7.25", "Mended a chair") if _is_wide(page) else ("3.50", "Found a scarf")
    await sign_in(page)
    await page.goto(f"{OFFICE}/wallets")
    await page.get_by_role("link", name="Keiko Ito").click()
    await page.get_by_label("What").select_option(label="goodwill")
    await page.get_by_label("Amount").fill(amount)
    await page.get_by_label("Why").fill(reason)
    await page.get_by_role("button", name="Change").click()

    line = page.get_by_role("row").filter(has_text=reason)
    await expect(line).to_contain_text(f"€{amount}")
    await _is_fit(page)
    await page.get_by_label("What").select_option(label="paid out")
    await page.get_by_label("Amount").fill("99999")
    await page.get_by_label("Why").fill("Too much")
    await page.get_by_role("button", name="Change").click()
    await expect(page.get_by_role("alert")).to_be_visible()


async def test_money_is_asked_for_and_given_back_or_not(page: Page) -> None:
    is_wide = _is_wide(page)
    reason = "I moved away" if is_wide else "It was too loud"
    await sign_in(page)
    day = date.today() + timedelta(weeks=1 if is_wide else 2)  # noqa: DTZ011 (the demo's days)
    await page.goto(f"/{SLUG}/timetable?week={day}")
    await page.get_by_role("link", name="Acting for Teens").first.click()
    await page.get_by_role("button", name="Book a place").click()
    await page.get_by_role("button", name=re.compile("^Book")).click()
    await page.get_by_role("button", name="Pay", exact=True).click()
    booking = page.url
    await page.get_by_text("Ask for your money back").click()
    await page.get_by_label("Why?").fill(reason)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_text("we are looking at it")).to_be_visible()

    await page.goto(f"{OFFICE}/refund-requests")
    asked = page.locator("section.panel").filter(has_text=reason)
    await _is_fit(page)
    if is_wide:
        await asked.get_by_label("To").select_option(label="the wallet")
        await asked.get_by_role("button", name="Approve").click()
    else:
        await asked.get_by_label("Answer").fill("It was as loud as announced")
        await asked.get_by_role("button", name="Reject").click()
    await expect(asked).to_contain_text("succeeded" if is_wide else "rejected")
    await page.goto(booking)
    left = page.get_by_text("Ask for your money back")
    await expect(left).to_have_count(0 if is_wide else 1)


async def test_a_debt_is_waived_with_a_reason(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"{OFFICE}/debtors")
    await _is_fit(page)
    if not _is_wide(page):  # one debt is enough for both
        return
    owed = page.locator("section.panel").filter(has_text="Noah Weber")
    await owed.get_by_role("button", name="End the debt").click()
    await expect(owed.get_by_label("Why")).to_be_focused()
    await owed.get_by_label("Why").fill("He twisted his ankle on our stairs")
    await owed.get_by_role("button", name="End the debt").click()
    await page.get_by_role("button", name="End the debt").click()
    await expect(page.get_by_role("status")).to_contain_text("The debt is no more.")
    await expect(owed).to_have_count(0)
