"""Who is told what about sessions: one mail for each thing that people care about, and no more."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.short_codes import short_code
from houseful.messaging import Notification, mail_account_link
from houseful.messaging.session_subscribers import tell_booked
from houseful.payments import (
    open_payment,
    refuse_refunds,
    settle,
    start_payment,
    tell_sandbox,
)
from houseful.sessions import (
    PASS_KIND,
    NewPass,
    booking_token,
    cancel_pass,
    create_pass,
    faults,
    key_of,
    pay_pass_back_again,
    proven_address,
    refused_pass_refunds,
)
from houseful.sessions.bookings.attending import end_session, remind_of_sessions
from houseful.sessions.bookings.billing import remind_debtors, waive_debt
from houseful.sessions.bookings.cancelling import (
    call_off_booking,
    call_off_sessions,
    cancel_booking,
    expire_held,
)
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.refunds import (
    approve_request,
    find_request,
    reject_request,
    request_money_back,
)
from houseful.sessions.bookings.standing import (
    add_slot_attendee,
    end_standing,
    pause_standing,
    resume_standing,
)
from houseful.sessions.bookings.waiting import join_waiting_list
from houseful.sessions.bookings.wishes import Payment
from houseful.sessions.catalogue.changing import change_sessions
from houseful.sessions.catalogue.models import Session
from houseful.sessions.catalogue.schemas import (
    SessionCancellation,
    SessionChanges,
    SettingsChanges,
)
from houseful.sessions.catalogue.settings import update_settings
from houseful.sessions.facts import BookingConfirmed
from houseful.sessions.passes.service import order_pass
from houseful.sessions.problems import LinkInvalid
from tests.builders.accounts import House
from tests.builders.messaging import BASE_URL, deliver_all, files_of, outbox
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_series,
    a_session,
    a_wallet,
    an_activity,
    pay_by_card,
)
from tests.builders.ticketing import SECRET
from tests.sessions.test_billing import a_standing_place

KEY = key_of(SECRET)
NOON = datetime(2031, 6, 2, 10, tzinfo=UTC)


class Post:
    """A house whose mail can be read after each act."""

    def __init__(self, database: Database, tenant: UUID, clock: TravelClock) -> None:
        self.database = database
        self.tenant = tenant
        self.clock = clock

    async def run(self, act: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        """Run an act, and let everybody be told."""
        result = await self.database.run(self.tenant, act, *args, **kwargs)
        await deliver_all(self.database)
        return result

    async def kinds(self) -> list[str]:
        """The kinds of all messages about sessions that say something, in order."""
        found = await outbox(self.database, self.tenant)
        return [one.kind for one in found if one.text and one.kind.startswith("session_")]

    async def only(self, kind: str) -> Notification:
        """The one message of a kind."""
        (message,) = await outbox(self.database, self.tenant, kind)
        return message

    async def calendar(self, message: Notification) -> Any:
        """The entry of the message's calendar file."""
        files = await files_of(self.database, self.tenant, message.id)
        (entry,) = Calendar.from_ical(files["session.ics"]).walk("VEVENT")
        return entry

    async def statuses(self, message: Notification) -> list[str]:
        """What the message's calendar file says of each of its entries."""
        files = await files_of(self.database, self.tenant, message.id)
        entries = Calendar.from_ical(files["session.ics"]).walk("VEVENT")
        return [str(entry["STATUS"]) for entry in entries]


@pytest.fixture
async def post(database: Database, house: House, clock: TravelClock) -> Post:
    """The house at noon in Berlin; what was told before is out of the way."""
    clock.freeze(NOON)
    await deliver_all(database)
    return Post(database, house.organization_id, clock)


async def test_a_place_is_confirmed_with_date_terms_and_a_link(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        return await a_booking(uow, (await a_session(uow)).id)

    booking = await post.run(prepare)

    message = await post.only("session_booked")
    link = f"{BASE_URL}/playhouse/sessions/bookings/{booking.id}?token="
    for body in (message.text, message.html):
        assert link + booking_token(KEY, booking.id) in body
        assert "Morning Yoga" in body
        assert "Thursday, 5 June 2031" in body
        assert "12:00 (Central European Summer Time)" in body
        assert "€15.00" in body
        assert "Wednesday, 4 June 2031, 12:00" in body
        assert short_code(booking.id) in body
    entry = await post.calendar(message)
    assert (str(entry["STATUS"]), entry["DTSTART"].dt) == ("CONFIRMED", NOON + timedelta(hours=72))
    assert message.recipient == "cleo@example.com"


async def test_a_fact_heard_twice_is_told_once(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        return await a_booking(uow, (await a_session(uow)).id)

    booking = await post.run(prepare)
    fact = BookingConfirmed(subject_id=booking.id, session_id=booking.session_id)
    await post.run(tell_booked, fact)
    await post.run(tell_booked, fact)

    assert (await post.kinds()).count("session_booked") == 1


async def test_what_was_given_back_before_the_mail_was_written_is_not_confirmed(
    post: Post,
) -> None:
    async def prepare(uow: UnitOfWork) -> None:
        booking = await a_booking(uow, (await a_session(uow)).id)
        await cancel_booking(uow, KEY, booking.id)

    await post.run(prepare)

    assert (await post.only("session_booked")).status == "withdrawn"
    assert (await post.only("session_cancelled")).status == "kept"


async def test_cancelling_says_what_comes_back_and_crosses_the_date_out(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        return await a_booking(uow, (await a_session(uow)).id)

    booking = await post.run(prepare)
    await post.run(cancel_booking, KEY, booking.id)

    message = await post.only("session_cancelled")
    assert "You have given your place back" in message.text
    assert "€15.00" in message.text
    assert str((await post.calendar(message))["STATUS"]) == "CANCELLED"


async def test_the_house_says_why_it_calls_off(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Session:
        session = await a_session(uow)
        await a_booking(uow, session.id)
        await a_booking(uow, session.id)
        return session

    session = await post.run(prepare)
    data = SessionCancellation(reason="A burst pipe", is_confirmed=True)
    await post.run(call_off_sessions, session.id, session.version, data)

    told = await outbox(post.database, post.tenant, "session_called_off")
    assert len(told) == 2
    assert all("A burst pipe" in one.text for one in told)


async def test_everybody_who_has_a_place_hears_each_move_once(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Session:
        session = await a_session(uow)
        await a_booking(uow, session.id)
        gone = await a_booking(uow, session.id)
        await cancel_booking(uow, KEY, gone.id)
        return session

    session = await post.run(prepare)
    for wall in ("2031-06-05T18:00", "2031-06-05T19:00"):
        now = await post.run(_read, session.id)
        changes = SessionChanges(starts_local=wall, is_confirmed=True)
        await post.run(change_sessions, now.id, now.version, changes)

    first, second = await outbox(post.database, post.tenant, "session_moved")
    assert "Thursday, 5 June 2031, 12:00" in first.text
    assert "18:00" in first.text
    assert "Thursday, 5 June 2031, 18:00" in second.text
    assert (await post.calendar(second))["SEQUENCE"] > (await post.calendar(first))["SEQUENCE"]


async def _read(uow: UnitOfWork, session_id: UUID) -> Session:
    return await uow.get(Session, session_id)


async def test_a_reminder_comes_once(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Session:
        session = await a_session(uow, in_hours=30)
        await a_booking(uow, session.id)
        return session

    session = await post.run(prepare)
    post.clock.travel(timedelta(hours=8))
    await post.run(remind_of_sessions)
    await post.run(remind_of_sessions)

    assert (await post.kinds()).count("session_reminder") == 1
    entry = await post.calendar(await post.only("session_reminder"))
    assert (entry["DTSTART"].dt, str(entry["STATUS"])) == (session.starts_at, "CONFIRMED")


async def test_who_waits_is_offered_the_place_and_told_when_it_is_gone(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        session = await a_session(uow, capacity=1)
        booking = await a_booking(uow, session.id)
        for number in range(2):
            waiter = await a_customer(uow, f"Waiting {number}", email=f"w{number}@example.com")
            await a_wallet(uow, waiter.id, 2000)
            await join_waiting_list(uow, session.id, waiter.id, books_itself=number == 1)
        return booking

    booking = await post.run(prepare)
    await post.run(cancel_booking, KEY, booking.id)
    offer = await post.only("session_offered")
    post.clock.travel(timedelta(hours=3))
    await post.run(expire_held)

    assert (offer.recipient, "Monday, 2 June 2031, 14:00" in offer.text) == ("w0@example.com", True)
    assert (await post.only("session_offer_lapsed")).recipient == "w0@example.com"
    lapsed = await post.only("session_offer_lapsed")
    dates = [await post.calendar(one) for one in (offer, lapsed)]
    assert [str(one["status"]) for one in dates] == ["TENTATIVE", "CANCELLED"]
    promoted = await post.only("session_promoted")
    assert promoted.recipient == "w1@example.com"
    assert "booked for you at once" in promoted.text


async def test_who_could_not_be_booked_is_told(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        session = await a_session(uow, capacity=1)
        booking = await a_booking(uow, session.id)
        poor = await a_customer(uow, "Poor", email="poor@example.com")
        await join_waiting_list(uow, session.id, poor.id, books_itself=True)
        return booking

    booking = await post.run(prepare)
    await post.run(cancel_booking, KEY, booking.id)

    assert (await post.only("session_passed_over")).recipient == "poor@example.com"


async def test_who_waits_for_what_is_called_off_is_told(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        session = await a_session(uow, capacity=1)
        await a_booking(uow, session.id)
        waiter = await a_customer(uow, "Willa", email="willa@example.com")
        await join_waiting_list(uow, session.id, waiter.id)
        return await uow.get(Session, session.id)

    session = await post.run(prepare)
    off = SessionCancellation(reason="Ill", is_confirmed=True)
    await post.run(call_off_sessions, session.id, session.version, off)

    message = await post.only("session_wait_ended")
    assert message.recipient == "willa@example.com"
    assert "was called off" in message.text


async def test_a_customer_is_told_that_their_card_did_not_take_the_money(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        return await a_booking(uow, (await a_session(uow)).id, (await a_customer(uow)).id)

    booking = await post.run(prepare)
    paid = await pay_by_card(post.database, post.tenant, PAYABLE_KIND, booking.id)
    assert paid.provider_payment_id is not None
    await post.run(refuse_refunds, paid.provider_payment_id)
    await post.run(cancel_booking, KEY, booking.id)

    message = await post.only("session_refund_refused")
    assert message.recipient == "cleo@example.com"
    assert "€15.00" in message.text

    await post.run(refuse_refunds, paid.provider_payment_id, refuse=False)
    request = await post.run(find_request, booking.id)
    await post.run(approve_request, request.id)
    assert "€15.00" in (await post.only("session_refund_approved")).text


async def test_a_customer_is_told_that_their_card_did_not_take_the_money_of_a_pass(
    post: Post,
) -> None:
    async def order(uow: UnitOfWork) -> Any:
        offered = await create_pass(
            uow, NewPass(name="Ten", price=9000, sessions_limit=10, cancel_refund_policy="full")
        )
        return await order_pass(uow, (await a_customer(uow)).id, offered.id)

    ordered = await post.run(order)
    paid = await pay_by_card(post.database, post.tenant, PASS_KIND, ordered.id)
    assert paid.provider_payment_id is not None
    await post.run(refuse_refunds, paid.provider_payment_id)
    await post.run(cancel_pass, ordered.id, "moves away")

    assert "€90.00" in (await post.only("pass_refund_refused")).text
    assert list(await post.run(refused_pass_refunds)) == [ordered.id]
    assert await post.run(faults) == []

    await post.run(refuse_refunds, paid.provider_payment_id, refuse=False)
    await post.run(pay_pass_back_again, ordered.id)
    assert await post.run(refused_pass_refunds) == {}
    assert await post.run(faults) == []


async def test_who_was_passed_over_because_they_owe_is_told_why(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        session = await a_session(uow, capacity=1)
        booking = await a_booking(uow, session.id)
        owing = await a_customer(uow, "Owing", email="owing@example.com")
        await a_wallet(uow, owing.id, 5000)
        dance = await a_session(uow, await an_activity(uow, name="Dance"), in_hours=96)
        elsewhere = await a_booking(uow, dance.id, owing.id)
        await join_waiting_list(uow, session.id, owing.id)
        elsewhere.place, elsewhere.money, elsewhere.due_minor = "late_cancelled", "due", 1500
        await update_settings(uow, 0, SettingsChanges(debtors_may_book=False))
        return booking

    booking = await post.run(prepare)
    await post.run(cancel_booking, KEY, booking.id)

    told = await post.only("session_passed_over_owing")
    assert told.recipient == "owing@example.com"
    assert "sessions are not paid for yet" in " ".join(told.text.split())


async def test_money_that_came_too_late_is_told_to_come_back(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        session = await a_session(uow, capacity=1)
        late = await a_customer(uow, email="late@example.com")
        return await a_booking(uow, session.id, late.id)

    booking = await post.run(prepare)
    attempt = await post.run(start_payment, PAYABLE_KIND, booking.id, provider="sandbox")
    await open_payment(post.database, post.tenant, attempt.id)
    reference = f"sbx_{attempt.id.hex}"
    await post.run(tell_sandbox, reference, "succeed_late")
    post.clock.travel(timedelta(minutes=26))
    await post.run(expire_held)
    await post.run(a_booking, booking.session_id)
    post.clock.travel(timedelta(minutes=5))
    settled = await settle(post.database, post.tenant, "sandbox", reference)
    await post.run(expire_held)

    assert settled.outcome == "unavailable"
    told = await post.only("session_late_payment")
    assert told.recipient == "late@example.com"
    assert "€15.00" in told.text


async def test_a_hold_that_was_not_paid_is_told_but_not_one_that_was_given_up(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        session = await a_session(uow)
        kept, given_up = [
            await a_booking(uow, session.id, (await a_customer(uow, name)).id)
            for name in ("Kept", "Given up")
        ]
        return kept, given_up

    _, given_up = await post.run(prepare)
    await post.run(cancel_booking, KEY, given_up.id)
    post.clock.travel(timedelta(minutes=16))
    await post.run(expire_held)

    assert await post.kinds() == ["session_hold_lapsed"]


async def test_a_debt_is_told_reminded_of_and_settled(post: Post) -> None:
    _, (booking, *_) = await post.run(a_standing_place)
    session = await post.run(_read, booking.session_id)
    post.clock.freeze(session.ends_at)
    await post.run(end_session, session.id)
    post.clock.travel(timedelta(days=3, minutes=1))
    await post.run(remind_debtors)
    await post.run(waive_debt, booking.id, "Goodwill")

    assert await post.kinds() == ["session_due", "session_due_again", "session_settled"]
    due = await post.only("session_due")
    assert "€15.00 to pay" in due.text
    assert f"/sessions/bookings/{booking.id}?token=" in due.text


async def test_decisions_about_money_are_told_each_time(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        booking = await a_booking(uow, (await a_session(uow)).id)
        return await request_money_back(uow, booking.id, "Ill")

    request = await post.run(prepare)
    await post.run(reject_request, request.id, "It was yesterday")
    await post.run(request_money_back, request.booking_id, "Really ill")
    await post.run(approve_request, request.id, "wallet")

    rejected = await post.only("session_refund_rejected")
    approved = await post.only("session_refund_approved")
    assert "It was yesterday" in rejected.text
    assert "You get €15.00 into your wallet" in approved.text


async def test_a_standing_place_is_confirmed_once_with_all_its_dates(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> None:
        series = await a_series(uow, NOON + timedelta(days=1), "FREQ=WEEKLY;COUNT=4")
        customer = await a_customer(uow, may_owe=True)
        await add_slot_attendee(uow, series.id, customer.id, customer.id)

    await post.run(prepare)

    assert await post.kinds() == []
    told = await post.only("standing_begun")
    assert told.recipient == "cleo@example.com"
    assert "Tuesday, 3 June 2031, 10:00" in told.text
    assert await post.statuses(told) == ["CONFIRMED"] * 4


async def test_a_standing_place_is_told_of_once_not_for_each_session(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        series = await a_series(uow, NOON + timedelta(days=2), "FREQ=WEEKLY;COUNT=4")
        customer = await a_customer(uow, may_owe=True)
        return await add_slot_attendee(uow, series.id, customer.id, customer.id)

    standing = await post.run(prepare)
    for act in (pause_standing, resume_standing, end_standing):
        await post.run(act, standing.id)

    assert await post.kinds() == []
    assert (await post.only("standing_resumed")).recipient == "cleo@example.com"
    assert (await post.only("standing_paused")).subject == (
        "Your standing place in Morning Yoga is paused"
    )
    ended = await post.only("standing_ended")
    assert "What was too near" in ended.text
    assert await post.statuses(await post.only("standing_paused")) == ["CANCELLED"] * 4
    assert await post.statuses(await post.only("standing_resumed")) == ["CONFIRMED"] * 4
    assert await post.statuses(ended) == ["CANCELLED"] * 4


async def test_passes_and_top_ups_are_confirmed(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> None:
        customer = await a_customer(uow)
        await a_pass(uow, customer.id, name="Ten visits")
        await a_wallet(uow, customer.id, 5000, bonus=500)

    await post.run(prepare)

    assert "Ten visits" in (await post.only("pass_sold")).subject
    topped_up = await post.only("wallet_topped_up")
    assert "€50.00" in topped_up.text
    assert "€5.00" in topped_up.text


async def test_the_link_to_an_account_proves_the_address_for_two_days(post: Post) -> None:
    await post.run(mail_account_link, "gina@example.org")
    message = await post.only("customer_account")
    proof = message.text.partition("proof=")[2].split()[0]

    assert message.is_confidential
    assert proven_address(KEY, proof, NOON) == "gina@example.org"
    with pytest.raises(LinkInvalid):
        proven_address(KEY, proof, NOON + timedelta(days=3))
    with pytest.raises(LinkInvalid):
        proven_address(KEY, proof[:-1] + "x", NOON)


async def test_a_booking_called_off_alone_is_told(post: Post) -> None:
    async def prepare(uow: UnitOfWork) -> Any:
        customer = await a_customer(uow)
        held = await a_pass(uow, customer.id)
        session = await a_session(uow)
        return await a_booking(uow, session.id, customer.id, payment=Payment(pass_id=held.id))

    booking = await post.run(prepare)
    confirmed = await post.only("session_booked")
    await post.run(call_off_booking, booking.id, "Overbooked")

    assert "Ten visits" in confirmed.text
    assert "Overbooked" in (await post.only("session_called_off")).text
