"""Ending attempts: once it is said that nobody can pay any more, nobody can."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.payments import (
    NothingToPay,
    PaymentUnderWay,
    ProviderUnavailable,
    Transaction,
    close_attempts,
    open_payment,
    provider_named,
    read_sandbox_payment,
    require_no_attempt,
    settle,
    start_payment,
    violations,
)
from houseful.payments.problems import UnknownProvider
from houseful.payments.providers.sandbox import SandboxProvider
from tests.builders.payments import PRICE, Gift, a_gift, an_open_payment, the_card_does


@pytest.fixture
def gift() -> Iterator[Gift]:
    """Something that can be paid for."""
    with a_gift() as gift:
        yield gift


async def _read(database: Database, tenant: UUID, payment: Transaction) -> Transaction:
    async def read(uow: UnitOfWork) -> Transaction:
        return await uow.first(select(Transaction).where(Transaction.id == payment.id))

    return await database.run(tenant, read)


async def _close(database: Database, tenant: UUID, payment: Transaction) -> Transaction:
    await close_attempts(database, tenant, "gift", payment.payable_id)
    return await _read(database, tenant, payment)


@pytest.mark.parametrize("before", [None, "decline", "cancel"])
async def test_what_is_closed_can_no_longer_be_paid(
    database: Database, gift: Gift, before: Any
) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)
    if before is not None:
        await the_card_does(database, tenant, payment, before)

    closed = await _close(database, tenant, payment)
    await the_card_does(database, tenant, payment, "succeed")
    settled = await settle(database, tenant, "sandbox", payment.provider_payment_id or "")

    assert not closed.is_open
    assert (settled.status, settled.captured_minor) == ("canceled", 0)
    assert gift.honoured == []
    await database.run(tenant, require_no_attempt, "gift", payment.payable_id)


async def test_what_was_paid_already_is_settled_instead(database: Database, gift: Gift) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "succeed")

    settled = await _close(database, tenant, payment)

    assert settled.outcome == "honoured"
    assert gift.honoured == [payment.payable_id]


async def test_what_the_bank_has_stays_open_until_it_is_known(
    database: Database, gift: Gift, clock: TravelClock
) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "succeed_late")

    waiting = await _close(database, tenant, payment)
    with pytest.raises(PaymentUnderWay):
        await database.run(tenant, require_no_attempt, "gift", payment.payable_id)
    clock.travel(timedelta(minutes=31))
    settled = await _close(database, tenant, payment)

    assert (waiting.status, waiting.is_unknown) == ("pending", True)
    assert settled.outcome == "honoured"


async def test_closing_and_paying_at_once_agree(database: Database, gift: Gift) -> None:
    tenant = new_id()
    for _ in range(5):
        payment = await an_open_payment(database, tenant)
        await asyncio.gather(
            the_card_does(database, tenant, payment, "succeed"),
            *(close_attempts(database, tenant, "gift", payment.payable_id) for _ in range(3)),
        )
        reference = payment.provider_payment_id or ""
        card = await database.run(tenant, read_sandbox_payment, reference)
        settled = await settle(database, tenant, "sandbox", reference)

        assert (card.paid_minor == PRICE) == (settled.outcome == "honoured")
        assert card.is_closed == (settled.outcome == "")
    assert await database.run(tenant, violations) == []


async def test_an_attempt_that_nobody_was_told_of_is_closed_and_never_opened(
    database: Database, gift: Gift
) -> None:
    tenant, payable_id = new_id(), new_id()
    started = await database.run(tenant, start_payment, "gift", payable_id, provider="sandbox")

    closed = await _close(database, tenant, started)
    with pytest.raises(NothingToPay):
        await open_payment(database, tenant, started.id)

    card = await database.run(tenant, read_sandbox_payment, f"sbx_{started.id.hex}")
    assert not closed.is_open
    assert card.is_closed


async def test_a_provider_that_does_not_answer_leaves_the_attempt_open(
    database: Database, gift: Gift, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)

    async def is_away(*_: Any) -> Any:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(SandboxProvider, "cancel", is_away)
        with pytest.raises(ProviderUnavailable):
            await close_attempts(database, tenant, "gift", payment.payable_id)
    assert (await _read(database, tenant, payment)).is_open

    assert not (await _close(database, tenant, payment)).is_open


async def test_money_after_its_deadline_goes_back(
    database: Database, gift: Gift, clock: TravelClock
) -> None:
    tenant = new_id()
    payment = await _with_deadline(database, tenant)
    clock.travel(timedelta(minutes=11))
    await the_card_does(database, tenant, payment, "succeed")

    settled = await settle(database, tenant, "sandbox", payment.provider_payment_id or "")

    assert (settled.outcome, settled.refunded_minor) == ("unavailable", PRICE)
    assert gift.honoured == []


async def test_money_in_time_is_honoured_whenever_it_is_heard_of(
    database: Database, gift: Gift, clock: TravelClock
) -> None:
    tenant = new_id()
    payment = await _with_deadline(database, tenant)
    await the_card_does(database, tenant, payment, "succeed")
    clock.travel(timedelta(hours=2))

    settled = await settle(database, tenant, "sandbox", payment.provider_payment_id or "")

    assert settled.outcome == "honoured"


async def _with_deadline(database: Database, tenant: UUID) -> Transaction:
    async def start(uow: UnitOfWork) -> Transaction:
        deadline = uow.now + timedelta(minutes=10)
        return await start_payment(uow, "gift", new_id(), provider="sandbox", deadline_at=deadline)

    started = await database.run(tenant, start)
    await open_payment(database, tenant, started.id)
    return await _read(database, tenant, started)


async def test_nobody_can_be_asked_at_a_till(database: Database) -> None:
    with pytest.raises(UnknownProvider):
        await provider_named("cash").cancel(database, new_id(), "cash-1")
