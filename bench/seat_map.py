"""How long a frame of the seat map takes while it is moved, on the demo's arena of 8,897 seats."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright
from scripts.ensure_chromium import find

from bench.report import Figure
from bench.serving import serving
from houseful.demo import SLUG

FRAMES = 120
SLOW = 4
"""A weak phone is about so many times slower."""
PAN = "view.pan(at % 40 < 20 ? 6 : -6, 2 - (at % 5))"
ZOOM = (
    "stage.view.zoom(at < 60 ? 1.07 : 1 / 1.07, ...view.toScreen(hall.x[middle], hall.y[middle]))"
)
MOVES = {
    "sections from afar, panned": (0.0, PAN),
    "seats of a section, panned": (6.5, PAN),
    "seats with numbers, panned": (26.0, PAN),
    "from far to near and back": (0.0, ZOOM),
}
"""How far apart seats are at first, in pixels; and what is done in each frame."""
MEASURE = """
([pitch, frames]) => new Promise((done) => {
  const stage = document.querySelector("seat-map").board.stage;
  const {painter, view, hall} = stage;
  const section = hall.sections.reduce((a, b) => (b.end - b.first > a.end - a.first ? b : a));
  const middle = (section.first + section.end) >> 1;
  view.fly(pitch ? view.around(hall.x[middle], hall.y[middle], pitch) : view.home(), 0, false);
  const paints = [], gaps = [];
  let before = 0, at = 0;
  function frame(now) {
    if (before) gaps.push(now - before);
    before = now;
    MOVE;
    const begun = performance.now();
    painter.paint(stage.scene);
    paints.push(performance.now() - begun);
    if (++at < frames) requestAnimationFrame(frame);
    else done({paints, gaps});
  }
  requestAnimationFrame(frame);
})
"""


def measure(directory: Path) -> list[Figure]:
    """Load the demo, serve it, and move its map in Chromium; nothing where there is none."""
    if find() is None:
        return []
    environment = {**os.environ, "HOUSEFUL_DATA_DIRECTORY": str(directory)}
    subprocess.run(
        [sys.executable, "-m", "houseful", "demo"],
        env=environment,
        check=True,
        capture_output=True,
    )
    with serving(directory) as (address, _, _):
        return asyncio.run(_move(address))


async def _move(address: str) -> list[Figure]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        context = await browser.new_context(
            viewport={"width": 1440, "height": 900}, device_scale_factor=2
        )
        page = await context.new_page()
        await page.goto(f"{address}/{SLUG}/the-glass-orchard")
        await page.wait_for_selector("seat-map[data-ready]")
        figures = await _figures(page, "")
        session = await context.new_cdp_session(page)
        await session.send(  # pyright: ignore[reportUnknownMemberType] (Playwright leaves it open)
            "Emulation.setCPUThrottlingRate", {"rate": SLOW}
        )
        figures += await _figures(page, f", {SLOW} × slower")
        await browser.close()
        return figures


async def _figures(page: Page, note: str) -> list[Figure]:
    figures: list[Figure] = []
    for name, (pitch, move) in MOVES.items():
        found: dict[str, Any] = await page.evaluate(MEASURE.replace("MOVE", move), [pitch, FRAMES])
        figures += [
            Figure(f"{name}{note}: script", _at(found["paints"], 0.5), "ms"),
            Figure(f"{name}{note}: frame", _at(found["gaps"], 0.5), "ms"),
        ]
    return figures


def _at(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]
