"""Pages name the people: who is affected by a change, who waits and where, and what came of it."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from houseful.accounts.models import User
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.payments import refuse_refunds
from houseful.sessions import (
    PASS_KIND,
    NewPass,
    Session,
    join_waiting_list,
    live_bookings,
    wallet_in_house_currency,
)
from houseful.sessions.bookings.cancelling import call_off_booking, call_off_sessions
from houseful.sessions.catalogue.schemas import SessionCancellation
from houseful.sessions.customers.service import customer_of_user
from houseful.sessions.passes.service import cancel_pass, create_pass, order_pass
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.messaging import deliver_all
from tests.builders.sessions import a_booking, a_customer, a_session, a_wallet, pay_by_card
from tests.hire.test_paper_pages import OFFICE, Visitor
from tests.web.test_session_pages import admin

__all__ = ["admin"]


def _words(page: str) -> str:
    return re.sub("<[^>]+>", "", page)


async def _a_full_session(uow: UnitOfWork) -> tuple[Session, list[Any]]:
    """Ana and Ben have the two places, Cleo and Dora wait."""
    session = await a_session(uow, capacity=2)
    for name in ("Ana Booked", "Ben Booked"):
        customer = await a_customer(uow, name)
        await a_wallet(uow, customer.id, 5000)
        await a_booking(uow, session.id, customer.id)
    waiting: list[Any] = []
    for name in ("Cleo Waits", "Dora Waits"):
        customer = await a_customer(uow, name)
        waiting.append(await join_waiting_list(uow, session.id, customer.id))
    return session, waiting


async def test_fewer_places_name_who_has_one_and_a_new_time_whom_it_concerns(
    admin: Visitor, database: Database, house: House
) -> None:
    session, _ = await database.run(house.organization_id, _a_full_session)
    page = f"{OFFICE}/sessions/{session.id}/change"
    fewer = await admin.send(page, page, version="1", places="1")
    moved = await admin.send(page, page, version="1", starts="2031-06-06T07:00")

    assert "Who has a place" in fewer.text
    assert "Whom it concerns" in moved.text
    for text in (fewer.text, moved.text):
        assert "Ana Booked" in text
        assert "Ben Booked" in text
    assert "Cleo Waits" not in fewer.text + moved.text


async def test_a_sheet_says_who_waits_where_and_lets_one_go_first(
    admin: Visitor, database: Database, house: House
) -> None:
    session, (_, dora) = await database.run(house.organization_id, _a_full_session)
    sheet = f"{OFFICE}/sessions/{session.id}"
    before = _words(await admin.read(sheet))
    await admin.send(sheet, f"{sheet}/waiting/{dora.id}/priority", priority="1")
    after = _words(await admin.read(sheet))

    assert before.index("1. Cleo Waits") < before.index("2. Dora Waits")
    assert after.index("1. Dora Waits") < after.index("2. Cleo Waits")
    assert "before that number 2" in after
    wrong = await admin.send(sheet, f"{sheet}/waiting/{dora.id}/priority", priority="99")
    assert "whole number from 0 to 9" in wrong.text


async def test_who_waited_for_what_was_called_off_reads_so(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    session, _ = await database.run(house.organization_id, _a_full_session)

    async def wait(uow: UnitOfWork) -> None:
        user = await uow.first(select(User).where(User.email == house.email("viewer")))
        me = await customer_of_user(uow, user.id, name=user.name, email=user.email)
        await join_waiting_list(uow, session.id, me.id)
        row = await uow.get(Session, session.id)
        off = SessionCancellation(reason="Ill", is_confirmed=True)
        await call_off_sessions(uow, row.id, row.version, off)

    await database.run(house.organization_id, wait)
    member = Visitor(api.guest())
    await member.send("/sign-in", "/sign-in", email=house.email("viewer"), password=PASSWORD)
    page = await member.read("/me/playhouse")

    assert "The session was called off." in page
    assert "No place became free." not in page


async def test_a_refund_of_a_pass_that_a_card_refused_leads_to_its_customer(
    admin: Visitor, database: Database, house: House
) -> None:
    async def order(uow: UnitOfWork) -> Any:
        data = NewPass(name="Ten", price=9000, sessions_limit=10, cancel_refund_policy="full")
        offered = await create_pass(uow, data)
        return await order_pass(uow, (await a_customer(uow, "Pia Pass")).id, offered.id)

    tenant = house.organization_id
    ordered = await database.run(tenant, order)
    paid = await pay_by_card(database, tenant, PASS_KIND, ordered.id)
    assert paid.provider_payment_id is not None
    await database.run(tenant, refuse_refunds, paid.provider_payment_id)
    await database.run(tenant, cancel_pass, ordered.id, "moves away")
    await deliver_all(database)
    today = await admin.read(OFFICE)
    customer = f"{OFFICE}/session-customers/{ordered.customer_id}"
    told = await admin.read(customer)

    assert f'href="{customer}"' in today
    assert f'href="{OFFICE}/orders"' not in today.partition("refund of a pass")[2][:200]
    assert "refused €90.00 of it" in told
    await database.run(tenant, refuse_refunds, paid.provider_payment_id, refuse=False)
    await admin.send(customer, f"{OFFICE}/passes/{ordered.id}/pay-back")
    await deliver_all(database)
    assert "refused" not in await admin.read(customer)


async def test_the_desk_puts_somebody_on_the_waiting_list_of_a_full_session(
    admin: Visitor, database: Database, house: House
) -> None:
    session, _ = await database.run(house.organization_id, _a_full_session)
    eve = await database.run(house.organization_id, a_customer, "Eve Comes Late")
    sheet = f"{OFFICE}/sessions/{session.id}"
    before = await admin.read(sheet)
    sent = await admin.send(sheet, f"{sheet}/waiting", customer=str(eve.id))
    after = await admin.read(sheet)

    assert "Put on the waiting list" in before
    assert sent.status_code == 303
    assert "3. Eve Comes Late" in _words(after)


async def test_an_offer_reads_as_an_offer_and_what_was_given_back_is_not_paid(
    admin: Visitor, database: Database, house: House
) -> None:
    session, _ = await database.run(house.organization_id, _a_full_session)

    async def call_one_off(uow: UnitOfWork) -> Any:
        first = (await live_bookings(uow, session.id))[0]
        await call_off_booking(uow, first.id, "ill")
        wallet = await wallet_in_house_currency(uow, first.customer_id)
        return wallet.id

    wallet_id = await database.run(house.organization_id, call_one_off)
    sheet = await admin.read(f"{OFFICE}/sessions/{session.id}")

    assert "Offered until" in sheet
    assert "Take cash" not in sheet
    assert "€15.00 given back" in sheet
    assert "Refund of Morning Yoga: ill" in await admin.read(f"{OFFICE}/wallets/{wallet_id}")


async def test_a_debt_is_paid_where_debtors_are_shown(
    admin: Visitor, database: Database, house: House
) -> None:
    async def owe(uow: UnitOfWork) -> Any:
        session = await a_session(uow)
        booking = await a_booking(uow, session.id, (await a_customer(uow, "Dirk Debtor")).id)
        await uow.execute(
            "UPDATE session_bookings SET place = 'confirmed', money = 'due', dunned_times = 1"
            " WHERE organization_id = :tenant AND id = :id",
            {"tenant": uow.tenant, "id": booking.id},
        )
        return booking.id

    booking_id = await database.run(house.organization_id, owe)
    page = f"{OFFICE}/debtors"
    before = await admin.read(page)
    await admin.send(page, f"{page}/{booking_id}/card")

    assert "Take €15.00 in cash" in before
    assert "Reminded once." in before
    assert "Nobody owes anything." in await admin.read(page)


WHY_OWED = {
    "A standing place: once it was over, neither a pass nor the wallet covered it.": (
        "place = 'confirmed', attendance = 'attended'"
    ),
    "A fee for not coming.": "place = 'confirmed', attendance = 'no_show', fee_minor = 700",
    "A fee for cancelling late": (
        "place = 'late_cancelled', fee_minor = 700, cancelled_at = now(), reason = 'Ill'"
    ),
}


@pytest.mark.parametrize(("why", "facts"), WHY_OWED.items())
async def test_a_debtor_is_shown_with_why_they_owe(
    admin: Visitor, database: Database, house: House, why: str, facts: str
) -> None:
    async def owe(uow: UnitOfWork) -> None:
        booking = await a_booking(uow, (await a_session(uow)).id, (await a_customer(uow)).id)
        await uow.execute(
            f"UPDATE session_bookings SET {facts}, money = 'due', source = 'slot_attendee'"
            " WHERE organization_id = :tenant AND id = :id",
            {"tenant": uow.tenant, "id": booking.id},
        )

    await database.run(house.organization_id, owe)
    page = await admin.read(f"{OFFICE}/debtors")

    assert why in page
    assert [each for each in WHY_OWED if each in page] == [why]
    assert ("“Ill”." in page) == ("Ill" in facts)


async def test_names_lead_to_the_person_and_there_to_what_they_paid(
    admin: Visitor, database: Database, house: House
) -> None:
    session, (cleo, _) = await database.run(house.organization_id, _a_full_session)
    page = f"{OFFICE}/sessions/{session.id}"
    sheet = await admin.read(page)
    ana = (await database.run(house.organization_id, live_bookings, session.id))[0].customer_id
    person = await admin.read(f"{OFFICE}/session-customers/{ana}")

    assert f'<a href="{OFFICE}/session-customers/{ana}">Ana Booked</a>' in sheet
    assert f'<a href="{OFFICE}/session-customers/{cleo.customer_id}">Cleo Waits</a>' in sheet
    assert '<td class="number">€15.00</td>' in person
    assert "The place, €15.00: from the wallet" in person
