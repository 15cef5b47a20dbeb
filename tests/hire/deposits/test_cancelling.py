"""What it costs to call a booking off, and where the money goes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from houseful import hire
from houseful.hire.bookings.pending import pending_hire
from houseful.hire.bookings.schemas import Cancellation
from houseful.hire.deposits.cancelling import decide_deposits, share_due, undecided_fee
from houseful.hire.deposits.models import Deposit, DepositPayment
from houseful.hire.deposits.schemas import Payment, Return, Waiver
from houseful.hire.deposits.service import receive_payment, refund_deposit, waive_deposit
from houseful.hire.holds.rules import CancellationTerm
from houseful.hire.rates.schemas import NewCharge
from houseful.hire.rates.service import add_charge
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api, problem_of
from tests.builders.accounts import PASSWORD, House
from tests.builders.calendar import at
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_deposit
from tests.builders.venues import a_space, a_venue
from tests.hire.test_paper_pages import OFFICE, Visitor

TERMS = {
    "hire": {
        "cancellationTerms": [
            {"withinDays": 90, "share": 2500},
            {"withinDays": 30, "share": 10_000},
        ]
    }
}


@pytest.mark.parametrize(
    ("days", "share"), [(10, 10_000), (30, 10_000), (31, 2500), (90, 2500), (91, 0)]
)
def test_the_nearer_the_night_the_more_is_due(days: int, share: int) -> None:
    now = datetime(2035, 1, 1, tzinfo=UTC)
    terms = (CancellationTerm(90, 2500), CancellationTerm(30, 10_000))

    assert share_due(terms, now, now + timedelta(days=days)) == share
    assert share_due((), now, now) == 0


@pytest.fixture
async def booking(database: Database, house: House, clock: TravelClock) -> UUID:
    """A confirmed night in sixty days for €2,000.00, so that €500.00 are due."""
    async with database.unit_of_work(house.organization_id) as uow:
        space = await a_space(uow, (await a_venue(uow, settings=TERMS)).id)
        night = await a_booking(uow, [(space.id, 18, 22)], in_state="confirmed")
        rent = NewCharge(description="Rent", unit_minor=200_000, reason="As agreed")
        await add_charge(uow, night.id, rent)
        ahead = at(18) - timedelta(days=60) - uow.now
    clock.travel(ahead)
    return night.id


async def _cancel(
    database: Database, house: House, booking_id: UUID, **fields: Any
) -> tuple[dict[str, Any], list[Deposit]]:
    """Call it off; return what its story says of the money, and its deposits."""
    async with database.unit_of_work(house.organization_id) as uow:
        data = Cancellation(**({"reason": "Ill", "deposit": "refund"} | fields))
        await hire.cancel_booking(uow, booking_id, data)
    async with database.unit_of_work(house.organization_id) as uow:
        found = await uow.execute(
            "SELECT details FROM booking_acts WHERE booking_id = :id AND act = 'cancel'",
            {"id": booking_id},
        )
        deposits = await uow.all(
            select(Deposit)
            .where(Deposit.organization_id == uow.tenant, Deposit.booking_id == booking_id)
            .order_by(Deposit.position)
        )
        return found.scalar_one(), list(deposits)


async def _deposit(
    database: Database, house: House, booking_id: UUID, in_state: str = "paid", **fields: Any
) -> None:
    await database.run(house.organization_id, a_deposit, booking_id, in_state=in_state, **fields)


async def test_the_fee_is_kept_out_of_what_was_paid_and_the_rest_goes_back(
    database: Database, house: House, booking: UUID
) -> None:
    await _deposit(database, house, booking)
    await _deposit(database, house, booking, in_state="invoiced", amount_minor=70_000)

    money, (paid, open_one) = await _cancel(database, house, booking)

    assert (money["feeMinor"], money["keptMinor"], money["chargedMinor"]) == (50_000, 50_000, 0)
    assert (paid.status, paid.forfeited_minor, paid.held_minor) == (
        "refund_pending",
        50_000,
        50_000,
    )
    assert open_one.status == "cancelled"


async def test_what_is_missing_of_the_fee_is_asked_for(
    database: Database, house: House, booking: UUID
) -> None:
    await _deposit(database, house, booking, amount_minor=20_000)

    money, (paid, fee) = await _cancel(database, house, booking)

    assert (money["keptMinor"], money["chargedMinor"]) == (20_000, 30_000)
    assert paid.status == "forfeited"
    assert (fee.title, fee.amount_minor, fee.status) == ("Cancellation fee", 30_000, "expected")
    assert not fee.is_required


async def test_all_is_kept_if_the_house_says_so_but_a_security_goes_back(
    database: Database, house: House, booking: UUID
) -> None:
    await _deposit(database, house, booking)
    await _deposit(database, house, booking, kind="security")

    money, (paid, security) = await _cancel(database, house, booking, deposit="forfeit")

    assert money["keptMinor"] == 100_000
    assert (paid.status, security.status) == ("forfeited", "refund_pending")
    assert security.forfeited_minor == 0


@pytest.mark.parametrize(
    ("fields", "fee"),
    [
        ({"cancelled_by": "venue"}, 0),
        ({"cancelled_by": "force_majeure"}, 0),
        ({"fee_minor": 12_345}, 12_345),
        ({"cancelled_by": "venue", "fee_minor": 1}, 1),
    ],
)
async def test_who_is_not_at_fault_owes_nothing_and_another_fee_may_be_agreed(
    database: Database, house: House, booking: UUID, fields: dict[str, Any], fee: int
) -> None:
    await _deposit(database, house, booking)

    money, (paid,) = await _cancel(database, house, booking, **fields)

    assert money["feeMinor"] == money["keptMinor"] == fee
    assert paid.held_minor == 100_000 - fee


async def test_what_is_undecided_stays(database: Database, house: House, booking: UUID) -> None:
    await _deposit(database, house, booking)

    money, (paid,) = await _cancel(database, house, booking, deposit="undecided")

    assert (money["feeMinor"], money["keptMinor"], money["chargedMinor"]) == (50_000, 0, 0)
    assert (paid.status, paid.held_minor) == ("paid", 100_000)


async def test_where_finance_keeps_the_money_only_what_is_open_is_called_off(
    database: Database, house: House, booking: UUID
) -> None:
    await _deposit(database, house, booking)
    await _deposit(database, house, booking, in_state="expected")

    async def keep_elsewhere(uow: UnitOfWork) -> None:
        for deposit in await uow.all(select(Deposit).where(Deposit.booking_id == booking)):
            deposit.finance_state, deposit.synced_at = "synced", uow.now

    await database.run(house.organization_id, keep_elsewhere)

    async def cancel(uow: UnitOfWork) -> list[Any]:
        data = Cancellation(reason="Ill", deposit="refund")
        await hire.cancel_booking(uow, booking, data, is_external=True)
        kept = await uow.all(
            select(DepositPayment.id).where(
                DepositPayment.organization_id == uow.tenant, DepositPayment.direction == "kept"
            )
        )
        return [*kept, *(await uow.all(select(Deposit.status).order_by(Deposit.position)))]

    assert await database.run(house.organization_id, cancel) == ["paid", "cancelled"]


async def test_what_our_books_hold_is_kept_and_the_rest_asked_for_in_finance_all_the_same(
    database: Database, house: House, booking: UUID
) -> None:
    await _deposit(database, house, booking, amount_minor=20_000)

    async def cancel(uow: UnitOfWork) -> list[tuple[str, int, str]]:
        data = Cancellation(reason="Ill", deposit="refund")
        await hire.cancel_booking(uow, booking, data, is_external=True)
        found = await uow.all(select(Deposit).order_by(Deposit.position))
        return [(one.status, one.amount_minor, one.finance_state) for one in found]

    assert await database.run(house.organization_id, cancel) == [
        ("forfeited", 20_000, "local"),
        ("expected", 30_000, "pending"),
    ]


async def test_a_retry_keeps_the_fee_once(
    api: Api, database: Database, house: House, booking: UUID
) -> None:
    await _deposit(database, house, booking)
    admin = await api.as_("admin")
    path = f"/api/v1/bookings/{booking}/cancel"
    body = {"reason": "Ill", "deposit": "refund"}
    key = {"idempotency-key": "cancelled-once-only"}

    answers = [await admin.post(path, json=body, headers=key) for _ in range(2)]
    again = await admin.post(path, json=body)
    deposits = (await admin.get("/api/v1/deposits")).json()["items"]

    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert again.status_code == 409
    assert deposits[0]["status"] == "refund_pending"


async def test_a_fee_is_asked_for_at_once_where_there_is_no_deposit_to_decide_about(
    database: Database, house: House, booking: UUID
) -> None:
    told, deposits = await _cancel(database, house, booking, deposit="undecided")

    assert told["chargedMinor"] == 50_000
    assert [(one.title, one.amount_minor) for one in deposits] == [("Cancellation fee", 50_000)]


async def test_what_was_put_off_waits_until_it_is_decided_and_then_asks_for_the_rest(
    database: Database, house: House, booking: UUID
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        await a_deposit(uow, booking, in_state="paid", amount_minor=20_000)
    _, before = await _cancel(database, house, booking, deposit="undecided")
    async with database.unit_of_work(house.organization_id) as uow:
        waits = [booking_id for booking_id, _ in (await pending_hire(uow)).deposits]
        fee = await undecided_fee(uow, booking)
        for _ in range(2):
            await decide_deposits(uow, booking, "refund")
        after = await uow.all(select(Deposit).order_by(Deposit.position))
        still = (await pending_hire(uow)).deposits

    assert [one.status for one in before] == ["paid"]
    assert (waits, fee, still) == ([booking], 50_000, [])
    assert [(one.status, one.amount_minor) for one in after] == [
        ("forfeited", 20_000),
        ("expected", 30_000),
    ]


async def test_it_is_decided_over_the_api_once_and_not_otherwise(
    api: Api, database: Database, house: House, booking: UUID
) -> None:
    await _deposit(database, house, booking)
    admin, staff = await api.as_("admin"), await api.as_("staff")
    path = f"/api/v1/bookings/{booking}"
    early = await admin.post(f"{path}/decide-deposits", json={"deposit": "refund"})
    await admin.post(f"{path}/cancel", json={"reason": "Ill"})

    forbidden = await staff.post(f"{path}/decide-deposits", json={"deposit": "forfeit"})
    kept = await admin.post(f"{path}/decide-deposits", json={"deposit": "forfeit"})
    again = await admin.post(f"{path}/decide-deposits", json={"deposit": "forfeit"})
    otherwise = await admin.post(f"{path}/decide-deposits", json={"deposit": "refund"})
    (deposit,) = (await admin.get(f"/api/v1/deposits?bookingId={booking}")).json()["items"]

    assert (forbidden.status_code, kept.status_code, again.status_code) == (403, 200, 200)
    for refused in (early, otherwise):
        assert problem_of(refused)["type"] == "urn:houseful:problem:deposits-decided"
    assert (deposit["status"], deposit["forfeitedMinor"]) == ("forfeited", 100_000)


async def test_the_page_asks_before_deposits_are_kept(
    api: Api, database: Database, house: House, booking: UUID
) -> None:
    await _deposit(database, house, booking)
    await _cancel(database, house, booking, deposit="undecided")
    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    page = f"{OFFICE}/bookings/{booking}"

    asked = await visitor.send(page, f"{page}/decide-deposits", decision="forfeit")
    before = await visitor.read(page)
    done = await visitor.send(page, f"{page}/decide-deposits", decision="forfeit", sure="yes")

    assert "keeps all that it holds" in asked.text
    assert "to be decided about" in before
    assert done.status_code == 303
    assert "to be decided about" not in await visitor.read(page)


async def test_what_came_of_a_deposit_before_the_rest_was_waived_goes_back_too(
    database: Database, house: House, booking: UUID
) -> None:
    async def pay_part_and_waive(uow: UnitOfWork) -> None:
        deposit = await a_deposit(uow, booking)
        await receive_payment(uow, deposit.id, Payment(amount_minor=60_000, reference="bank"))
        await waive_deposit(uow, deposit.id, Waiver(reason="The rest is a present"))

    await database.run(house.organization_id, pay_part_and_waive)

    money, (deposit,) = await _cancel(database, house, booking)
    back = Return(reason="Called off", reference="out")
    shown = await database.run(house.organization_id, refund_deposit, deposit.id, back)

    assert (money["keptMinor"], money["chargedMinor"]) == (50_000, 0)
    assert (deposit.status, deposit.held_minor) == ("refund_pending", 10_000)
    assert (shown.deposit.status, shown.deposit.refunded_minor) == ("refunded", 10_000)
