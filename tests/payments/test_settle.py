"""Settling: no money without goods or refund, whoever brings the news, however often."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import Worker
from houseful.ledger import chart, debit, trial_balance, unbalanced_entries
from houseful.payments import (
    Deed,
    MoreThanCaptured,
    Transaction,
    come_back,
    find_transactions,
    read_sandbox_payment,
    request_refund,
    settle,
    take_cash,
)
from houseful.payments.service import waiting_payments
from tests.builders.payments import PRICE, Gift, a_gift, an_open_payment, the_card_does


@pytest.fixture
def gift() -> Iterator[Gift]:
    """Something that can be paid for."""
    with a_gift() as gift:
        yield gift


async def _balances(uow: UnitOfWork) -> dict[str, int]:
    assert await unbalanced_entries(uow) == []
    return {a.code: a.balance_minor for a in await trial_balance(uow) if a.balance_minor}


async def _now(uow: UnitOfWork) -> datetime:
    return uow.now


async def _settle(database: Database, tenant: UUID, transaction: Transaction) -> Transaction:
    assert transaction.provider_payment_id is not None
    return await settle(database, tenant, "sandbox", transaction.provider_payment_id)


async def test_what_is_paid_is_handed_over(database: Database, gift: Gift) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "succeed")

    settled = await _settle(database, tenant, payment)

    assert (settled.status, settled.outcome) == ("succeeded", "honoured")
    assert gift.honoured == [payment.payable_id]
    assert await database.run(tenant, _balances) == {"1000": PRICE, "2000": PRICE}


async def test_twenty_messengers_have_one_effect(database: Database, gift: Gift) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "succeed")

    await asyncio.gather(*(_settle(database, tenant, payment) for _ in range(20)))

    assert gift.honoured == [payment.payable_id]
    assert await database.run(tenant, _balances) == {"1000": PRICE, "2000": PRICE}


async def test_a_declined_card_takes_nothing(database: Database, gift: Gift) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "decline")

    settled = await _settle(database, tenant, payment)

    assert settled.status == "failed"
    assert gift.honoured == []
    assert await database.run(tenant, _balances) == {}


@pytest.mark.parametrize("deed", ["decline", "cancel"])
async def test_who_pays_on_the_same_page_after_all_is_heard(
    database: Database, gift: Gift, deed: Deed
) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, deed)
    await come_back(database, tenant, payment.id)
    await the_card_does(database, tenant, payment, "succeed")

    now = await database.run(tenant, _now)
    waiting = await database.run(
        tenant, waiting_payments, since=now - timedelta(days=1), before=now + timedelta(days=1)
    )
    await come_back(database, tenant, payment.id)

    assert waiting == [("sandbox", payment.provider_payment_id)]
    assert gift.honoured == [payment.payable_id]


async def test_money_that_comes_too_late_goes_back(database: Database, gift: Gift) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)
    gift.is_gone = True
    await the_card_does(database, tenant, payment, "succeed")

    settled = await _settle(database, tenant, payment)
    in_flight = await database.run(tenant, _balances)
    await Worker(database).drain()

    assert settled.outcome == "unavailable"
    assert in_flight == {"1000": PRICE, "2400": PRICE}
    assert await database.run(tenant, _balances) == {}
    card = await database.run(tenant, read_sandbox_payment, payment.provider_payment_id or "")
    assert card.refunded_minor == PRICE


async def test_who_pays_twice_gets_one_back(database: Database, gift: Gift) -> None:
    tenant, payable_id = new_id(), new_id()
    payments = [await an_open_payment(database, tenant, payable_id) for _ in range(2)]
    for payment in payments:
        await the_card_does(database, tenant, payment, "succeed")

    settled = await asyncio.gather(*(_settle(database, tenant, p) for p in payments))
    await Worker(database).drain()

    assert sorted(s.outcome for s in settled) == ["duplicate", "honoured"]
    assert await database.run(tenant, _balances) == {"1000": PRICE, "2000": PRICE}
    assert len(await database.run(tenant, find_transactions, "gift", payable_id)) == 2


async def test_another_amount_is_put_aside_and_nothing_handed_over(
    database: Database, gift: Gift
) -> None:
    tenant = new_id()
    payment = await an_open_payment(database, tenant)
    await the_card_does(database, tenant, payment, "wrong_amount")

    settled = await _settle(database, tenant, payment)

    assert (settled.status, settled.outcome) == ("review", "review")
    assert gift.honoured == []
    assert await database.run(tenant, _balances) == {"1000": PRICE - 1, "2200": PRICE - 1}


async def test_cash_settles_in_the_same_act(database: Database, gift: Gift) -> None:
    tenant = new_id()

    paid = await database.run(tenant, take_cash, "gift", new_id())

    assert paid.outcome == "honoured"
    assert await database.run(tenant, _balances) == {"1010": PRICE, "2000": PRICE}


async def test_refunds_never_exceed_what_was_paid_even_at_once(
    database: Database, gift: Gift
) -> None:
    tenant = new_id()
    paid = await database.run(tenant, take_cash, "gift", new_id())

    async def ask(uow: UnitOfWork) -> None:
        await request_refund(
            uow,
            paid.id,
            1000,
            reason="asked",
            lines=[debit(chart.ORGANISER_FUNDS, 1000)],
            allocation=[],
        )

    answers = await asyncio.gather(
        *(database.run(tenant, ask) for _ in range(10)), return_exceptions=True
    )
    await Worker(database).drain()

    assert sum(answer is None for answer in answers) == PRICE // 1000
    assert all(answer is None or isinstance(answer, MoreThanCaptured) for answer in answers)
    assert await database.run(tenant, _balances) == {"1010": 500, "2000": 500}
