"""What has to be so before a booking is confirmed, completed and closed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from houseful import hire
from houseful.hire.bookings.conditions import open_of
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.problems import (
    DepositsOpen,
    NotSettled,
    NotYetOver,
    OverrideRequired,
)
from houseful.hire.deposits.schemas import DepositChanges, Payment, Return, Waiver
from houseful.hire.deposits.service import (
    cancel_deposit,
    receive_payment,
    refund_deposit,
    update_deposit,
    waive_deposit,
)
from houseful.hire.rates.offers import create_add_on
from houseful.hire.rates.schemas import NewAddOn, NewCharge
from houseful.hire.rates.service import add_charge
from houseful.hire.settlements.schemas import Agreement, NewSettlement, Payout
from houseful.hire.settlements.service import agree, create_settlement, pay_settlement
from houseful.hire.subscribers import PAPERS
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from tests.builders.accounts import House
from tests.builders.hire import a_booking, do
from tests.builders.hire_papers import a_deal, a_deposit, terms

assert PAPERS, "what the papers hear is registered"
PAID = Payment(amount_minor=100_000, reference="bank 1")
WHY = Waiver(reason="They are friends of the house")


async def _status(database: Database, house: House, booking_id: UUID) -> str:
    async with database.unit_of_work(house.organization_id) as uow:
        return (await uow.get(Booking, booking_id)).status


async def test_a_required_deposit_that_is_not_paid_holds_the_confirmation_back(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="contracted")
        deposit = await a_deposit(uow, booking.id, title="First instalment")
        await a_deposit(uow, booking.id, title="Later", is_required=False)

        with pytest.raises(DepositsOpen, match="First instalment") as raised:
            await hire.confirm_booking(uow, booking.id, hire.Confirmation(reason="Trust them"))
        await waive_deposit(uow, deposit.id, WHY)
        confirmed = await hire.confirm_booking(uow, booking.id, hire.Confirmation())

    assert [each["id"] for each in raised.value.fields["deposits"]] == [str(deposit.id)]
    assert raised.value.fields["deposits"][0]["amountMinor"] == 100_000
    assert confirmed.status == "confirmed"


async def test_going_without_the_deposits_takes_a_reason_and_leaves_them_owed(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="contracted")
        deposit = await a_deposit(uow, booking.id)

        with pytest.raises(OverrideRequired):
            await hire.confirm_booking(
                uow, booking.id, hire.Confirmation(reason=" ", without_deposits=True)
            )
        confirmed = await hire.confirm_booking(
            uow, booking.id, hire.Confirmation(reason="The city pays", without_deposits=True)
        )

    assert (confirmed.status, deposit.status, deposit.balance_minor) == (
        "confirmed",
        "expected",
        100_000,
    )


async def _pay(uow: UnitOfWork, deposit_id: UUID) -> None:
    await receive_payment(uow, deposit_id, PAID)


async def _waive(uow: UnitOfWork, deposit_id: UUID) -> None:
    await waive_deposit(uow, deposit_id, WHY)


async def _call_off(uow: UnitOfWork, deposit_id: UUID) -> None:
    await cancel_deposit(uow, deposit_id, WHY)


async def _require_no_more(uow: UnitOfWork, deposit_id: UUID) -> None:
    await update_deposit(uow, deposit_id, 1, DepositChanges(is_required=False))


@pytest.mark.parametrize("settle", [_pay, _waive, _call_off, _require_no_more])
@pytest.mark.parametrize("is_signed_last", [True, False])
async def test_whichever_comes_last_signature_or_deposit_confirms_the_booking(
    database: Database, house: House, settle: Any, is_signed_last: bool
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow)
        await a_deposit(uow, booking.id, in_state="paid")
        last = await a_deposit(uow, booking.id)

    for step in ("settle", "sign") if is_signed_last else ("sign", "settle"):
        before = await _status(database, house, booking.id)
        async with database.unit_of_work(house.organization_id) as uow:
            if step == "sign":
                await hire.contract_booking(uow, booking.id)
            else:
                await settle(uow, last.id)
        await Worker(database).drain()

    assert before == ("hold" if is_signed_last else "contracted")
    assert await _status(database, house, booking.id) == "confirmed"


async def test_a_signed_booking_of_which_no_deposit_is_left_is_confirmed_by_people(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow)
        only = await a_deposit(uow, booking.id)
        await hire.contract_booking(uow, booking.id)
        await cancel_deposit(uow, only.id, WHY)
    await Worker(database).drain()

    assert await _status(database, house, booking.id) == "contracted"


async def test_a_night_is_completed_an_hour_before_its_end_and_not_earlier(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="confirmed")

        for minutes_before in (120, 61):
            uow.now = booking.ends_at - timedelta(minutes=minutes_before)
            with pytest.raises(NotYetOver):
                await hire.complete_booking(uow, booking.id)
        uow.now = booking.ends_at - timedelta(minutes=60)
        completed = await hire.complete_booking(uow, booking.id)

    assert completed.status == "completed"


async def test_a_booking_of_which_something_is_owed_is_not_closed(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="completed")
        deposit = await a_deposit(uow, booking.id, title="Last instalment")

        with pytest.raises(NotSettled, match="Last instalment") as raised:
            await hire.close_booking(uow, booking.id)
        await receive_payment(uow, deposit.id, PAID)
        closed = await hire.close_booking(uow, booking.id)

    assert [(one["what"], one["amountMinor"]) for one in raised.value.fields["open"]] == [
        ("deposit", 100_000)
    ]
    assert closed.status == "closed"


async def test_what_was_priced_and_not_paid_keeps_a_booking_open(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow)
        flowers = await create_add_on(
            uow,
            NewAddOn(
                venue_id=booking.venue_id,
                name="Flowers",
                kind="service",
                unit="each",
                amount_minor=120_000,
                currency="EUR",
            ),
        )
        await add_charge(uow, booking.id, NewCharge(add_on_id=flowers.id))
        await a_deposit(uow, booking.id, in_state="paid")
        for act in ("confirm", "complete"):
            await do(uow, booking.id, act)
        row = await uow.get(Booking, booking.id)
        before = await open_of(uow, row)
        rest = await a_deposit(uow, booking.id, title="The rest", amount_minor=20_000)
        await waive_deposit(uow, rest.id, WHY)

        assert [one["amountMinor"] for one in before] == [20_000]
        assert (await hire.close_booking(uow, booking.id)).status == "closed"


async def test_a_security_is_given_back_before_the_booking_is_closed_and_then_closes_it(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="completed")
        rent = terms(shape="flat", payee="venue", amountMinor=50_000, share=0)
        await a_deal(uow, in_state="accepted", booking_id=booking.id, terms=rent)
        security = await a_deposit(uow, booking.id, in_state="paid", kind="security")

        with pytest.raises(NotSettled, match="deal"):
            await hire.close_booking(uow, booking.id)
        settlement = await create_settlement(uow, NewSettlement(booking_id=booking.id))
        due = settlement.due_minor
        with pytest.raises(NotSettled, match="settlement"):
            await hire.close_booking(uow, booking.id)
        await agree(uow, settlement.id, Agreement(party="venue", name="Olive", due_minor=due))
        await agree(uow, settlement.id, Agreement(party="promoter", name="Paul", due_minor=due))
        with pytest.raises(NotSettled, match="settlement"):
            await hire.close_booking(uow, booking.id)
        await pay_settlement(uow, settlement.id, Payout(reference="bank 7"))
    await Worker(database).drain()
    held = await _status(database, house, booking.id)
    async with database.unit_of_work(house.organization_id) as uow:
        with pytest.raises(NotSettled, match="not given back"):
            await hire.close_booking(uow, booking.id)
        await refund_deposit(uow, security.id, Return(reason="Nothing was broken", reference="r1"))
    await Worker(database).drain()

    assert (held, await _status(database, house, booking.id)) == ("completed", "closed")
