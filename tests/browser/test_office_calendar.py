"""The calendar, as the booking manager uses it: with the pointer, and with the keyboard."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations
from tests.browser.test_office import sign_in

pytestmark = pytest.mark.browser
CALENDAR = f"/office/{SLUG}/calendar"


def _year(page: Page) -> int:
    """Each width has a year of its own, so that the two do not meet in the house."""
    assert page.viewport_size is not None
    return 2041 if page.viewport_size["width"] < 500 else 2042


async def _hold(
    page: Page, title: str, day: str, begins: str = "18:00", ends: str = "22:00"
) -> None:
    await page.goto(f"{CALENDAR}?view=day&day={day}")
    form = page.locator("form[data-hold]")
    await form.get_by_label("For what").fill(title)
    await form.get_by_label("Space").select_option(label="Studio")
    await form.get_by_label("Begins").fill(f"{day}T{begins}")
    await form.get_by_label("Ends").fill(f"{day}T{ends}")
    await form.get_by_role("button", name="Place it").click()
    await expect(page.get_by_role("status").first).to_contain_text("on the calendar")


@pytest.mark.parametrize("view", ["day", "week", "month", "year"])
async def test_every_view_is_accessible_and_fits(page: Page, view: str) -> None:
    await sign_in(page)
    await page.goto(f"{CALENDAR}?view={view}")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Calendar")
    assert await violations(page) == []
    assert not await overflows(page)


@pytest.mark.parametrize("view", ["week", "month"])
async def test_no_day_is_behind_the_names_of_the_spaces(page: Page, view: str) -> None:
    await sign_in(page)
    for day in ("", "&day=2031-01-15"):
        await page.goto(f"{CALENDAR}?view={view}{day}")

        region = page.locator(".calendar-scroll")
        corner = await region.locator(".corner").bounding_box()
        first = (
            region.locator("thead tr")
            .first.locator("th.today" if not day else "th")
            .nth(0 if not day else 1)
        )
        box = await first.bounding_box()
        assert corner
        assert box
        assert box["x"] >= corner["x"] + corner["width"] - 1
        if page.viewport_size and page.viewport_size["width"] > 1000:
            assert await region.evaluate("it => it.scrollWidth <= it.clientWidth")


async def test_what_is_listed_is_linked(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"{CALENDAR}?view=month&show=event")

    listed = page.locator(".agenda li")
    assert await listed.count() > 0
    assert await listed.count() == await listed.locator("a").count()
    await listed.locator("a").first.click()
    await expect(page).to_have_url(re.compile("/events/[0-9a-f-]{36}"))


async def test_holds_queue_and_say_their_rank(page: Page) -> None:
    day = f"{_year(page)}-03-02"
    await sign_in(page)
    await _hold(page, "First Night", day)
    await _hold(page, "Second Night", day)

    await expect(page.locator(".chip", has_text="First Night")).to_contain_text("1st hold")
    await expect(page.locator(".chip", has_text="Second Night")).to_contain_text("2nd hold")
    assert await violations(page) == []


async def test_a_hold_is_moved_and_stretched_with_the_keyboard(page: Page) -> None:
    day = f"{_year(page)}-03-04"
    await sign_in(page)
    await _hold(page, "Key Change", day)
    chip = page.locator(".chip", has_text="Key Change")

    await chip.focus()
    await page.keyboard.press("Shift+ArrowRight")
    await expect(page.locator("[data-said]")).to_have_text("Moved.")
    await expect(chip).to_have_attribute("title", re.compile("19:00 –"))
    await expect(chip).to_be_focused()
    await page.keyboard.press("Alt+ArrowLeft")
    await expect(page.locator(".agenda li", has_text="Key Change")).to_contain_text("22:00")

    await chip.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Key Change")
    await expect(page.locator(".story")).to_contain_text("moved it")


async def test_a_hold_is_drawn_dragged_and_refused_where_somebody_is(page: Page) -> None:
    if _year(page) == 2041:
        return await _a_tap_fills_the_form(page)
    day = "2042-03-06"
    await sign_in(page)
    await _hold(page, "Firm Ground", day, "06:00", "08:00")
    await page.locator(".chip", has_text="Firm Ground").click()
    await page.get_by_label("Why").fill("Signed on paper")
    await page.get_by_role("button", name="Confirm").click()
    await page.get_by_role("button", name="Confirm").click()

    await page.goto(f"{CALENDAR}?view=day&day={day}")
    row = page.locator("tbody", has_text="Studio").locator("tr").first
    cells = row.locator("td.free")
    await _drag(page, cells.nth(6), cells.nth(8))
    await expect(page.get_by_label("For what")).to_be_focused()
    await page.keyboard.type("Drawn Over")
    await page.keyboard.press("Enter")
    chip = page.locator(".chip", has_text="Drawn Over")
    await expect(chip).to_contain_text("1st hold")

    await _drag(page, chip, page.locator("tbody", has_text="Foyer").locator("td.free").nth(3))
    await expect(page.locator("tbody", has_text="Foyer").locator(".chip")).to_contain_text("Drawn")

    studio = page.locator("tbody", has_text="Studio").locator(".chip", has_text="Firm Ground")
    await _drag(page, chip, studio)
    await expect(page.locator("[data-said]")).to_contain_text("Studio is taken")
    await expect(page.locator("[data-said]")).to_contain_text("Free instead")
    return None


async def _a_tap_fills_the_form(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"{CALENDAR}?view=day&day=2041-03-06")
    await page.locator("tbody", has_text="Foyer").locator("td.free").nth(4).focus()
    await page.keyboard.press("Enter")

    await expect(page.get_by_label("Begins")).to_have_value("2041-03-06T10:00")
    await expect(page.get_by_label("Ends")).to_have_value("2041-03-06T11:00")


async def _drag(page: Page, source: Locator, target: Locator) -> None:
    start, end = [await each.bounding_box() for each in (source, target)]
    assert start
    assert end
    await page.mouse.move(start["x"] + 12, start["y"] + start["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(end["x"] + 6, end["y"] + end["height"] / 2, steps=6)
    await page.mouse.up()
