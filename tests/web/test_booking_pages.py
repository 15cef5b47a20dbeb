"""What the pages of a booking say of money: before one books, after the payment, on cancelling."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.sessions import CompanyCustomer, Session
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

    told = "You can cancel for nothing until Thu, 5 Jun 2031, 12:00, 7 days before it begins."
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
    assert "You can cancel for nothing until it begins." in await told(any_time)


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
