"""A deposit that is a share of the price follows it until it is invoiced, and not after."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.hire.bookings.models import Booking
from houseful.hire.deposits.following import follow_price
from houseful.hire.deposits.invoices import invoice_deposit
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.schemas import (
    DepositChanges,
    NewDeposit,
    NewSchedule,
    Payment,
    ScheduleItem,
)
from houseful.hire.deposits.service import (
    create_deposit,
    create_schedule,
    receive_payment,
    update_deposit,
)
from houseful.hire.deposits.states import split
from houseful.hire.rates.schemas import ChargeOverride, NewCharge
from houseful.hire.rates.service import add_charge, override_charge, remove_charge
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Invalid
from tests.builders.accounts import House
from tests.builders.hire import a_booking

DUE = date(2035, 1, 1)


def _own(amount_minor: int) -> NewCharge:
    return NewCharge(description="Rent", unit_minor=amount_minor, reason="Agreed by telephone")


async def test_shares_of_the_price_follow_what_becomes_of_it(
    database: Database, house: House
) -> None:
    async def amounts(uow: UnitOfWork) -> list[int]:
        await uow.flush()
        return [(await uow.get(Deposit, one)).amount_minor for one in ids]

    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow)
        with pytest.raises(Invalid, match="Nothing is priced"):
            await create_deposit(
                uow, NewDeposit(booking_id=booking.id, title="Part", share=5000, due_on=DUE)
            )
        rent = await add_charge(uow, booking.id, _own(100_001))
        items = [
            ScheduleItem(title=f"Part {number}", share=share, due_on=DUE)
            for number, share in enumerate((3333, 3333, 3334))
        ]
        made = await create_schedule(uow, NewSchedule(booking_id=booking.id, items=items))
        ids = [one.deposit.id for one in made]
        seen = [await amounts(uow)]
        more = await add_charge(uow, booking.id, _own(50_000))
        seen.append(await amounts(uow))
        await invoice_deposit(uow, ids[0])
        await receive_payment(uow, ids[1], Payment(amount_minor=1, reference="b1"))
        changes = ChargeOverride(amount_minor=200_000, reason="A longer night")
        await override_charge(uow, rent.id, rent.version, changes)
        seen.append(await amounts(uow))
        await remove_charge(uow, more.id)
        seen.append(await amounts(uow))

    assert [sum(one) for one in seen[:2]] == [100_001, 150_001]
    assert seen[2][:2] == seen[3][:2] == seen[1][:2]
    assert (seen[2][2], seen[3][2]) == (83_350, 66_680)


async def test_no_more_than_the_price_is_asked_for_as_shares(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow)
        await add_charge(uow, booking.id, _own(100_000))

        async def expect(share: int, **fields: Any) -> None:
            given: dict[str, Any] = {"title": "Part", "share": share, "due_on": DUE} | fields
            await create_deposit(uow, NewDeposit(booking_id=booking.id, **given))

        await expect(6000)
        await expect(5000, kind="security")
        with pytest.raises(Invalid, match="With the 60 % that are expected"):
            await expect(5000)
        await expect(5000, base_minor=1_000)
        await expect(4000)


async def test_a_base_that_was_given_or_an_amount_stays(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow)
        await add_charge(uow, booking.id, _own(100_000))
        given_base = NewDeposit(
            booking_id=booking.id, title="Part", share=5000, base_minor=80_000, due_on=DUE
        )
        fixed = (await create_deposit(uow, given_base)).deposit
        of_price = NewDeposit(booking_id=booking.id, title="Part", share=5000, due_on=DUE)
        other = (await create_deposit(uow, of_price)).deposit
        before = (fixed.follows_price, other.follows_price, other.amount_minor)
        await update_deposit(uow, other.id, other.version, DepositChanges(amount_minor=70_000))
        await add_charge(uow, booking.id, _own(100_000))

        assert before == (False, True, 50_000)
        assert (fixed.amount_minor, other.amount_minor) == (40_000, 70_000)
        await follow_price(uow, await uow.get(Booking, booking.id))
        assert not other.follows_price


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=6), st.integers(1, 10**10))
def test_a_higher_price_never_lowers_what_all_parts_come_to(shares: list[int], base: int) -> None:
    rest = 10_000 - sum(shares)
    parts = [*shares, rest] if rest > 0 else shares

    instalments = [("instalment", share) for share in parts]

    assert sum(split(base, instalments)) <= sum(split(base + 1_000, instalments))
