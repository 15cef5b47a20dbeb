"""What a pass earns, when its clock begins, and why it was chosen."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful import ledger
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.sessions.bookings.cancelling import cancel_booking
from houseful.sessions.covering import Bill, Funds, PassOffer, best_first, cover
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.service import cancel_pass, expire_passes
from tests.builders.accounts import House
from tests.builders.sessions import a_booking, a_customer, a_pass, a_session, an_activity
from tests.sessions.test_bookings import KEY, Desk

NOON = datetime(2031, 6, 2, 10, tzinfo=UTC)
CHART = ledger.chart


@pytest.fixture
def desk(database: Database, house: House, clock: TravelClock) -> Desk:
    """The desk of the house, at noon in Berlin."""
    clock.freeze(NOON)
    return Desk(database, house, clock)


@pytest.mark.parametrize("limit", [None, 10])
@pytest.mark.parametrize("end", ["expired", "cancelled"])
async def test_tax_and_revenue_of_a_pass_are_its_price(
    desk: Desk, limit: int | None, end: str
) -> None:
    async def sell(uow: UnitOfWork) -> CustomerPass:
        customer = await a_customer(uow)
        held = await a_pass(
            uow,
            customer.id,
            price=11_900,
            sessions_limit=limit,
            validity_days=30,
            tax_basis_points=1900,
        )
        held.status, held.starts_at = "active", uow.now
        held.expires_at = uow.now + timedelta(days=30)
        return held

    held = await desk.run(sell)
    if end == "expired":
        desk.clock.travel(timedelta(days=31))
        await desk.run(expire_passes)
    else:
        await desk.run(cancel_pass, held.id, "moved away")

    kept = await desk.balance(CHART.SESSION_REVENUE) + await desk.balance(CHART.BREAKAGE)
    assert (kept, await desk.balance(CHART.TAX_PAYABLE)) == (10_000, 1_900)


async def test_the_clock_begins_with_the_earliest_visit_that_stands(desk: Desk) -> None:
    async def book_twice(uow: UnitOfWork) -> tuple[UUID, list[Any], list[Any]]:
        customer = await a_customer(uow)
        held = await a_pass(uow, customer.id, validity_days=30)
        yoga = await an_activity(uow)
        sessions = [await a_session(uow, yoga, in_hours=hours) for hours in (100, 300)]
        return held.id, sessions, [await a_booking(uow, one.id, customer.id) for one in sessions]

    pass_id, (_, later), (first, _) = await desk.run(book_twice)
    await desk.run(cancel_booking, KEY, first.id)

    held = await desk.read(CustomerPass, pass_id)
    assert held.starts_at == later.starts_at
    assert held.expires_at == later.starts_at + timedelta(days=30)


@given(
    offers=st.lists(
        st.builds(
            PassOffer,
            id=st.uuids(),
            name=st.just("Pass"),
            bought_at=st.integers(0, 3).map(lambda days: NOON - timedelta(days=days)),
            sessions_left=st.sampled_from([None, 4]),
            expires_at=st.sampled_from([None, NOON, NOON + timedelta(days=9)]),
            breadth=st.integers(0, 2),
        ),
        min_size=2,
        max_size=3,
    )
)
def test_what_is_said_of_the_chosen_pass_is_true_of_it(offers: list[PassOffer]) -> None:
    bill = Bill(price=1000, extras=0, currency="EUR", methods=["pass"])
    said = cover(bill, Funds(passes=offers)).explanation[0]
    best, *others = sorted(offers, key=best_first)

    if "the oldest" in said:
        same = [
            one
            for one in others
            if (one.sessions_left is None, one.expires_at, one.breadth)
            == (best.sessions_left is None, best.expires_at, best.breadth)
        ]
        assert same
        assert all(best.bought_at <= one.bought_at for one in same)
    elif "fewest things" in said:
        assert best.breadth < others[0].breadth
    elif "ends first" in said:
        assert best.expires_at is not None
        assert best.expires_at != others[0].expires_at
    else:
        assert "which is unlimited" in said
        assert all(one.sessions_left is not None for one in others[:1])
