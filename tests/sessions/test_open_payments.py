"""Nobody pays at a page that is still open for a place that is paid otherwise, or gone."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from houseful.kernel.database import UnitOfWork
from houseful.payments import (
    ANSWER_GRACE,
    Transaction,
    UnknownProvider,
    open_payment,
    read_sandbox_payment,
    settle,
    start_payment,
    take_cash,
    tell_sandbox,
)
from houseful.payments import subscribers as payment_subscribers
from houseful.payments.methods import set_payment_method
from houseful.payments.providers.sandbox import SandboxProvider
from houseful.sessions import subscribers
from houseful.sessions.bookings.billing import waive_debt
from houseful.sessions.bookings.cancelling import call_off_booking, cancel_booking, expire_held
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.payables import TOP_UP_KIND
from houseful.sessions.bookings.paying import (
    end_overdue_payments,
    end_payments,
    start_card_payment,
)
from houseful.sessions.catalogue.models import Session
from houseful.sessions.passes.schemas import NewPass
from houseful.sessions.passes.service import PAYABLE_KIND as PASS_KIND
from houseful.sessions.passes.service import create_pass, order_pass
from houseful.sessions.wallets.service import begin_top_up
from tests.builders.messaging import deliver_all
from tests.builders.sessions import a_booking, a_customer, a_session
from tests.sessions.test_billing import a_standing_place, end_of
from tests.sessions.test_bookings import KEY, Desk
from tests.sessions.test_waiting import desk

__all__ = ["desk"]


async def _a_held_place(desk: Desk) -> SessionBooking:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        session = await a_session(uow, capacity=1)
        return await a_booking(uow, session.id, (await a_customer(uow)).id)

    return await desk.run(prepare)


async def _an_open_page(desk: Desk, booking: SessionBooking) -> str:
    """Lead somebody to the card's page; return the payment's reference."""
    return await _a_page(desk, PAYABLE_KIND, booking.id)


async def _a_page(desk: Desk, kind: str, payable_id: UUID) -> str:
    attempt = await desk.run(start_payment, kind, payable_id)
    await open_payment(desk.database, desk.tenant, attempt.id)
    return f"sbx_{attempt.id.hex}"


async def _is_closed(desk: Desk, reference: str) -> bool:
    return (await desk.run(read_sandbox_payment, reference)).is_closed


async def _work(desk: Desk) -> None:
    assert payment_subscribers, "they hear from here on"
    assert subscribers
    await deliver_all(desk.database)


async def _cancel(uow: UnitOfWork, booking_id: UUID) -> None:
    await cancel_booking(uow, KEY, booking_id)


async def _call_off(uow: UnitOfWork, booking_id: UUID) -> None:
    await call_off_booking(uow, booking_id, "The lift is broken")


async def _pay_in_cash(uow: UnitOfWork, booking_id: UUID) -> None:
    await take_cash(uow, PAYABLE_KIND, booking_id)


@pytest.mark.parametrize("end", [_cancel, _call_off, _pay_in_cash])
async def test_a_page_is_closed_when_its_place_needs_it_no_more(
    desk: Desk, end: Callable[[UnitOfWork, UUID], Awaitable[None]]
) -> None:
    booking = await _a_held_place(desk)
    reference = await _an_open_page(desk, booking)
    await _work(desk)
    assert not await _is_closed(desk, reference)

    await desk.run(end, booking.id)
    await _work(desk)

    assert await _is_closed(desk, reference)
    card = await desk.run(tell_sandbox, reference, "succeed")
    assert card.paid_minor == 0


async def test_a_page_for_a_debt_is_closed_when_it_is_waived(desk: Desk) -> None:
    _, bookings = await desk.run(a_standing_place)
    owed = await end_of(desk, bookings[0])
    reference = await _an_open_page(desk, owed)
    await end_payments(desk.database, desk.tenant, owed.id)
    assert not await _is_closed(desk, reference)

    await desk.run(waive_debt, owed.id, "She was ill")
    await _work(desk)

    assert await _is_closed(desk, reference)


async def test_who_pays_at_two_pages_pays_at_one(desk: Desk) -> None:
    booking = await _a_held_place(desk)
    first, second = [await _an_open_page(desk, booking) for _ in range(2)]
    await desk.run(tell_sandbox, first, "succeed")
    assert (await settle(desk.database, desk.tenant, "sandbox", first)).outcome == "honoured"
    await _work(desk)

    assert await _is_closed(desk, second)


async def _order_a_pass(uow: UnitOfWork) -> tuple[str, UUID]:
    offered = await create_pass(uow, NewPass(name="Ten visits", price=9000, sessions_limit=10))
    ordered = await order_pass(uow, (await a_customer(uow)).id, offered.id)
    return PASS_KIND, ordered.id


async def _begin_a_top_up(uow: UnitOfWork) -> tuple[str, UUID]:
    begun = await begin_top_up(uow, (await a_customer(uow)).id, 5000, "EUR")
    return TOP_UP_KIND, begun.id


@pytest.mark.parametrize("begin", [_order_a_pass, _begin_a_top_up])
async def test_of_two_pages_for_a_pass_or_a_top_up_the_other_is_closed(
    desk: Desk, begin: Callable[[UnitOfWork], Awaitable[tuple[str, UUID]]]
) -> None:
    kind, payable_id = await desk.run(begin)
    first, second = [await _a_page(desk, kind, payable_id) for _ in range(2)]
    await _work(desk)
    assert not await _is_closed(desk, second)
    await desk.run(tell_sandbox, first, "succeed")
    assert (await settle(desk.database, desk.tenant, "sandbox", first)).outcome == "honoured"
    await _work(desk)

    assert await _is_closed(desk, second)
    assert (await desk.run(tell_sandbox, second, "succeed")).paid_minor == 0


@pytest.mark.parametrize("begin", [_order_a_pass, _begin_a_top_up])
async def test_nothing_is_paid_by_a_card_that_the_house_does_not_take(
    desk: Desk, begin: Callable[[UnitOfWork], Awaitable[tuple[str, UUID]]]
) -> None:
    kind, payable_id = await desk.run(begin)
    begun = await desk.run(start_card_payment, kind, payable_id)
    assert (await desk.read(Transaction, begun.transaction_id)).provider == "sandbox"

    await desk.run(set_payment_method, "sandbox", is_offered=False)
    with pytest.raises(UnknownProvider, match="by card"):
        await desk.run(start_card_payment, kind, payable_id)


async def test_a_place_is_free_once_nobody_can_pay_for_it(desk: Desk) -> None:
    booking = await _a_held_place(desk)
    reference = await _an_open_page(desk, booking)
    assert booking.held_until is not None
    desk.clock.freeze(booking.held_until)
    assert await desk.run(expire_held) == 0

    await end_overdue_payments(desk.database, desk.tenant)

    assert await _is_closed(desk, reference)
    assert await desk.run(expire_held) == 1


async def test_what_was_paid_in_the_last_second_is_honoured(desk: Desk) -> None:
    booking = await _a_held_place(desk)
    reference = await _an_open_page(desk, booking)
    await desk.run(tell_sandbox, reference, "succeed")
    assert booking.held_until is not None
    desk.clock.freeze(booking.held_until)

    await end_overdue_payments(desk.database, desk.tenant)

    assert await desk.run(expire_held) == 0
    assert (await desk.read(SessionBooking, booking.id)).status == "confirmed"


async def test_a_place_does_not_wait_for_ever_for_a_provider_that_is_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_away(*_: Any) -> Any:
        raise ConnectionRefusedError

    booking = await _a_held_place(desk)
    await _an_open_page(desk, booking)
    monkeypatch.setattr(SandboxProvider, "cancel", is_away)
    assert booking.held_until is not None
    desk.clock.freeze(booking.held_until)
    await end_overdue_payments(desk.database, desk.tenant)
    assert await desk.run(expire_held) == 0
    desk.clock.travel(ANSWER_GRACE)

    assert await desk.run(expire_held) == 1
    assert (await desk.read(Session, booking.session_id)).taken == 0
