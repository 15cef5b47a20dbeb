"""An offered place: what is used for it is said before it is taken, and can be chosen."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from houseful.accounts.models import User
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.sessions import join_waiting_list
from houseful.sessions.bookings.cancelling import call_off_booking
from houseful.sessions.bookings.models import SessionBooking, WaitingEntry
from houseful.sessions.customers.service import customer_of_user
from houseful.sessions.passes.models import CustomerPass
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.sessions import a_booking, a_pass, a_session, a_wallet
from tests.hire.test_paper_pages import Visitor

NOON = datetime(2031, 6, 2, 10, tzinfo=UTC)


async def test_an_offer_says_what_is_used_and_a_pass_is_kept_by_choice(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(NOON)

    async def offer(uow: UnitOfWork) -> tuple[Any, Any, Any]:
        user = await uow.first(select(User).where(User.email == house.email("viewer")))
        me = await customer_of_user(uow, user.id, name=user.name, email=user.email)
        await a_wallet(uow, me.id, 4900)
        held = await a_pass(uow, me.id, name="Ten visits")
        session = await a_session(uow, capacity=1)
        first = await a_booking(uow, session.id)
        entry = await join_waiting_list(uow, session.id, me.id)
        await call_off_booking(uow, first.id, "ill")
        entry = await uow.get(WaitingEntry, entry.id, lock=True)
        return entry.booking_id, held.id, session.id

    tenant = house.organization_id
    booking_id, pass_id, _ = await database.run(tenant, offer)
    member = Visitor(api.guest())
    await member.send("/sign-in", "/sign-in", email=house.email("viewer"), password=PASSWORD)
    page = f"/me/playhouse/bookings/{booking_id}"
    first = await member.read(page)
    kept = await member.send(page, f"{page}/quote", **{"pass": "none"})
    blind = await member.send(page, f"{page}/pay", **{"pass": "none"}, shown=_shown(first))

    assert "The place with Ten visits, the only one that fits. 9 visits are left on it." in first
    assert "No pass, as you chose." in kept.text
    assert "€15.00 from the wallet; €34.00 is left." in kept.text
    assert "Please look again" in blind.text

    await member.send(page, f"{page}/pay", **{"pass": "none"}, shown=_shown(kept.text))
    booking = await database.run(tenant, UnitOfWork.get, SessionBooking, booking_id)
    pass_ = await database.run(tenant, UnitOfWork.get, CustomerPass, pass_id)
    assert (booking.status, booking.customer_entitlement_id) == ("confirmed", None)
    assert (booking.paid_minor, pass_.sessions_used) == (1500, 0)


def _shown(page: str) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', page)
    assert found is not None
    return found[1]
