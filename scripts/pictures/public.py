"""What guests see: the house, its shows, a purchase, the timetable, a booking, signing in."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page

from houseful.demo import SLUG
from scripts.pictures.album import Album

CHAPTER = "public"
SHOW = f"/{SLUG}/the-glass-orchard"


def walk(page: Page, album: Album) -> None:
    """Walk through the public pages as a guest who buys and books."""
    _front(page, album)
    _choose(page, album)
    _buy(page, album)
    _book(page, album)
    _doors(page, album)
    _errors(page, album)


def _front(page: Page, album: Album) -> None:
    for path, title in (
        ("/", "home"),
        (f"/{SLUG}", "house"),
        (f"/{SLUG}/timetable", "timetable"),
        (f"/{SLUG}/inquiry", "inquiry"),
        (f"/{SLUG}/account", "account"),
        (f"/{SLUG}/open-stage", "event-without-seats"),
        (f"/{SLUG}/brass-at-midnight", "event-not-on-sale-yet"),
    ):
        page.goto(path)
        album.take(page, CHAPTER, title)
    page.goto(f"/{SLUG}/inquiry")
    page.get_by_role("button", name="Send the inquiry").click()
    album.take(page, CHAPTER, "inquiry-with-faults")


def _choose(page: Page, album: Album) -> None:
    page.goto(SHOW)
    page.get_by_role("application").wait_for()
    album.take(page, CHAPTER, "event-with-map")
    section = page.locator(".section-list a").first.get_attribute("href")
    page.goto(section or SHOW)
    page.get_by_role("application").wait_for()
    album.take(page, CHAPTER, "event-section-as-list")
    page.goto(f"{SHOW}/basket")
    album.take(page, CHAPTER, "basket-empty")


def _buy(page: Page, album: Album) -> None:
    page.goto(SHOW)
    page.get_by_label("How many").fill("2")
    page.get_by_role("button", name="Find and hold them").click()
    page.get_by_text("Held for you").wait_for()
    album.take(page, CHAPTER, "basket")
    page.get_by_role("link", name="Continue to checkout").click()
    album.take(page, CHAPTER, "checkout")
    page.get_by_label("Your name").fill("Bea Buyer")
    page.get_by_label("E-mail").fill("not an address")
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    album.take(page, CHAPTER, "checkout-with-faults")
    page.get_by_label("E-mail").fill("bea@example.org")
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    page.get_by_text("no real money").wait_for()
    album.take(page, CHAPTER, "sandbox-card")
    page.get_by_role("button", name="Decline").click()
    album.take(page, CHAPTER, "order-declined")
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    page.get_by_role("button", name="Pay", exact=True).click()
    page.get_by_text("Your tickets are here.").wait_for()
    album.take(page, CHAPTER, "order-paid")
    page.locator(".ticket-card .qr").first.click()
    page.get_by_text("Show this code at the door").wait_for()
    album.take(page, CHAPTER, "ticket")
    album.print_view(page, CHAPTER, "ticket")


def _book(page: Page, album: Album) -> None:
    next_week = date.today() + timedelta(weeks=1)  # noqa: DTZ011 (the demo begins today)
    page.goto(f"/{SLUG}/timetable?week={next_week}")
    page.get_by_role("link", name="Morning Yoga").first.click()
    album.take(page, CHAPTER, "session-1-choose")
    page.get_by_role("button", name="Book a place").click()
    album.take(page, CHAPTER, "session-2-details")
    page.get_by_label("Your name").fill("Gina Guest")
    page.get_by_label("E-mail").fill("gina@example.org")
    page.get_by_role("button", name=re.compile("^Book, then pay")).click()
    album.take(page, CHAPTER, "session-3-booking")


def _doors(page: Page, album: Album) -> None:
    for path, title in (
        ("/sign-in", "sign-in"),
        ("/sign-up", "sign-up"),
        ("/forgot", "forgot"),
        ("/reset?token=spent", "reset-spent"),
        ("/api/problems", "problems"),
        ("/api/docs", "api-docs"),
    ):
        page.goto(path)
        album.take(page, CHAPTER, title)


def _errors(page: Page, album: Album) -> None:
    page.goto(f"/{SLUG}/there-is-no-such-show")
    album.take(page, CHAPTER, "error-404")
