"""Days at the desk, played at random: after every act all agrees, whatever came before."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from houseful import ledger
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Problem
from houseful.kernel.states import IllegalAct
from houseful.payments import Refund, refuse_refunds, submit_refund, take_cash
from houseful.sessions.bookings.attending import end_session, mark_attendance, sessions_to_end
from houseful.sessions.bookings.billing import correct_and_settle, waive_debt, write_off_debt
from houseful.sessions.bookings.cancelling import call_off_booking, cancel_booking, expire_held
from houseful.sessions.bookings.card_refunds import note_card_refund, note_refused_refund
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.refunds import (
    approve_request,
    find_request,
    reject_request,
    request_money_back,
)
from houseful.sessions.bookings.standing import add_slot_attendee
from houseful.sessions.bookings.waiting import join_waiting_list, take_offer
from houseful.sessions.bookings.wishes import ExtraWish, Payment
from houseful.sessions.catalogue.schemas import NewExtra
from houseful.sessions.catalogue.service import create_extra
from houseful.sessions.passes.service import cancel_pass, expire_passes
from houseful.sessions.proof import faults
from houseful.sessions.wallets.service import lapse_all_bonus, wallet_of
from tests.builders.accounts import House
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_series,
    a_session,
    a_wallet,
    an_activity,
    pay_by_card,
)

ACTS = 70
KEY = b"a key of the tests"
Act = Callable[..., Awaitable[Any]]


class Day:
    """A house with a few sessions and people, and what can be done there."""

    def __init__(self, database: Database, tenant: UUID, clock: TravelClock, seed: int) -> None:
        self.database = database
        self.tenant = tenant
        self.clock = clock
        self.chance = Random(seed)
        self.sessions: list[UUID] = []
        self.people: list[UUID] = []
        self.mat = UUID(int=0)

    async def open(self, uow: UnitOfWork) -> None:
        """Make sessions of three places, soon one after another, and six people with funds."""
        activity = await an_activity(
            uow,
            capacity=3,
            late_fee=500,
            no_show_fee=700,
            tax_basis_points=1900,
            cancellation_window_hours=6,
        )
        self.mat = (await create_extra(uow, NewExtra(name="Mat", price=250, stock=2))).id
        self.sessions = [
            (await a_session(uow, activity, in_hours=4 + 5 * number)).id for number in range(6)
        ]
        for number in range(6):
            customer = await a_customer(uow, name=f"Person {number}", may_owe=True)
            await a_wallet(uow, customer.id, 900 * number, bonus=200, bonus_days=1)
            if number % 2:
                await a_pass(
                    uow,
                    customer.id,
                    sessions_limit=3,
                    validity_days=1,
                    price=3100,
                    extra_ids=[self.mat] if number == 3 else [],
                    cancel_refund_policy="proportional",
                )
            self.people.append(customer.id)
        starts = uow.now + timedelta(hours=7)
        rule = "FREQ=DAILY;COUNT=2"
        series = await a_series(uow, starts, rule, activity_id=activity.id)
        for customer_id in self.people[:2]:
            await add_slot_attendee(uow, series.id, customer_id, customer_id)

    async def act(self) -> None:
        """Do something at random; a refusal is an answer, too."""
        acts: list[Act] = [
            *([self.book] * 6),
            *([self.pay, self.cancel, self.wait] * 3),
            *([self.accept, self.mark, self.top_up] * 2),
            *(self.call_off, self.ask_back, self.decide, self.end_debt, self.end_pass),
        ]
        act = self.chance.choice(acts)
        with suppress(Problem, IllegalAct):
            await self.database.run(self.tenant, act)
        if self.chance.random() < 0.2:
            with suppress(Problem, IllegalAct):
                await self.pay_with_a_card()
        if self.chance.random() < 0.3:
            await self.deliver_refunds()
        if self.chance.random() < 0.3:
            self.clock.travel(timedelta(minutes=self.chance.choice([5, 20, 90, 240])))
        for chore in (expire_held, expire_passes, lapse_all_bonus):
            await self.database.run(self.tenant, chore)
        for session_id in await self.database.run(self.tenant, sessions_to_end):
            await self.database.run(self.tenant, end_session, session_id)

    async def book(self, uow: UnitOfWork) -> None:
        payment = Payment(has_card=self.chance.random() < 0.7)
        mats = [ExtraWish(self.mat, number) for number in [self.chance.randint(0, 3)] if number]
        await a_booking(uow, self.session(), self.person(), payment=payment, extras=mats)

    async def pay(self, uow: UnitOfWork) -> None:
        await take_cash(uow, PAYABLE_KIND, await self.booking(uow))

    async def pay_with_a_card(self) -> None:
        """Pay for something on line: its card may refuse to take money back later."""
        booking_id = await self.database.run(self.tenant, self.booking)
        paid = await pay_by_card(self.database, self.tenant, PAYABLE_KIND, booking_id)
        if paid.provider_payment_id is not None and self.chance.random() < 0.5:
            await self.database.run(self.tenant, refuse_refunds, paid.provider_payment_id)

    async def deliver_refunds(self) -> None:
        """Let what goes back arrive, or be refused; the house hears of it."""
        for refund_id in await self.database.run(self.tenant, on_their_way):
            await submit_refund(self.database, self.tenant, refund_id)
            await self.database.run(self.tenant, hear_of_refund, refund_id)

    async def cancel(self, uow: UnitOfWork) -> None:
        await cancel_booking(uow, KEY, await self.booking(uow))

    async def call_off(self, uow: UnitOfWork) -> None:
        await call_off_booking(uow, await self.booking(uow), "Ill")

    async def wait(self, uow: UnitOfWork) -> None:
        books_itself = self.chance.random() < 0.5
        await join_waiting_list(uow, self.session(), self.person(), books_itself=books_itself)

    async def accept(self, uow: UnitOfWork) -> None:
        await take_offer(uow, await self.booking(uow), Payment())

    async def mark(self, uow: UnitOfWork) -> None:
        mark: Any = self.chance.choice(["check_in", "miss", "undo"])
        await mark_attendance(uow, await self.booking(uow), mark)

    async def top_up(self, uow: UnitOfWork) -> None:
        wallet = await wallet_of(uow, self.person(), "EUR")
        kind: Any = self.chance.choice(["paid_in", "paid_out", "goodwill"])
        await correct_and_settle(uow, wallet.id, kind, self.chance.randint(1, 2000), "at random")

    async def ask_back(self, uow: UnitOfWork) -> None:
        amount = self.chance.choice([None, 100])
        await request_money_back(uow, await self.booking(uow), "At random", amount)

    async def decide(self, uow: UnitOfWork) -> None:
        request = await find_request(uow, await self.booking(uow))
        if request is not None and self.chance.random() < 0.7:
            await approve_request(uow, request.id, self.chance.choice(["origin", "wallet"]))
        elif request is not None:
            await reject_request(uow, request.id, "No")

    async def end_debt(self, uow: UnitOfWork) -> None:
        end = self.chance.choice([waive_debt, write_off_debt])
        await end(uow, await self.booking(uow), "At random")

    async def end_pass(self, uow: UnitOfWork) -> None:
        found = await uow.execute("SELECT id FROM customer_passes ORDER BY id")
        await cancel_pass(uow, self.chance.choice(list(found.scalars())), "At random")

    def session(self) -> UUID:
        return self.chance.choice(self.sessions)

    def person(self) -> UUID:
        return self.chance.choice(self.people)

    async def booking(self, uow: UnitOfWork) -> UUID:
        found = await uow.execute("SELECT id FROM session_bookings ORDER BY id")
        ids = list(found.scalars())
        if not ids:
            raise Problem("Nothing is booked.")
        return self.chance.choice(ids)


async def on_their_way(uow: UnitOfWork) -> list[UUID]:
    """The refunds that nobody has sent yet."""
    found = await uow.execute("SELECT id FROM refunds WHERE status = 'approved' ORDER BY id")
    return list(found.scalars())


async def hear_of_refund(uow: UnitOfWork, refund_id: UUID) -> None:
    """Tell sessions what became of a refund, as its fact does."""
    refund = await uow.get(Refund, refund_id)
    heard = note_card_refund if refund.status == "succeeded" else note_refused_refund
    await heard(uow, refund_id)


@pytest.mark.parametrize("seed", range(3))
async def test_after_every_act_all_agrees(
    database: Database, house: House, clock: TravelClock, seed: int
) -> None:
    day = Day(database, house.organization_id, clock, seed)
    await database.run(day.tenant, day.open)
    for _ in range(ACTS):
        await day.act()
        assert await database.run(day.tenant, faults) == []

    assert await database.run(day.tenant, ledger.unbalanced_entries) == []
