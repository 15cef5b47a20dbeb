"""The door, as stewards use it: with a phone, with a camera, without a network."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from scripts.ensure_chromium import find

from houseful.demo import PASSWORD, SLUG
from tests.browser.conftest import FLAGS, overflows, violations
from tests.browser.door_video import write_film
from tests.server import Server

pytestmark = pytest.mark.browser

PATIENCE_MS = 20_000
EVENT = "Open Stage"
GATE = "Main entrance"


class Office:
    """What the office does beside the door, through the API."""

    def __init__(self, server: Server) -> None:
        self.client = httpx.Client(base_url=server.url, timeout=20)
        tokens = self._post(
            "/api/v1/auth/sign-in", {"email": f"owner@{SLUG}.example", "password": PASSWORD}
        )
        self.client.headers["authorization"] = f"Bearer {tokens['accessToken']}"
        me = self._get("/api/v1/me")
        self.client.headers["x-org"] = me["organizations"][0]["organizationId"]
        self._tickets: list[dict[str, Any]] = []

    def device(self) -> tuple[str, str]:
        """Add a device; return its id and the code that enrols it."""
        device = self._post("/api/v1/devices", {"name": f"Phone {uuid4().hex[:6]}"})
        made = self._post(f"/api/v1/devices/{device['id']}/enrolment-code", {})
        return device["id"], made["code"]

    def revoke(self, device_id: str) -> None:
        """Put the device out of service."""
        self._post(f"/api/v1/devices/{device_id}/revoke", {})

    def ticket(self) -> dict[str, Any]:
        """Return a ticket for tonight that nobody has used, with its signed code."""
        if not self._tickets:
            events = self._get("/api/v1/promoter/events", name=EVENT)["items"]
            found = self._get(
                "/api/v1/tickets", eventId=events[0]["id"], sort="-createdAt", limit=60
            )
            self._tickets = found["items"]
        ticket = self._tickets.pop(0)
        return self._get(f"/api/v1/tickets/{ticket['id']}/code")

    def scans_of(self, ticket_id: str) -> list[str]:
        """Return what came of each scan of a ticket, the oldest first."""
        found = self._get("/api/v1/scans", limit=200, sort="-createdAt")["items"]
        return [scan["result"] for scan in reversed(found) if scan["ticketId"] == ticket_id]

    def _get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def office(demo_server: Server) -> Office:
    """The office of the demo house."""
    return Office(demo_server)


_cookies: dict[str, list[Any]] = {}
"""An enrolled phone by server: who enrols too often is slowed down, tests too."""


async def _stand_at_the_gate(page: Page, office: Office) -> None:
    """Enrol the phone, and choose tonight's event and a gate."""
    key = str(office.client.base_url)
    if key in _cookies:
        await page.context.add_cookies(_cookies[key])
        await page.goto("/door")
    else:
        await page.goto(f"/door#code={office.device()[1]}")
        await page.get_by_role("button", name="Enrol this phone").click()
        await page.wait_for_url(f"**/door/{SLUG}")
        _cookies[key] = await page.context.cookies()
    await page.get_by_role("link", name=EVENT).click()
    await page.get_by_role("button", name=GATE).click()
    await expect(page.locator("door-scanner[can-judge-alone]")).to_be_attached(timeout=PATIENCE_MS)


async def _type(page: Page, code: str) -> None:
    await page.get_by_label("Ticket code").fill(code)
    await page.get_by_role("button", name="Check", exact=True).click()


async def _inside(page: Page) -> int:
    return int(await page.locator("[data-inside]").inner_text())


async def test_a_phone_is_enrolled_and_judges_typed_codes(page: Page, office: Office) -> None:
    ticket = office.ticket()
    await _stand_at_the_gate(page, office)
    before = await _inside(page)
    assert await violations(page) == []
    assert not await overflows(page)

    await _type(page, ticket["publicId"])
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Welcome")
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Next").click()
    assert await _inside(page) == before + 1

    await _type(page, ticket["publicId"])
    await expect(dialog.get_by_role("heading")).to_have_text("Already inside")
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Next").click()
    assert await _inside(page) == before + 1


async def test_what_was_pressed_too_soon_is_undone(page: Page, office: Office) -> None:
    ticket = office.ticket()
    await _stand_at_the_gate(page, office)
    before = await _inside(page)

    await _type(page, ticket["shortCode"])
    await page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("Taken back")).to_be_visible()
    await expect(page.locator("[data-inside]")).to_have_text(str(before))

    await _type(page, ticket["shortCode"])
    await expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text("Welcome")


async def test_a_hand_scanner_types_wherever_the_focus_is(page: Page, office: Office) -> None:
    ticket = office.ticket()
    await _stand_at_the_gate(page, office)

    await page.keyboard.type(ticket["code"])
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text("Welcome")
    await page.keyboard.type("NOTATICKET")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text("Unknown")


async def test_without_a_network_tickets_are_judged_and_nothing_is_lost(
    page: Page, office: Office
) -> None:
    ticket, forged = office.ticket(), office.ticket()["code"][:-3] + "000"
    await _stand_at_the_gate(page, office)
    dialog = page.get_by_role("dialog")
    await page.context.set_offline(True)

    await _type(page, ticket["code"])
    await expect(dialog.get_by_role("heading")).to_have_text("Welcome")
    await expect(dialog).to_contain_text("Checked without a network.")
    await dialog.get_by_role("button", name="Next").click()
    await _type(page, ticket["code"])
    await expect(dialog.get_by_role("heading")).to_have_text("Already inside")
    await dialog.get_by_role("button", name="Next").click()
    await _type(page, forged)
    await expect(dialog.get_by_role("heading")).to_have_text("Not genuine")
    await dialog.get_by_role("button", name="Next").click()
    status = page.locator("[data-network]")
    await expect(status).to_contain_text("3 scans wait to be sent.")
    assert await violations(page) == []
    assert office.scans_of(ticket["id"]) == []

    await page.context.set_offline(False)
    await expect(status).to_be_hidden(timeout=PATIENCE_MS)
    assert office.scans_of(ticket["id"]) == ["ok", "already_in"]


async def test_scans_wait_while_the_page_is_loaded_again(page: Page, office: Office) -> None:
    ticket = office.ticket()
    await _stand_at_the_gate(page, office)
    await page.route("**/scans", lambda route: route.abort())
    await _type(page, ticket["code"])
    await page.get_by_role("dialog").get_by_role("button", name="Next").click()

    await page.reload()
    await expect(page.locator("[data-network]")).to_contain_text("1 scan waits")
    await page.unroute("**/scans")

    await expect(page.locator("[data-network]")).to_be_hidden(timeout=PATIENCE_MS)
    assert office.scans_of(ticket["id"]) == ["ok"]


async def test_the_scanner_is_opened_again_without_a_network(page: Page, office: Office) -> None:
    ticket = office.ticket()
    await _stand_at_the_gate(page, office)
    await expect(page.locator("door-scanner[kept]")).to_be_attached(timeout=PATIENCE_MS)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.context.set_offline(True)

    await page.reload()
    await _type(page, ticket["code"])

    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Welcome", timeout=PATIENCE_MS)
    await expect(dialog).to_contain_text("Checked without a network.")
    await page.context.set_offline(False)
    await expect(page.locator("[data-network]")).to_be_hidden(timeout=PATIENCE_MS)
    assert office.scans_of(ticket["id"]) == ["ok"]


async def test_a_phone_out_of_service_scans_nothing(page: Page, office: Office) -> None:
    device_id, code = office.device()
    ticket = office.ticket()
    await page.goto("/door")
    await page.get_by_label("Code").fill(code.lower().replace("-", " "))
    await page.get_by_role("button", name="Enrol this phone").click()
    await page.get_by_role("link", name=EVENT).click()
    await page.get_by_role("button", name=GATE).click()
    office.revoke(device_id)

    await _type(page, ticket["publicId"])
    await expect(page.get_by_role("dialog")).to_contain_text("taken out of service")
    assert office.scans_of(ticket["id"]) == []
    await page.goto(f"/door/{SLUG}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Scan tickets with this phone")


async def test_a_wrong_code_is_told_kindly(page: Page) -> None:
    await page.goto("/door")
    await page.get_by_label("Code").fill("NOT-A-CODE")
    await page.get_by_role("button", name="Enrol this phone").click()

    await expect(page.get_by_role("alert")).to_contain_text("ask for a new one")
    assert await violations(page) == []


async def test_a_scanner_signs_in_and_scans_without_any_script(
    chromium: Browser, demo_server: Server, office: Office
) -> None:
    ticket = office.ticket()
    context = await chromium.new_context(base_url=demo_server.url, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/door")
    await page.get_by_role("link", name="Sign in").click()
    await page.get_by_label("E-mail").fill(f"scanner@{SLUG}.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name="Scan at The Lantern").click()
    await page.get_by_role("link", name=EVENT).click()
    await page.get_by_role("button", name="Anywhere").click()

    await _type(page, ticket["publicId"])
    await expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    await context.close()


@pytest.fixture
async def filming(tmp_path: Path, office: Office) -> AsyncIterator[tuple[Browser, dict[str, Any]]]:
    """A browser whose camera sees a ticket, and the ticket."""
    ticket = office.ticket()
    film = write_film(tmp_path / "ticket.y4m", ticket["code"])
    flags = (
        *FLAGS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find(), args=list(flags))
        yield browser, ticket
        await browser.close()


async def test_the_camera_reads_a_ticket(
    filming: tuple[Browser, dict[str, Any]], demo_server: Server, office: Office
) -> None:
    browser, ticket = filming
    context = await browser.new_context(
        base_url=demo_server.url, permissions=["camera"], viewport={"width": 390, "height": 844}
    )
    page = await context.new_page()
    await _stand_at_the_gate(page, office)

    await page.get_by_role("button", name="Use the camera").click()

    await expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text("Welcome")
    assert office.scans_of(ticket["id"]) == ["ok"]
    await context.close()
