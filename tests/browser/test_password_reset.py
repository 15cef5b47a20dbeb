"""Forgotten, invited, told: the way to a password, as people go it."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from houseful.accounts import create_user
from houseful.accounts.models import RateCounter
from houseful.demo import PASSWORD as DEMO_PASSWORD
from houseful.demo import SLUG
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.tenancy import PLATFORM
from houseful.messaging import Notification
from tests.browser.conftest import overflows, violations
from tests.builders.accounts import PASSWORD
from tests.builders.messaging import outbox
from tests.server import Server

pytestmark = pytest.mark.browser

NEW_PASSWORD = "an altogether different one"
WAIT_SECONDS = 60


@pytest.fixture
async def records(demo_server: Server) -> AsyncIterator[Database]:
    """The server's database; attempts of other tests are not counted against this one."""
    database = Database(demo_server.database_url)
    await database.run(None, _forget_attempts)
    yield database
    await database.close()


async def test_a_forgotten_password_is_replaced(page: Page, records: Database) -> None:
    email = f"forgetful-{_width(page)}@example.org"
    await records.run(None, create_user, email=email, name="Fay", password=PASSWORD)

    await page.goto("/sign-in")
    await page.get_by_role("link", name="Choose a new one").click()
    assert await violations(page) == []
    assert not await overflows(page)
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Send the link").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    assert await violations(page) == []
    link = await _link(records, email)
    await page.goto(link)
    await expect(page.get_by_label("E-mail")).to_have_value(email)
    assert await violations(page) == []
    assert not await overflows(page)
    await page.get_by_label("New password").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Set the password").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Your password is set")
    assert await violations(page) == []
    await page.get_by_role("link", name="Sign in", exact=True).click()
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(re.compile("/office$"))

    await page.goto(link)
    await expect(page.get_by_role("heading", level=1)).to_have_text("This link is over")
    assert await violations(page) == []


async def test_a_poor_password_is_told_and_the_link_still_holds(
    page: Page, records: Database
) -> None:
    email = f"careless-{_width(page)}@example.org"
    await records.run(None, create_user, email=email, name="Cal", password=PASSWORD)
    await page.goto("/forgot")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Send the link").click()
    await page.goto(await _link(records, email))

    await page.get_by_label("New password").fill("password1")
    await page.get_by_role("button", name="Set the password").click()
    await expect(page.get_by_role("alert")).to_contain_text("most common")
    assert await violations(page) == []
    await page.get_by_label("New password").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Set the password").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Your password is set")


async def test_nobody_learns_who_has_an_account(page: Page, records: Database) -> None:
    said: list[str] = []
    for email in (f"owner@{SLUG}.example", f"nobody-{_width(page)}@example.org"):
        await page.goto("/forgot")
        await page.get_by_label("E-mail").fill(email)
        await page.get_by_role("button", name="Send the link").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
        text = await page.get_by_role("main").inner_text()
        said.append(text.replace(email, "…"))

    assert said[0] == said[1]


async def test_who_asks_too_often_is_asked_to_wait(page: Page, records: Database) -> None:
    for _ in range(4):
        await page.goto("/forgot")
        await page.get_by_label("E-mail").fill(f"impatient-{_width(page)}@example.org")
        await page.get_by_role("button", name="Send the link").click()

    await expect(page.get_by_role("alert")).to_contain_text("wait")


async def test_somebody_invited_comes_in(page: Page, records: Database) -> None:
    email = f"new-{_width(page)}@{SLUG}.example"
    await sign_in(page, f"owner@{SLUG}.example")
    await page.goto(f"/office/{SLUG}/members")
    await page.get_by_text("Add a member").click()
    await page.get_by_label("Name").fill("Nora New")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.get_by_role("button", name="Sign out").click()

    await page.goto(await _link(records, email, "invitation"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    await expect(page.get_by_role("main")).to_contain_text("Nora New")
    assert await violations(page) == []
    await page.get_by_label("New password").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Set the password").click()
    await page.get_by_role("link", name="Sign in", exact=True).click()
    await _fill_in(page, email, NEW_PASSWORD)

    await expect(page.get_by_role("heading", level=1)).to_have_text("Today")


async def test_the_page_of_a_link_tells_no_other_site(page: Page) -> None:
    answer = await page.goto("/reset?token=unknown")

    assert answer is not None
    assert answer.status == 422
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


async def sign_in(page: Page, email: str) -> None:
    await page.goto("/sign-in")
    await _fill_in(page, email, "")


async def _fill_in(page: Page, email: str, password: str) -> None:
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(password or DEMO_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def _link(records: Database, email: str, kind: str = "password_reset") -> str:
    """Return the path of the link in the newest mail to the address, once it is written."""
    tenant = PLATFORM if kind == "password_reset" else await records.run(None, _house)
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            mails: list[Notification] = await outbox(records, tenant, kind)
            for mail in reversed(mails):
                found = re.search(r"https?://[^/]+(/\S+token=\S+)", mail.text)
                if mail.recipient == email and found:
                    return found[1]
            await asyncio.sleep(0.1)  # waiting for another process: there is no clock to inject


async def _house(uow: UnitOfWork) -> object:
    found = await uow.execute("SELECT id FROM organizations WHERE slug = :slug", {"slug": SLUG})
    return found.scalar_one()


async def _forget_attempts(uow: UnitOfWork) -> None:
    await uow.execute(RateCounter.__table__.delete())  # type: ignore[attr-defined]


def _width(page: Page) -> int:
    return page.viewport_size["width"] if page.viewport_size else 0
