"""Take pictures of every page, on a phone and at a desk, by day and by night: look at them.

`python -m scripts.take_screenshots [ADDRESS] [PATTERN]`: a pattern takes only what it names.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.ensure_chromium import find
from scripts.pictures import door, office, public
from scripts.pictures.album import Album, new_page

TARGET = Path("screenshots")


def main(base_url: str, only: str = "") -> None:
    """Take every picture of a running demo, and say where to leaf through them."""
    TARGET.mkdir(exist_ok=True)
    album = Album(TARGET, only)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        public.walk(new_page(browser, base_url), album)
        desk = new_page(browser, base_url)
        office.walk(desk, album)
        code = door.enrolment_code(desk, album)
        ticket = door.unused_ticket(new_page(browser, base_url))
        door.walk(new_page(browser, base_url), album, code, ticket)
        office.walk_as_others(new_page(browser, base_url), album)
        browser.close()
    print(f"{len(album.pages)} pages: {album.bind()}")


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["http://127.0.0.1:8000"]))
