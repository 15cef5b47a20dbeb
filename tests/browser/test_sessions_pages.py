"""Sessions, as guests, members and the desk use them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from houseful.demo import PASSWORD, SLUG
from tests.browser.conftest import overflows, violations
from tests.builders.sessions import a_photo

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
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(page.get_by_text("Your place is confirmed.")).to_be_visible()
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
    book = page.get_by_role("button", name=re.compile("^Book"))
    needs_card = "pay" in await book.inner_text()  # not if another test gave it to the wallet
    await book.click()
    if needs_card:
        await page.get_by_role("button", name="Pay", exact=True).click()

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
        ("session-activities", "Activities"),
        ("session-settings", "Booking rules"),
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
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("heading", name="What it is paid with")).to_be_visible()
    await _is_fit(page)
    await page.get_by_role("button", name="Book").click()

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
    sheet = page.url
    await page.get_by_role("button", name="Go on").click()
    async with page.expect_navigation():
        await page.get_by_role("button", name="Book").click()
    await page.goto(sheet)
    await page.get_by_role("link", name="Change the session").click()
    await _is_fit(page)
    later = date.today() + timedelta(weeks=9)  # noqa: DTZ011 (as above)
    begins = "05:00" if width < 500 else "06:00"
    await page.get_by_label("Begins").fill(f"{later}T{begins}")
    await page.get_by_role("button", name="Change", exact=True).click()

    await expect(page.get_by_role("heading", name="Whom it concerns")).to_be_visible()
    await _is_fit(page)
    await page.get_by_label("Do it all the same; everybody is told").check()
    await page.get_by_role("button", name="Change", exact=True).click()
    await expect(page.get_by_text("The session is changed.")).to_be_visible()
    await expect(page.get_by_text(begins)).to_be_visible()


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


async def test_a_standing_place_is_paused_and_goes_on(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/session-customers?q=noah")
    await page.get_by_role("link", name="Noah Weber").click()
    standing = page.get_by_role("region", name="Standing places")
    await standing.get_by_role("button", name="Pause").click()
    await expect(standing.get_by_text("paused")).to_be_visible()
    await _is_fit(page)
    await standing.get_by_role("button", name="Let it go on").click()
    await expect(standing.get_by_text("active")).to_be_visible()


async def test_what_is_put_on_has_rules_extras_and_resources(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/session-activities")
    await page.get_by_role("link", name="Behind the Curtain").click()
    await page.get_by_label("Colour").fill("red")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("Colour")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Colour").fill("#6b2154")
    await page.get_by_label("Booking opens, hours before").fill("600")
    await page.get_by_label("Kept when it is cancelled late").fill("3.50")
    await _is_fit(page)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Behind the Curtain was saved.")).to_be_visible()

    extras = page.get_by_role("region", name="Extras")
    await extras.get_by_label("What").fill(f"A towel {width}")
    await extras.get_by_label("Price in EUR").fill("1.50")
    await extras.get_by_label("How many there are").fill("8")
    await extras.get_by_role("button", name="Offer it").click()
    await page.get_by_role("link", name=f"A towel {width}").click()
    await expect(page.get_by_label("How many there are")).to_have_value("8")
    await _is_fit(page)
    await page.get_by_role("button", name="Save").click()

    resources = page.get_by_role("region", name="Resources")
    await resources.get_by_label("Resource").fill(f"Piano {width}")
    await resources.get_by_role("button", name="Add it").click()
    await resources.get_by_role("button", name=f"Plan no longer Piano {width}").click()
    await expect(resources.get_by_text("(not planned)").first).to_be_visible()
    await _is_fit(page)


async def test_an_activity_has_a_picture_with_words(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/session-activities")
    await page.get_by_role("link", name="Morning Yoga").click()
    picture = page.get_by_role("region", name="Picture")
    photo = {"name": "hall.png", "mimeType": "image/png", "buffer": a_photo(900, 600, kind="PNG")}
    await picture.locator("[type=file]").set_input_files(files=[photo])  # type: ignore[list-item]
    await picture.get_by_label("What it shows").fill("")
    await picture.get_by_role("button", name="Keep the picture").click()
    await expect(picture.get_by_label("What it shows")).to_have_attribute("aria-invalid", "true")
    await picture.locator("[type=file]").set_input_files(files=[photo])  # type: ignore[list-item]
    await picture.get_by_label("What it shows").fill("Twelve people stretch")
    await picture.get_by_role("button", name="Keep the picture").click()
    await expect(picture.get_by_role("img", name="Twelve people stretch")).to_be_visible()
    await _is_fit(page)

    await page.goto(f"/{SLUG}/timetable")
    shown = page.get_by_role("img", name="Twelve people stretch").first
    await shown.scroll_into_view_if_needed()
    await expect(shown).to_have_js_property("naturalWidth", 240)
    await _is_fit(page)
    await _open_class(page, "Morning Yoga")
    await expect(page.get_by_role("img", name="Twelve people stretch")).to_be_visible()
    await _is_fit(page)


async def test_a_term_is_announced_without_its_holidays(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    first = date.today() + timedelta(weeks=30 if width < 500 else 50)  # noqa: DTZ011 (as above)
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/sessions")
    await page.get_by_role("link", name="Announce sessions").click()
    await _is_fit(page)
    await page.get_by_label("Begins").fill(f"{first}T06:30")
    await page.get_by_label("Repeats").select_option("every week")
    await page.get_by_label("Last day").fill(str(first + timedelta(weeks=5)))
    await page.get_by_text("Holidays and other days off").click()
    await page.get_by_label("No sessions from").first.fill(str(first + timedelta(days=6)))
    await page.get_by_label("until, that day too").first.fill(str(first + timedelta(days=8)))
    await page.get_by_text("More: otherwise").click()
    await _is_fit(page)
    await page.get_by_role("button", name="Look at the dates").click()
    dates = page.get_by_role("region", name="The dates").first
    await expect(dates).to_contain_text("5 dates, 1 left out")
    await expect(dates.get_by_text("a day off")).to_be_visible()
    await dates.get_by_label("Leave out").last.check()
    await _is_fit(page)
    await page.get_by_role("button", name="Announce").click()
    await expect(page.get_by_text("The series is announced.")).to_be_visible()
    await page.get_by_role("link", name="06:30").first.click()
    await page.get_by_role("link", name="Change the session").click()
    await _is_fit(page)


async def test_a_pass_is_offered_with_its_terms(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/passes")
    offer = page.get_by_role("region", name="Offer a pass")
    await offer.get_by_label("Name").fill(f"Mornings {width}")
    await offer.get_by_label("Price in EUR").fill("eighty")
    await offer.get_by_text("More:").click()
    await offer.get_by_label("Pilates at Noon").check()
    await offer.get_by_label("Tuesday").check()
    await offer.get_by_label("Visits a week at most").fill("3")
    await _is_fit(page)
    await offer.get_by_role("button", name="Offer").click()
    await expect(offer.get_by_label("Price in EUR")).to_have_attribute("aria-invalid", "true")
    await expect(offer.get_by_label("Tuesday")).to_be_checked()
    await offer.get_by_label("Price in EUR").fill("80")
    await offer.get_by_role("button", name="Offer").click()
    row = page.get_by_role("row").filter(has_text=f"Mornings {width}")
    await expect(row).to_contain_text("Pilates at Noon; on Tuesday; 3 a week")
    await _is_fit(page)


async def test_the_house_says_how_sessions_are_run(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/session-settings")
    await page.get_by_label("Minutes that a place is held for a card").fill("0")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("At least 1.")).to_be_visible()
    await page.get_by_label("Minutes that a place is held for a card").fill("20")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The house's ways were saved.")).to_be_visible()

    await page.get_by_label("From a top-up of, in EUR").fill(f"{width}")
    await page.get_by_label("Bonus", exact=False).last.fill("25")
    await page.get_by_role("button", name="Give it").click()
    await expect(page.get_by_text("The bonus is given from now on.")).to_be_visible()
    await _is_fit(page)


async def test_sessions_are_called_off_once_it_is_said_whom_it_concerns(page: Page) -> None:
    is_wide = page.viewport_size is not None and page.viewport_size["width"] >= 500
    day = date.today() + timedelta(weeks=3 if is_wide else 2)  # noqa: DTZ011 (as above)
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/sessions?week={day}")
    await page.get_by_role("link", name="Swing for Beginners").click()
    await page.get_by_label("Which").select_option("following" if is_wide else "one")
    await page.get_by_label("Why").fill("The floor is mended")
    await page.get_by_role("button", name="Call it off").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    if is_wide:
        concerned = page.get_by_role("region", name="Whom it concerns")
        await expect(concerned.get_by_text("1 booked").first).to_be_visible()
        await _is_fit(page)
        await page.get_by_role("button", name="Call it off").click()
        await page.get_by_role("dialog").get_by_role("button", name="Yes").click()

    await expect(page.get_by_text("called off.")).to_be_visible()
    await page.goto(f"/office/{SLUG}/sessions?week={day}")
    slot = page.locator(".week-slot").filter(has_text="Swing for Beginners")
    await expect(slot).to_contain_text("called off")


async def test_the_picture_is_beside_what_is_booked_and_the_shops_places_are_all_shown(
    page: Page,
) -> None:
    await sign_in(page)
    day = date.today() + timedelta(weeks=5)  # noqa: DTZ011 (as above)
    await page.goto(f"/{SLUG}/timetable?week={day}")
    await page.get_by_role("link", name="Morning Yoga").first.click()
    await page.set_viewport_size({"width": 1440, "height": 900})
    facts = await page.locator("dl.facts").bounding_box()
    picture = await page.locator("img.picture").bounding_box()
    assert facts
    assert picture
    assert picture["x"] >= facts["x"] + facts["width"]
    assert abs(picture["y"] - facts["y"]) < 32
    for width in (375, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        await expect(page.get_by_role("link", name="My bookings")).to_be_in_viewport(ratio=1)
        assert not await page.locator("nav[aria-label=Site]").evaluate(
            "nav => nav.scrollWidth > nav.clientWidth"
        )
        await _is_fit(page)
