"""An event's money: held until it is over, then payable; what refunds take after that."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from houseful import ledger, payments, ticketing
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.ticketing.orders.funds import release_funds
from houseful.ticketing.subscribers import release_what_is_over
from houseful.wiring import connect_rooms
from tests.builders.accounts import House, a_house
from tests.builders.hire_papers import a_deal, terms
from tests.builders.ticketing import Show, a_paid_order, a_show, let_it_end
from tests.conftest import TestCluster

connect_rooms()


async def balances(uow: UnitOfWork) -> dict[str, int]:
    """Return every account that has a balance, once nothing is wrong anywhere."""
    assert await ticketing.violations(uow) == []
    assert await payments.violations(uow) == []
    assert await ledger.unbalanced_entries(uow) == []
    rows = await ledger.trial_balance(uow)
    assert sum(row.debit_minor - row.credit_minor for row in rows) == 0
    return {row.code: row.balance_minor for row in rows if row.balance_minor}


@pytest.fixture
async def show(database: Database, house: House) -> Show:
    """An event on sale."""
    return await database.run(house.organization_id, a_show)


async def _refund(database: Database, show: Show, order_id: UUID) -> None:
    await database.run(show.tenant, ticketing.refund_tickets, order_id, None, reason="asked")
    await Worker(database).drain()


async def test_what_an_event_took_is_payable_once_it_is_over(
    database: Database, clock: TravelClock, show: Show
) -> None:
    order = await a_paid_order(database, show, 0, 1)
    before = await database.run(show.tenant, balances)

    await let_it_end(database, clock)
    await asyncio.gather(release_what_is_over(database), release_what_is_over(database))
    after = await database.run(show.tenant, balances)

    assert order.status == "paid"
    assert after == {code: total for code, total in before.items() if code != "2000"} | {
        "2010": before["2000"]
    }


async def test_nothing_is_released_before_the_event_is_over(
    database: Database, clock: TravelClock, show: Show
) -> None:
    await a_paid_order(database, show, 0)
    before = await database.run(show.tenant, balances)

    await release_what_is_over(database)
    is_released = await database.run(show.tenant, release_funds, show.event_id)

    assert not is_released
    assert await database.run(show.tenant, balances) == before


async def test_sale_over_refund_and_payout_leave_every_cent_somewhere(
    database: Database, clock: TravelClock, show: Show
) -> None:
    first = await a_paid_order(database, show, 0, 1)
    second = await a_paid_order(database, show, 2)
    await let_it_end(database, clock)
    earned = await database.run(show.tenant, payments.earned_minor, "EUR")

    await _refund(database, show, second.id)
    left = await database.run(show.tenant, payments.earned_minor, "EUR")
    await database.run(
        show.tenant, payments.request_payout, amount_minor=left, currency="EUR", note="May"
    )
    paid_out = await database.run(show.tenant, balances)
    await _refund(database, show, first.id)
    owed = await database.run(show.tenant, balances)

    assert left == earned * 2 // 3
    assert "2010" not in paid_out
    assert owed["1200"] == left
    assert "2000" not in owed
    assert "2010" not in owed


async def test_a_refund_takes_what_is_payable_first_and_the_rest_is_owed(
    database: Database, clock: TravelClock, show: Show
) -> None:
    order = await a_paid_order(database, show, 0, 1)
    await let_it_end(database, clock)
    earned = await database.run(show.tenant, payments.earned_minor, "EUR")
    await database.run(
        show.tenant, payments.request_payout, amount_minor=earned - 1000, currency="EUR"
    )

    await _refund(database, show, order.id)
    after = await database.run(show.tenant, balances)

    assert "2010" not in after
    assert after["1200"] == earned - 1000


async def test_what_a_deal_shares_waits_for_its_settlement(
    database: Database, clock: TravelClock, show: Show
) -> None:
    await a_paid_order(database, show, 0)

    async def share(uow: UnitOfWork) -> None:
        await a_deal(uow, in_state="accepted", event_id=show.event_id, terms=terms(share=5000))

    await database.run(show.tenant, share)

    await let_it_end(database, clock)
    after = await database.run(show.tenant, balances)

    assert after["2000"] > 0
    assert "2010" not in after


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.integers(1, 3)),
        st.tuples(st.just("refund"), st.integers(0, 5)),
        st.tuples(st.just("over"), st.just(0)),
        st.tuples(st.just("pay out"), st.integers(1, 9000)),
        st.tuples(st.just("provider pays"), st.integers(1, 9000)),
    ),
    max_size=12,
)


@settings(max_examples=12)
@given(steps=STEPS)
def test_in_any_order_the_books_balance_and_nobody_is_paid_too_much(
    test_cluster: TestCluster, steps: list[tuple[str, int]]
) -> None:
    name = test_cluster.clone()
    try:
        asyncio.run(_play(test_cluster.app_url(name), steps))
    finally:
        test_cluster.drop(name)


async def _play(url: str, steps: list[tuple[str, int]]) -> None:
    clock = TravelClock()
    database = Database(url, clock=clock)
    try:
        house = await a_house(database)
        show = await database.run(house.organization_id, a_show, standing=60)
        orders: list[UUID] = []
        for number, (act, argument) in enumerate(steps):
            await _take(database, clock, show, orders, f"{number}", act, argument)
            found = await database.run(show.tenant, balances)
            assert found.get("2010", 0) >= 0
            assert found.get("1200", 0) >= 0
    finally:
        await database.close()


async def _take(
    database: Database,
    clock: TravelClock,
    show: Show,
    orders: list[UUID],
    reference: str,
    act: str,
    argument: int,
) -> None:
    is_over = clock.now() > TravelClock().now() + timedelta(days=300)
    if act == "sell" and not is_over:
        orders.append((await a_paid_order(database, show, floor=argument)).id)
    elif act == "refund" and argument < len(orders):
        try:
            await _refund(database, show, orders[argument])
        except ticketing.NothingToRefund:
            return
    elif act == "over" and not is_over:
        await let_it_end(database, clock)
    elif act == "pay out":
        earned = await database.run(show.tenant, payments.earned_minor, "EUR")
        if amount := min(argument, earned):
            await database.run(
                show.tenant, payments.request_payout, amount_minor=amount, currency="EUR"
            )
    elif act == "provider pays":
        cleared = await database.run(show.tenant, payments.cleared_minor, "EUR")
        if amount := min(argument, max(cleared, 0)):
            await database.run(
                show.tenant,
                payments.record_provider_payout,
                provider="sandbox",
                reference=reference,
                amount_minor=amount,
                currency="EUR",
            )
