"""After the session: who was there, what is earned, what is owed and how it is settled; refunds."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from houseful import ledger
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import Actor
from houseful.kernel.ids import new_id
from houseful.kernel.problems import IllegalTransition, Invalid
from houseful.kernel.states import IllegalAct
from houseful.payments import NothingToPay, submit_refund
from houseful.sessions.bookings.attending import (
    end_session,
    mark_attendance,
    remind_of_sessions,
    sessions_to_end,
)
from houseful.sessions.bookings.billing import (
    correct_and_settle,
    remind_debtors,
    settle_debts_with_pass,
    waive_debt,
    write_off_debt,
)
from houseful.sessions.bookings.models import RefundRequest, SessionBooking
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.payables import TOP_UP_KIND
from houseful.sessions.bookings.refunds import (
    approve_request,
    reject_request,
    request_money_back,
    withdraw_money_back,
)
from houseful.sessions.bookings.standing import add_slot_attendee
from houseful.sessions.catalogue.models import Session
from houseful.sessions.catalogue.schemas import SettingsChanges
from houseful.sessions.catalogue.settings import update_settings
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.service import cancel_pass
from houseful.sessions.problems import (
    InDebt,
    NotBookable,
    NothingToGiveBack,
    PassNotUsable,
    SecondApprovalNeeded,
)
from houseful.sessions.wallets.models import Wallet
from houseful.sessions.wallets.service import begin_top_up, wallet_of
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_series,
    a_session,
    a_wallet,
    an_activity,
    books_are_right,
    pay_by_card,
)
from tests.sessions.test_bookings import Desk


@pytest.fixture
def desk(database: Database, house: House, clock: TravelClock) -> Desk:
    """The desk of the house."""
    return Desk(database, house, clock)


async def a_standing_place(uow: UnitOfWork, **fields: Any) -> tuple[UUID, list[SessionBooking]]:
    """Somebody with a place in every session of a weekly series, billed afterwards."""
    activity = await an_activity(uow, tax_basis_points=1900, **fields)
    wall = uow.now + timedelta(days=2)
    series = await a_series(uow, wall, "FREQ=WEEKLY;COUNT=3", activity_id=activity.id)
    customer = await a_customer(uow, may_owe=True)
    await add_slot_attendee(uow, series.id, customer.id, customer.id)
    rows = await uow.execute(
        "SELECT b.id FROM session_bookings b JOIN sessions s ON s.id = b.session_id"
        " ORDER BY s.starts_at"
    )
    return customer.id, [await uow.get(SessionBooking, row.id) for row in rows]


async def end_of(desk: Desk, booking: SessionBooking) -> SessionBooking:
    """Let a booking's session be over, and close it."""
    session = await desk.read(Session, booking.session_id)
    desk.clock.freeze(session.ends_at + timedelta(minutes=1))
    assert booking.session_id in await desk.run(sessions_to_end)
    assert await desk.run(end_session, booking.session_id)
    assert not await desk.run(end_session, booking.session_id)
    return await desk.read(SessionBooking, booking.id)


async def test_who_has_no_funds_owes_and_a_top_up_settles_the_oldest_first(desk: Desk) -> None:
    customer_id, bookings = await desk.run(a_standing_place)
    assert [one.status for one in bookings] == ["confirmed"] * 3
    for booking in bookings[:2]:
        after = await end_of(desk, booking)
        assert (after.status, after.money, after.due_minor) == ("pending_payment", "due", 1500)
    assert await desk.balance(ledger.chart.CUSTOMER_RECEIVABLE) == 3000

    async def begin(uow: UnitOfWork) -> UUID:
        return (await begin_top_up(uow, customer_id, 2500, "EUR")).id

    await pay_by_card(desk.database, desk.tenant, TOP_UP_KIND, await desk.run(begin))
    await desk.run(books_are_right)
    first, second = [await desk.read(SessionBooking, one.id) for one in bookings[:2]]
    assert (first.status, first.money) == ("confirmed", "paid")
    assert (second.money, second.due_minor) == ("due", 1500)
    wallet = await desk.run(wallet_of, customer_id, "EUR")
    assert wallet.cash_minor == 1000


async def test_nothing_is_taken_in_part_and_what_covers_it_is_used(desk: Desk) -> None:
    customer_id, bookings = await desk.run(a_standing_place)
    wallet = await desk.run(a_wallet, customer_id, 1499)
    first = await end_of(desk, bookings[0])
    assert (first.money, first.paid_minor) == ("due", 0)
    assert (await desk.read(Wallet, wallet.id)).cash_minor == 1499
    await desk.run(correct_and_settle, wallet.id, "paid_in", 1, "at the desk")
    assert (await desk.read(SessionBooking, first.id)).money == "paid"

    held = await desk.run(a_pass, customer_id)
    second = await end_of(desk, bookings[1])
    assert (second.money, second.customer_entitlement_id) == ("paid", held.id)


async def test_a_debt_is_paid_by_card_once(desk: Desk) -> None:
    _, bookings = await desk.run(a_standing_place)
    booking = await end_of(desk, bookings[0])
    await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)

    assert (await desk.read(SessionBooking, booking.id)).money == "paid"
    assert await desk.balance(ledger.chart.CUSTOMER_RECEIVABLE) == 0
    with pytest.raises(NothingToPay):
        await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)


async def test_a_waiver_reverses_the_revenue_and_a_loss_is_a_loss(desk: Desk) -> None:
    _, bookings = await desk.run(a_standing_place)
    first, second = await end_of(desk, bookings[0]), await end_of(desk, bookings[1])
    with pytest.raises(Invalid):
        await desk.run(waive_debt, first.id, " ")
    waived = await desk.run(waive_debt, first.id, "The teacher was late")
    lost = await desk.run(write_off_debt, second.id, "Moved away")

    assert (waived.money, waived.status) == ("waived", "confirmed")
    assert (lost.money, lost.due_minor) == ("written_off", 0)
    assert await desk.balance(ledger.chart.SESSION_REVENUE) == 1261
    assert await desk.balance(ledger.chart.BAD_DEBT) == 1500
    assert await desk.balance(ledger.chart.CUSTOMER_RECEIVABLE) == 0


async def test_only_where_somebody_was_marked_are_the_others_missed(desk: Desk) -> None:
    async def two(uow: UnitOfWork) -> list[SessionBooking]:
        session = await a_session(uow, in_hours=1)
        return [await a_booking(uow, session.id) for _ in range(2)]

    unmarked = await desk.run(two)
    assert (await end_of(desk, unmarked[0])).attendance == "unknown"

    marked = await desk.run(lambda uow: two_named(uow))
    await desk.run(mark_attendance, marked[0].id, "check_in")
    assert (await end_of(desk, marked[0])).status == "attended"
    missed = await desk.read(SessionBooking, marked[1].id)
    assert (missed.status, missed.earned_minor) == ("no_show", 1500)
    corrected = await desk.run(mark_attendance, missed.id, "check_in")
    assert corrected.status == "attended"


async def two_named(uow: UnitOfWork) -> list[SessionBooking]:
    """Two places in a session of another activity that begins in an hour."""
    session = await a_session(uow, await an_activity(uow, name="Dance"), in_hours=1)
    return [await a_booking(uow, session.id) for _ in range(2)]


async def test_a_debt_follows_the_attendance_that_is_corrected(desk: Desk) -> None:
    _, bookings = await desk.run(a_standing_place, no_show_fee=500)
    booking = await end_of(desk, bookings[0])
    assert booking.due_minor == 1500
    missed = await desk.run(mark_attendance, booking.id, "miss")
    assert (missed.status, missed.due_minor) == ("pending_payment", 500)
    forgiven = await desk.run(mark_attendance, booking.id, "undo")
    assert (forgiven.money, forgiven.due_minor) == ("none", 0)
    assert await desk.balance(ledger.chart.CUSTOMER_RECEIVABLE) == 0


async def test_attendance_can_be_noted_around_the_session_only(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        return await a_booking(uow, (await a_session(uow, in_hours=72)).id)

    booking = await desk.run(prepare)
    with pytest.raises(IllegalTransition):
        await desk.run(mark_attendance, booking.id, "check_in")
    desk.clock.travel(timedelta(hours=71))
    user = Actor("user", new_id())
    await desk.database.run_as(user, desk.tenant, mark_attendance, booking.id, "check_in")
    again = await desk.run(mark_attendance, booking.id, "check_in")
    assert (again.status, again.verifier_user_id) == ("attended", user.id)
    desk.clock.travel(timedelta(hours=60))
    with pytest.raises(IllegalTransition):
        await desk.run(mark_attendance, booking.id, "miss")


async def test_debtors_are_reminded_ever_more_seldom(desk: Desk) -> None:
    _, bookings = await desk.run(a_standing_place)
    await end_of(desk, bookings[0])
    days: list[int] = []
    for day in range(1, 60):
        desk.clock.travel(timedelta(days=1))
        if await desk.run(remind_debtors):
            days.append(day)

    assert days == [3, 9, 21, 45]


async def test_an_old_debt_ends_standing_places_and_perhaps_all_booking(desk: Desk) -> None:
    customer_id, bookings = await desk.run(a_standing_place)
    await end_of(desk, bookings[0])
    desk.clock.travel(timedelta(days=31))

    async def stand_again(uow: UnitOfWork) -> None:
        series = await a_series(
            uow,
            uow.now + timedelta(days=2),
            "FREQ=WEEKLY;COUNT=3",
            activity_id=(await an_activity(uow, name="Dance")).id,
        )
        await add_slot_attendee(uow, series.id, customer_id, customer_id)

    with pytest.raises(NotBookable):
        await desk.run(stand_again)
    session = await desk.run(a_session, await desk.run(an_activity, name="Pilates"))
    await desk.run(update_settings, 0, SettingsChanges(debtors_may_book=False))
    with pytest.raises(InDebt):
        await desk.run(a_booking, session.id, customer_id)


async def test_everybody_is_reminded_of_their_session_once(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> None:
        await a_booking(uow, (await a_session(uow, in_hours=72)).id)

    await desk.run(prepare)
    assert await desk.run(remind_of_sessions) == 0
    desk.clock.travel(timedelta(hours=49))
    assert [await desk.run(remind_of_sessions) for _ in range(2)] == [1, 0]


async def test_a_refund_request_goes_to_the_card_and_says_when_it_is_back(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        session = await a_session(uow, in_hours=2)
        return await a_booking(uow, session.id, (await a_customer(uow)).id)

    booking = await desk.run(prepare)
    await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)
    await end_of(desk, booking)
    request = await desk.run(request_money_back, booking.id, "It was cold", 700)
    assert (await desk.read(SessionBooking, booking.id)).money == "refund_pending"
    request = await desk.run(approve_request, request.id)
    assert (request.status, request.card_refund_id is not None) == ("processing", True)
    await submit_refund(desk.database, desk.tenant, request.card_refund_id)

    booking = await desk.read(SessionBooking, booking.id)
    assert (booking.money, booking.refunded_minor) == ("part_refunded", 700)
    assert await desk.balance(ledger.chart.SESSION_REVENUE) == 800


async def test_a_refund_can_go_to_the_wallet_and_be_asked_for_again(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        session = await a_session(uow, in_hours=2)
        return await a_booking(uow, session.id, (await a_customer(uow)).id)

    booking = await desk.run(prepare)
    await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)
    request = await desk.run(request_money_back, booking.id, "Ill", 500)
    request = await desk.run(reject_request, request.id, "Please bring a note")
    assert (await desk.read(SessionBooking, booking.id)).money == "paid"
    request = await desk.run(request_money_back, booking.id, "Here is the note", 600)
    assert [one["status"] for one in request.log] == ["requested"]
    request = await desk.run(approve_request, request.id, "wallet")
    assert request.status == "succeeded"
    wallet = await desk.run(wallet_of, booking.customer_id, "EUR")
    assert wallet.cash_minor == 600
    with pytest.raises(NothingToGiveBack):
        await desk.run(request_money_back, booking.id, "More", 901)


async def test_large_refunds_need_two_people(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> RefundRequest:
        await update_settings(uow, 0, SettingsChanges(refund_second_above=1000))
        booking = await a_booking(uow, (await a_session(uow)).id)
        return await request_money_back(uow, booking.id, "Ill")

    request = await desk.run(prepare)
    one, other = Actor("user", new_id()), Actor("user", new_id())

    async def approve(actor: Actor) -> RefundRequest:
        return await desk.database.run_as(actor, desk.tenant, approve_request, request.id)

    assert (await approve(one)).status == "requested"
    with pytest.raises(SecondApprovalNeeded):
        await approve(one)
    assert (await approve(other)).status == "succeeded"


async def test_a_part_of_what_was_asked_can_be_approved(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> RefundRequest:
        booking = await a_booking(uow, (await a_session(uow)).id)
        return await request_money_back(uow, booking.id, "It began late")

    request = await desk.run(prepare)
    with pytest.raises(NothingToGiveBack):
        await desk.run(approve_request, request.id, "wallet", 1501)
    decided = await desk.run(approve_request, request.id, "wallet", 500)
    booking = await desk.read(SessionBooking, request.booking_id)

    assert (decided.status, decided.amount_minor) == ("succeeded", 500)
    assert [one["amountMinor"] for one in decided.log] == [1500]
    assert (booking.money, booking.refunded_minor) == ("part_refunded", 500)


async def test_who_asked_for_money_can_take_that_back(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> RefundRequest:
        booking = await a_booking(uow, (await a_session(uow)).id)
        return await request_money_back(uow, booking.id, "Ill")

    request = await desk.run(prepare)
    withdrawn = await desk.run(withdraw_money_back, request.booking_id)
    booking = await desk.read(SessionBooking, request.booking_id)

    assert (withdrawn.status, booking.money) == ("withdrawn", "paid")
    with pytest.raises(IllegalAct):
        await desk.run(approve_request, request.id)


async def test_a_pass_pays_for_what_was_before_it_only_when_its_owner_agrees(desk: Desk) -> None:
    customer_id, bookings = await desk.run(a_standing_place)
    for booking in bookings[:2]:
        await end_of(desk, booking)
    held = await desk.run(a_pass, customer_id, sessions_limit=1, price=1000)
    assert [(await desk.read(SessionBooking, one.id)).money for one in bookings[:2]] == ["due"] * 2
    assert await desk.balance(ledger.chart.CUSTOMER_RECEIVABLE) == 3000

    assert await desk.run(settle_debts_with_pass, held.id) == 1
    first, second = [await desk.read(SessionBooking, one.id) for one in bookings[:2]]
    session = await desk.read(Session, first.session_id)
    used = await desk.read(CustomerPass, held.id)
    assert (first.money, first.due_minor, first.customer_entitlement_id) == ("paid", 0, held.id)
    assert (second.money, second.due_minor) == ("due", 1500)
    assert (used.sessions_used, used.deferred_minor) == (1, 0)
    assert used.starts_at == session.starts_at
    assert await desk.balance(ledger.chart.CUSTOMER_RECEIVABLE) == 1500
    assert await desk.balance(ledger.chart.DEFERRED_PASSES) == 0
    with pytest.raises(PassNotUsable, match="no visits are left on it"):
        await desk.run(settle_debts_with_pass, held.id)


async def test_a_pass_pays_no_fee_and_nothing_that_it_is_not_for(desk: Desk) -> None:
    customer_id, bookings = await desk.run(a_standing_place, no_show_fee=500)
    session = await desk.read(Session, bookings[0].session_id)
    desk.clock.freeze(session.starts_at)
    await desk.run(mark_attendance, bookings[0].id, "miss")
    await end_of(desk, bookings[0])
    held = await desk.run(a_pass, customer_id)
    with pytest.raises(PassNotUsable, match="not for a fee"):
        await desk.run(settle_debts_with_pass, held.id)

    await desk.run(cancel_pass, held.id, "another one")
    await end_of(desk, bookings[1])
    other = await desk.run(an_activity, name="Pilates")
    narrow = await desk.run(a_pass, customer_id, activity_ids=[other.id])
    with pytest.raises(PassNotUsable, match="not for a fee"):
        await desk.run(settle_debts_with_pass, narrow.id)
    assert (await desk.read(SessionBooking, bookings[1].id)).money == "due"


async def test_the_owner_of_a_pass_agrees_at_their_own_page(
    api: Api, desk: Desk, house: House
) -> None:
    customer_id, bookings = await desk.run(a_standing_place)
    await end_of(desk, bookings[0])
    held = await desk.run(a_pass, customer_id)
    somebody = await api.as_("viewer")
    foreign = await somebody.post(
        f"/api/client/my-passes/{held.id}/settle-debts?organization={house.slug}",
        headers={"idempotency-key": "one"},
    )
    at_desk = await (await api.as_("admin")).post(
        f"/api/v1/customer-passes/{held.id}/settle-debts", headers={"idempotency-key": "two"}
    )

    assert foreign.status_code == 404
    assert at_desk.json() == {"settled": 1}
    assert (await desk.read(SessionBooking, bookings[0].id)).money == "paid"
