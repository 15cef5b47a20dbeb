"""Devices in the office: added, enrolled by a phone, given a gate, put out of service."""

from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from houseful.demo import PASSWORD, SLUG
from tests.browser.conftest import go_to, overflows, violations
from tests.server import Server

pytestmark = pytest.mark.browser


async def sign_in(page: Page, role: str) -> None:
    await page.goto(f"/sign-in?next=/office/{SLUG}/devices")
    await page.get_by_label("E-mail").fill(f"{role}@{SLUG}.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def test_a_device_is_added_enrolled_assigned_and_put_out_of_service(
    page: Page, chromium: Browser, demo_server: Server
) -> None:
    name = f"Main entrance {uuid4().hex[:6]}"
    await sign_in(page, "admin")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Devices")
    assert await violations(page) == []

    await page.get_by_label("Name").fill(name)
    await page.get_by_role("button", name="Add, and show its code").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    code = await page.locator(".enrolment-code").inner_text()
    await expect(page.get_by_role("img", name="QR code")).to_be_visible()
    assert await violations(page) == []
    assert not await overflows(page)

    phone = await chromium.new_context(base_url=demo_server.url)
    door = await phone.new_page()
    await door.goto(f"/door#code={code}")
    assert "code" not in door.url
    await door.get_by_role("button", name="Enrol this phone").click()
    await expect(door.get_by_role("heading", level=1)).to_have_text("For which event?")

    await page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").click()
    await page.get_by_role("link", name=name).click()
    await expect(page.locator("dl").get_by_text("enrolled", exact=True)).to_be_visible()
    await page.get_by_label("Event").select_option(index=0)
    await page.get_by_label("Gate").select_option(label="Canal side")
    await page.get_by_role("button", name="Assign").click()
    await expect(page.get_by_role("status")).to_have_text("The device has its gate.")
    assert await violations(page) == []
    await door.reload()
    await door.get_by_role("link").filter(has_text="yours").click()
    await expect(door.get_by_role("button").first).to_contain_text("your gate")

    await page.get_by_role("button", name="Put out of service").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await expect(page.get_by_role("status")).to_have_text(f"{name} is out of service.")
    await door.reload()
    await expect(door.get_by_role("heading", level=1)).to_have_text("Scan tickets with this phone")
    await phone.close()


async def test_somebody_who_scans_finds_the_door_and_no_devices(page: Page) -> None:
    await sign_in(page, "scanner")
    await expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")
    await page.goto(f"/office/{SLUG}")
    navigation = page.get_by_role("navigation", name="Office")

    await expect(navigation.get_by_role("link", name="Devices")).to_have_count(0)
    await go_to(page, "Scan tickets")

    await expect(page).to_have_url(f"{page.url.split('/door')[0]}/door/{SLUG}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("For which event?")
    assert await violations(page) == []
