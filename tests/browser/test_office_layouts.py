"""Layouts: a plan is imported, looked at, published, and renewed."""

import json
from typing import Any

import pytest
from playwright.async_api import FilePayload, Page, expect

from houseful.demo import SLUG
from tests.browser.conftest import overflows, violations
from tests.browser.test_office import sign_in

pytestmark = pytest.mark.browser


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/json", "buffer": content}


def _plan() -> bytes:
    """A pretix plan of two rows of five, in which two seats bear the same id."""
    seats: list[dict[str, Any]] = [
        {
            "seat_guid": f"seat-{number}",
            "seat_number": str(number + 1),
            "position": {"x": 20 * number, "y": 0},
            "category": "Stalls",
        }
        for number in range(5)
    ]
    again = [seat | {"seat_guid": f"again-{place}"} for place, seat in enumerate(seats)]
    again[0]["seat_guid"] = "seat-0"
    rows = [
        {"row_number": "A", "position": {"x": 0, "y": 0}, "seats": seats},
        {"row_number": "B", "position": {"x": 0, "y": 25}, "seats": again},
    ]
    zone = {"name": "Stalls", "position": {"x": 0, "y": 0}, "rows": rows, "areas": []}
    plan = {
        "name": "Little house",
        "categories": [{"name": "Stalls", "color": "#6b2154"}],
        "zones": [zone],
        "size": {"width": 200, "height": 100},
    }
    return json.dumps(plan).encode()


async def test_a_file_that_is_no_plan_is_told_kindly_and_nothing_is_lost(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/layouts")
    await page.get_by_text("Import a plan").click()
    await page.get_by_label("Name").fill("My hall")
    await page.get_by_label("File").set_input_files(_file("notes.json", b'{"notes": []}'))
    await page.get_by_role("button", name="Import as a draft").click()

    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator(".fault")).to_contain_text("neither a seats.io chart")
    await expect(page.get_by_label("Name")).to_have_value("My hall")
    assert await violations(page) == []


async def test_a_plan_is_imported_repaired_published_and_renewed(page: Page) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    name = f"Little house {width}"
    await sign_in(page)
    await page.goto(f"/office/{SLUG}/layouts")
    await page.get_by_text("Import a plan").click()
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("File").set_input_files(_file("plan.json", _plan()))
    await page.get_by_role("button", name="Import as a draft").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    await expect(page.locator("main")).to_contain_text("they were given new ones: 1")
    await expect(page.locator("seat-map canvas").first).to_be_visible(timeout=20_000)
    assert await violations(page) == []
    assert not await overflows(page)

    await page.get_by_role("link", name="Publish …").click()
    await expect(page.locator("main")).to_contain_text("never changes again")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("status").first).to_contain_text("Published")
    await page.get_by_role("button", name="Begin a new version").click()
    await expect(page.get_by_role("status").first).to_contain_text("version 2, a draft")

    await page.get_by_role("link", name="Remove …").click()
    await page.get_by_role("button", name="Remove the draft").click()
    await page.get_by_role("row").filter(has_text=name).get_by_role("link").first.click()
    await page.get_by_role("link", name="Retire …").click()
    await page.get_by_role("button", name="Retire").click()
    await expect(page.locator("h1 + .badge")).to_have_text("retired")
