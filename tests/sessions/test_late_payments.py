"""Money of a card that comes after the hold has ended takes a place again, or goes back."""

from typing import Any
from uuid import UUID

import pytest

from houseful import ledger
from houseful.kernel.database import UnitOfWork
from houseful.payments import ANSWER_GRACE, open_payment, settle, start_payment, tell_sandbox
from houseful.sessions.bookings.cancelling import expire_held
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.wishes import ExtraWish
from houseful.sessions.catalogue.models import Activity
from houseful.sessions.catalogue.schemas import ActivityChanges, NewExtra
from houseful.sessions.catalogue.service import create_extra, update_activity
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.wallets.models import Wallet
from houseful.sessions.wallets.service import wallet_of
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_session,
    a_wallet,
    books_are_right,
)
from tests.sessions.test_bookings import Desk
from tests.sessions.test_waiting import desk

__all__ = ["desk"]


async def _expired(desk: Desk, booking: SessionBooking) -> str:
    """Let a card's payment begin and the hold end; return the payment's reference."""
    attempt = await desk.run(start_payment, PAYABLE_KIND, booking.id, provider="sandbox")
    await open_payment(desk.database, desk.tenant, attempt.id)
    assert booking.held_until is not None
    desk.clock.freeze(booking.held_until + ANSWER_GRACE)
    assert await desk.run(expire_held) == 1
    return f"sbx_{attempt.id.hex}"


async def _pay_late(desk: Desk, reference: str) -> str | None:
    await desk.run(tell_sandbox, reference, "succeed")
    settled = await settle(desk.database, desk.tenant, "sandbox", reference)
    await desk.run(books_are_right)
    return settled.outcome


async def _again(desk: Desk, expired: SessionBooking) -> Any:
    """Return the booking that was made anew."""

    async def read(uow: UnitOfWork) -> SessionBooking:
        found = await uow.execute(
            "SELECT id FROM session_bookings WHERE session_id = :session AND place = 'confirmed'"
            " AND customer_id = :customer",
            {"session": expired.session_id, "customer": expired.customer_id},
        )
        return await uow.get(SessionBooking, found.scalar_one())

    return await desk.run(read)


async def _partly_from_wallet(desk: Desk, *, bonus: int = 0) -> tuple[SessionBooking, Wallet]:
    async def prepare(uow: UnitOfWork) -> tuple[SessionBooking, Wallet]:
        customer = await a_customer(uow)
        wallet = await a_wallet(uow, customer.id, 1000 - bonus, bonus=bonus)
        return await a_booking(uow, (await a_session(uow, capacity=1)).id, customer.id), wallet

    return await desk.run(prepare)


@pytest.mark.parametrize(("bonus", "more"), [(0, 0), (300, 0), (0, 5000)])
async def test_the_rest_comes_from_the_wallet_as_before(desk: Desk, bonus: int, more: int) -> None:
    booking, wallet = await _partly_from_wallet(desk, bonus=bonus)
    assert booking.due_minor == 500
    reference = await _expired(desk, booking)
    await desk.run(a_wallet, booking.customer_id, more)

    assert await _pay_late(desk, reference) == "honoured"
    again = await _again(desk, booking)
    assert (again.money, again.paid_minor, again.due_minor) == ("paid", 1500, 0)
    left = await desk.read(Wallet, wallet.id)
    assert (left.cash_minor, left.bonus_minor) == (more, 0)
    assert await desk.balance(ledger.chart.DEFERRED_BOOKINGS) == 1500


async def test_the_price_is_that_which_was_promised(desk: Desk) -> None:
    booking, _ = await _partly_from_wallet(desk)
    reference = await _expired(desk, booking)

    async def raise_price(uow: UnitOfWork) -> None:
        await uow.execute("UPDATE sessions SET price = 9900")
        activity = await uow.get(Activity, await _activity(uow))
        changes = ActivityChanges(cancellation_window_hours=1)
        await update_activity(uow, activity.id, activity.version, changes)

    await desk.run(raise_price)
    assert await _pay_late(desk, reference) == "honoured"
    again = await _again(desk, booking)
    assert (again.total, again.policy["cancellationWindowHours"]) == (1500, 24)


async def test_without_the_rest_the_money_goes_back(desk: Desk) -> None:
    booking, wallet = await _partly_from_wallet(desk)
    reference = await _expired(desk, booking)

    async def spend(uow: UnitOfWork) -> None:
        other = await a_session(uow, await uow.get(Activity, await _activity(uow)))
        await a_booking(uow, other.id, booking.customer_id)

    await desk.run(spend)
    assert await _pay_late(desk, reference) == "unavailable"
    assert (await desk.read(Wallet, wallet.id)).cash_minor == 0
    assert (await desk.read(SessionBooking, booking.id)).status == "expired"


async def test_a_visit_is_used_again_and_the_card_pays_for_the_extras(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[SessionBooking, CustomerPass]:
        customer = await a_customer(uow)
        mat = await create_extra(uow, NewExtra(name="Mat", price=400, stock=2))
        held = await a_pass(uow, customer.id, extra_ids=[mat.id])
        session = await a_session(uow)
        extras = [ExtraWish(mat.id, 2)]
        return await a_booking(uow, session.id, customer.id, extras=extras), held

    booking, held = await desk.run(prepare)
    assert booking.due_minor == 400
    reference = await _expired(desk, booking)
    assert (await desk.read(CustomerPass, held.id)).sessions_used == 0

    assert await _pay_late(desk, reference) == "honoured"
    again = await _again(desk, booking)
    assert (again.customer_entitlement_id, again.paid_minor) == (held.id, 400)
    assert sum(one.quantity for one in again.extras) == 2
    assert (await desk.read(CustomerPass, held.id)).sessions_used == 1


async def test_a_place_that_is_gone_gives_all_of_it_back(desk: Desk) -> None:
    booking, _ = await _partly_from_wallet(desk)
    reference = await _expired(desk, booking)
    await desk.run(a_booking, booking.session_id)

    assert await _pay_late(desk, reference) == "unavailable"
    assert (await desk.run(wallet_of, booking.customer_id, "EUR")).cash_minor == 1000


async def _activity(uow: UnitOfWork) -> UUID:
    return (await uow.execute("SELECT id FROM activities")).scalar_one()
