"""A mark that was wrong is corrected: what was billed for it is taken back, and billed anew."""

from datetime import timedelta
from uuid import UUID

import pytest

from houseful import ledger
from houseful.kernel.database import UnitOfWork
from houseful.payments import violations
from houseful.sessions.bookings.attending import mark_attendance
from houseful.sessions.bookings.billing import waive_debt
from houseful.sessions.bookings.cancelling import call_off_booking, cancel_booking
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.refunds import (
    approve_request,
    find_request,
    request_money_back,
)
from houseful.sessions.catalogue.models import Session
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.service import expire_passes, restore
from houseful.sessions.wallets.service import wallet_of
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_session,
    a_wallet,
    an_activity,
    pay_by_card,
)
from tests.sessions.test_billing import a_standing_place, end_of
from tests.sessions.test_bookings import KEY, Desk
from tests.sessions.test_waiting import desk

__all__ = ["desk"]
FEE = 500


async def _missed(desk: Desk, *, in_wallet: int = 0) -> tuple[UUID, SessionBooking]:
    """Somebody who was marked as missing, and was billed the fee for it."""
    customer_id, bookings = await desk.run(a_standing_place, no_show_fee=FEE)
    await desk.run(a_wallet, customer_id, in_wallet)
    session = await desk.read(Session, bookings[0].session_id)
    desk.clock.freeze(session.starts_at)
    await desk.run(mark_attendance, bookings[0].id, "miss")
    return customer_id, await end_of(desk, bookings[0])


async def _cash_of(desk: Desk, customer_id: UUID) -> int:
    async def read(uow: UnitOfWork) -> int:
        found = await uow.execute(
            "SELECT cash_minor FROM wallets WHERE customer_id = :id", {"id": customer_id}
        )
        return found.scalar_one()

    return await desk.run(read)


async def test_a_fee_that_the_wallet_paid_comes_back_when_the_mark_was_wrong(desk: Desk) -> None:
    customer_id, booking = await _missed(desk, in_wallet=800)
    assert (booking.money, booking.paid_minor) == ("paid", FEE)
    corrected = await desk.run(mark_attendance, booking.id, "undo")

    assert (corrected.money, corrected.refunded_minor, corrected.earned_minor) == ("none", FEE, 0)
    assert corrected.wallet_debited is False
    assert await _cash_of(desk, customer_id) == 800
    assert await desk.balance(ledger.chart.SESSION_REVENUE) == 0
    assert await desk.balance(ledger.chart.TAX_PAYABLE) == 0


async def test_who_was_there_after_all_is_billed_the_price_in_place_of_the_fee(desk: Desk) -> None:
    customer_id, booking = await _missed(desk, in_wallet=1600)
    there = await desk.run(mark_attendance, booking.id, "check_in")
    assert (there.money, there.paid_minor - there.refunded_minor) == ("paid", 1500)
    assert await _cash_of(desk, customer_id) == 100
    missed = await desk.run(mark_attendance, booking.id, "miss")
    assert (missed.money, missed.paid_minor - missed.refunded_minor) == ("paid", FEE)
    assert await _cash_of(desk, customer_id) == 1100


async def test_a_visit_is_given_back_and_taken_again_with_the_mark(desk: Desk) -> None:
    customer_id, bookings = await desk.run(a_standing_place, no_show_fee=FEE)
    held = await desk.run(a_pass, customer_id)
    booking = await end_of(desk, bookings[0])
    assert booking.customer_entitlement_id == held.id
    for mark, used in (("miss", 0), ("check_in", 1), ("undo", 0), ("check_in", 1)):
        booking = await desk.run(mark_attendance, booking.id, mark)
        assert (await desk.read(CustomerPass, held.id)).sessions_used == used

    assert (booking.money, booking.customer_entitlement_id) == ("paid", held.id)
    assert await desk.balance(ledger.chart.CUSTOMER_RECEIVABLE) == 0


async def test_a_debt_that_a_card_paid_goes_back_to_the_card(desk: Desk) -> None:
    _, booking = await _missed(desk)
    await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)
    corrected = await desk.run(mark_attendance, booking.id, "undo")

    assert (corrected.money, corrected.refunded_minor) == ("none", FEE)
    assert await desk.balance(ledger.chart.SESSION_REVENUE) == 0


async def test_what_staff_have_decided_stays_decided(desk: Desk) -> None:
    _, booking = await _missed(desk)
    await desk.run(waive_debt, booking.id, "The bus was late")
    corrected = await desk.run(mark_attendance, booking.id, "check_in")
    assert (corrected.attendance, corrected.money, corrected.due_minor) == ("attended", "waived", 0)


async def test_a_request_for_the_fee_is_answered_by_the_correction(desk: Desk) -> None:
    customer_id, booking = await _missed(desk, in_wallet=FEE)
    await desk.run(request_money_back, booking.id, "I was there")
    corrected = await desk.run(mark_attendance, booking.id, "undo")
    request = await desk.run(find_request, booking.id)

    assert (corrected.money, request.status, request.amount_minor) == ("none", "succeeded", FEE)
    assert await _cash_of(desk, customer_id) == FEE


async def test_a_debt_ends_when_the_house_cancels_what_it_was_for(desk: Desk) -> None:
    _, booking = await _missed(desk)
    cancelled = await desk.run(call_off_booking, booking.id, "It was too cold")
    assert cancelled.place == "seller_cancelled"
    assert (cancelled.money, cancelled.due_minor) == ("none", 0)
    assert await desk.balance(ledger.chart.CUSTOMER_RECEIVABLE) == 0


@pytest.mark.parametrize("uses", [1, 2])
async def test_the_houses_grace_revives_a_pass_that_has_ended(desk: Desk, uses: int) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[UUID, list[UUID]]:
        customer = await a_customer(uow)
        held = await a_pass(uow, customer.id, sessions_limit=5, validity_days=1)
        yoga = await an_activity(uow)
        places = [
            await a_booking(uow, (await a_session(uow, yoga, in_hours=2 + number)).id, customer.id)
            for number in range(uses)
        ]
        return held.id, [one.id for one in places]

    pass_id, places = await desk.run(prepare)
    desk.clock.travel(timedelta(hours=30))
    assert await desk.run(expire_passes) == 1
    await desk.run(call_off_booking, places[-1], "Nobody could hear a word")

    held = await desk.read(CustomerPass, pass_id)
    assert (held.status, held.sessions_used) == ("active", uses - 1)
    assert held.expires_at == desk.clock.now() + timedelta(days=14)
    assert (held.sessions_limit, held.deferred_minor) == (uses, 2000)
    desk.clock.travel(timedelta(days=15))
    assert await desk.run(expire_passes) == 1
    assert (await desk.read(CustomerPass, pass_id)).deferred_minor == 0


async def test_a_visit_that_comes_back_to_an_ended_pass_without_grace_is_the_houses(
    desk: Desk,
) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[UUID, UUID]:
        customer = await a_customer(uow)
        held = await a_pass(uow, customer.id, sessions_limit=5, validity_days=1)
        booking = await a_booking(uow, (await a_session(uow, in_hours=2)).id, customer.id)
        return held.id, booking.id

    pass_id, booking_id = await desk.run(prepare)
    desk.clock.travel(timedelta(hours=30))
    await desk.run(expire_passes)

    async def give_back(uow: UnitOfWork) -> None:
        assert await restore(uow, booking_id) == 2000
        assert await restore(uow, booking_id) is None

    await desk.database.run(desk.tenant, give_back)
    held = await desk.read(CustomerPass, pass_id)
    assert (held.status, held.sessions_used, held.deferred_minor) == ("expired", 0, 0)


async def _asked_back(desk: Desk, amount: int | None) -> SessionBooking:
    """A booking whose customer has asked for money, paid from the wallet."""

    async def prepare(uow: UnitOfWork) -> SessionBooking:
        activity = await an_activity(uow, late_fee=400)
        booking = await a_booking(uow, (await a_session(uow, activity, in_hours=30)).id)
        await request_money_back(uow, booking.id, "I am ill", amount)
        return booking

    return await desk.run(prepare)


async def _cancel(desk: Desk, booking: SessionBooking) -> SessionBooking:
    await desk.run(cancel_booking, KEY, booking.id)
    return await desk.read(SessionBooking, booking.id)


@pytest.mark.parametrize("asked", [None, 700])
async def test_a_timely_cancellation_answers_the_request_for_money(
    desk: Desk, asked: int | None
) -> None:
    booking = await _cancel(desk, await _asked_back(desk, asked))
    request = await desk.run(find_request, booking.id)

    assert (booking.place, booking.money, booking.refunded_minor) == ("cancelled", "refunded", 1500)
    assert (request.status, request.amount_minor) == ("succeeded", 1500)


async def test_a_late_cancellation_leaves_the_request_for_what_was_kept(desk: Desk) -> None:
    booking = await _asked_back(desk, None)
    desk.clock.travel(timedelta(hours=20))
    booking = await _cancel(desk, booking)
    request = await desk.run(find_request, booking.id)
    assert (booking.money, booking.refunded_minor) == ("refund_pending", 1100)
    assert (request.status, request.amount_minor) == ("requested", 400)
    assert [one["amountMinor"] for one in request.log] == [1500]

    await desk.run(approve_request, request.id)
    assert (await desk.read(SessionBooking, booking.id)).money == "refunded"


async def test_a_late_cancellation_that_gives_back_more_than_was_asked_answers(desk: Desk) -> None:
    booking = await _asked_back(desk, 700)
    desk.clock.travel(timedelta(hours=20))
    booking = await _cancel(desk, booking)
    request = await desk.run(find_request, booking.id)

    assert (booking.money, booking.refunded_minor) == ("part_refunded", 1100)
    assert (request.status, request.amount_minor) == ("succeeded", 1100)


async def test_the_house_cancels_what_was_given_back_in_part(desk: Desk) -> None:
    booking = await _asked_back(desk, 700)
    request = await desk.run(find_request, booking.id)
    await desk.run(approve_request, request.id)
    booking = await desk.run(call_off_booking, booking.id, "Ill")

    assert (booking.money, booking.refunded_minor) == ("refunded", 1500)
    assert (await desk.run(wallet_of, booking.customer_id, "EUR")).cash_minor == 10_000


async def test_what_is_billed_anew_after_a_card_paid_can_be_paid_by_card_again(desk: Desk) -> None:
    _, booking = await _missed(desk)
    await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)
    there = await desk.run(mark_attendance, booking.id, "check_in")
    assert (there.money, there.due_minor) == ("due", 1500)
    paid = await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)

    assert paid.outcome == "honoured"
    after = await desk.read(SessionBooking, booking.id)
    assert (after.money, after.paid_minor, after.refunded_minor) == ("paid", 1500 + FEE, FEE)
    assert await desk.balance(ledger.chart.CUSTOMER_RECEIVABLE) == 0
    assert await desk.run(violations) == []
