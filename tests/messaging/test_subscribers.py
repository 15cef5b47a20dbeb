"""Who is told what, once: every fact that people care about becomes one mail to each of them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from msgspec.structs import replace

from houseful import events
from houseful.accounts import add_member, create_user
from houseful.accounts.resets import request_reset
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.tenancy import PLATFORM
from houseful.messaging import Notification
from houseful.messaging.subscribers import tell_order_paid
from houseful.ticketing import (
    OrderPaid,
    OrderUnavailable,
    cancel_order,
    keys_of,
    order_with_codes,
    read_code,
    refund_tickets,
    revoke_key,
    rotate_key,
    show_order,
)
from houseful.ticketing.orders.placing import Buyer
from tests.builders.accounts import PASSWORD, House, a_member
from tests.builders.messaging import BASE_URL, deliver_all, files_of, outbox
from tests.builders.ticketing import BUYER, VAULT, Show, a_paid_order, a_show, an_order

JUNE = {
    "start_at": datetime(2031, 6, 5, 17, 30, tzinfo=UTC),
    "end_at": datetime(2031, 6, 5, 20, 0, tzinfo=UTC),
    "doors_at": datetime(2031, 6, 5, 16, 30, tzinfo=UTC),
}


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    """An event on sale, with seats and a floor; what was told before is out of the way."""
    show = await database.run(house.organization_id, a_show, standing=20, **JUNE)
    await deliver_all(database)
    return show


async def _only(database: Database, tenant: UUID, kind: str) -> Notification:
    (message,) = await outbox(database, tenant, kind)
    return message


async def test_a_buyer_gets_tickets_date_and_link(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 3, floor=1)

    await deliver_all(database)

    message = await _only(database, show.tenant, "order_paid")
    assert (message.recipient, message.status) == ("bea@example.org", "kept")
    assert message.subject == "Your tickets for An Evening of Songs"
    assert message.sender_name == "Playhouse"
    token = VAULT.order_token(order.id)
    link = f"{BASE_URL}/playhouse/orders/{order.id}?token={token}"
    for body in (message.text, message.html):
        assert link in body
        assert order.number in body
        assert "Thursday, 5 June 2031" in body
        assert "19:30 (Central European Summer Time)" in body
        assert "Bea Buyer" in body
        assert "Floor" in body
        assert "Floor · Floor" not in body
    files = await files_of(database, show.tenant, message.id)
    assert files[f"tickets-{order.number}.pdf"].startswith(b"%PDF")
    assert b"DTSTART;TZID=Europe/Berlin:20310605T193000" in files["event.ics"]


async def test_the_tickets_way_is_on_record(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 3)
    await deliver_all(database)
    message = await _only(database, show.tenant, "order_paid")

    async def deliveries(uow: UnitOfWork) -> list[tuple[UUID, UUID]]:
        rows = await uow.execute(
            "SELECT order_id, notification_id FROM ticket_deliveries ORDER BY id"
        )
        return [tuple(row) for row in rows]

    assert await database.run(show.tenant, deliveries) == [(order.id, message.id)]


async def test_new_tickets_are_sent_for_those_that_a_revoked_key_signed(
    database: Database, show: Show
) -> None:
    orders = [await a_paid_order(database, show, seat) for seat in (3, 5)]
    given_back = await a_paid_order(database, show, 7)
    await database.run(show.tenant, refund_tickets, given_back.id, None, reason="Ill")
    (old,) = await database.run(show.tenant, keys_of, show.event_id)
    new = await database.run(show.tenant, rotate_key, VAULT, show.event_id)
    await a_paid_order(database, show, 9)
    await deliver_all(database)
    for _ in range(2):
        await database.run(show.tenant, revoke_key, show.event_id, old.key_id)
        await deliver_all(database)

    sent = await outbox(database, show.tenant, "tickets_renewed")
    assert {one.subject_id for one in sent} == {order.id for order in orders}
    assert {one.subject for one in sent} == {"Your new tickets for An Evening of Songs"}
    for one in sent:
        files = await files_of(database, show.tenant, one.id)
        assert any(name.endswith(".pdf") for name in files)
        shown = await database.run(show.tenant, order_with_codes, VAULT, one.subject_id)
        assert {read_code(code).key_id for code in shown.codes.values()} == {new.key_id}


async def test_no_tickets_are_sent_anew_for_what_is_cancelled(
    database: Database, show: Show
) -> None:
    await a_paid_order(database, show, 3)
    await database.run(
        show.tenant, events.cancel_event, show.event_id, events.Cancellation(reason="Storm")
    )
    await database.run(show.tenant, rotate_key, VAULT, show.event_id, revoke_old=True)
    await deliver_all(database)

    assert await outbox(database, show.tenant, "tickets_renewed") == []


async def test_a_fact_heard_twice_is_told_once(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 3)
    fact = OrderPaid(subject_id=order.id, event_id=show.event_id)

    await database.run(show.tenant, tell_order_paid, fact)
    await database.run(show.tenant, tell_order_paid, fact)
    await deliver_all(database)

    assert len(await outbox(database, show.tenant, "order_paid")) == 1


async def test_who_left_no_address_gets_no_mail(
    database: Database, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.builders.ticketing.BUYER", Buyer(name="", email=""))
    await a_paid_order(database, show, 3)

    await deliver_all(database)

    assert await outbox(database, show.tenant, "order_paid") == []


async def test_tickets_given_back_before_the_mail_was_written_are_not_sent(
    database: Database, show: Show
) -> None:
    order = await a_paid_order(database, show, 3)
    await database.run(show.tenant, refund_tickets, order.id, None, reason="ill")

    await deliver_all(database)

    message = await _only(database, show.tenant, "order_paid")
    assert (message.status, message.text) == ("withdrawn", "")


async def test_a_refund_tells_tickets_and_money(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 3, 4)
    shown = await database.run(show.tenant, show_order, order.id)
    first, second = shown.tickets

    await database.run(show.tenant, refund_tickets, order.id, [first.id], reason="ill")
    await deliver_all(database)
    one = await _only(database, show.tenant, "tickets_refunded")
    await database.run(show.tenant, refund_tickets, order.id, [second.id], reason="ill")
    await deliver_all(database)

    messages = await outbox(database, show.tenant, "tickets_refunded")
    assert len(messages) == 2
    money = f"€{first.price / 100:.2f}"
    for message in messages:
        assert message.subject == "Your refund for An Evening of Songs"
        assert f"You get {money}" in message.text
    assert f"seat {first.seat_label}" in one.text
    assert f"seat {second.seat_label}" not in one.text


async def test_free_tickets_taken_back_promise_no_money(database: Database, house: House) -> None:
    tenant = house.organization_id
    show = await database.run(tenant, a_show, seat_price=0, **JUNE)
    order = await an_order(database, show, 3)
    await database.run(tenant, refund_tickets, order.id, None, reason="ill")

    await deliver_all(database)

    message = await _only(database, tenant, "tickets_refunded")
    assert "had cost nothing" in message.text
    assert "€" not in message.text


async def test_an_order_called_off_is_told(database: Database, show: Show) -> None:
    order = await an_order(database, show, 3)
    await database.run(show.tenant, cancel_order, order.id, reason="by the buyer")

    await deliver_all(database)

    message = await _only(database, show.tenant, "order_canceled")
    assert message.subject == f"Your order {order.number} was cancelled"


async def test_late_money_is_told_each_time(database: Database, show: Show) -> None:
    order = await an_order(database, show, 3)
    fact = OrderUnavailable(subject_id=order.id, event_id=show.event_id)
    for _ in range(2):
        await database.run(show.tenant, _announce, fact)

    await deliver_all(database)

    messages = await outbox(database, show.tenant, "order_unavailable")
    assert len(messages) == 2
    assert f"€{order.total / 100:.2f}" in messages[0].text


async def test_every_holder_hears_once_that_an_event_is_called_off(
    database: Database, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_paid_order(database, show, 3)
    await a_paid_order(database, show, 4)
    other = replace(BUYER, name="Otto Other", email="otto@example.org", locale="de")
    monkeypatch.setattr("tests.builders.ticketing.BUYER", other)
    await a_paid_order(database, show, 5)
    returned = await a_paid_order(database, show, 6)
    await database.run(show.tenant, refund_tickets, returned.id, None, reason="ill")

    call_off = events.Cancellation(reason="The singer is ill.")
    await database.run(show.tenant, events.cancel_event, show.event_id, call_off)
    await deliver_all(database)

    told = await outbox(database, show.tenant, "event_cancelled")
    assert sorted(message.recipient for message in told) == ["bea@example.org", "otto@example.org"]
    assert all("The singer is ill." in message.text for message in told)
    german = next(message for message in told if message.locale == "de")
    assert german.subject == "An Evening of Songs ist abgesagt"
    files = await files_of(database, show.tenant, german.id)
    assert list(files) == ["event.ics"]
    (entry,) = Calendar.from_ical(files["event.ics"]).walk("VEVENT")
    assert entry["STATUS"] == "CANCELLED"


async def test_a_new_date_comes_with_new_tickets(database: Database, show: Show) -> None:
    order = await a_paid_order(database, show, 3)
    later = JUNE["start_at"] + timedelta(days=7)
    postponement = events.Postponement(
        start_at=later, end_at=later + timedelta(hours=3), doors_at=later - timedelta(hours=1)
    )

    await database.run(show.tenant, events.postpone_event, show.event_id, postponement)
    await deliver_all(database)

    message = await _only(database, show.tenant, "event_rescheduled")
    assert "now takes place on Thursday, 12 June 2031 at 19:30" in message.text
    assert "Previously: Thursday, 5 June 2031" in message.text
    files = await files_of(database, show.tenant, message.id)
    assert sorted(files) == ["event.ics", f"tickets-{order.number}.pdf"]
    assert b"20310612T193000" in files["event.ics"]


async def test_who_ordered_twice_gets_the_new_tickets_of_both(
    database: Database, show: Show
) -> None:
    orders = [await a_paid_order(database, show, seat) for seat in (3, 4)]
    start_at = JUNE["start_at"] + timedelta(days=7)
    moved = events.Postponement(start_at=start_at, end_at=start_at + timedelta(hours=3))

    await database.run(show.tenant, events.postpone_event, show.event_id, moved)
    await deliver_all(database)

    told = await outbox(database, show.tenant, "event_rescheduled")
    files = [await files_of(database, show.tenant, message.id) for message in told]
    assert sorted(name for one in files for name in one if name != "event.ics") == sorted(
        f"tickets-{order.number}.pdf" for order in orders
    )


async def test_an_event_without_a_new_date_is_told_too(database: Database, show: Show) -> None:
    await a_paid_order(database, show, 3)

    await database.run(
        show.tenant, events.postpone_event, show.event_id, events.Postponement(reason="Flood")
    )
    await deliver_all(database)

    message = await _only(database, show.tenant, "event_postponed")
    assert message.subject == "An Evening of Songs is postponed"
    assert "Date: to be announced" in message.text
    assert "Reason: Flood" in message.text


async def test_moving_there_and_back_is_told_every_time(database: Database, show: Show) -> None:
    await a_paid_order(database, show, 3)
    for days in (7, 0, 7):
        start_at = JUNE["start_at"] + timedelta(days=days)
        moved = events.Postponement(start_at=start_at, end_at=start_at + timedelta(hours=3))
        await database.run(show.tenant, events.postpone_event, show.event_id, moved)

    await deliver_all(database)

    assert len(await outbox(database, show.tenant, "event_rescheduled")) == 3


async def test_a_new_password_is_the_platforms_mail(database: Database, house: House) -> None:
    await database.run(PLATFORM, request_reset, house.email("owner"))

    await deliver_all(database)

    message = await _only(database, PLATFORM, "password_reset")
    assert message.recipient == house.email("owner")
    assert message.sender_name == "Houseful"
    assert f"{BASE_URL}/reset?token=" in message.text
    assert message.is_confidential
    assert await outbox(database, house.organization_id, "password_reset") == []


async def test_somebody_without_an_organisation_gets_their_link(database: Database) -> None:
    await database.run(
        None, create_user, email="alone@example.org", name="Al Alone", password=PASSWORD
    )
    await database.run(PLATFORM, request_reset, "alone@example.org")

    await deliver_all(database)

    assert (await _only(database, PLATFORM, "password_reset")).recipient == "alone@example.org"


async def test_who_is_invited_gets_a_link_and_who_has_an_account_a_word(
    database: Database, house: House, other_house: House
) -> None:
    await deliver_all(database)
    before = {message.id for message in await outbox(database, house.organization_id)}
    await database.run(house.organization_id, _invite)
    await a_member(database, house, other_house.email("owner"))

    await deliver_all(database)

    told = [m for m in await outbox(database, house.organization_id) if m.id not in before]
    by_kind = {message.kind: message for message in told}
    assert sorted(by_kind) == ["invitation", "member_added"]
    assert by_kind["invitation"].recipient == "new@playhouse.example"
    assert f"{BASE_URL}/invitation?token=" in by_kind["invitation"].text
    assert by_kind["member_added"].recipient == other_house.email("owner")
    assert f"{BASE_URL}/office/playhouse" in by_kind["member_added"].text


async def test_a_new_organisation_is_welcomed(database: Database, house: House) -> None:
    await deliver_all(database)

    message = await _only(database, house.organization_id, "organization_opened")

    assert message.recipient == house.email("owner")
    assert message.subject == "Welcome: Playhouse is open"
    assert f"{BASE_URL}/office/playhouse" in message.text


async def _announce(uow: UnitOfWork, fact: Any) -> None:
    await uow.announce(fact)


async def _invite(uow: UnitOfWork) -> None:
    await add_member(uow, email="new@playhouse.example", name="Nora New", role="staff")
