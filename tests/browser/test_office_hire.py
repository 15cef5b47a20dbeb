"""The booking manager's office: bookings, what comes again, prices, feeds, blocks."""

import re

import pytest
from playwright.async_api import Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations
from tests.browser.test_office import sign_in

pytestmark = pytest.mark.browser


def _width(page: Page) -> int:
    assert page.viewport_size is not None
    return page.viewport_size["width"]


async def _is_sound(page: Page) -> None:
    assert await violations(page) == []
    assert not await overflows(page)


async def test_a_booking_of_two_spaces_is_made_changed_and_told_what_is_in_the_way(
    page: Page,
) -> None:
    year = 2044 if _width(page) < 500 else 2045
    title = f"Trade fair {_width(page)}"
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/bookings/new")
    await _is_sound(page)
    await page.get_by_label("For what").fill(title)
    await page.get_by_label("E-mail").fill("fair@example.org")
    for number, name in ((0, "Main Hall"), (1, "Foyer")):
        row = page.get_by_role("group", name=f"Space {number + 1}", exact=True)
        await row.get_by_label("Space").select_option(label=name)
        await row.get_by_label("Begins").fill(f"{year}-09-10T02:30")
        await row.get_by_label("Ends").fill(f"{year}-09-10T22:00")
    await page.get_by_role("button", name="Place it").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await expect(page.get_by_role("region", name="Spaces").get_by_role("row")).to_have_count(3)

    await page.get_by_role("link", name="Change it").click()
    row = page.get_by_role("group", name="Space 2", exact=True)
    await row.get_by_label("People").fill("many")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".fault")).to_have_text("Please give a whole number.")
    await _is_sound(page)
    await row.get_by_label("People").fill("120")
    await page.get_by_label("Purpose").fill("Fair")
    await page.get_by_role("button", name="Save").click()
    people = page.get_by_role("region", name="Spaces").locator('td[data-label="People"]')
    await expect(people).to_have_text(["–", "120"])

    await page.get_by_role("link", name="Change it").click()
    await page.locator("summary", has_text="What space 1 is used for").click()
    use = page.get_by_role("group", name="Space 1", exact=True).get_by_role("group", name="Use 1")
    await use.get_by_label("Use").select_option(label="Load-in")
    await use.get_by_label("From").fill(f"{year}-09-10T03:00")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".fault")).to_have_text("Please give date and time.")
    await _is_sound(page)
    await use.get_by_label("Until").fill(f"{year}-09-10T06:00")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("cell", name="Load-in")).to_be_visible()

    await page.get_by_label("Why").fill("Paid")
    await page.get_by_role("button", name="Confirm").click()
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.locator(".badge", has_text="confirmed")).to_be_visible()
    await page.goto(f"/office/{SLUG}/bookings/new")
    await page.get_by_label("For what").fill("Too late")
    row = page.get_by_role("group", name="Space 1", exact=True)
    await row.get_by_label("Space").select_option("all")
    await row.get_by_label("Begins").fill(f"{year}-09-10T10:00")
    await row.get_by_label("Ends").fill(f"{year}-09-10T12:00")
    await page.get_by_role("button", name="Place it").click()
    way = page.get_by_role("region", name="In the way")
    await expect(way).to_contain_text(title)
    await expect(way.get_by_role("heading", name="Free instead")).to_be_visible()
    await expect(page.get_by_label("For what")).to_have_value("Too late")
    await _is_sound(page)


async def test_a_time_that_comes_twice_is_asked_for(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/bookings/new")
    title = f"Long night {_width(page)}"
    await page.get_by_label("For what").fill(title)
    row = page.get_by_role("group", name="Space 1", exact=True)
    await row.get_by_label("Space").select_option(label="Foyer")
    day = "2044-10-30" if _width(page) < 500 else "2045-10-29"
    await row.get_by_label("Begins").fill(f"{day}T01:00")
    await row.get_by_label("Ends").fill(f"{day}T02:30")
    await page.get_by_role("button", name="Place it").click()
    await expect(page.locator(".fault")).to_contain_text("twice that night")
    await _is_sound(page)
    await row.get_by_label("Which of the two").select_option(label="the second, an hour later")
    await page.get_by_role("button", name="Place it").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await page.get_by_role("link", name="Change it").click()
    await expect(row.get_by_label("Which of the two")).to_have_value("1")


async def test_holds_are_placed_joint_and_say_why(page: Page) -> None:
    day = "2044-06-04" if _width(page) < 500 else "2044-06-05"
    await sign_in(page)
    for number in (1, 2):
        await page.goto(f"/office/{SLUG}/bookings/new")
        await page.get_by_label("For what").fill(f"Rival {number} {_width(page)}")
        row = page.get_by_role("group", name="Space 1", exact=True)
        await row.get_by_label("Space").select_option(label="Foyer")
        await row.get_by_label("Begins").fill(f"{day}T18:00")
        await row.get_by_label("Ends").fill(f"{day}T22:00")
        await page.get_by_role("button", name="Place it").click()
    await expect(page.get_by_text(f"2nd, because of Rival 1 {_width(page)}")).to_be_visible()
    await _is_sound(page)
    form = page.locator("form[action$=reorder]")
    await form.get_by_label("Place it").select_option("joint")
    await form.get_by_label("Why").fill("Both are regulars")
    await form.get_by_role("button", name="Place it").click()

    await expect(page.get_by_text("joint 1st in rank")).to_be_visible()
    await expect(page.locator(".story")).to_contain_text("Both are regulars")
    await _is_sound(page)


async def test_what_comes_again_is_held_left_out_put_back_and_changed(page: Page) -> None:
    year = 2046 if _width(page) < 500 else 2047
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/recurring")
    await _is_sound(page)
    await page.get_by_label("For what").fill(f"Choir {_width(page)}")
    await page.get_by_label("First date").fill(f"{year}-02-01")
    await page.get_by_label("How often").select_option(label="every week")
    await page.get_by_label("Tuesday").check()
    row = page.get_by_role("group", name="Space 1", exact=True)
    await row.get_by_label("Space").select_option(label="Foyer")
    await row.get_by_label("Begins").fill("19:00")
    await row.get_by_label("Ends").fill("21:00")
    await page.get_by_role("button", name="Hold the dates").click()
    await expect(page.locator(".fault")).to_have_text("Say how often, or until when.")
    await page.get_by_label("How many times").fill("4")
    await page.get_by_role("button", name="Hold the dates").click()
    await expect(page.get_by_role("status").first).to_have_text("4 dates are held.")
    await _is_sound(page)

    dates = page.get_by_role("region", name="Dates").get_by_role("row")
    await dates.nth(2).get_by_role("textbox").fill("Carnival")
    await dates.nth(2).get_by_role("button").click()
    await expect(dates).to_have_count(4)
    await expect(page.get_by_text("Carnival")).to_be_visible()
    await page.get_by_role("button", name=re.compile("Put it back")).click()
    await expect(dates).to_have_count(5)
    await page.get_by_text("Change the dates to come").click()
    row = page.get_by_role("group", name="Space 1", exact=True)
    await row.get_by_label("Begins").fill("18:00")
    await page.get_by_role("button", name="Change them").click()
    await dates.nth(1).get_by_role("link").click()
    await expect(page.get_by_role("region", name="Spaces")).to_contain_text("18:00")


async def test_prices_are_written_down_and_equipment_counted(page: Page) -> None:
    name = f"Season {_width(page)}"
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/rates")
    await page.get_by_text("Add a rate card").click()
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Tax in %").first.fill("19")
    await page.get_by_label("Valid from").fill("2060-01-01")
    await page.get_by_role("button", name="Add it").click()
    row = page.get_by_role("group", name="Rate 1", exact=True)
    await row.get_by_label("Name").fill("Weekend")
    await row.get_by_label("Price").fill("1200")
    await row.get_by_label("Days").fill("Fri Samstag Xday")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".fault")).to_contain_text("no day of the week")
    await _is_sound(page)
    await row.get_by_label("Days").fill("Fri, Sat")
    await row.get_by_label("For").select_option(label="a day")
    await page.get_by_role("button", name="Save").click()
    await expect(row.get_by_label("Days")).to_have_value("Fri Sat")
    await expect(row.get_by_label("Price")).to_have_value("1200.00")

    await page.goto(f"/office/{SLUG}/rates")
    await page.get_by_text("Offer something").click()
    await page.get_by_label("What").fill(f"Followspot {_width(page)}")
    await page.get_by_label(re.compile("Price in")).fill("80")
    await page.get_by_label("How many there are").fill("2")
    await page.get_by_role("button", name="Offer it").click()
    await page.get_by_role("link", name=f"Followspot {_width(page)}").click()
    await page.get_by_label("How many there are").fill("3")
    await page.get_by_role("button", name="Save").click()
    await expect(
        page.get_by_role("row", name=re.compile(f"Followspot {_width(page)}"))
    ).to_contain_text("3")
    await _is_sound(page)


async def test_a_feed_is_made_shown_once_and_revoked(page: Page) -> None:
    name = f"Foyer screen {_width(page)}"
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/feeds")
    await page.get_by_label("Name").fill(name)
    await page.get_by_role("combobox", name="Of", exact=True).select_option(label="Foyer")
    await page.get_by_label("How much it tells").select_option(label="the titles")
    await page.get_by_role("button", name="Make it").click()
    address = await page.get_by_role("textbox", name="Address").input_value()
    await _is_sound(page)
    path = "/" + address.split("/", 3)[3]
    assert (await page.request.get(path)).status == 200

    await page.goto(f"/office/{SLUG}/feeds")
    await expect(page.get_by_label("Address")).to_have_count(0)
    await page.get_by_role("row", name=re.compile(name)).get_by_role("link").click()
    await _is_sound(page)
    await page.get_by_role("button", name="Revoke").click()
    await expect(page.get_by_role("row", name=re.compile(name))).to_contain_text("revoked")
    assert (await page.request.get(path)).status == 404


async def test_a_space_is_kept_free_and_can_be_had_again(page: Page) -> None:
    day = "2048-03-03" if _width(page) < 500 else "2048-03-04"
    why = f"Polishing {_width(page)}"
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/blocks")
    await page.get_by_role("combobox", name="Space", exact=True).select_option(label="Foyer")
    await page.get_by_label("Why").fill(why)
    await page.get_by_label("Begins").fill(f"{day}T08:00")
    await page.get_by_label("Ends").fill(f"{day}T07:00")
    await page.get_by_role("button", name="Keep it free").click()
    await expect(page.locator(".fault")).to_have_text("The end must be after the start.")
    await page.get_by_label("Ends").fill(f"{day}T18:00")
    await page.get_by_role("button", name="Keep it free").click()
    await expect(page.get_by_role("row", name=re.compile(why))).to_be_visible()
    await _is_sound(page)

    await page.get_by_role("row", name=re.compile(why)).get_by_role("button").click()
    await expect(page.get_by_role("row", name=re.compile(why))).to_have_count(0)
