"""The office: every page of it as the owner sees it, and what others are not let into."""

from datetime import date, timedelta

from playwright.sync_api import Page

from houseful.demo import PASSWORD, SLUG
from scripts.pictures.album import Album

CHAPTER = "office"
OFFICE = f"/office/{SLUG}"
LISTS = (
    ("/bookings", "booking"),
    ("/customers", "customer"),
    ("/deals", "deal"),
    ("/contracts", "contract"),
    ("/contract-templates", "contract-template"),
    ("/deposits", "deposit"),
    ("/venue-events", "venue-event"),
    ("/settlements", "settlement"),
    ("/promoter-settlements", "promoter-settlement"),
    ("/layouts", "layout"),
    ("/orders", "order"),
    ("/box-office", "till"),
    ("/session-customers", "session-customer"),
    ("/wallets", "wallet"),
    ("/venues", "venue"),
    ("/outbox", "outbox-message"),
)
"""Lists, and what the first thing on each of them is."""

PAGES = (
    ("", "today"),
    ("/calendar?view=day", "calendar-day"),
    ("/calendar?view=week", "calendar-week"),
    ("/calendar?view=month", "calendar-month"),
    ("/calendar?view=year", "calendar-year"),
    ("/reports", "reports"),
    ("/events", "events"),
    ("/passes", "passes"),
    ("/refund-requests", "refund-requests"),
    ("/debtors", "debtors"),
    ("/house", "house"),
    ("/members", "members"),
    ("/audit", "audit"),
    ("/devices", "devices"),
    ("/mail", "mail"),
    ("/mail/words?kind=order_paid&language=en", "mail-words"),
    ("/ledger", "ledger"),
    ("/payouts", "payouts"),
)


def sign_in(page: Page, name: str) -> None:
    """Sign in as one of the demo's people."""
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(f"{name}@{SLUG}.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def walk(page: Page, album: Album) -> None:
    """Walk through the office as its owner."""
    sign_in(page, "owner")
    for path, title in PAGES:
        page.goto(OFFICE + path)
        album.take(page, CHAPTER, title)
    page.goto(OFFICE + "/calendar?view=week")
    album.print_view(page, CHAPTER, "calendar-week")
    for path, one in LISTS:
        _list_and_first(page, album, path, one)
    _papers(page, album)
    _events(page, album)
    _sheet(page, album)
    _entry(page, album)
    _mine(page, album)


def walk_as_others(page: Page, album: Album) -> None:
    """See the office as somebody who only scans, and be sent away from the books."""
    sign_in(page, "scanner")
    page.goto(OFFICE)
    album.take(page, CHAPTER, "as-a-scanner")
    page.goto(OFFICE + "/ledger")
    album.take(page, CHAPTER, "error-403")


def _list_and_first(page: Page, album: Album, path: str, one: str) -> None:
    answer = page.goto(OFFICE + path)
    if answer is None or not answer.ok:
        return
    album.take(page, CHAPTER, path.strip("/"))
    first = page.locator(f'main a[href^="{OFFICE}{path}/"]:not([href$="/new"])').first
    if first.count():
        first.click()
        page.wait_for_timeout(400)
        album.take(page, CHAPTER, one)
        if one in {"settlement", "deal"}:
            album.print_view(page, CHAPTER, one)


def _papers(page: Page, album: Album) -> None:
    page.goto(OFFICE + "/deposits/schedule")
    page.get_by_label("In how many parts").fill("2")
    page.get_by_role("button", name="Propose a schedule").click()
    album.take(page, CHAPTER, "deposit-schedule")


def _events(page: Page, album: Album) -> None:
    page.goto(OFFICE + "/events")
    page.get_by_role("link", name="The Glass Orchard").first.click()
    album.take(page, CHAPTER, "event")
    event = page.url.partition("?")[0]
    for part in ("sale", "postpone", "edit", "keys"):
        answer = page.goto(f"{event}/{part}")
        if answer is not None and answer.ok:
            album.take(page, CHAPTER, f"event-{part}")


def _sheet(page: Page, album: Album) -> None:
    next_week = date.today() + timedelta(weeks=1)  # noqa: DTZ011 (the demo begins today)
    page.goto(f"{OFFICE}/sessions?by=instructor&week={next_week}")
    album.take(page, CHAPTER, "sessions-by-instructor")
    page.goto(f"{OFFICE}/sessions?week={next_week}")
    album.take(page, CHAPTER, "sessions")
    page.locator(f'main td a[href^="{OFFICE}/sessions/"]').first.click()
    album.take(page, CHAPTER, "session-sheet")


def _entry(page: Page, album: Album) -> None:
    page.goto(OFFICE + "/ledger")
    page.locator(f'main a[href^="{OFFICE}/ledger/entries/"]').first.click()
    album.take(page, CHAPTER, "ledger-entry")


def _mine(page: Page, album: Album) -> None:
    for path, title in (("/me", "me-houses"), (f"/me/{SLUG}", "me")):
        page.goto(path)
        album.take(page, CHAPTER, title)
