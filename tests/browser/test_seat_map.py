"""The seat map: on the canvas, in the equal list, and while others buy."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy import select

from houseful.demo import PASSWORD, SLUG
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.seating.models import Seat, StandingArea
from houseful.ticketing.inventory import put_on_sale_layout, set_price
from houseful.ticketing.models import EventPool
from tests.browser.conftest import overflows, violations
from tests.builders.accounts import House
from tests.builders.events import an_event
from tests.builders.seating import FLOOR, STALLS, a_layout
from tests.builders.ticketing import VAULT, a_type
from tests.server import Server

pytestmark = pytest.mark.browser

EVENT = "the-glass-orchard"
PAGE = f"/{SLUG}/{EVENT}"


async def open_map(page: Page, address: str = PAGE) -> Locator:
    await page.emulate_media(reduced_motion="reduce")
    await page.goto(address)
    shown = page.locator("seat-map[data-ready]")
    await expect(shown.get_by_role("application")).to_be_visible()
    return shown


async def open_section(page: Page, name: str) -> None:
    choice = page.get_by_role("combobox", name="Section", exact=True)
    value = await choice.locator("option", has_text=name).get_attribute("value")
    await choice.select_option(value=value)
    await expect(page.get_by_role("grid", name=name)).to_be_visible()


async def free_seats(page: Page, count: int) -> list[int]:
    """Return numbers of seats beside each other that are free now, in the section that is open."""
    found: list[int] = await page.evaluate(
        """count => {
          for (const row of document.querySelectorAll(".seat-map-grid [role=row]")) {
            const seats = [...row.querySelectorAll("[role=gridcell]")];
            for (let at = 0; at + count <= seats.length; at++) {
              const party = seats.slice(at, at + count);
              if (party.every(seat => seat.dataset.mark === "free"))
                return party.map(seat => Number(seat.dataset.seat));
            }
          }
          return [];
        }""",
        count,
    )
    assert len(found) == count
    return found


async def tap_seat(page: Page, number: int) -> None:
    await page.evaluate("number => document.querySelector('seat-map').showSeat(number)", number)
    for _ in range(3):
        await page.get_by_role("button", name="Zoom in").click()
        await page.evaluate("number => document.querySelector('seat-map').showSeat(number)", number)
    await page.get_by_role("application").scroll_into_view_if_needed()
    point = await page.evaluate("n => document.querySelector('seat-map').pointOf(n)", number)
    await page.mouse.click(point["x"], point["y"])


def seat_in_list(page: Page, number: int) -> Locator:
    return page.locator(f".seat-map-grid [data-seat='{number}']")


def tray(page: Page) -> Locator:
    return page.get_by_role("region", name="Your choice")


async def test_seats_are_chosen_on_the_map_and_held(page: Page) -> None:
    await open_map(page)
    await open_section(page, "Goal Stand 3")
    seats = await free_seats(page, 2)

    for seat in seats:
        await tap_seat(page, seat)

    await expect(tray(page).get_by_role("listitem")).to_have_count(2)
    await tray(page).get_by_role("combobox").first.select_option("Under 18")
    await expect(tray(page)).to_contain_text("2 tickets · €70.87")
    await page.get_by_role("button", name="Hold these places").click()
    await expect(page.get_by_text("Held for you")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("Goal Stand 3")
    await expect(page.get_by_role("main")).to_contain_text("€70.87")


async def test_what_is_chosen_is_named_and_held_from_one_place(page: Page) -> None:
    await open_map(page)
    hold = tray(page).get_by_role("button", name="Hold these places")
    await expect(hold).to_be_hidden()
    await expect(page.get_by_role("button", name="Hold others that are as good")).to_be_hidden()
    await open_section(page, "Goal Stand 3")
    (seat,) = await free_seats(page, 1)

    await seat_in_list(page, seat).click()

    line = tray(page).get_by_role("listitem")
    await expect(line).to_contain_text(re.compile(r"Row .+, seat .+€\d+\.\d\d"))
    await expect(line).to_contain_text("Goal Stand 3")
    await expect(hold).to_be_visible()


async def test_the_tooltip_says_what_the_seat_is_after_a_click(page: Page) -> None:
    await open_map(page)
    await open_section(page, "Goal Stand 3")
    (seat,) = await free_seats(page, 1)

    await tap_seat(page, seat)

    await expect(page.get_by_role("tooltip")).to_contain_text("chosen")


async def test_a_section_comes_near_when_it_is_pressed(page: Page) -> None:
    await open_map(page)
    width, height = await page.evaluate(
        "(({clientWidth, clientHeight}) => [clientWidth, clientHeight])"
        "(document.querySelector('seat-map canvas'))"
    )
    points = [(x, y) for x in range(10, width, 12) for y in range(10, height, 8)]
    canvas = page.get_by_role("application")
    for x, y in points:
        await canvas.hover(position={"x": x, "y": y})
        if await canvas.evaluate("canvas => canvas.style.cursor") == "pointer":
            await canvas.click(position={"x": x, "y": y})
            break

    grid = page.get_by_role("grid")
    await expect(grid).to_be_visible()
    name = await grid.get_attribute("aria-label")
    await expect(page.locator(".seat-map-caption")).to_have_text(name or "")


async def test_two_fingers_bring_the_map_nearer_and_farther(page: Page) -> None:
    await open_map(page)
    await page.get_by_role("application").scroll_into_view_if_needed()
    await open_section(page, "Goal Stand 3")
    one, other = await free_seats(page, 2)
    touch = await page.context.new_cdp_session(page)
    box = await page.get_by_role("application").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    async def pinch(begin: float, end: float) -> None:
        steps = [begin + (end - begin) * step / 6 for step in range(7)]
        for number, apart in enumerate(steps):
            points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
            kind = "touchMove" if number else "touchStart"
            await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    async def apart() -> float:
        far: float = await page.evaluate(
            """([one, other]) => {
              const map = document.querySelector("seat-map");
              const [from, to] = [map.pointOf(one), map.pointOf(other)];
              return Math.hypot(to.x - from.x, to.y - from.y);
            }""",
            [one, other],
        )
        return far

    before = await apart()
    await pinch(20, 60)
    near = await apart()
    await pinch(60, 30)

    assert near == pytest.approx(3 * before, rel=0.05)
    assert await apart() == pytest.approx(near / 2, rel=0.05)
    assert await page.evaluate("visualViewport.scale") == 1


async def test_the_keyboard_buys_from_the_list(page: Page) -> None:
    await open_map(page)
    await open_section(page, "MT1")
    first, second = await free_seats(page, 2)
    await page.get_by_role("combobox", name="Section", exact=True).focus()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("gridcell").first).to_be_focused()
    while not await seat_in_list(page, first).evaluate("cell => cell === document.activeElement"):
        await page.keyboard.press("ArrowRight")

    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")

    for seat in (first, second):
        await expect(seat_in_list(page, seat)).to_have_attribute("aria-selected", "true")
    status = page.locator("seat-map [role=status]")
    await expect(status).to_contain_text(re.compile(r"MT1, row .+, €82\.27, chosen\. 2 tickets"))
    await page.keyboard.press("Space")
    await expect(status).to_contain_text("removed. 1 ticket")
    await page.keyboard.press("PageDown")
    await expect(page.get_by_role("grid", name="MT3")).to_be_visible()
    await expect(page.get_by_role("gridcell").first).to_be_focused()
    await page.get_by_role("button", name="Hold these places").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Held for you")).to_be_visible()


async def test_a_seat_that_is_taken_under_your_eyes_leaves_the_choice(page: Page) -> None:
    await open_map(page)
    await open_section(page, "MT3")
    mine, lost = await free_seats(page, 2)
    for seat in (mine, lost):
        await seat_in_list(page, seat).click()

    taken = await page.context.request.post(
        f"/api/client/holds?organization={SLUG}", data={"eventSlug": EVENT, "seats": [lost]}
    )

    assert taken.status == 201, await taken.text()
    await expect(page.get_by_role("alert")).to_contain_text("somebody was a moment faster")
    await expect(tray(page).get_by_role("listitem")).to_have_count(1)
    await expect(seat_in_list(page, lost)).to_have_attribute(
        "aria-label", re.compile("in somebody’s basket")
    )
    await seat_in_list(page, lost).click(force=True)
    await expect(tray(page).get_by_role("listitem")).to_have_count(1)
    assert await violations(page) == []
    hold = await taken.json()
    await page.context.request.delete(
        f"/api/client/holds/{hold['id']}?organization={SLUG}",
        headers={"x-hold-token": hold["token"]},
    )
    await expect(seat_in_list(page, lost)).to_have_attribute("data-mark", "free")


async def test_the_choice_outlives_a_detour_and_ends_at_the_limit(page: Page) -> None:
    await open_map(page)
    await open_section(page, "MT1")
    seats = await free_seats(page, 11)
    for seat in seats:
        await seat_in_list(page, seat).click()
    await expect(page.get_by_role("alert")).to_contain_text("10 tickets at most")
    await expect(tray(page).get_by_role("listitem")).to_have_count(10)

    await page.goto(f"/{SLUG}")
    await open_map(page)

    await expect(tray(page).get_by_role("listitem")).to_have_count(10)
    await tray(page).get_by_role("button", name=re.compile("^Remove MT1")).first.click()
    await expect(tray(page).get_by_role("listitem")).to_have_count(9)
    await expect(tray(page).get_by_role("button", name=re.compile("^Remove"))).to_have_count(9)
    fields = page.locator("form.chooser input[name='seat']:not([disabled])")
    assert [await field.get_attribute("value") for field in await fields.all()] == [
        str(seat) for seat in seats[1:10]
    ]


async def test_prices_filter_what_is_counted(page: Page) -> None:
    shown = await open_map(page)
    section = page.get_by_role("combobox", name="Section", exact=True).locator(
        "option", has_text="Goal Stand 4"
    )
    await expect(section).to_contain_text(re.compile(r"\d+ free · from €23\.79"))

    await shown.get_by_role("button", name="Mid track stand").click()

    await expect(shown.get_by_role("button", name="Mid track stand")).to_have_attribute(
        "aria-pressed", "true"
    )
    await expect(section).to_contain_text("none at these prices")
    await shown.get_by_role("button", name="All prices").click()
    await expect(section).to_contain_text("free")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_map_and_list_are_accessible_and_fit(page: Page, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await open_map(page)
    await open_section(page, "Goal Stand 4")
    for seat in await free_seats(page, 2):
        await seat_in_list(page, seat).click()

    assert await violations(page) == []
    assert not await overflows(page)


async def test_the_office_looks_at_a_layout(page: Page) -> None:
    await page.goto(f"/sign-in?next=/office/{SLUG}/layouts")
    await page.get_by_label("E-mail").fill(f"admin@{SLUG}.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name="Arena, all seated").first.click()
    await expect(page.locator("seat-map[data-ready]")).to_be_visible()

    await open_section(page, "MT3")
    seat = page.get_by_role("gridcell").first
    await seat.click()

    await expect(seat).to_have_attribute("aria-label", "Row A, seat 1, Mid Track Stand")
    await expect(page.get_by_role("region", name="Your choice")).to_have_count(0)
    await expect(page.get_by_role("button", name="Mid Track Stand")).to_contain_text("6,032 seats")
    assert await violations(page) == []
    assert not await overflows(page)


@pytest.fixture
async def club(database: Database, house: House) -> str:
    """An event with seats of every kind, and a floor to stand on; return its slug."""

    async def put_on(uow: UnitOfWork) -> str:
        event = await an_event(uow, slug="club-night")
        layout = await a_layout(uow, rows=3, seats_per_row=8, in_state="draft")
        seats = await uow.all(
            select(Seat).where(Seat.layout_id == layout.id).order_by(Seat.seat_number)
        )
        seats[0].accessible = seats[1].companion = seats[2].restricted_view = True
        uow.add(
            StandingArea(
                organization_id=uow.tenant,
                id=new_id(),
                layout_id=layout.id,
                guid="floor",
                name="Floor",
                capacity=30,
                category_key=FLOOR,
                shape={"outline": [[-40, 50], [40, 50], [40, 90], [-40, 90]]},
            )
        )
        await uow.flush()
        layout.standing_capacity = 30
        layout.status = "published"
        await uow.flush()
        await put_on_sale_layout(uow, VAULT, event.id, layout.id)
        await set_price(uow, event.id, STALLS, 4000, name="Stalls", color="#2f6f9f")
        await set_price(uow, event.id, FLOOR, 2500, name="Floor", color="#8a3ffc")
        pool = await uow.first(select(EventPool).where(EventPool.event_id == event.id))
        a_type(uow, event.id, "Seat", categories=[STALLS])
        a_type(uow, event.id, "Standing", pool_id=pool.id)
        await uow.flush()
        return event.slug

    return await database.run(house.organization_id, put_on)


@pytest.fixture
async def club_page(
    chromium: Browser, club: str, house: House, server: Server
) -> AsyncIterator[Page]:
    """The event's page, with its map, on a phone."""
    context = await chromium.new_context(
        base_url=server.url, viewport={"width": 390, "height": 844}, has_touch=True
    )
    page = await context.new_page()
    await open_map(page, f"/{house.slug}/{club}")
    yield page
    await context.close()


async def test_what_is_special_about_a_seat_is_said(club_page: Page) -> None:
    await open_section(club_page, "Stalls")

    cells = club_page.get_by_role("gridcell")
    for at, note in enumerate(("wheelchair space", "companion seat", "restricted view")):
        await expect(cells.nth(at)).to_have_attribute("aria-label", re.compile(note))
        await expect(club_page.locator(".seat-map-key")).to_contain_text(note.capitalize())
    assert await violations(club_page) == []


async def test_places_to_stand_are_counted_with_the_seats(club_page: Page) -> None:
    places = club_page.get_by_label("Standing")
    await open_section(club_page, "Stalls")
    await club_page.get_by_role("gridcell").nth(5).click()

    await places.fill("3")
    await places.blur()

    await expect(tray(club_page)).to_contain_text("4 tickets · €115.00")
    await places.fill("40")
    await places.blur()
    await expect(places).to_have_value("9")
    await club_page.get_by_role("button", name="Hold these places").click()
    await expect(club_page.get_by_text("Held for you")).to_be_visible()
    await expect(club_page.get_by_role("main")).to_contain_text("Standing")


async def test_a_finger_chooses_only_what_it_can_hit(club_page: Page) -> None:
    canvas = club_page.get_by_role("application")
    await canvas.scroll_into_view_if_needed()
    for _ in range(3):
        point: Any = await club_page.evaluate("document.querySelector('seat-map').pointOf(12)")
        await club_page.touchscreen.tap(point["x"], point["y"])
        if await tray(club_page).get_by_role("listitem").count():
            break

    await expect(tray(club_page).get_by_role("listitem")).to_have_count(1)
    await expect(tray(club_page)).to_contain_text("Row B, seat 5")
