"""What the pages of a booking say of money: before one books, after the payment, on cancelling."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.sessions import CompanyCustomer, NewPass, Session, create_pass
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.sessions import a_pass, a_session, an_activity
from tests.hire.test_paper_pages import Visitor

MONDAY_NOON = datetime(2031, 6, 2, 10, tzinfo=UTC)
SHOP = "/playhouse"
ME = "/me/playhouse"
GUEST = {"name": "Gina Guest", "email": "gina@example.org"}


@pytest.fixture
async def guest(api: Api, house: House, clock: TravelClock) -> Visitor:
    """Somebody without an account, on a Monday at noon."""
    assert house.slug
    clock.freeze(MONDAY_NOON)
    return Visitor(api.guest())


@pytest.fixture
async def member(guest: Visitor, house: House) -> Visitor:
    """Somebody who is signed in."""
    await guest.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    return guest


@pytest.fixture
def announced(database: Database, house: House) -> Any:
    """Announce a class of 18.00 that is free to cancel until a week before; then 7.00 are kept."""

    async def announce(*, in_hours: float = 240, **fields: Any) -> Session:
        rules = {"price": 1800, "cancellation_window_hours": 168, "late_fee": 700} | fields

        async def make(uow: UnitOfWork) -> Session:
            return await a_session(uow, await an_activity(uow, **rules), in_hours=in_hours)

        return await database.run(house.organization_id, make)

    return announce


async def _owns_pass(database: Database, house: House, member: Visitor) -> UUID:
    await member.read(ME)

    async def sell(uow: UnitOfWork) -> UUID:
        me = await uow.first(
            select(CompanyCustomer).where(CompanyCustomer.organization_id == uow.tenant)
        )
        return (await a_pass(uow, me.id, name="Ten visits")).id

    return await database.run(house.organization_id, sell)


def plain(page: str) -> str:
    """The page with its blanks and line ends as one blank each."""
    return " ".join(page.split())


async def test_the_terms_are_told_before_a_guest_books(guest: Visitor, announced: Any) -> None:
    session = await announced()
    shown = plain(await guest.read(f"{SHOP}/sessions/{session.id}"))
    details = plain(await guest.read(f"{SHOP}/sessions/{session.id}/book"))

    told = "You can cancel free of charge until Thu, 5 Jun 2031, 12:00, 7 days before it begins."
    assert f"{told} Later €7.00 are kept, and a visit of a pass is forfeited." in shown
    assert f"{told} Later €7.00 are kept.<" in details


async def test_who_books_late_is_told_what_is_kept(guest: Visitor, announced: Any) -> None:
    soon = await announced(in_hours=30)
    never = await announced(name="Course", cancellation_window_hours=None)
    strict = await announced(name="Talk", is_refundable=False)
    lost = await announced(name="Walk", is_refundable=False, in_hours=30)
    all_kept = await announced(name="Tour", cancellation_window_hours=36, late_fee=None)
    any_time = await announced(name="Choir", cancellation_window_hours=0)

    async def told(session: Session) -> str:
        return plain(await guest.read(f"{SHOP}/sessions/{session.id}/book"))

    assert "It begins in less than 7 days: if you cancel, €7.00 are kept." in await told(soon)
    assert "A place in this session cannot be given back." in await told(never)
    assert "7 days before it begins, but what is paid is not given back." in await told(strict)
    assert "What is paid is not given back if you cancel.<" in await told(lost)
    assert "36 hours before it begins. Later €18.00 are kept." in await told(all_kept)
    assert "You can cancel free of charge until it begins." in await told(any_time)


async def test_a_member_with_a_pass_is_told_of_the_visit_and_pays_nothing(
    member: Visitor, announced: Any, database: Database, house: House
) -> None:
    await _owns_pass(database, house, member)
    session = await announced()
    details = plain(await member.read(f"{SHOP}/sessions/{session.id}/book"))
    without = plain(await member.read(f"{SHOP}/sessions/{session.id}/book?pass=none"))

    assert "before it begins. Later the visit of your pass is forfeited." in details
    assert "<dt>Total</dt><dd>€0.00</dd>" in details
    assert "with your pass" in details
    assert "Later €7.00 are kept.<" in without
    assert "<dt>Total</dt><dd>€18.00</dd>" in without


async def _books(visitor: Visitor, session: Session, **fields: str) -> str:
    """Book a place; return the address of the booking's page."""
    page = f"{SHOP}/sessions/{session.id}/book"
    booked = await visitor.send(page, page, **fields)
    assert booked.status_code == 303, booked.text[:500]
    if "/bookings/" in (location := booked.headers["location"]):
        return location
    done = await visitor.send(location, location, deed="cancel")
    return (await visitor.client.get(done.headers["location"])).headers["location"]


async def _acts(visitor: Visitor, page: str, act: str, **fields: str) -> httpx.Response:
    """Send a form of a booking's page: pay, cancel."""
    path, _, query = page.partition("?")
    return await visitor.send(page, f"{path}/{act}?{query}", **fields)


async def _pays(visitor: Visitor, begun: httpx.Response, deed: str = "succeed") -> str:
    """Let the card do its deed; return the page that the browser comes back to, and its text."""
    assert begun.status_code == 303, begun.text[:500]
    card = begun.headers["location"]
    done = await visitor.send(card, card, deed=deed)
    back = await visitor.client.get(done.headers["location"])
    return plain(await visitor.read(back.headers["location"]))


async def _cancels(visitor: Visitor, page: str) -> tuple[str, str]:
    """Cancel a booking; return what its page says before and after."""
    before = await visitor.read(page)
    token = before.split('name="quote_token" value="')[1].split('"')[0]
    cancelled = await _acts(visitor, page, "cancel", quote_token=token)
    assert cancelled.status_code == 303, cancelled.text[:500]
    return plain(before), plain(await visitor.read(page))


async def test_booking_as_a_guest_leads_to_the_card(guest: Visitor, announced: Any) -> None:
    session = await announced(drop_in_price=2000)
    page = f"{SHOP}/sessions/{session.id}/book"
    paid = await _pays(guest, await guest.send(page, page, **GUEST))

    assert "Your place is confirmed. You paid €20.00 by card." in paid


async def test_booking_signed_in_leads_to_the_card(member: Visitor, announced: Any) -> None:
    session = await announced(drop_in_price=2000)
    page = f"{SHOP}/sessions/{session.id}/book"
    paid = await _pays(member, await member.send(page, page))

    assert "Your place is confirmed. You paid €18.00 by card." in paid


async def test_a_late_cancellation_says_what_is_kept_and_what_comes_back(
    guest: Visitor, announced: Any
) -> None:
    booking = await _books(guest, await announced(in_hours=30), **GUEST)
    held = plain(await guest.read(booking))
    await _pays(guest, await _acts(guest, booking, "pay"))
    before, after = await _cancels(guest, booking)

    assert "The place is only held: nothing is kept." in held
    assert 'data-confirm="Give your place back? €7.00 are kept, €11.00 come back."' in before
    assert "Less than 7 days before it begins. €7.00 are kept, €11.00 come back.<" in before
    assert "You cancelled late. €7.00 were kept, €11.00 come back." in after


async def test_a_member_who_cancels_late_forfeits_the_visit_and_is_asked_first(
    member: Visitor, announced: Any, database: Database, house: House
) -> None:
    await _owns_pass(database, house, member)
    late = await _books(member, await announced(in_hours=30))
    in_time = await _books(member, await announced(name="Pilates"))
    before, after = await _cancels(member, late)
    asked, back = await _cancels(member, in_time)

    assert "Give your place back? The visit of your pass is forfeited." in before
    assert "You cancelled late. The visit of your pass was forfeited." in after
    assert "Give your place back? The visit goes back to your pass." in asked
    assert "You cancelled this booking. The visit of your pass is back." in back


async def test_a_guest_is_told_that_the_card_was_declined_and_then_what_was_paid(
    guest: Visitor, announced: Any
) -> None:
    session = await announced(drop_in_price=2000)
    booking = await _books(guest, session, **GUEST)
    declined = await _pays(guest, await _acts(guest, booking, "pay"), "decline")
    called_off = await _pays(guest, await _acts(guest, booking, "pay"), "cancel")
    paid = await _pays(guest, await _acts(guest, booking, "pay"))

    assert "The card was declined.</strong> Nothing was charged." in declined
    assert "Pay €20.00" in declined
    assert "The payment was called off.</strong> Nothing was charged." in called_off
    assert "declined" not in paid
    assert "Your place is confirmed. You paid €20.00 by card." in paid
    assert "€18.00" not in paid
    assert "without an account" not in paid


async def test_a_member_is_told_that_the_card_was_declined_and_then_what_was_paid(
    member: Visitor, announced: Any
) -> None:
    booking = await _books(member, await announced(drop_in_price=2000))
    before = plain(await member.read(booking))
    declined = await _pays(member, await _acts(member, booking, "pay"), "decline")
    paid = await _pays(member, await _acts(member, booking, "pay"))

    assert "You paid" not in before
    assert "The card was declined.</strong> Nothing was charged." in declined
    assert "Your place is confirmed. You paid €18.00 by card." in paid
    assert "€20.00" not in paid


async def test_what_a_pass_paid_is_said_so(
    member: Visitor, announced: Any, database: Database, house: House
) -> None:
    await _owns_pass(database, house, member)
    booking = await _books(member, await announced())

    page = plain(await member.read(booking))
    assert "You paid with your pass." in page
    assert "The place, €18.00: with your pass" in page


async def test_the_payment_of_a_pass_is_told(
    member: Visitor, database: Database, house: House
) -> None:
    offered = await database.run(
        house.organization_id, create_pass, NewPass(name="Ten visits", price=9000, validity_days=90)
    )
    declined = await _pays(
        member, await member.send(ME, f"{ME}/passes/{offered.id}/buy"), "decline"
    )
    paid = await _pays(member, await member.send(ME, f"{ME}/passes/{offered.id}/buy"))

    assert "The card was declined.</strong> Nothing was charged." in declined
    assert "You have no pass." in declined
    assert "Ten visits is yours.</strong> It is paid, and ready." in paid
    assert "ready; begins with the first visit and lasts 90 days" in paid
    assert 'data-status="pending"' not in paid


async def test_the_payment_of_a_top_up_is_told_to_its_owner_only(
    member: Visitor, api: Api, house: House
) -> None:
    declined = await _pays(member, await member.send(ME, f"{ME}/top-up", amount="2000"), "decline")
    begun = await member.send(ME, f"{ME}/top-up", amount="2000")
    done = await member.send(begun.headers["location"], begun.headers["location"], deed="succeed")
    page = (await member.client.get(done.headers["location"])).headers["location"]
    other = Visitor(api.guest())
    await other.send("/sign-in", "/sign-in", email=house.email("staff"), password=PASSWORD)

    assert "The card was declined.</strong> Nothing was charged." in declined
    assert "Your wallet is topped up.</strong>" in plain(await member.read(page))
    assert (await other.client.get(page)).status_code == 404


async def test_who_is_signed_in_can_sign_out_wherever_the_header_is(
    member: Visitor, announced: Any
) -> None:
    session = await announced()
    for path in (ME, SHOP, f"{SHOP}/timetable", f"{SHOP}/sessions/{session.id}", "/"):
        assert 'action="/sign-out"' in await member.read(path), path
    out = await member.send(ME, "/sign-out", next=SHOP)
    elsewhere = await member.send(SHOP, "/sign-out", next="//elsewhere.example")

    assert (out.status_code, out.headers["location"]) == (303, SHOP)
    assert elsewhere.headers["location"] == "/office"
    assert 'action="/sign-out"' not in await member.read(SHOP)
    assert (await member.client.get(ME)).status_code == 401
