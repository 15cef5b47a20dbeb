"""A card's provider refuses a refund: nothing is lost, staff see it, and trying again works."""

from typing import Any

import pytest

from houseful.kernel.database import UnitOfWork
from houseful.payments import Refund, refuse_refunds, retry_refund
from houseful.payments import subscribers as payment_subscribers
from houseful.sessions import subscribers
from houseful.sessions.bookings.attending import end_session
from houseful.sessions.bookings.cancelling import cancel_booking
from houseful.sessions.bookings.models import RefundRequest, SessionBooking
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.refunds import (
    approve_request,
    find_request,
    request_money_back,
)
from houseful.sessions.catalogue.models import Session
from houseful.sessions.proof import faults
from houseful.sessions.wallets.service import wallet_of
from tests.builders.messaging import deliver_all
from tests.builders.sessions import a_booking, a_customer, a_session, a_wallet, pay_by_card
from tests.sessions.test_bookings import KEY, Desk
from tests.sessions.test_waiting import desk

__all__ = ["desk"]


async def _a_paid_booking(desk: Desk, *, in_wallet: int = 0) -> tuple[SessionBooking, str]:
    """A booking that a card paid what the wallet does not, and refuses to take back."""

    async def prepare(uow: UnitOfWork) -> SessionBooking:
        customer = await a_customer(uow)
        await a_wallet(uow, customer.id, in_wallet)
        return await a_booking(uow, (await a_session(uow)).id, customer.id)

    booking = await desk.run(prepare)
    paid = await pay_by_card(desk.database, desk.tenant, PAYABLE_KIND, booking.id)
    assert paid.provider_payment_id is not None
    await desk.run(refuse_refunds, paid.provider_payment_id)
    return booking, paid.provider_payment_id


async def _ask_and_approve(desk: Desk, booking: SessionBooking, amount: int) -> RefundRequest:
    request = await desk.run(request_money_back, booking.id, "It was cold", amount)
    return await desk.run(approve_request, request.id)


async def _work(desk: Desk) -> None:
    assert payment_subscribers, "they hear from here on"
    assert subscribers
    await deliver_all(desk.database)
    assert await desk.run(faults) == []


@pytest.mark.parametrize(("amount", "given_back"), [(700, "part_refunded"), (1500, "refunded")])
async def test_a_request_that_the_card_refuses_fails_and_is_tried_again(
    desk: Desk, amount: int, given_back: str
) -> None:
    booking, reference = await _a_paid_booking(desk)
    request = await _ask_and_approve(desk, booking, amount)
    assert request.status == "processing"
    await _work(desk)

    request = await desk.read(RefundRequest, request.id)
    booking = await desk.read(SessionBooking, booking.id)
    assert (request.status, request.amount_minor) == ("failed", amount)
    assert (booking.money, booking.paid_minor, booking.refunded_minor) == ("paid", 1500, 0)

    await desk.run(refuse_refunds, reference, refuse=False)
    assert (await desk.run(approve_request, request.id)).status == "processing"
    await _work(desk)

    request = await desk.read(RefundRequest, request.id)
    booking = await desk.read(SessionBooking, booking.id)
    assert request.status == "succeeded"
    assert (booking.money, booking.refunded_minor) == (given_back, amount)


async def test_revenue_that_was_to_go_back_is_earned_again(desk: Desk) -> None:
    booking, _ = await _a_paid_booking(desk)
    desk.clock.freeze((await desk.read(Session, booking.session_id)).ends_at)
    await desk.run(end_session, booking.session_id)
    await _ask_and_approve(desk, booking, 700)
    await _work(desk)

    booking = await desk.read(SessionBooking, booking.id)
    assert (booking.earned_minor, booking.refunded_minor) == (1500, 0)


async def test_what_went_to_the_wallet_stays_there_and_only_the_rest_is_tried_again(
    desk: Desk,
) -> None:
    booking, _ = await _a_paid_booking(desk, in_wallet=500)
    request = await _ask_and_approve(desk, booking, 1500)
    await _work(desk)

    request = await desk.read(RefundRequest, request.id)
    booking = await desk.read(SessionBooking, booking.id)
    assert (request.status, request.amount_minor) == ("failed", 1000)
    assert (booking.money, booking.refunded_minor) == ("part_refunded", 500)

    request = await desk.run(approve_request, request.id, "wallet")
    assert request.status == "succeeded"
    assert (await desk.run(wallet_of, booking.customer_id, "EUR")).cash_minor == 1500
    assert await desk.run(faults) == []


async def test_a_cancelled_booking_whose_card_refuses_is_for_staff_to_decide(desk: Desk) -> None:
    booking, _ = await _a_paid_booking(desk)
    await desk.run(cancel_booking, KEY, booking.id)
    await _work(desk)

    request: Any = await desk.run(find_request, booking.id)
    booking = await desk.read(SessionBooking, booking.id)
    assert (request.status, request.amount_minor) == ("failed", 1500)
    assert (booking.place, booking.money, booking.refunded_minor) == ("cancelled", "paid", 0)

    assert (await desk.run(approve_request, request.id, "wallet")).status == "succeeded"
    assert (await desk.read(SessionBooking, booking.id)).money == "refunded"
    assert await desk.run(faults) == []


async def test_a_refund_that_is_sent_again_by_hand_counts_once_it_is_paid(desk: Desk) -> None:
    booking, reference = await _a_paid_booking(desk)
    request = await _ask_and_approve(desk, booking, 700)
    await _work(desk)
    assert request.card_refund_id is not None
    for refuse in (True, False):
        await desk.run(refuse_refunds, reference, refuse=refuse)
        refund = await desk.read(Refund, request.card_refund_id)
        await desk.database.run(desk.tenant, retry_refund, refund.id, refund.version)
        await _work(desk)

    request = await desk.read(RefundRequest, request.id)
    booking = await desk.read(SessionBooking, booking.id)
    assert request.status == "succeeded"
    assert (booking.money, booking.refunded_minor) == ("part_refunded", 700)
