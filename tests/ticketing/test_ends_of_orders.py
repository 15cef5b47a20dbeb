"""The end of an unpaid order: its places are free when nobody can pay for them, and not before."""

from datetime import timedelta
from typing import Any

import pytest

from houseful import payments
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.payments import NothingToPay, PaymentUnderWay, ProviderUnavailable, find_transactions
from houseful.payments.providers.sandbox import SandboxProvider
from houseful.ticketing import (
    PAYABLE_KIND,
    Order,
    cancel_order,
    stop_overdue_payments,
    stop_payments,
    sweep,
    violations,
)
from houseful.ticketing.problems import SeatTaken
from houseful.ticketing.subscribers import sweep_all
from tests.builders.accounts import House
from tests.builders.messaging import deliver_all, outbox
from tests.builders.ticketing import (
    Show,
    a_hold,
    a_payment,
    a_show,
    an_order,
    pay,
    read,
)

OVER = timedelta(minutes=16)
"""Later than an order may be paid for."""
GRACE_OVER = timedelta(minutes=10)


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    return await database.run(house.organization_id, a_show, standing=50)


@pytest.fixture
def is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the provider not answer."""

    async def fail(*_: Any) -> Any:
        raise ConnectionRefusedError

    monkeypatch.setattr(SandboxProvider, "cancel", fail)


async def _status(database: Database, show: Show, order: Order) -> str:
    return (await read(database, show, order)).status


async def test_places_are_free_once_the_provider_takes_no_more_money(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1, floor=2)
    payment = await a_payment(database, show, order)
    clock.travel(OVER)

    assert await database.run(show.tenant, sweep) == 0
    with pytest.raises(SeatTaken):
        await a_hold(database, show, 1)
    await sweep_all(database)

    await a_hold(database, show, 1)
    settled = await pay(database, show, payment)
    assert await _status(database, show, order) == "expired"
    assert (settled.status, settled.captured_minor) == ("canceled", 0)
    assert await database.run(show.tenant, violations) == []


async def test_who_paid_unheard_has_bought_it_when_the_time_is_over(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1, floor=2)
    payment = await a_payment(database, show, order)
    reference = payment.provider_payment_id or ""
    await database.run(show.tenant, payments.tell_sandbox, reference, "succeed")
    clock.travel(OVER)

    await sweep_all(database)

    assert await _status(database, show, order) == "paid"
    assert await database.run(show.tenant, violations) == []


async def test_what_the_bank_has_is_waited_for_and_then_no_longer(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1, floor=2)
    payment = await a_payment(database, show, order)
    reference = payment.provider_payment_id or ""
    await database.run(show.tenant, payments.tell_sandbox, reference, "succeed_late")
    clock.travel(OVER)

    await sweep_all(database)
    while_asked = await _status(database, show, order)
    clock.travel(GRACE_OVER)
    await sweep_all(database)

    assert (while_asked, await _status(database, show, order)) == ("awaiting_payment", "expired")
    await a_hold(database, show, 1)
    assert await database.run(show.tenant, violations) == []


@pytest.mark.usefixtures("is_away")
async def test_places_do_not_hang_where_the_provider_is_away(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1, floor=2)
    payment = await a_payment(database, show, order)
    clock.travel(OVER)

    await sweep_all(database)
    while_asked = await _status(database, show, order)
    clock.travel(GRACE_OVER)
    await a_hold(database, show, 1)
    await sweep_all(database)

    assert (while_asked, await _status(database, show, order)) == ("awaiting_payment", "expired")
    (attempt,) = await database.run(show.tenant, find_transactions, PAYABLE_KIND, order.id)
    assert attempt.is_unknown
    assert (await pay(database, show, payment)).outcome == "unavailable"


async def test_an_attempt_that_outlived_its_order_is_ended_when_the_provider_is_back(
    database: Database, show: Show, clock: TravelClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await an_order(database, show, 1)
    payment = await a_payment(database, show, order)
    clock.travel(OVER + GRACE_OVER)
    await database.run(show.tenant, sweep)

    await stop_overdue_payments(database, show.tenant)

    assert (await pay(database, show, payment)).status == "canceled"


async def test_a_second_attempt_is_ended_when_the_order_is_paid(
    database: Database, show: Show
) -> None:
    order = await an_order(database, show, 1)
    first, second = [await a_payment(database, show, order) for _ in range(2)]
    await pay(database, show, first)

    await stop_overdue_payments(database, show.tenant)

    assert (await pay(database, show, second)).status == "canceled"


async def test_nothing_is_called_off_while_somebody_may_be_paying(
    database: Database, show: Show
) -> None:
    order = await an_order(database, show, 1)
    payment = await a_payment(database, show, order)

    with pytest.raises(PaymentUnderWay):
        await database.run(show.tenant, cancel_order, order.id)
    await stop_payments(database, show.tenant, order.id)
    await database.run(show.tenant, cancel_order, order.id)

    assert (await pay(database, show, payment)).status == "canceled"
    with pytest.raises(NothingToPay):
        await a_payment(database, show, order)
    assert await _status(database, show, order) == "canceled"
    assert await database.run(show.tenant, violations) == []


@pytest.mark.usefixtures("is_away")
async def test_who_cannot_ask_the_provider_calls_nothing_off(
    database: Database, show: Show
) -> None:
    order = await an_order(database, show, 1)
    await a_payment(database, show, order)

    with pytest.raises(ProviderUnavailable):
        await stop_payments(database, show.tenant, order.id)

    assert await _status(database, show, order) == "awaiting_payment"


async def test_the_price_of_an_order_ends(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1)
    payment = await a_payment(database, show, order)
    clock.travel(timedelta(minutes=15 + 61))
    await database.run(show.tenant, sweep)

    settled = await pay(database, show, payment)
    await deliver_all(database)

    assert (settled.outcome, settled.refunded_minor) == ("unavailable", order.total)
    assert (await read(database, show, order)).status_reason.startswith("paid when the price")
    (message,) = await outbox(database, show.tenant, "order_unavailable")
    assert "no longer sold at that price" in message.text
    assert await database.run(show.tenant, violations) == []


async def test_late_money_keeps_its_price_for_an_hour(
    database: Database, show: Show, clock: TravelClock
) -> None:
    order = await an_order(database, show, 1)
    payment = await a_payment(database, show, order)
    clock.travel(timedelta(minutes=15 + 59))
    await database.run(show.tenant, sweep)

    assert (await pay(database, show, payment)).outcome == "honoured"
