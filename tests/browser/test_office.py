"""The office, as its people use it."""

import pytest
from playwright.sync_api import Page, expect

from houseful.demo import PASSWORD, SLUG
from tests.browser.conftest import overflows, violations

pytestmark = pytest.mark.browser


def _sign_in(page: Page, role: str = "owner") -> None:
    page.goto("/office")
    page.get_by_label("E-mail").fill(f"{role}@{SLUG}.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")


def test_a_wrong_password_is_told_kindly(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(f"owner@{SLUG}.example")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_contain_text("not right")
    expect(page.get_by_label("E-mail")).to_have_value(f"owner@{SLUG}.example")
    assert violations(page) == []


@pytest.mark.parametrize("entry", ["Today", "Events", "Venues", "Ledger", "Members"])
def test_every_page_is_accessible_and_fits(page: Page, entry: str) -> None:
    _sign_in(page)
    page.get_by_role("navigation", name="Office").get_by_role("link", name=entry).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(entry)
    assert violations(page) == []
    assert not overflows(page)


def test_an_event_is_added_published_and_cancelled(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    name = f"Matinee {width}"
    _sign_in(page)
    page.goto(f"/office/{SLUG}/events")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Space").select_option(label="Foyer")
    page.get_by_label("Begins").fill(f"2031-05-0{1 if width < 500 else 3}T14:00")
    page.get_by_label("Ends").fill(f"2031-05-0{1 if width < 500 else 3}T16:00")
    page.get_by_role("button", name="Add as a draft").click()
    page.get_by_role("button", name=f"Publish {name}").click()
    page.goto(f"/{SLUG}")
    expect(page.get_by_role("link", name=name)).to_be_visible()

    page.goto(f"/office/{SLUG}/events")
    page.get_by_role("button", name=f"Cancel {name}").click()
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()

    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("cancelled")


def test_a_scanner_sees_neither_books_nor_members(page: Page) -> None:
    _sign_in(page, "scanner")

    navigation = page.get_by_role("navigation", name="Office")
    expect(navigation.get_by_role("link", name="Ledger")).to_have_count(0)
    answer = page.goto(f"/office/{SLUG}/ledger")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")


def test_signing_out_closes_the_office(page: Page) -> None:
    _sign_in(page)
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"/office/{SLUG}")

    expect(page).to_have_url(f"{page.url.split('/sign-in')[0]}/sign-in?next=/office/{SLUG}")
