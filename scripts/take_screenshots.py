"""Take pictures of the main pages, on a phone and at a desk, by day and by night: look at them."""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from scripts.ensure_chromium import find

TARGET = Path("screenshots")
SIZES = {"phone": (390, 844), "desk": (1440, 900)}
SHOP = ("/", "/lantern", "/lantern/the-glass-orchard", "/sign-in")
OFFICE = ("", "/events", "/venues", "/ledger", "/members")


def main(base_url: str) -> None:
    """Take every picture of a running demo."""
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                page = browser.new_page(
                    base_url=base_url,
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                _walk(page, f"{size}-{scheme}")
                page.close()
        browser.close()


def _walk(page: Page, name: str) -> None:
    for path in SHOP:
        _picture(page, path, name)
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill("owner@lantern.example")
    page.get_by_label("Password").fill(os.environ.get("DEMO_PASSWORD", "curtain-up-at-eight"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/office/lantern")
    for path in OFFICE:
        _picture(page, f"/office/lantern{path}", name)


def _picture(page: Page, path: str, name: str) -> None:
    page.goto(path)
    title = path.strip("/").replace("/", "-") or "home"
    page.screenshot(path=TARGET / f"{title}-{name}.png", full_page=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
