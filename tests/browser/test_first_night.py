"""The first night, whole: a seat on the map, paid, on paper, through the door, and in the books."""

import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright, expect
from pypdf import PdfReader
from scripts.ensure_chromium import find

from houseful.kernel.database import Database
from tests.api import problem_of
from tests.browser.conftest import FLAGS, violations
from tests.browser.door_video import write_picture
from tests.browser.test_seat_map import open_map, tap_seat
from tests.builders.accounts import PASSWORD, House
from tests.builders.ticketing import Show, a_show
from tests.server import Server

pytestmark = pytest.mark.browser

SEAT = 7
SHORT_CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    """A show that begins in half an hour: its doors are open."""
    soon = datetime.now(UTC) + timedelta(minutes=30)
    return await database.run(
        house.organization_id,
        a_show,
        start_at=soon,
        doors_at=soon - timedelta(minutes=29),
        end_at=soon + timedelta(hours=3),
    )


@pytest.fixture
async def buyer(chromium: Browser, server: Server) -> AsyncIterator[Page]:
    """Somebody who wants to see the show, at a desk."""
    context = await chromium.new_context(
        base_url=server.url, viewport={"width": 1440, "height": 900}
    )
    yield await context.new_page()
    await context.close()


async def test_a_seat_from_the_map_goes_through_the_door_and_into_the_books(
    buyer: Page, server: Server, house: House, show: Show, tmp_path: Path
) -> None:
    await _buy_on_the_map(buyer, house, show)
    picture = tmp_path / "code.png"
    await buyer.locator(".ticket-card .qr svg").screenshot(path=picture)
    printed = await _short_code_on_paper(buyer)

    office = _Office(server, house)
    seen = await _through_the_door(server, house, office, picture, tmp_path)
    again = office.scan(show, printed)
    await _in_the_books(buyer, house)

    assert seen == "Welcome"
    assert again["result"] == "already_in"
    assert again["ticket"]["seat"]
    assert office.is_balanced()


async def _buy_on_the_map(page: Page, house: House, show: Show) -> None:
    await open_map(page, f"/{house.slug}/{show.slug}")
    await tap_seat(page, SEAT)
    await page.get_by_role("button", name="Hold these places").click()
    await page.get_by_role("link", name="Continue to checkout").click()
    await page.get_by_label("Your name").fill("Bea Buyer")
    await page.get_by_label("E-mail").fill("bea@example.org")
    await page.get_by_role("button", name=re.compile("^Pay ")).click()
    assert await violations(page) == []
    await page.get_by_role("button", name="Pay", exact=True).click()
    await expect(page.get_by_text("Your ticket")).to_be_visible()


async def _short_code_on_paper(page: Page) -> str:
    """Return the code that is printed on the ticket."""
    link = page.get_by_role("link", name="Download as PDF")
    answer = await page.context.request.get(await link.get_attribute("href") or "")
    text = PdfReader(io.BytesIO(await answer.body())).pages[0].extract_text()
    found = SHORT_CODE.search(text)
    assert found, text
    return found[0]


async def _through_the_door(
    server: Server, house: House, office: "_Office", picture: Path, directory: Path
) -> str:
    """Hold the picture of the code before a phone's camera; return what the phone says."""
    film = write_picture(directory / "ticket.y4m", Image.open(picture))
    flags = (
        *FLAGS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    async with async_playwright() as playwright:
        phone = await playwright.chromium.launch(executable_path=find(), args=list(flags))
        context = await phone.new_context(
            base_url=server.url, permissions=["camera"], viewport={"width": 390, "height": 844}
        )
        page = await context.new_page()
        await page.goto(f"/door#code={office.enrolment_code()}")
        await page.get_by_role("button", name="Enrol this phone").click()
        await page.wait_for_url(f"**/door/{house.slug}")
        await page.get_by_role("link", name="An Evening of Songs").click()
        await page.get_by_role("button", name="Begin").click()
        await page.get_by_role("button", name="Use the camera").click()
        heading = page.get_by_role("dialog").get_by_role("heading")
        await expect(heading).to_be_visible(timeout=20_000)
        said = await heading.inner_text()
        await phone.close()
        return said


async def _in_the_books(page: Page, house: House) -> None:
    """Find the sale in the office's books, which are in balance."""
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(house.email("owner"))
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.goto(f"/office/{house.slug}/ledger")
    await expect(page.get_by_role("rowheader", name="In balance")).to_be_visible()
    await page.get_by_role("link", name="order", exact=True).click()
    await expect(page.get_by_text("Bea Buyer").first).to_be_visible()


class _Office:
    """What the office does beside the door, through the API."""

    def __init__(self, server: Server, house: House) -> None:
        self._client = httpx.Client(base_url=server.url, timeout=20)
        tokens = self._client.post(
            "/api/v1/auth/sign-in", json={"email": house.email("owner"), "password": PASSWORD}
        ).json()
        self._client.headers["authorization"] = f"Bearer {tokens['accessToken']}"
        self._client.headers["x-org"] = str(house.organization_id)

    def enrolment_code(self) -> str:
        """Add a device; return the code that enrols it."""
        device = self._client.post("/api/v1/devices", json={"name": "Phone 1"}).json()
        made = self._client.post(f"/api/v1/devices/{device['id']}/enrolment-code", json={})
        return made.json()["code"]

    def scan(self, show: Show, code: str) -> dict[str, "dict[str, str]"]:
        """Scan a code that was typed."""
        body = {
            "scanId": "01900000-0000-7000-8000-0000000000aa",
            "eventId": str(show.event_id),
            "code": code,
        }
        answer = self._client.post("/api/v1/scans", json=body)
        assert answer.status_code == 200, problem_of(answer)
        return answer.json()

    def is_balanced(self) -> bool:
        """Whether the books balance, with the sale's money at the provider in them."""
        balance = self._client.get("/api/v1/ledger/trial-balance").json()
        sums = {account["code"]: account["balanceMinor"] for account in balance["accounts"]}
        return balance["isBalanced"] and sums["1000"] == sums["2000"] + sums["4000"] + sums["2100"]
