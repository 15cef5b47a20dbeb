"""Deposits: shares that sum, payments once, invoices without gaps, and finance as the truth."""

import asyncio
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from houseful import ledger
from houseful.hire.bookings.models import Booking
from houseful.hire.deposits.finance import Finance, FinanceUnreachable
from houseful.hire.deposits.invoices import (
    credit_invoice,
    invoice_deposit,
    invoices_of,
    read_invoice,
)
from houseful.hire.deposits.models import Deposit, Invoice
from houseful.hire.deposits.overpaid import refund_credit, use_credit
from houseful.hire.deposits.problems import (
    DepositFixed,
    FinanceOwnsPayments,
    NoCredit,
    NothingHeld,
)
from houseful.hire.deposits.queries import finance_status, get_deposit, shown
from houseful.hire.deposits.reporting import read_back, report_deposit
from houseful.hire.deposits.schemas import (
    CreditUse,
    DepositChanges,
    DepositView,
    NewDeposit,
    NewSchedule,
    Payment,
    Return,
    ScheduleItem,
    Waiver,
)
from houseful.hire.deposits.service import (
    cancel_deposit,
    create_deposit,
    create_schedule,
    forfeit_deposit,
    receive_payment,
    refund_deposit,
    update_deposit,
    waive_deposit,
)
from houseful.hire.deposits.states import split
from houseful.hire.services import services_of
from houseful.hire.subscribers import PAPERS
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.kernel.problems import Conflict, Invalid
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import House
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_contract, a_deposit, signed_by
from tests.builders.venues import a_space, a_venue
from tests.hire.deposits.finance_stand_in import API_KEY, StandIn, stand_in

assert PAPERS, "what the papers hear is registered"
WHY = Return(reason="The night was called off")


@given(st.integers(1, 10**12), st.lists(st.integers(1, 4000), min_size=1, max_size=6))
def test_shares_of_the_whole_sum_to_it_and_others_never_exceed_theirs(
    base: int, shares: list[int]
) -> None:
    rest = 10_000 - sum(shares)
    whole = [*shares, rest] if rest > 0 else [10_000]

    amounts = split(base, [("instalment", share) for share in whole])

    assert sum(amounts) == base
    assert all(amount >= 0 for amount in amounts)


async def _balances(uow: UnitOfWork) -> dict[str, int]:
    return {row.code: row.balance_minor for row in await ledger.trial_balance(uow)}


async def test_a_deposit_is_paid_in_parts_and_too_much_is_a_credit(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> tuple[list[str], Deposit, dict[str, int]]:
        deposit = await a_deposit(uow, in_state="invoiced")
        seen = []
        for number, amount in enumerate((40_000, 70_000), start=1):
            payment = Payment(amount_minor=amount, reference=f"bank {number}")
            for _ in range(2):
                paid = await receive_payment(uow, deposit.id, payment)
            seen.append(paid.deposit.status)
        return seen, deposit, await _balances(uow)

    seen, deposit, balances = await database.run(house.organization_id, story)

    assert seen == ["partially_paid", "paid"]
    assert (deposit.paid_minor, deposit.credit_minor, deposit.balance_minor) == (100_000, 10_000, 0)
    assert balances == {"1010": 110_000, "2200": 10_000, "2500": 100_000}


async def test_the_same_payment_sent_many_times_at_once_is_one(
    database: Database, house: House
) -> None:
    deposit = await database.run(house.organization_id, a_deposit)
    payment = Payment(amount_minor=30_000, reference="bank 1")

    await asyncio.gather(
        *(
            database.run(house.organization_id, receive_payment, deposit.id, payment)
            for _ in range(8)
        )
    )

    found = await database.run(house.organization_id, get_deposit, deposit.id)
    assert found.deposit.paid_minor == 30_000


async def test_different_payments_at_once_are_all_counted(database: Database, house: House) -> None:
    deposit = await database.run(house.organization_id, a_deposit)

    await asyncio.gather(
        *(
            database.run(
                house.organization_id,
                receive_payment,
                deposit.id,
                Payment(amount_minor=10_000, reference=f"bank {number}"),
            )
            for number in range(10)
        )
    )

    found = await database.run(house.organization_id, get_deposit, deposit.id)
    assert (found.deposit.paid_minor, found.deposit.status) == (100_000, "paid")


async def test_numbers_of_invoices_have_no_gaps_even_when_some_fail(
    database: Database, house: House
) -> None:
    deposits = [await database.run(house.organization_id, a_deposit) for _ in range(6)]

    async def fail(uow: UnitOfWork) -> None:
        await invoice_deposit(uow, (await a_deposit(uow)).id)
        raise Conflict

    work = [database.run(house.organization_id, invoice_deposit, one.id) for one in deposits]
    failing = [database.run(house.organization_id, fail) for _ in range(3)]
    await asyncio.gather(*work, *failing, return_exceptions=True)

    async def numbers(uow: UnitOfWork) -> list[int]:
        return sorted(await uow.all(select(Invoice.number)))

    assert await database.run(house.organization_id, numbers) == [1, 2, 3, 4, 5, 6]


async def test_an_invoice_is_a_pdf_that_stays_and_is_taken_back_by_another(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> tuple[list[Invoice], bytes]:
        deposit = await a_deposit(uow, in_state="invoiced")
        (invoice,) = await invoices_of(uow, deposit.id)
        with pytest.raises(Conflict):
            await credit_invoice(uow, invoice.id)
        await waive_deposit(uow, deposit.id, Waiver(reason="A favour"))
        note = await credit_invoice(uow, invoice.id)
        assert (await credit_invoice(uow, invoice.id)).id == note.id
        return await invoices_of(uow, deposit.id), (await read_invoice(uow, invoice.id)).content

    (invoice, note), content = await database.run(house.organization_id, story)

    words = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert invoice.name in words
    assert "1,000.00" in words
    assert (note.amount_minor, note.number) == (-100_000, invoice.number + 1)

    async def rewrite(uow: UnitOfWork) -> None:
        await uow.execute(text("UPDATE invoices SET amount_minor = 1"))

    with pytest.raises(DBAPIError):
        await database.run(house.organization_id, rewrite)


@pytest.mark.parametrize(
    ("paid", "act", "credited"),
    [
        (30_000, "waive", 70_000),
        (30_000, "refund", 100_000),
        (100_000, "refund", 100_000),
        (30_000, "keep", 70_000),
        (100_000, "keep", None),
        (100_000, "part", 60_000),
    ],
)
async def test_a_credit_note_takes_back_all_but_what_was_paid_and_stays(
    database: Database, house: House, paid: int, act: str, credited: int | None
) -> None:
    async def story(uow: UnitOfWork) -> tuple[list[Invoice], str]:
        deposit = await a_deposit(uow, in_state="invoiced")
        await receive_payment(uow, deposit.id, Payment(amount_minor=paid, reference="bank"))
        if act == "waive":
            await waive_deposit(uow, deposit.id, Waiver(reason="A favour"))
        if act == "part":
            some = Return(reason="The bar stayed shut", amount_minor=60_000, reference="some")
            await refund_deposit(uow, deposit.id, some)
        if act in {"keep", "part"}:
            await forfeit_deposit(uow, deposit.id, WHY)
        if act == "refund":
            await refund_deposit(uow, deposit.id, WHY)
        (invoice,) = await invoices_of(uow, deposit.id)
        if credited is None:
            with pytest.raises(Conflict):
                await credit_invoice(uow, invoice.id)
            return await invoices_of(uow, deposit.id), ""
        note = await credit_invoice(uow, invoice.id)
        pdf = PdfReader(io.BytesIO((await read_invoice(uow, note.id)).content))
        return await invoices_of(uow, deposit.id), pdf.pages[0].extract_text()

    found, words = await database.run(house.organization_id, story)

    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert -sum(one.amount_minor for one in found[1:]) == (credited or 0)
    assert ("a part of the invoice" in words) == (credited in {60_000, 70_000})


async def test_a_schedule_is_made_whole_or_not_at_all(database: Database, house: House) -> None:
    due = date(2035, 1, 1)

    async def make(uow: UnitOfWork, shares: list[int]) -> list[int]:
        booking = await a_booking(uow)
        items = [ScheduleItem(title="Part", share=share, due_on=due) for share in shares]
        made = await create_schedule(
            uow, NewSchedule(booking_id=booking.id, base_minor=100_001, items=items)
        )
        return [one.deposit.amount_minor for one in made]

    assert await database.run(house.organization_id, make, [3333, 3333, 3334]) == [
        33_330,
        33_330,
        33_341,
    ]
    with pytest.raises(Invalid):
        await database.run(house.organization_id, make, [9000, 2000])


async def test_a_security_stands_beside_the_price_and_is_no_part_of_the_whole(
    database: Database, house: House
) -> None:
    items = [
        ScheduleItem(title=f"Part {kind}", share=share, kind=kind, due_on=date(2035, 1, 1))
        for kind, share in (("booking", 3333), ("security", 2000), ("instalment", 6667))
    ]

    async def make(uow: UnitOfWork) -> list[int]:
        booking = await a_booking(uow)
        schedule = NewSchedule(booking_id=booking.id, base_minor=100_001, items=items)
        return [one.deposit.amount_minor for one in await create_schedule(uow, schedule)]

    assert await database.run(house.organization_id, make) == [33_330, 20_000, 66_671]


@pytest.mark.parametrize(
    "fields",
    [{"amount_minor": None}, {"share": 100}, {"amount_minor": None, "share": 100}],
)
async def test_a_deposit_is_an_amount_or_a_share_of_something(
    database: Database, house: House, fields: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        await database.run(house.organization_id, a_deposit, **fields)


async def test_once_invoiced_the_amount_stays(database: Database, house: House) -> None:
    async def story(uow: UnitOfWork) -> Deposit:
        deposit = await a_deposit(uow, in_state="invoiced")
        with pytest.raises(DepositFixed):
            await update_deposit(uow, deposit.id, deposit.version, DepositChanges(amount_minor=1))
        later = DepositChanges(due_on=date(2040, 1, 1))
        return (await update_deposit(uow, deposit.id, deposit.version, later)).deposit

    assert (await database.run(house.organization_id, story)).due_on == date(2040, 1, 1)


async def test_it_is_overdue_by_the_venues_calendar(
    database: Database, house: House, clock: TravelClock
) -> None:
    deposit = await database.run(house.organization_id, a_deposit)

    async def view(uow: UnitOfWork) -> bool:
        return DepositView.of(await get_deposit(uow, deposit.id)).is_overdue

    before = await database.run(house.organization_id, view)
    clock.travel(timedelta(days=12))

    assert (before, await database.run(house.organization_id, view)) == (False, True)


async def test_what_is_held_goes_back_or_is_kept_and_never_more(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> tuple[Deposit, Deposit, dict[str, int]]:
        given_back = await a_deposit(uow, in_state="paid", kind="security")
        part = Return(reason="Half of it", amount_minor=40_000, reference="half")
        await refund_deposit(uow, given_back.id, part)
        await refund_deposit(uow, given_back.id, part)
        with pytest.raises(NothingHeld):
            await refund_deposit(
                uow, given_back.id, Return(reason="Too much", amount_minor=60_001, reference="x")
            )
        await refund_deposit(uow, given_back.id, WHY)
        kept = await a_deposit(uow, in_state="paid")
        await forfeit_deposit(uow, kept.id, WHY)
        with pytest.raises(NothingHeld):
            await refund_deposit(uow, kept.id, Return(reason="Again", reference="again"))
        return given_back, kept, await _balances(uow)

    given_back, kept, balances = await database.run(house.organization_id, story)

    assert (given_back.status, kept.status) == ("refunded", "forfeited")
    assert balances == {"1010": 100_000, "2500": 0, "4100": 100_000}


@pytest.mark.parametrize("act", [waive_deposit, cancel_deposit])
async def test_of_one_that_is_let_be_nothing_is_to_come(
    act: Any, database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> DepositView:
        booking = await a_booking(uow)
        deposit = await a_deposit(uow, booking.id, in_state="invoiced")
        return DepositView.of(await act(uow, deposit.id, Waiver(reason="A favour")))

    assert (await database.run(house.organization_id, story)).balance_minor == 0


async def test_a_paid_one_is_neither_waived_nor_cancelled(database: Database, house: House) -> None:
    deposit = await database.run(house.organization_id, a_deposit, in_state="paid")

    for act in (waive_deposit, cancel_deposit):
        with pytest.raises(IllegalAct):
            await database.run(house.organization_id, act, deposit.id, Waiver(reason="No"))


async def test_signed_and_paid_the_booking_is_confirmed_by_itself(
    database: Database, house: House
) -> None:
    async def sign_it(uow: UnitOfWork) -> Any:
        booking = await a_booking(uow)
        deposit = await a_deposit(uow, booking.id)
        contract = await a_contract(uow, in_state="sent", booking_id=booking.id)
        for signer in contract.signers:
            contract = await signed_by(uow, contract, signer)
        return booking.id, deposit.id

    async def status(uow: UnitOfWork) -> str:
        return (await uow.get(Booking, booking_id)).status

    booking_id, deposit_id = await database.run(house.organization_id, sign_it)
    await Worker(database).drain()
    signed = await database.run(house.organization_id, status)
    payment = Payment(amount_minor=100_000, reference="bank 1")
    await database.run(house.organization_id, receive_payment, deposit_id, payment)
    await Worker(database).drain()

    assert (signed, await database.run(house.organization_id, status)) == (
        "contracted",
        "confirmed",
    )


@pytest.fixture
def books() -> Iterator[StandIn]:
    """The Finance service, over real HTTP."""
    with stand_in() as state:
        yield state


@pytest.fixture
def finance(books: StandIn, database: Database) -> Finance:
    """Our client of it, connected."""
    made = Finance(books.url, API_KEY)
    services_of(database).use_finance(made)
    return made


async def _external(uow: UnitOfWork, **fields: Any) -> Deposit:
    booking = await a_booking(uow)
    given: dict[str, Any] = {
        "title": "Deposit",
        "amount_minor": 50_000,
        "due_on": date(2035, 1, 1),
    } | fields
    data = NewDeposit(booking_id=booking.id, **given)
    return (await create_deposit(uow, data, is_external=True)).deposit


async def _now(database: Database, house: House, deposit: Deposit) -> Deposit:
    return (await database.run(house.organization_id, get_deposit, deposit.id)).deposit


async def test_finance_is_told_once_and_says_what_is_paid(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    deposit = await database.run(house.organization_id, _external)
    await Worker(database).drain()
    books.pay(str(deposit.id), 20_000)
    await read_back(database, house.organization_id, finance)
    part = await _now(database, house, deposit)
    books.pay(str(deposit.id), 40_000)
    await read_back(database, house.organization_id, finance)
    whole = await _now(database, house, deposit)

    assert len(books.income) == 1
    assert (part.status, part.finance_state, part.paid_minor) == (
        "partially_paid",
        "synced",
        20_000,
    )
    assert (whole.status, whole.paid_minor, whole.credit_minor) == ("paid", 50_000, 10_000)
    with pytest.raises(FinanceOwnsPayments):
        await database.run(
            house.organization_id,
            receive_payment,
            deposit.id,
            Payment(amount_minor=1, reference="x"),
        )


async def test_what_finance_gives_back_is_read_back_and_held_no_longer(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    deposit = await database.run(house.organization_id, _external)
    await Worker(database).drain()
    books.pay(str(deposit.id), 60_000)
    seen: list[tuple[str, int, int, int]] = []
    for amount in (0, 10_000, 20_000, 30_000):
        books.give_back(str(deposit.id), amount)
        await read_back(database, house.organization_id, finance)
        now = await _now(database, house, deposit)
        seen.append((now.status, now.credit_minor, now.refunded_minor, now.held_minor))

    assert seen == [
        ("paid", 10_000, 0, 50_000),
        ("paid", 0, 0, 50_000),
        ("partially_refunded", 0, 20_000, 30_000),
        ("refunded", 0, 50_000, 0),
    ]


async def test_a_payment_that_finance_takes_back_is_owed_again(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    deposit = await database.run(house.organization_id, _external)
    other = await database.run(house.organization_id, _external)
    await Worker(database).drain()
    seen: list[tuple[str, int, int]] = []
    for amount in (50_000, -20_000, -30_000):
        books.pay(str(deposit.id), amount)
        books.pay(str(other.id), 1000)
        await read_back(database, house.organization_id, finance)
        now = await _now(database, house, deposit)
        seen.append((now.status, now.paid_minor, now.balance_minor))

    assert seen == [
        ("paid", 50_000, 0),
        ("partially_paid", 30_000, 20_000),
        ("expected", 0, 50_000),
    ]
    assert (await _now(database, house, other)).paid_minor == 3000


async def test_what_is_settled_is_not_taken_back_behind_its_back_and_people_are_told(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    deposit = await database.run(house.organization_id, _external)
    await Worker(database).drain()
    books.pay(str(deposit.id), 50_000)
    await read_back(database, house.organization_id, finance)

    async def settle(uow: UnitOfWork) -> None:
        found = await uow.get(Deposit, deposit.id, lock=True)
        found.applied_minor = found.held_minor

    await database.run(house.organization_id, settle)
    books.give_back(str(deposit.id), 20_000)
    await read_back(database, house.organization_id, finance)

    told = await _now(database, house, deposit)
    assert (told.status, told.refunded_minor, told.applied_minor) == ("paid", 0, 50_000)
    assert "settled" in told.finance_problem


async def test_who_took_the_money_gives_it_back_whatever_is_connected_now(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    ours = await database.run(house.organization_id, a_deposit, in_state="paid")
    theirs = await database.run(house.organization_id, _external)
    await Worker(database).drain()
    books.pay(str(theirs.id), 50_000)
    await read_back(database, house.organization_id, finance)

    await database.run(house.organization_id, refund_deposit, ours.id, WHY)
    for act in (refund_deposit, forfeit_deposit):
        with pytest.raises(FinanceOwnsPayments):
            await database.run(house.organization_id, act, theirs.id, WHY)

    assert (await _now(database, house, ours)).status == "refunded"


async def test_while_finance_is_down_the_deposit_is_kept_and_visibly_pending(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    books.is_down = True
    deposit = await database.run(house.organization_id, _external)

    with pytest.raises(FinanceUnreachable):
        await report_deposit(database, house.organization_id, deposit.id, finance)
    pending = await _now(database, house, deposit)

    async def status(uow: UnitOfWork) -> Any:
        return finance_status(await shown(uow, [pending]), is_linked=True)

    told = await database.run(house.organization_id, status)
    books.is_down = False
    await read_back(database, house.organization_id, finance)

    assert pending.finance_state == "pending"
    assert pending.finance_problem == "The Finance service answers 503."
    assert (told.is_stale, told.paid_minor, told.expected_minor) == (True, None, 50_000)
    assert told.finance_message is not None
    assert (await _now(database, house, deposit)).finance_state == "synced"


async def test_before_finance_has_answered_what_is_paid_is_unknown_and_not_nought(
    database: Database,
    clock: TravelClock,
    house: House,
    books: StandIn,
    finance: Finance,
) -> None:
    late = (clock.now() - timedelta(days=3)).date()
    deposit = await database.run(house.organization_id, _external, due_on=late)
    books.is_down = True
    with pytest.raises(FinanceUnreachable):
        await report_deposit(database, house.organization_id, deposit.id, finance)

    async def view(uow: UnitOfWork) -> DepositView:
        return DepositView.of(await get_deposit(uow, deposit.id))

    unknown = await database.run(house.organization_id, view)
    books.is_down = False
    await read_back(database, house.organization_id, finance)
    known = await database.run(house.organization_id, view)
    clock.travel(timedelta(hours=2))
    stale = await database.run(house.organization_id, view)

    assert (unknown.is_paid_known, unknown.is_stale) == (False, True)
    assert (unknown.paid_minor, unknown.balance_minor, unknown.held_minor) == (None, None, None)
    assert unknown.is_overdue is None
    assert (known.is_paid_known, known.is_stale) == (True, False)
    assert (known.paid_minor, known.balance_minor, known.is_overdue) == (0, 50_000, True)
    assert (stale.paid_minor, stale.is_stale) == (0, True)


async def test_an_answer_that_was_lost_makes_no_second_income(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    books.loses_answers = 1
    deposit = await database.run(house.organization_id, _external)

    with pytest.raises(FinanceUnreachable):
        await report_deposit(database, house.organization_id, deposit.id, finance)
    await report_deposit(database, house.organization_id, deposit.id, finance)

    assert len(books.income) == 1
    assert (await _now(database, house, deposit)).finance_id == "inc-1"


async def test_what_finance_refuses_is_told_on_the_deposit(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    books.refuses = True
    deposit = await database.run(house.organization_id, _external)

    await report_deposit(database, house.organization_id, deposit.id, finance)

    refused = await _now(database, house, deposit)
    assert refused.finance_state == "failed"
    assert "no such customer" in refused.finance_problem


async def test_a_change_is_reported_and_more_than_a_page_is_read(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    deposits = [await database.run(house.organization_id, _external) for _ in range(3)]
    await Worker(database).drain()
    last = deposits[-1]
    current = await _now(database, house, last)
    changes = DepositChanges(amount_minor=70_000)
    await database.run(house.organization_id, update_deposit, last.id, current.version, changes)
    await Worker(database).drain()
    books.pay(str(last.id), 70_000)
    await read_back(database, house.organization_id, finance)

    assert {row["amountMinor"] for row in books.income.values()} == {50_000, 70_000}
    assert (await _now(database, house, last)).status == "paid"


async def test_what_was_too_much_goes_back_once_and_the_books_say_so(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> tuple[Deposit, dict[str, int]]:
        deposit = await a_deposit(uow, in_state="invoiced")
        await receive_payment(uow, deposit.id, Payment(amount_minor=110_000, reference="bank 1"))
        for _ in range(2):
            back = Return(reason="Too much", amount_minor=4_000, reference="r1")
            await refund_credit(uow, deposit.id, back)
        with pytest.raises(NoCredit):
            await refund_credit(
                uow, deposit.id, Return(reason="More", amount_minor=6_001, reference="r2")
            )
        await refund_credit(uow, deposit.id, Return(reason="The rest", reference="r3"))
        with pytest.raises(NoCredit):
            await refund_credit(uow, deposit.id, Return(reason="Again", reference="r4"))
        return deposit, await _balances(uow)

    deposit, balances = await database.run(house.organization_id, story)

    assert (deposit.status, deposit.paid_minor, deposit.credit_minor) == ("paid", 100_000, 0)
    assert {code: balance for code, balance in balances.items() if balance} == {
        "1010": 100_000,
        "2500": 100_000,
    }


async def test_what_was_too_much_counts_for_the_next_deposit(
    database: Database, house: House
) -> None:
    async def story(uow: UnitOfWork) -> tuple[list[Deposit], dict[str, int]]:
        first = await a_deposit(uow, in_state="invoiced")
        second = await a_deposit(uow, first.booking_id, amount_minor=30_000)
        stranger = await a_deposit(uow)
        await receive_payment(uow, first.id, Payment(amount_minor=150_000, reference="bank 1"))
        for wrong in (stranger.id, first.id):
            with pytest.raises(Invalid):
                await use_credit(uow, first.id, CreditUse(deposit_id=wrong))
        for _ in range(2):
            some = CreditUse(deposit_id=second.id, amount_minor=10_000, reference="u1")
            await use_credit(uow, first.id, some)
        await use_credit(uow, first.id, CreditUse(deposit_id=second.id, reference="u2"))
        with pytest.raises(NoCredit):
            await use_credit(uow, first.id, CreditUse(deposit_id=second.id, reference="u3"))
        return [first, second], await _balances(uow)

    (first, second), balances = await database.run(house.organization_id, story)

    assert (first.credit_minor, second.status, second.paid_minor) == (20_000, "paid", 30_000)
    assert (balances["1010"], balances["2200"], balances["2500"]) == (150_000, 20_000, 130_000)


async def test_too_much_is_used_once_however_many_try(database: Database, house: House) -> None:
    async def make(uow: UnitOfWork) -> tuple[UUID, UUID]:
        first = await a_deposit(uow, in_state="invoiced")
        second = await a_deposit(uow, first.booking_id)
        await receive_payment(uow, first.id, Payment(amount_minor=105_000, reference="bank 1"))
        return first.id, second.id

    first_id, second_id = await database.run(house.organization_id, make)
    given = [
        database.run(
            house.organization_id,
            refund_credit,
            first_id,
            Return(reason="Too much", reference=f"r{number}"),
        )
        for number in range(4)
    ]
    used = [
        database.run(
            house.organization_id,
            use_credit,
            first_id,
            CreditUse(deposit_id=second_id, amount_minor=5_000, reference=f"u{number}"),
        )
        for number in range(4)
    ]
    ended = await asyncio.gather(*given, *used, return_exceptions=True)

    async def credit_left(uow: UnitOfWork) -> tuple[int, int]:
        balances = await _balances(uow)
        return balances.get("2200", 0), balances["1010"] - balances["2500"]

    assert sum(not isinstance(one, BaseException) for one in ended) == 1
    assert await database.run(house.organization_id, credit_left) == (0, 0)


@pytest.mark.parametrize(
    ("timezone", "year", "day"),
    [
        ("Pacific/Auckland", "2036", "1 January 2036"),
        ("America/Los_Angeles", "2035", "31 December 2035"),
    ],
)
async def test_an_invoice_is_numbered_and_dated_by_the_venues_own_year(
    database: Database, house: House, clock: TravelClock, timezone: str, year: str, day: str
) -> None:
    clock.freeze(datetime(2035, 12, 31, 20, tzinfo=UTC))

    async def issue(uow: UnitOfWork) -> Invoice:
        venue = await a_venue(uow, timezone=timezone)
        space = await a_space(uow, venue.id)
        booking = await a_booking(uow, [(space.id, 24 * 365, 24 * 365 + 4)])
        deposit = await a_deposit(uow, booking.id, in_state="invoiced")
        return (await invoices_of(uow, deposit.id))[0]

    invoice = await database.run(house.organization_id, issue)

    assert invoice.name == f"{year}-0001"
    assert invoice.details["issued"] == day


async def test_what_is_no_deposit_of_ours_in_finance_stops_nothing(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    deposit = await database.run(house.organization_id, _external)
    await Worker(database).drain()
    books.income["old"] = {
        "id": "old",
        "source": "venue_deposit",
        "externalId": "BOOKING-7/1",
        "currency": "EUR",
        "amountMinor": 1,
        "paidMinor": 1,
    }
    books.pay(str(deposit.id), 50_000)

    await read_back(database, house.organization_id, finance)

    assert (await _now(database, house, deposit)).status == "paid"


async def test_an_answer_that_is_none_is_no_answer(
    database: Database, house: House, books: StandIn, finance: Finance
) -> None:
    deposit = await database.run(house.organization_id, _external)
    await Worker(database).drain()
    current = await _now(database, house, deposit)
    changes = DepositChanges(amount_minor=70_000)
    await database.run(house.organization_id, update_deposit, deposit.id, current.version, changes)
    books.is_garbled = True
    with pytest.raises(FinanceUnreachable):
        await report_deposit(database, house.organization_id, deposit.id, finance)
    waiting = await _now(database, house, deposit)
    books.is_garbled = False
    await report_deposit(database, house.organization_id, deposit.id, finance)

    assert (waiting.finance_state, waiting.finance_problem) == (
        "pending",
        "The Finance service answers what is no JSON.",
    )
    assert (await _now(database, house, deposit)).finance_state == "synced"
