"""Refunds that the provider refuses, or does not answer: nothing is lost, or paid twice."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from houseful.kernel.states import IllegalAct
from houseful.ledger import chart, debit, trial_balance
from houseful.payments import (
    MoreThanCaptured,
    ProviderUnavailable,
    Refund,
    Transaction,
    open_payment,
    providers,
    read_sandbox_payment,
    refuse_refunds,
    request_refund,
    retry_refund,
    settle,
    start_payment,
    submit_refund,
    violations,
)
from houseful.payments.problems import NotInReview
from houseful.payments.providers.sandbox import SandboxProvider
from houseful.payments.refunds import give_back
from tests.builders.payments import PRICE, Gift, a_gift, an_open_payment, the_card_does


@pytest.fixture
def gift() -> Iterator[Gift]:
    """Something that can be paid for."""
    with a_gift() as gift:
        yield gift


async def _a_paid_gift(database: Database, tenant: UUID) -> Transaction:
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "succeed")
    return await settle(database, tenant, "sandbox", _reference(payment))


async def _ask(uow: UnitOfWork, payment: Transaction, amount: int = PRICE) -> Refund:
    lines = [debit(chart.ORGANISER_FUNDS, amount)]
    return await request_refund(uow, payment.id, amount, reason="asked", lines=lines, allocation=[])


async def _read(database: Database, tenant: UUID, refund: Refund) -> Refund:
    return await database.run(tenant, lambda uow: uow.get(Refund, refund.id))


async def _balances(uow: UnitOfWork) -> dict[str, int]:
    assert await violations(uow) == []
    return {a.code: a.balance_minor for a in await trial_balance(uow) if a.balance_minor}


def _reference(payment: Transaction) -> str:
    assert payment.provider_payment_id is not None
    return payment.provider_payment_id


async def test_a_refused_refund_is_seen_and_takes_nothing(database: Database, gift: Gift) -> None:
    tenant = new_id()
    payment = await _a_paid_gift(database, tenant)
    await database.run(tenant, refuse_refunds, _reference(payment))

    refund = await database.run(tenant, _ask, payment)
    await Worker(database).drain()

    failed = await _read(database, tenant, refund)
    assert (failed.status, failed.failure) == ("failed", "The sandbox was told to refuse refunds.")
    assert await database.run(tenant, _balances) == {"1000": PRICE, "2000": PRICE}


async def test_a_refused_refund_is_tried_again(database: Database, gift: Gift) -> None:
    tenant = new_id()
    payment = await _a_paid_gift(database, tenant)
    await database.run(tenant, refuse_refunds, _reference(payment))
    refund = await database.run(tenant, _ask, payment)
    await Worker(database).drain()
    failed = await _read(database, tenant, refund)
    await database.run(tenant, refuse_refunds, _reference(payment), refuse=False)

    await database.run(tenant, retry_refund, refund.id, failed.version)
    await Worker(database).drain()

    paid = await _read(database, tenant, refund)
    card = await database.run(tenant, read_sandbox_payment, _reference(payment))
    assert (paid.status, paid.attempt, paid.failure) == ("succeeded", 2, "")
    assert card.refunded_minor == PRICE
    assert await database.run(tenant, _balances) == {}
    with pytest.raises(IllegalAct):
        await database.run(tenant, retry_refund, refund.id, paid.version)


async def test_what_was_given_back_meanwhile_is_not_given_again(
    database: Database, gift: Gift
) -> None:
    tenant = new_id()
    payment = await _a_paid_gift(database, tenant)
    await database.run(tenant, refuse_refunds, _reference(payment))
    refund = await database.run(tenant, _ask, payment)
    await Worker(database).drain()
    failed = await _read(database, tenant, refund)
    await database.run(tenant, refuse_refunds, _reference(payment), refuse=False)
    await database.run(tenant, _ask, payment, 100)

    with pytest.raises(MoreThanCaptured):
        await database.run(tenant, retry_refund, refund.id, failed.version)

    await Worker(database).drain()
    assert (await _read(database, tenant, refund)).status == "failed"
    assert await database.run(tenant, _balances) == {"1000": PRICE - 100, "2000": PRICE - 100}


async def test_a_refund_is_paid_once_however_often_it_is_sent(
    database: Database, gift: Gift, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is lost after the provider has paid; the job comes again."""
    tenant = new_id()
    payment = await _a_paid_gift(database, tenant)
    refund = await database.run(tenant, _ask, payment, 1000)
    pay = SandboxProvider.refund

    async def pay_and_drop_the_line(*args: object) -> None:
        await pay(*args)  # type: ignore[arg-type]
        raise ConnectionResetError

    monkeypatch.setattr(SandboxProvider, "refund", pay_and_drop_the_line)
    with pytest.raises(ProviderUnavailable):
        await submit_refund(database, tenant, refund.id)
    waiting = await _read(database, tenant, refund)
    monkeypatch.undo()
    await asyncio.gather(*(submit_refund(database, tenant, refund.id) for _ in range(3)))

    card = await database.run(tenant, read_sandbox_payment, _reference(payment))
    assert waiting.status == "submitted"
    assert (await _read(database, tenant, refund)).status == "succeeded"
    assert card.refunded_minor == 1000
    assert await database.run(tenant, _balances) == {"1000": PRICE - 1000, "2000": PRICE - 1000}


async def test_a_provider_that_does_not_answer_is_told_and_asked_again(
    database: Database, gift: Gift, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = new_id()
    started = await database.run(tenant, start_payment, "gift", new_id(), provider="sandbox")
    answer = SandboxProvider.open

    async def sleep(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(providers, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(SandboxProvider, "open", sleep)
    with pytest.raises(ProviderUnavailable):
        await open_payment(database, tenant, started.id)
    monkeypatch.setattr(SandboxProvider, "open", answer)
    monkeypatch.setattr(providers, "ANSWER_SECONDS", 15)

    address = await open_payment(database, tenant, started.id)

    opened = await database.run(tenant, lambda uow: uow.get(Transaction, started.id))
    assert opened.status == "pending"
    assert address.endswith(_reference(opened))


async def test_money_in_review_is_given_back_by_decision(database: Database, gift: Gift) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "wrong_amount")
    await settle(database, tenant, "sandbox", _reference(payment))

    refund = await database.run(tenant, give_back, payment.id, reason="not ours")
    await Worker(database).drain()

    assert refund.amount_minor == PRICE - 1
    assert await database.run(tenant, _balances) == {}
    with pytest.raises(NotInReview):
        await database.run(tenant, give_back, payment.id, reason="again")
