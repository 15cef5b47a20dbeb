"""The album: each page at four looks, and one page to leaf through them all."""

import re
from html import escape
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page


class Look(NamedTuple):
    """How wide the screen is, and whether it is night."""

    name: str
    width: int
    height: int
    scheme: str


LOOKS = (
    Look("phone-light", 390, 844, "light"),
    Look("phone-dark", 390, 844, "dark"),
    Look("desk-light", 1440, 900, "light"),
    Look("desk-dark", 1440, 900, "dark"),
)
SETTLES_MS = 150
"""How long a canvas or an animation gets to follow a new size."""

STYLE = """
body { margin: 24px; font: 15px/1.5 system-ui, sans-serif; background: #eee; color: #222 }
section { display: flex; gap: 16px; overflow-x: auto; align-items: start; padding-block: 8px 24px }
img { block-size: 480px; inline-size: auto; max-inline-size: none; border: 1px solid #bbb }
nav { columns: 220px }
"""


class Album:
    """A folder of pictures that grows as a walk goes on, under chapters."""

    def __init__(self, folder: Path, only: str = "") -> None:
        self.folder = folder
        self.only = re.compile(only)
        self.pages: list[str] = []

    def take(self, page: Page, chapter: str, title: str) -> None:
        """Take the page as it stands, at each look."""
        name = f"{chapter}-{title}"
        if not self.only.search(name):
            return
        for look in LOOKS:
            page.set_viewport_size({"width": look.width, "height": look.height})
            page.emulate_media(color_scheme="dark" if look.scheme == "dark" else "light")
            page.wait_for_timeout(SETTLES_MS)
            page.screenshot(path=self.folder / f"{name}-{look.name}.png", full_page=True)
        self.pages.append(name)

    def print_view(self, page: Page, chapter: str, title: str) -> None:
        """Take the page as it would leave the printer."""
        name = f"{chapter}-{title}-print"
        if not self.only.search(name):
            return
        page.set_viewport_size({"width": 794, "height": 1123})
        page.emulate_media(media="print", color_scheme="light")
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        page.emulate_media(media="screen")

    def bind(self) -> Path:
        """Write the page to leaf through; return where it is."""
        parts = [
            f'<h2 id="{escape(name)}">{escape(name)}</h2><section>{_pictures(name)}</section>'
            for name in self.pages
        ]
        links = "".join(f'<div><a href="#{escape(n)}">{escape(n)}</a></div>' for n in self.pages)
        index = self.folder / "index.html"
        index.write_text(
            f"<!doctype html><meta charset=utf-8><title>Houseful, page by page</title>"
            f"<style>{STYLE}</style><h1>Houseful, page by page</h1><nav>{links}</nav>"
            + "".join(parts),
            encoding="utf-8",
        )
        return index


def new_page(browser: Browser, base_url: str) -> Page:
    """Return a fresh visitor, at a desk by day."""
    return browser.new_page(base_url=base_url, viewport={"width": 1440, "height": 900})


def _pictures(name: str) -> str:
    return "".join(
        f'<a href="{escape(name)}-{look.name}.png"><img loading="lazy" alt="{look.name}"'
        f' src="{escape(name)}-{look.name}.png"></a>'
        for look in LOOKS
    )
