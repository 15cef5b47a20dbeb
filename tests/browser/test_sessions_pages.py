"""Sessions, as guests, members and the desk use them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from houseful.demo import PASSWORD, SLUG
from tests.browser.conftest import overflows, violations

pytestmark = pytest.mark.browser

_cookies: dict[str, list[Any]] = {}
"""The owner's sign-in by server: who signs in too often is slowed down, tests too."""


async def sign_in(page: Page) -> None:
    await page.goto("/sign-in")
    if page.url in _cookies:
        await page.context.add_cookies(_cookies[page.url])
        return
    key = page.url
    await page.get_by_label("E-mail").fill(f"owner@{SLUG}.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    _cookies[key] = await page.context.cookies()


async def _open_class(page: Page, name: str, *, weeks: int = 1) -> None:
    """Open a class of a week to come."""
    day = date.today() + timedelta(weeks=weeks)  # noqa: DTZ011 (the demo begins today)
    await page.goto(f"/{SLUG}/timetable?week={day}")
    await page.get_by_role("link", name=name).first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)


async def _is_fit(page: Page) -> None:
    assert await violations(page) == []
    assert not await overflows(page)


async def test_a_guest_books_in_three_steps_and_cancels(page: Page) -> None:
    await page.goto(f"/{SLUG}/timetable")
    await _is_fit(page)
    await _open_class(page, "Morning Yoga")
    await _is_fit(page)
    await page.get_by_label("How many: A mat").select_option("1")
    await page.get_by_role("button", name="Book a place").click()
    await expect(page.get_by_text("€18.00").first).to_be_visible()
    await page.get_by_label("Your name").fill("Gina Guest")
    await page.get_by_label("E-mail").fill("gina@example.org")
    await _is_fit(page)
    await page.get_by_role("button", name="Book, then pay €18.00").click()

    await expect(page.get_by_text("Not paid yet")).to_be_visible()
    await expect(page.get_by_role("button", name="Pay €18.00")).to_be_visible()
    await _is_fit(page)
    await page.get_by_role("button", name="Cancel the booking").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await expect(page.get_by_text("You cancelled this booking.")).to_be_visible()


async def test_a_wrong_link_opens_nothing(page: Page) -> None:
    answer = await page.goto(
        f"/{SLUG}/sessions/bookings/00000000-0000-7000-8000-000000000000?token=guessed"
    )

    assert answer is not None
    assert answer.status == 404


async def test_a_member_books_sees_it_and_gives_it_back(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    await sign_in(page)
    await _open_class(page, "Pilates at Noon", weeks=1 if width < 500 else 2)
    await page.get_by_role("button", name="Book a place").click()
    await expect(page.get_by_role("heading", name="What it is paid with")).to_be_visible()
    await _is_fit(page)
    await page.get_by_role("button", name=re.compile("^Book")).click()

    await expect(page).to_have_url(re.compile(f"/me/{SLUG}/bookings/"))
    await _is_fit(page)
    await page.goto(f"/me/{SLUG}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("My bookings")
    await _is_fit(page)
    await page.get_by_role("link", name="Pilates at Noon").first.click()
    await page.get_by_role("button", name="Cancel the booking").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await expect(page.get_by_text("You cancelled this booking.")).to_be_visible()


async def test_who_waits_sees_where_and_can_leave(page: Page) -> None:
    await sign_in(page)
    await _open_full_tour(page)
    await page.get_by_role("button", name="Join the waiting list").click()
    await page.goto(f"/me/{SLUG}")
    waiting = page.get_by_role("region", name="Waiting list")
    await expect(waiting.get_by_text("you are number")).to_be_visible()
    await _is_fit(page)

    await waiting.get_by_role("button", name="Wait no longer").click()
    await waiting.get_by_text("What you waited for before").click()
    await expect(waiting.get_by_text("You waited no longer.").first).to_be_visible()
    await _is_fit(page)


async def _open_full_tour(page: Page) -> None:
    """Open the tour that is full: the first to come."""
    today = date.today()  # noqa: DTZ011 (the demo begins today)
    for week in range(2):
        await page.goto(f"/{SLUG}/timetable?week={today + timedelta(weeks=week)}")
        tour = page.get_by_role("listitem").filter(has_text="Behind the Curtain")
        if await tour.filter(has_text="full").count():
            await tour.filter(has_text="full").first.get_by_role("link").click()
            return
    raise AssertionError("the demo has a full tour")


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("sessions", "Sessions"),
        ("sessions?by=instructor", "Sessions"),
        ("passes", "Passes"),
        ("wallets", "Wallets"),
        ("refund-requests", "Refund requests"),
        ("debtors", "Debtors"),
    ],
)
async def test_the_office_pages_are_accessible_and_fit(page: Page, path: str, heading: str) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/{path}")

    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    await _is_fit(page)


async def test_the_desk_books_for_a_customer_and_cancels(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    day = date.today() + timedelta(weeks=3 if width < 500 else 4)  # noqa: DTZ011 (as above)
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/sessions?week={day}")
    await page.get_by_role("link", name="Morning Yoga").first.click()
    await page.get_by_label("Customer").select_option(label="Hugo Moreau (hugo@example.com)")
    await page.get_by_role("button", name="Book", exact=True).click()

    row = page.get_by_role("row").filter(has_text="Hugo Moreau")
    await expect(row.first).to_contain_text("confirmed")
    await _is_fit(page)
    await row.first.get_by_role("button", name="Cancel Hugo Moreau").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await expect(row.first).to_contain_text("cancelled")


async def test_an_account_is_asked_for_by_mail(page: Page) -> None:
    await page.goto(f"/{SLUG}/account")
    await _is_fit(page)
    await page.get_by_label("E-mail").fill("gina@example.org")
    await page.get_by_role("button", name="Send me the link").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    await _is_fit(page)
    await page.goto(f"/{SLUG}/account?proof=1.guessed.guessed")
    await expect(page.get_by_role("alert")).to_be_visible()


async def test_the_desk_scans_and_is_told_why_not(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/door/{SLUG}/check-in")
    await page.locator("check-in[ready]").wait_for()
    await _is_fit(page)
    await page.get_by_label("Booking code").fill("HS0000")
    await page.get_by_role("button", name="Check in").click()

    await expect(page.get_by_role("status")).to_contain_text("This code was not made here.")
    await _is_fit(page)


async def test_a_booked_session_is_moved_only_when_it_is_confirmed(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    day = date.today() + timedelta(days=2)  # noqa: DTZ011 (as above)
    name = "Pilates at Noon" if width < 500 else "Swing for Beginners"
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/sessions?week={day}")
    booked = page.get_by_role("link", name=name).last
    await booked.click()
    await page.get_by_label("Customer").select_option(label="Keiko Ito (keiko@example.com)")
    await page.get_by_role("button", name="Book", exact=True).click()
    await page.get_by_role("link", name="Change the session").click()
    await _is_fit(page)
    later = date.today() + timedelta(weeks=9)  # noqa: DTZ011 (as above)
    await page.get_by_label("Begins").fill(f"{later}T06:00")
    await page.get_by_role("button", name="Change", exact=True).click()

    await expect(page.get_by_role("heading", name="Whom it concerns")).to_be_visible()
    await _is_fit(page)
    await page.get_by_label("Do it all the same; everybody is told").check()
    await page.get_by_role("button", name="Change", exact=True).click()
    await expect(page.get_by_text("The session is changed.")).to_be_visible()
    await expect(page.get_by_text("06:00")).to_be_visible()


async def test_the_people_who_book_are_found_and_kept(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/session-customers?q=amara")
    await _is_fit(page)
    await page.get_by_role("link", name="Amara Okafor").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Amara Okafor")
    await _is_fit(page)
    await page.get_by_label("Note").fill("Prefers the front row")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
