"""The door: a phone is enrolled, stands at a gate, and judges tickets."""

import re

from playwright.sync_api import Page

from houseful.demo import SLUG
from scripts.pictures.album import Album
from scripts.pictures.office import OFFICE

CHAPTER = "door"
EVENT = "Open Stage"
GATE = "Main entrance"


def enrolment_code(page: Page, album: Album) -> str:
    """Add a device in the office, where the page is signed in; return its code."""
    page.goto(OFFICE + "/devices")
    page.get_by_label("Name").fill("Main entrance 1")
    page.get_by_role("button", name="Add, and show its code").click()
    album.take(page, "office", "device-with-code")
    return page.locator(".enrolment-code").inner_text().strip()


def unused_ticket(page: Page) -> str:
    """Buy a ticket for tonight on line; return what is written below its square."""
    page.goto(f"/{SLUG}/open-stage")
    page.locator(".places input").first.fill("1")
    page.get_by_role("button", name="Hold these places").click()
    page.get_by_role("link", name="Continue to checkout").click()
    page.get_by_label("Your name").fill("Nora Night")
    page.get_by_label("E-mail").fill("nora@example.org")
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    page.get_by_role("button", name="Pay", exact=True).click()
    return page.locator(".ticket-card .code").first.inner_text().removeprefix("Code").strip()


def walk(page: Page, album: Album, code: str, ticket: str) -> None:
    """Enrol, choose, and meet the verdicts."""
    page.goto("/door")
    album.take(page, CHAPTER, "enrol")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Enrol this phone").click()
    album.take(page, CHAPTER, "choose-event")
    page.get_by_role("link", name=EVENT).click()
    album.take(page, CHAPTER, "choose-gate")
    page.get_by_role("button", name=GATE).click()
    page.locator("door-scanner[can-judge-alone]").wait_for(state="attached")
    album.take(page, CHAPTER, "scan")
    for typed, verdict in ((ticket, "welcome"), (ticket, "inside"), ("NOTACODE", "unknown")):
        page.get_by_label("Ticket code").fill(typed)
        page.get_by_role("button", name="Check", exact=True).click()
        page.get_by_role("dialog").wait_for()
        album.take(page, CHAPTER, f"verdict-{verdict}")
        page.get_by_role("button", name="Next").click()
    page.context.set_offline(True)
    page.wait_for_timeout(500)
    album.take(page, CHAPTER, "off-line")
    page.context.set_offline(False)
