"""From a deal to a signed contract, a paid deposit and a settled night, in the office's pages."""

from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from houseful.accounts import find_organization
from houseful.demo import SLUG
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.sending import link_token
from houseful.kernel.database import Database, UnitOfWork
from tests.browser.conftest import overflows, violations
from tests.browser.test_office import sign_in
from tests.builders.hire import a_booking
from tests.builders.hire_papers import SECRET, a_deal, terms
from tests.server import Server

pytestmark = pytest.mark.browser

OFFICE = f"/office/{SLUG}"


def _width(page: Page) -> int:
    assert page.viewport_size is not None
    return page.viewport_size["width"]


async def _looks_right(page: Page) -> None:
    assert await violations(page) == []
    assert not await overflows(page)


async def _in_the_house(server: Server, use_case: Any, *args: Any) -> Any:
    """Run a use case in the demo house, beside its server."""
    database = Database(server.database_url)
    try:
        organization: Any = await database.run(None, find_organization, SLUG)
        return await database.run(organization.id, use_case, *args)
    finally:
        await database.close()


async def _book(uow: UnitOfWork, title: str) -> None:
    await a_booking(uow, title=title)


async def _book_a_night_that_is_over(uow: UnitOfWork, title: str) -> None:
    booking = await a_booking(uow, in_state="completed", title=title)
    rent = terms(shape="flat", payee="venue", share=0, amountMinor=50_000)
    await a_deal(uow, in_state="accepted", booking_id=booking.id, terms=rent)


async def _signer(uow: UnitOfWork, contract_id: UUID) -> UUID:
    return (await uow.get(Contract, contract_id)).signers[0].id


async def test_a_deal_is_seen_as_it_is_typed_and_then_agreed(
    page: Page, demo_server: Server
) -> None:
    title = f"Autumn tour {_width(page)}"
    await _in_the_house(demo_server, _book, title)
    await sign_in(page)
    await page.goto(f"{OFFICE}/deals")
    if await page.locator("details:not([open]) > summary").count():
        await page.get_by_text("Draft a deal").click()
    await page.locator("[name=title]").fill(title)
    await page.locator("[name=about]").select_option(label=f"Booking: {title}")
    await page.locator("[name=amount]").fill("8000")
    await page.locator("[name=share]").fill("85")
    await expect(page.locator(".plot .line")).to_have_count(2)
    await _looks_right(page)
    await page.get_by_role("button", name="Draft it").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await expect(page.locator(".plot .line")).to_have_count(2)
    await _looks_right(page)
    await page.get_by_role("button", name="Offer it").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await page.get_by_role("button", name="Accept").click()

    await expect(page.locator(".badge").first).to_have_text("accepted")


async def test_a_contract_is_drawn_up_sent_and_signed(page: Page, demo_server: Server) -> None:
    name = f"House terms {_width(page)}"
    title = f"Winter gala {_width(page)}"
    await _in_the_house(demo_server, _book, title)
    await sign_in(page)
    await page.goto(f"{OFFICE}/contract-templates")
    if await page.locator("details:not([open]) > summary").count():
        await page.get_by_text("Write a template").click()
    await page.locator("[name=name]").fill(name)
    await page.locator("[name=body]").fill(
        "The house lets {{booking.spaces}} to **{{customer.name}}** for {{purpose}}."
    )
    await _looks_right(page)
    await page.get_by_role("button", name="Keep as a draft").click()
    await _looks_right(page)
    await page.get_by_role("button", name="Publish").click()

    await page.goto(f"{OFFICE}/contracts")
    await page.get_by_text("Draw up a contract").click()
    await page.locator("[name=template_id]").select_option(label=name)
    await page.locator("[name=booking_id]").select_option(label=title)
    await page.locator("[name=name_1]").fill("Paula Promoter")
    await page.locator("[name=email_1]").fill("paula@example.org")
    await page.locator("[name=email_2]").fill("")
    await _looks_right(page)
    await page.get_by_role("button", name="Draw it up").click()
    await expect(page.get_by_role("status").filter(has_text="Without a value")).to_be_visible()
    await page.locator("[name='value.purpose']").fill("a winter gala")
    await page.get_by_role("button", name="Keep the values").click()
    await _looks_right(page)
    contract = UUID(page.url.split("/")[-1].split("?")[0])
    await page.get_by_role("button", name="Ask for approval").click()
    await page.locator("summary", has_text="Give it back").click()
    await page.get_by_label("What should change?").fill(" ")
    await page.get_by_role("button", name="Give it back").click()
    await expect(page.locator(".fault")).to_have_text("Please fill this in.")
    await _looks_right(page)
    await page.get_by_label("What should change?").fill("The date")
    await page.get_by_role("button", name="Give it back").click()
    await page.get_by_role("button", name="Ask for approval").click()
    await page.get_by_role("button", name="Approve").click()
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await expect(page.locator(".badge").first).to_have_text("sent")

    signer = await _in_the_house(demo_server, _signer, contract)
    await page.goto(f"/sign/{SLUG}/{signer}/{link_token(SECRET, signer, 1)}")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Hire of")
    await _looks_right(page)
    box = await page.locator("signature-pad svg").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    await page.mouse.down()
    for step in range(12):
        await page.mouse.move(box["x"] + 30 + 14 * step, box["y"] + 20 + (step % 3) * 20)
    await page.mouse.up()
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Sign the contract").click()

    await expect(page.get_by_role("status")).to_contain_text("Everybody has signed")
    await _looks_right(page)
    await page.goto(f"{OFFICE}/contracts/{contract}")
    await expect(page.locator(".badge").first).to_have_text("signed")
    await page.locator("summary", has_text="Terminate it").click()
    await page.get_by_label("Why?").fill(" ")
    await page.get_by_role("button", name="Terminate the contract").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await expect(page.locator(".fault")).to_have_text("Please fill this in.")
    await _looks_right(page)


async def test_a_deposit_is_expected_invoiced_and_paid(page: Page, demo_server: Server) -> None:
    title = f"Spring fair {_width(page)}"
    await _in_the_house(demo_server, _book, title)
    await sign_in(page)
    await page.goto(f"{OFFICE}/deposits")
    await page.get_by_text("Expect a deposit").click()
    await page.locator("[name=booking_id]").select_option(label=title)
    await page.locator("[name=amount]").fill("12,345")
    await page.get_by_label("Due on").fill("2035-01-31")
    await page.get_by_role("button", name="Expect it").click()
    await expect(page.locator(".fault")).to_have_count(1)
    await page.locator("[name=amount]").fill("1200.50")
    await page.get_by_role("button", name="Expect it").click()
    await page.get_by_role("button", name="Issue the invoice").click()
    await page.get_by_role("button", name="Issue it all the same").click()
    await expect(page.get_by_role("link", name="Invoice ")).to_be_visible()
    await _looks_right(page)
    await page.get_by_label("Reference").fill(f"bank {_width(page)}")
    await page.get_by_role("button", name="Note the payment").click()

    await expect(page.locator(".badge").first).to_have_text("paid")
    await _looks_right(page)
    await page.goto(f"{OFFICE}/deposits")
    await _looks_right(page)


async def test_a_schedule_is_made_a_part_waived_and_some_given_back(
    page: Page, demo_server: Server
) -> None:
    title = f"Autumn fair {_width(page)}"
    await _in_the_house(demo_server, _book, title)
    await sign_in(page)
    await page.goto(f"{OFFICE}/deposits")
    await page.get_by_role("link", name="Make a schedule of several").click()
    await page.locator("[name=booking_id]").first.select_option(label=title)
    await page.get_by_label("In how many parts").fill("2")
    await page.get_by_role("button", name="Propose a schedule").click()
    await page.get_by_label("Of what amount").fill("1000")
    await page.get_by_label("Share, %").first.fill("60")
    await page.get_by_role("button", name="Expect all of them").click()
    await expect(page.locator(".fault")).to_have_text("Together these are more than the whole.")
    await _looks_right(page)
    await page.get_by_label("Share, %").nth(1).fill("40")
    await page.get_by_role("button", name="Expect all of them").click()
    await expect(page.get_by_text("2 deposits are expected.")).to_be_visible()
    row = page.get_by_role("row").filter(has_text=title)
    await expect(row).to_have_count(2)
    await _looks_right(page)
    await row.filter(has_text="Instalment 1 of 2").get_by_role("link").click()
    await page.get_by_role("button", name="Issue the invoice").click()
    await page.get_by_role("button", name="Issue it all the same").click()
    await page.get_by_label("Reference").fill(f"part {_width(page)}")
    await page.get_by_role("button", name="Note the payment").click()
    await page.locator("summary", has_text="Give it back").click()
    await page.get_by_label("How much").first.fill("200")
    await page.get_by_label("Why?").first.fill("Half the hall")
    await _looks_right(page)
    await page.get_by_role("button", name="Give it back").click()
    await expect(page.locator(".badge").first).to_have_text("partially refunded")
    await expect(page.get_by_role("cell", name="Half the hall")).to_be_visible()
    await _looks_right(page)


async def test_a_night_is_settled_and_reported(page: Page, demo_server: Server) -> None:
    title = f"Late show {_width(page)}"
    await _in_the_house(demo_server, _book_a_night_that_is_over, title)
    await sign_in(page)
    await page.goto(f"{OFFICE}/settlements")
    await page.locator("[name=booking_id]").select_option(label=title)
    await page.get_by_role("button", name="Draw it up").click()
    await expect(page.get_by_role("cell", name="Walk-out")).to_be_visible()
    await page.get_by_label("What for").fill("Stage door")
    await page.locator("[name=amount]").fill("40")
    await page.get_by_role("button", name="Add the expense").click()
    await _looks_right(page)
    await page.get_by_role("button", name="Agree for the venue").click()
    await page.get_by_label("Who agreed for the promoter").fill("Paula Promoter")
    await page.get_by_role("button", name="Note that the promoter agrees").click()
    await expect(page.locator(".badge").first).to_have_text("agreed")
    await page.get_by_label("Reference of the payment").fill("bank 1")
    await page.get_by_role("button", name="Mark as paid").click()
    await expect(page.locator(".badge").first).to_have_text("paid")
    await _looks_right(page)
    await page.locator("summary", has_text="Adjust it").click()
    await page.get_by_label("Why?").fill(" ")
    await page.get_by_role("button", name="Begin an adjustment").click()
    await expect(page.locator(".fault")).to_have_text("Please fill this in.")
    await _looks_right(page)

    await page.goto(f"{OFFICE}/settlements")
    await _looks_right(page)
    await page.goto(f"{OFFICE}/reports")
    await expect(page.get_by_role("heading", name="How full the spaces are")).to_be_visible()
    await _looks_right(page)
