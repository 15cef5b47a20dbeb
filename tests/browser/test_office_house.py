"""The house itself: its venue with spaces and gates, and the people who work in it."""

import pytest
from playwright.async_api import Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations
from tests.browser.test_office import sign_in

pytestmark = pytest.mark.browser


def _width(page: Page) -> int:
    return page.viewport_size["width"] if page.viewport_size else 0


async def test_a_space_is_added_changed_and_removed(page: Page) -> None:
    name, code = f"Box {_width(page)}", f"BOX{_width(page)}"
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/venues")
    await page.locator("main").get_by_role("link", name="The Lantern").click()
    await page.get_by_label("Name of the space").fill(name)
    await page.get_by_label("Code of the space").fill("HALL")
    await page.get_by_label("Holds").fill("seated 40")
    await page.get_by_role("button", name="Add the space").click()

    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Name of the space")).to_have_value(name)
    await page.get_by_label("Code of the space").fill(code)
    await page.get_by_role("button", name="Add the space").click()
    await expect(page.get_by_role("status")).to_contain_text(f"{name} was added")
    assert await violations(page) == []
    assert not await overflows(page)

    await page.get_by_role("link", name=name).click()
    await page.get_by_label("Holds").fill("many")
    blocked = page.get_by_role("group", name="While it is taken").get_by_label("Foyer")
    await blocked.check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".fault")).to_contain_text("is not like")
    await expect(blocked).to_be_checked()
    assert await violations(page) == []
    assert not await overflows(page)
    await page.get_by_label("Holds").fill("seated 40, standing 60")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("60 standing")

    await page.get_by_role("link", name=name).click()
    await expect(blocked).to_be_checked()
    await page.get_by_role("link", name="Remove the space …").click()
    assert await violations(page) == []
    await page.get_by_role("button", name="Remove the space").click()
    await expect(page.get_by_role("status")).to_contain_text("was removed")


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unseen(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/venues")
    await page.locator("main").get_by_role("link", name="The Lantern").click()
    await page.get_by_role("link", name="Main entrance").click()
    other = await page.context.new_page()
    await other.goto(page.url)
    await other.get_by_role("button", name="Save").click()
    await other.goto(page.url)
    await other.get_by_label("Code").fill("MAIN-1")
    await other.get_by_role("button", name="Save").click()
    await expect(other.get_by_role("status")).to_be_visible()
    await page.get_by_label("Name").fill("Front door")
    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    await expect(page.get_by_label("Name")).to_have_value("Front door")
    await page.get_by_label("Name").fill("Main entrance")
    await page.get_by_label("Code").fill("MAIN")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_contain_text("Main entrance was saved")


async def test_a_member_is_invited_given_another_role_and_removed(page: Page) -> None:
    name, email = f"Vera {_width(page)}", f"vera{_width(page)}@{SLUG}.example"
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/members")
    await page.get_by_text("Add a member").click()
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("E-mail").fill(f"owner@{SLUG}.example")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("Name")).to_have_value(name)
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text(f"{name} was added")

    await page.get_by_role("link", name=name).click()
    await page.get_by_label("Role").select_option(value="viewer")
    await page.get_by_role("checkbox", name="Foyer").check()
    assert await violations(page) == []
    await page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row").filter(has_text=email)
    await expect(row).to_contain_text("viewer")
    await expect(row).to_contain_text("Foyer")

    await page.get_by_role("link", name=name).click()
    await page.get_by_role("link", name="Remove …").click()
    await page.get_by_role("button", name="Remove").click()
    await expect(page.get_by_role("row").filter(has_text=email)).to_have_count(0)


async def test_the_house_says_when_its_day_begins(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/house")
    locale = await page.get_by_label("Language of letters and papers").input_value()
    await page.get_by_label("Language of letters and papers").fill("Klingon!")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".fault")).to_contain_text("There is no locale")

    await page.get_by_label("Language of letters and papers").fill(locale)
    await page.get_by_label("The day begins at").select_option("05:00")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_contain_text("Saved")
    await expect(page.get_by_label("The day begins at")).to_have_value("5")
    assert await violations(page) == []
    assert not await overflows(page)
    await page.get_by_label("The day begins at").select_option("06:00")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("The day begins at")).to_have_value("6")


async def test_the_last_owner_stays(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/members")
    await page.get_by_role("link", name="Olive Owner").click()
    await page.get_by_role("link", name="Remove …").click()
    await page.get_by_role("button", name="Remove").click()

    await expect(page.get_by_role("alert")).to_contain_text("owner")
    await page.goto(f"/office/{SLUG}/members")
    await expect(page.get_by_role("link", name="Olive Owner")).to_be_visible()


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("scanner", "orders"),
        ("scanner", "box-office"),
        ("scanner", "layouts"),
        ("staff", "members"),
        ("staff", "ledger"),
        ("staff", "ledger/entries.csv"),
    ],
)
async def test_who_may_not_is_refused_by_the_server_too(page: Page, role: str, path: str) -> None:
    await sign_in(page, role)

    place = path.partition("/")[0]
    links = page.get_by_role("navigation", name="Office").get_by_role("link")
    for link in await links.all():
        assert not str(await link.get_attribute("href")).endswith(f"/{place}")
    answer = await page.goto(f"/office/{SLUG}/{path}")
    assert answer is not None
    assert answer.status == 403
