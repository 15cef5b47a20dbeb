"""A refund that a card's provider refused is told under Today, and tried again from its page."""

import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.payments import refuse_refunds
from houseful.payments import subscribers as payment_subscribers
from houseful.sessions import SessionBooking, subscribers
from houseful.sessions.bookings.models import RefundRequest
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.refunds import approve_request, request_money_back
from tests.builders.accounts import House
from tests.builders.messaging import deliver_all
from tests.builders.sessions import a_booking, a_customer, a_session, pay_by_card
from tests.hire.test_paper_pages import OFFICE, Visitor
from tests.web.test_session_pages import admin

__all__ = ["admin"]


async def test_a_refused_refund_is_seen_and_tried_again(
    admin: Visitor, database: Database, house: House, clock: TravelClock
) -> None:
    assert payment_subscribers, "they hear from here on"
    assert subscribers
    tenant = house.organization_id

    async def prepare(uow: UnitOfWork) -> SessionBooking:
        return await a_booking(uow, (await a_session(uow)).id, (await a_customer(uow)).id)

    booking = await database.run(tenant, prepare)
    paid = await pay_by_card(database, tenant, PAYABLE_KIND, booking.id)
    reference = str(paid.provider_payment_id)
    await database.run(tenant, refuse_refunds, reference)
    request = await database.run(tenant, request_money_back, booking.id, "It was cold", 700)
    await database.run(tenant, approve_request, request.id)
    await deliver_all(database)

    page = f"{OFFICE}/refund-requests"
    today = await admin.read(OFFICE)
    refused = await admin.read(page)
    await database.run(tenant, refuse_refunds, reference, refuse=False)
    again = await admin.send(page, f"{page}/{request.id}/approve", target="origin", amount="7.00")
    await deliver_all(database)
    back = await database.run(tenant, UnitOfWork.get, RefundRequest, request.id)

    assert "1 refund of a session refused by the card" in today
    assert "1 refund failed" not in today
    assert "Try again" in refused
    assert "Reject" not in refused
    assert (again.status_code, back.status) == (303, "succeeded")
    assert "refused by the card" not in await admin.read(OFFICE)


@pytest.mark.parametrize(("target", "goes"), [("origin", "the card"), ("wallet", "the wallet")])
async def test_a_part_that_was_approved_says_what_was_asked_for_and_where_it_goes(
    admin: Visitor, database: Database, house: House, clock: TravelClock, target: str, goes: str
) -> None:
    assert payment_subscribers, "they hear from here on"
    assert subscribers
    tenant = house.organization_id

    async def prepare(uow: UnitOfWork) -> SessionBooking:
        return await a_booking(uow, (await a_session(uow)).id, (await a_customer(uow)).id)

    booking = await database.run(tenant, prepare)
    await pay_by_card(database, tenant, PAYABLE_KIND, booking.id)
    request = await database.run(tenant, request_money_back, booking.id, "It was cold")
    page = f"{OFFICE}/refund-requests"
    asked = await admin.read(page)
    sent = await admin.send(page, f"{page}/{request.id}/approve", target=target, amount="10.00")
    told = f"Asked for €15.00, approved €10.00: to {goes}."
    notice = await admin.read(sent.headers["location"])
    later = await admin.read(page)

    assert "Asked for €15.00." in asked
    assert notice.count(told) == 2, "in the notice, and with the request"
    assert told in later
    assert f'href="{OFFICE}/sessions/{booking.session_id}"' in later
    assert f'href="{OFFICE}/session-customers/{booking.customer_id}"' in later


async def test_what_was_asked_for_before_is_not_what_is_asked_for_again() -> None:
    before = {"status": "rejected", "amountMinor": 1500}
    asked = {"status": "requested", "amountMinor": 700}
    again = RefundRequest(amount_minor=700, log=[before])
    part = RefundRequest(amount_minor=400, log=[before, asked])

    assert [again.asked_minor, part.asked_minor] == [700, 700]
