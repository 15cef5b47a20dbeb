"""The story that must always work: a hire from the public's question to the settled night."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from houseful import hire, venues
from houseful.accounts import find_organization
from houseful.demo import SLUG
from houseful.demo.house import PASSWORD as DEMO_PASSWORD
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.sending import link_token
from houseful.kernel.database import Database, UnitOfWork
from tests.browser.conftest import overflows, violations
from tests.browser.test_door import PATIENCE_MS, Office
from tests.browser.test_office import sign_in
from tests.builders.hire import a_booking, do
from tests.builders.hire_papers import SECRET, a_deal, terms
from tests.builders.ticketing import a_paid_order, a_show
from tests.builders.venues import a_space
from tests.server import Server

pytestmark = pytest.mark.browser

OFFICE = f"/office/{SLUG}"
HALL, BAR = "Winter Garden", "Garden Bar"
OURS, THEIRS = "Nora Nightingale, live", "Office party"
TRIES = 40


class Tonight(dict[str, str]):
    """The hire and the show within it, as the venue's clock says: near enough to open the door."""

    def __init__(self, zone: str) -> None:
        now = datetime.now(ZoneInfo(zone)).replace(second=0, microsecond=0)
        hours = {"hired": 0.5, "begins": 1.0, "ends": 4.0, "left": 5.0, "bar": 0.75, "last": 4.5}
        super().__init__(
            {
                name: (now + timedelta(hours=after)).strftime("%Y-%m-%dT%H:%M")
                for name, after in hours.items()
            }
        )


async def _in_the_house(server: Server, use_case: Any, *args: Any) -> Any:
    database = Database(server.database_url)
    try:
        organization: Any = await database.run(None, find_organization, SLUG)
        return await database.run(organization.id, use_case, *args)
    finally:
        await database.close()


async def _open_the_hall(uow: UnitOfWork) -> str:
    (foyer,) = [one for one in await venues.active_spaces(uow) if one.name == "Foyer"]
    await a_space(uow, foyer.venue_id, name=HALL, code="WG", setup_minutes=15)
    await a_space(uow, foyer.venue_id, name=BAR, code="BAR")
    return (await venues.get_venue(uow, foyer.venue_id)).timezone


async def _links(uow: UnitOfWork, contract_id: UUID) -> list[str]:
    signers = (await uow.get(Contract, contract_id)).signers
    return [f"/sign/{SLUG}/{one.id}/{link_token(SECRET, one.id, 1)}" for one in signers]


async def _looks_right(page: Page) -> None:
    assert await violations(page) == []
    assert not await overflows(page)


async def _until(page: Page, path: str, badge: str) -> None:
    """Look at a page again until it says so: what follows from an act follows in a moment."""
    wanted = page.locator(".badge", has_text=re.compile(f"^{badge}$"))
    for _ in range(TRIES):
        await page.goto(path)
        if await wanted.count():
            return
        await page.wait_for_timeout(250)
    await expect(wanted.first).to_be_visible()


def _id_of(page: Page) -> str:
    return page.url.split("?")[0].split("#")[0].rstrip("/").split("/")[-1]


async def _ask(page: Page, title: str, email: str, tonight: Tonight) -> None:
    await page.goto(f"/{SLUG}/inquiry")
    await page.get_by_label("What is it?").fill(title)
    space = page.get_by_label("Space")
    hall = space.locator("option", has_text=HALL)  # after its venue's name, where there are two
    await space.select_option(await hall.get_attribute("value"))
    await page.get_by_label("Begins").fill(tonight["hired"])
    await page.get_by_label("Ends").fill(tonight["left"])
    await page.get_by_label("Your name").fill(email.partition("@")[0].title())
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Send the inquiry").click()
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


async def _add_the_bar(page: Page, title: str, tonight: Tonight) -> None:
    """Let the inquiry be for the bar, too, which opens later and closes earlier."""
    await page.goto(f"{OFFICE}/bookings?status=inquiry")
    await page.get_by_role("link", name=title).click()
    await page.get_by_role("link", name="Change it").click()
    await page.locator("[name=space-1]").select_option(label=BAR)
    await page.locator("[name=starts-1]").fill(tonight["bar"])
    await page.locator("[name=ends-1]").fill(tonight["last"])
    await page.get_by_role("button", name="Save").click()
    spaces = page.get_by_role("region", name="Spaces")
    for name, times in ((HALL, ("hired", "left")), (BAR, ("bar", "last"))):
        row = spaces.get_by_role("row", name=re.compile(name))
        for time in times:
            clock = datetime.fromisoformat(tonight[time])
            await expect(row).to_contain_text(re.compile(clock.strftime(r"0?%-I:%M|0?%-H:%M")))


async def _hold(page: Page, title: str, rank: str) -> str:
    await page.goto(f"{OFFICE}/bookings?status=inquiry")
    await page.get_by_role("link", name=title).click()
    await page.get_by_role("button", name="Place the hold").click()
    await expect(page.get_by_text(f"{rank} in rank")).to_be_visible()
    return f"{OFFICE}/bookings/{_id_of(page)}"


async def _agree_on_a_deal(page: Page) -> None:
    await page.goto(f"{OFFICE}/deals")
    if await page.locator("details:not([open]) > summary").count():
        await page.get_by_text("Draft a deal").click()
    await page.locator("[name=title]").fill(OURS)
    await page.locator("[name=about]").select_option(label=f"Booking: {OURS}")
    await page.locator("[name=shape]").select_option("versus")
    await page.locator("[name=payee]").select_option("promoter")
    await page.locator("[name=amount]").fill("100")
    await page.locator("[name=share]").fill("85")
    await page.locator("[name=base]").select_option("net_gross")
    await page.locator("[name=box_office]").select_option("venue")
    await page.get_by_role("button", name="Draft it").click()
    await page.get_by_role("button", name="Offer it").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator(".badge").first).to_have_text("accepted")


async def _draw_up_the_contract(page: Page) -> UUID:
    await page.goto(f"{OFFICE}/contract-templates")
    if await page.locator("details:not([open]) > summary").count():
        await page.get_by_text("Write a template").click()
    await page.locator("[name=name]").fill("A night in the Winter Garden")
    await page.locator("[name=body]").fill(
        "{{house.name}} lets {{booking.spaces}} to **{{customer.name}}** for {{booking.title}}."
    )
    await page.get_by_role("button", name="Keep as a draft").click()
    await page.get_by_role("button", name="Publish").click()
    await page.goto(f"{OFFICE}/contracts")
    await page.get_by_text("Draw up a contract").click()
    await page.locator("[name=template_id]").select_option(label="A night in the Winter Garden")
    await page.locator("[name=booking_id]").select_option(label=OURS)
    for row, name in ((1, "Nora"), (2, "Hugo House")):
        await page.locator(f"[name=name_{row}]").fill(name)
        await page.locator(f"[name=email_{row}]").fill(f"signer-{row}@example.org")
    await page.get_by_role("button", name="Draw it up").click()
    contract = UUID(_id_of(page))
    await page.get_by_role("button", name="Ask for approval").click()
    await page.get_by_role("button", name="Approve").click()
    await page.get_by_role("button", name="Send").click()
    await page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    await expect(page.locator(".badge").first).to_have_text("sent")
    return contract


async def _sign(page: Page, path: str) -> None:
    await page.goto(path)
    box = await page.locator("signature-pad svg").bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    await page.mouse.down()
    for step in range(12):
        await page.mouse.move(box["x"] + 30 + 14 * step, box["y"] + 20 + (step % 3) * 20)
    await page.mouse.up()
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Sign the contract").click()
    await expect(page.get_by_role("status").first).to_be_visible()


async def _take_the_deposit(page: Page) -> None:
    await page.goto(f"{OFFICE}/deposits")
    await page.get_by_text("Expect a deposit").click()
    await page.locator("[name=booking_id]").select_option(label=OURS)
    await page.locator("[name=title]").fill("On signing")
    await page.locator("[name=amount]").fill("150")
    await page.get_by_label("Due on").fill("2060-01-31")
    await page.get_by_label("The booking is confirmed only when it is paid").check()
    await page.get_by_role("button", name="Expect it").click()
    await page.get_by_role("button", name="Issue the invoice").click()
    await page.get_by_role("button", name="Issue it all the same").click()
    await page.get_by_label("Reference").fill("bank, Nora")
    await page.get_by_role("button", name="Note the payment").click()
    await expect(page.locator(".badge").first).to_have_text("paid")


async def _announce_the_show(page: Page, tonight: Tonight) -> str:
    """Draft the show, say that the night was hired for it, put it on sale, and publish it."""
    await page.goto(f"{OFFICE}/events")
    await page.get_by_text("Add an event").click()
    await page.get_by_label("Name", exact=True).fill(OURS)
    await page.get_by_label("Space").select_option(label=HALL)
    await page.get_by_label("Begins").fill(tonight["begins"])
    await page.get_by_label("Ends").fill(tonight["ends"])
    await page.get_by_role("button", name="Add as a draft").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(OURS)
    show = _id_of(page)
    await page.get_by_role("link", name="Set up the sale").click()
    await page.get_by_role("button", name="Sell without numbered seats").click()
    await page.get_by_label("Name of the places").fill("Garden")
    await page.get_by_label("How many").fill("60")
    await page.get_by_label("Price in EUR").fill("40")
    await page.get_by_role("button", name="Add places").click()
    await page.get_by_role("link", name="Add a ticket type").click()
    await page.get_by_label("Name", exact=False).first.fill("Standing")
    await page.get_by_role("button", name="Add the ticket type").click()
    await page.get_by_role("link", name="Publish …").click()
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("alert")).to_contain_text(f"{HALL} is taken")

    await page.goto(f"{OFFICE}/venue-events")
    await page.get_by_role("link", name=OURS).click()
    await _looks_right(page)
    await page.locator("[name=promoter_event_id]").fill(show)
    await page.get_by_role("button", name="Link it").click()
    await expect(page.locator(".badge", has_text="linked")).to_be_visible()
    await page.goto(f"{OFFICE}/events/{show}/publish")
    await page.get_by_role("button", name="Publish").click()
    await _until(page, f"{OFFICE}/events/{show}", "published")
    return show


async def _sell(page: Page, show: str, number: int) -> str:
    """Sell tickets for cash; return the code of the first."""
    await page.goto(f"{OFFICE}/box-office/{show}")
    await page.get_by_label("Standing").fill(str(number))
    await page.get_by_role("button", name="Hold", exact=True).click()
    await page.get_by_label("Cash given").fill(str(40 * number))
    await page.get_by_role("button", name=re.compile("^Sell")).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sold")
    await page.goto(f"{OFFICE}/orders?event={show}")
    await page.locator("main table a").first.click()
    return await page.locator("main table code").first.inner_text()


async def _let_in(page: Page, office: Office, code: str) -> None:
    await page.goto(f"/door#code={office.device()[1]}")
    await page.get_by_role("button", name="Enrol this phone").click()
    await page.wait_for_url(f"**/door/{SLUG}")
    await page.get_by_role("link", name=OURS).click()
    await page.get_by_role("button", name="Main entrance").click()
    await expect(page.locator("door-scanner[can-judge-alone]")).to_be_attached(timeout=PATIENCE_MS)
    await page.get_by_label("Ticket code").fill(code)
    await page.get_by_role("button", name="Check", exact=True).click()
    await expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text("Welcome")


async def _settle(page: Page) -> None:
    await page.goto(f"{OFFICE}/settlements")
    await page.locator("[name=booking_id]").select_option(label=OURS)
    await page.get_by_role("button", name="Draw it up").click()
    for line, amount in (("Gross", "400.00"), ("Walk-out", "490.00")):
        row = page.get_by_role("row", name=re.compile(line)).first
        await expect(row).to_contain_text(amount)
    await _looks_right(page)
    await page.get_by_role("button", name="Agree for the venue").click()
    await page.get_by_label("Who agreed for the promoter").fill("Nora Nightingale")
    await page.get_by_role("button", name="Note that the promoter agrees").click()
    await expect(page.locator(".badge").first).to_have_text("agreed")
    await page.get_by_label("Reference of the payment").fill("bank, the night")
    await page.get_by_role("button", name="Mark as paid").click()
    await expect(page.locator(".badge").first).to_have_text("paid")


@pytest.mark.parametrize("page", ["desk"], indirect=True)
async def test_a_hire_from_the_question_to_the_settled_night(
    page: Page, demo_server: Server
) -> None:
    tonight = Tonight(await _in_the_house(demo_server, _open_the_hall))
    await _ask(page, OURS, "nora@example.org", tonight)
    await _ask(page, THEIRS, "otto@example.org", tonight)
    await sign_in(page)
    await _add_the_bar(page, OURS, tonight)
    booking = await _hold(page, OURS, "1st")
    rival = await _hold(page, THEIRS, "2nd")
    await page.get_by_role("button", name="Challenge those ahead").click()
    await expect(page.get_by_role("heading", name="This hold challenges")).to_be_visible()
    await page.goto(booking)
    await page.get_by_role("button", name="Will confirm in time").click()

    await _agree_on_a_deal(page)
    contract = await _draw_up_the_contract(page)
    for path in await _in_the_house(demo_server, _links, contract):
        await _sign(page, path)
    await _until(page, f"{OFFICE}/contracts/{contract}", "signed")
    await _until(page, booking, "contracted")
    await _take_the_deposit(page)
    await _until(page, booking, "confirmed")
    await page.goto(rival)
    await expect(page.get_by_text("behind a firm booking")).to_be_visible()

    show = await _announce_the_show(page, tonight)
    await page.goto(booking)
    await expect(page.locator("dl").get_by_role("link", name=OURS)).to_be_visible()
    await _looks_right(page)
    await page.get_by_role("link", name="See it on the calendar").click()
    shown = page.get_by_role("link", name=re.compile(f"{OURS}.*its show is"))
    await expect(shown).to_have_count(2)  # in the hall and in the bar
    code = await _sell(page, show, 10)
    door = await page.context.new_page()
    await _let_in(door, Office(demo_server), code)
    await door.close()

    await _in_the_house(demo_server, do, UUID(booking.rpartition("/")[2]), "complete")
    await page.goto(booking)
    await _settle(page)
    await _until(page, booking, "closed")
    await _looks_right(page)


PROMOTER, SHOW = "blue-door", "The Lantern Players"


async def _sell_their_show(server: Server) -> UUID:
    """Put a show on in the promoter's own organisation, and sell two seats of it."""
    database = Database(server.database_url)
    try:
        organization: Any = await database.run(None, find_organization, PROMOTER)
        theirs = await database.run(organization.id, a_show)
        await a_paid_order(database, theirs, 0, 1)
    finally:
        await database.close()
    return theirs.event_id


async def _hire_for_them(uow: UnitOfWork) -> UUID:
    (foyer,) = [one for one in await venues.active_spaces(uow) if one.name == "Foyer"]
    space = await a_space(uow, foyer.venue_id, name="Lantern Room", code="LR")
    wish = hire.SpaceWish(
        space_id=space.id,
        starts_at=uow.now + timedelta(hours=2),
        ends_at=uow.now + timedelta(hours=6),
    )
    booking = await a_booking(uow, spaces=[wish], title=SHOW, contact_name="Tom Ashby")
    await a_deal(
        uow,
        in_state="accepted",
        booking_id=booking.id,
        terms=terms(amountMinor=1_000, share=5000),
    )
    await hire.confirm_booking(uow, booking.id, hire.Confirmation(reason="They are known"))
    return booking.id


async def _link_their_show(page: Page, show: UUID) -> None:
    await _until(page, f"{OFFICE}/venue-events?title={SHOW}", "placeholder")
    await page.get_by_role("link", name=SHOW).click()
    await page.locator("[name=promoter_event_id]").fill(str(show))
    await page.get_by_role("button", name="Link it").click()
    await expect(page.locator(".badge", has_text="linked")).to_be_visible()


async def _as_the_promoter(browser: Page, settlement: str) -> None:
    """Sign in at the promoter's own office, hand the receipts over, comment and agree."""
    context = await browser.context.browser.new_context() if browser.context.browser else None
    assert context is not None
    page = await context.new_page()
    origin = browser.url.split("/office")[0]
    await page.goto(f"{origin}/office")
    await page.get_by_label("E-mail").fill(f"promoter@{SLUG}.example")
    await page.get_by_label("Password").fill(DEMO_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.goto(f"{origin}/office/{PROMOTER}/promoter-settlements/{settlement}")
    await page.get_by_role("button", name="Hand over the receipts").click()
    await expect(page.get_by_text("as your books said")).to_be_visible()
    await page.get_by_label("Say something").fill("A lovely night")
    await page.get_by_role("button", name="Say it").click()
    await _looks_right(page)
    await page.get_by_role("button", name="Agree").click()
    await expect(page.get_by_role("button", name="Agree")).to_have_count(0)
    await context.close()


@pytest.mark.parametrize("page", ["desk"], indirect=True)
async def test_a_promoter_in_its_own_organisation_settles_with_the_venue(
    page: Page, demo_server: Server
) -> None:
    show = await _sell_their_show(demo_server)
    booking = f"{OFFICE}/bookings/{await _in_the_house(demo_server, _hire_for_them)}"
    await sign_in(page)
    await _link_their_show(page, show)
    await _in_the_house(demo_server, do, UUID(booking.rpartition("/")[2]), "complete")
    await page.goto(booking)

    await page.goto(f"{OFFICE}/settlements")
    await page.locator("[name=booking_id]").select_option(label=SHOW)
    await page.get_by_role("button", name="Draw it up").click()
    await expect(page.get_by_text("comments and agrees in its own organisation")).to_be_visible()
    await expect(page.get_by_role("button", name="Note that the promoter agrees")).to_have_count(0)
    settlement = page.url.split("?")[0]
    await _as_the_promoter(page, _id_of(page))
    await page.goto(settlement)
    await expect(page.get_by_text("A lovely night")).to_be_visible()
    await page.get_by_role("button", name="Agree for the venue").click()
    await expect(page.locator(".badge").first).to_have_text("agreed")
    await _looks_right(page)
    await page.get_by_label("Reference of the payment").fill("bank, the Lantern")
    await page.get_by_role("button", name="Mark as paid").click()
    await _until(page, booking, "closed")
