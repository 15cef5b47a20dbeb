"""Passes that are frozen, bonus that lapses, cash that is given back."""

from datetime import timedelta
from uuid import UUID

import pytest

from houseful import ledger
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.sessions.bookings.billing import correct_and_settle
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.service import freeze_pass, resume_pass
from houseful.sessions.problems import FrozenTimeBooked, NotEnoughFunds
from houseful.sessions.wallets.models import Wallet
from houseful.sessions.wallets.service import lapse_all_bonus
from tests.builders.accounts import House
from tests.builders.sessions import a_booking, a_customer, a_pass, a_session, a_wallet
from tests.sessions.test_bookings import Desk


@pytest.fixture
def desk(database: Database, house: House, clock: TravelClock) -> Desk:
    """The desk of the house."""
    return Desk(database, house, clock)


async def test_a_freeze_needs_what_is_booked_resolved_and_shifts_the_end(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[UUID, UUID]:
        customer = await a_customer(uow)
        held = await a_pass(uow, customer.id, validity_days=30, freeze_days_max=10)
        session = await a_session(uow)
        await a_booking(uow, session.id, customer.id)
        return held.id, session.id

    pass_id, _ = await desk.run(prepare)
    with pytest.raises(FrozenTimeBooked):
        await desk.run(freeze_pass, pass_id)

    desk.clock.freeze(desk.clock.now() + timedelta(days=4))
    before = await desk.read(CustomerPass, pass_id)
    await desk.run(freeze_pass, pass_id)
    desk.clock.freeze(desk.clock.now() + timedelta(days=5))
    after = await desk.run(resume_pass, pass_id)
    assert before.expires_at is not None
    assert after.expires_at == before.expires_at + timedelta(days=5)


async def test_bonus_lapses_from_the_liability_to_the_promotion(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> UUID:
        customer = await a_customer(uow)
        return (await a_wallet(uow, customer.id, 10_000, bonus=1000, bonus_days=30)).id

    wallet_id = await desk.run(prepare)
    assert await desk.balance(ledger.chart.BONUS_LIABILITY) == 1000
    spent = await desk.balance(ledger.chart.PROMOTION)
    desk.clock.freeze(desk.clock.now() + timedelta(days=31))
    await desk.run(lapse_all_bonus)
    wallet = await desk.read(Wallet, wallet_id)

    assert (wallet.bonus_minor, wallet.cash_minor) == (0, 10_000)
    assert await desk.balance(ledger.chart.BONUS_LIABILITY) == 0
    assert abs(spent - await desk.balance(ledger.chart.PROMOTION)) == 1000


async def test_cash_is_given_back_and_never_more_than_there_is(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> UUID:
        return (await a_wallet(uow, (await a_customer(uow)).id, 5000, bonus=500)).id

    wallet_id = await desk.run(prepare)
    wallet = await desk.run(correct_and_settle, wallet_id, "paid_out", 5000, "moves away")
    assert (wallet.cash_minor, wallet.bonus_minor) == (0, 500)
    assert await desk.balance(ledger.chart.STORED_VALUE) == 0
    with pytest.raises((NotEnoughFunds, Invalid)):
        await desk.run(correct_and_settle, wallet_id, "paid_out", 1, "once more")
