"""Whatever happens in whatever order: the club's books say what plain arithmetic says.

Hypothesis plays a few days: people book, pay, cancel, wait, come, freeze passes, ask for their
money; time passes; and after each step places, wallets, passes and debts are what the model says.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from houseful import ledger, payments
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Problem
from houseful.kernel.states import IllegalAct
from houseful.sessions.bookings.attending import end_session, mark_attendance, sessions_to_end
from houseful.sessions.bookings.billing import waive_debt
from houseful.sessions.bookings.cancelling import call_off_booking, cancel_booking, expire_held
from houseful.sessions.bookings.card_refunds import note_card_refund
from houseful.sessions.bookings.models import SessionBooking, WaitingEntry
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.refunds import (
    approve_request,
    find_request,
    reject_request,
    request_money_back,
)
from houseful.sessions.bookings.standing import add_slot_attendee
from houseful.sessions.bookings.waiting import (
    join_waiting_list,
    leave_waiting_list,
    take_offer,
)
from houseful.sessions.bookings.wishes import ExtraWish, Payment
from houseful.sessions.catalogue.models import Session
from houseful.sessions.catalogue.schemas import NewExtra
from houseful.sessions.catalogue.service import create_extra
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.service import freeze_pass, resume_pass
from houseful.sessions.proof import faults
from houseful.sessions.wallets.models import Wallet
from tests.builders.accounts import a_house
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_series,
    a_session,
    a_wallet,
    an_activity,
)
from tests.conftest import TestCluster
from tests.sessions.club import (
    DOORS_BEFORE,
    FREEZE_DAYS,
    LATE_FEE,
    MAT,
    MATS,
    NO_SHOW_FEE,
    PRICE,
    VISITS,
    WINDOW,
    Club,
    Person,
    Place,
    Slot,
    Waiter,
)

KEY = b"a key of the tests"
PEOPLE = 5
SLOTS = 5
CAPACITY = 3
EXAMPLES = 5
STEPS = 25
LONG = 140
ANYBODY = st.integers(0, PEOPLE - 1)
ANYWHERE = st.integers(0, SLOTS - 1)
ANY_PLACE = st.integers(0, 40)
T = TypeVar("T")


class Days(RuleBasedStateMachine):
    """Five sessions of three places, five people; two of them have their place in three of them."""

    runner: asyncio.Runner
    database: Database
    clock: TravelClock

    tenant: UUID
    club: Club
    people: list[UUID]
    slots: list[Slot]
    mat_id: UUID

    @initialize(cash=st.lists(st.sampled_from([0, 800, 1500, 4000]), min_size=5, max_size=5))
    def open_club(self, cash: list[int]) -> None:
        """Begin with sessions today and every day, people with funds, passes and habits."""
        self.clock.freeze(self.clock.now().replace(hour=9, minute=0, second=0, microsecond=0))
        house = self._wait(a_house(self.database, f"house-{new_id().hex}"))
        self.tenant = house.organization_id
        self.club = Club()
        self._do(self._open, cash)
        self.people = list(self.club.people)
        self.slots = list(self.club.slots.values())

    @rule(
        who=st.lists(ANY_PLACE, min_size=1, max_size=3),
        has_card=st.sampled_from([True, True, False]),
        avoids_pass=st.sampled_from([False, False, True]),
        mats=st.sampled_from([0, 0, 1, 2]),
    )
    def book(self, who: list[int], has_card: bool, avoids_pass: bool, mats: int) -> None:
        """Some book, where there is a place or where there is none; perhaps with mats."""
        everywhere = [(slot, person) for slot in self.slots for person in self.people]
        for number in who:
            now = self.clock.now()
            free = [one for one in everywhere if self.club.may_book(*one, now)]
            slot, person = (free or everywhere)[number % len(free or everywhere)]
            if number % 7 == 6:
                slot, person = everywhere[number % len(everywhere)]
            self._book(slot, person, Payment(has_card=has_card, avoids_pass=avoids_pass), mats)

    @precondition(lambda self: any(one.due for one in self._places()))
    @rule(number=ANY_PLACE)
    def pay(self, number: int) -> None:
        """Somebody pays what is due, before the session or after it."""
        booking_id, place = self._one_of(lambda one: bool(one.due), number)
        is_held = (
            place.place == "held"
            and place.money == "awaiting"
            and place.held_until is not None
            and place.held_until > self.clock.now()
        )
        can = is_held or place.money == "due"
        if self._try(can, payments.take_cash, PAYABLE_KIND, booking_id) is not None:
            place.card += place.due
            place.due = 0
            place.money = "paid"
            if is_held:
                self.club.confirm(place)

    @precondition(lambda self: bool(self.club.places))
    @rule(number=ANY_PLACE, by_house=st.sampled_from([False, False, True]))
    def cancel(self, number: int, by_house: bool) -> None:
        """Somebody gives their place back, or the house calls it off."""
        booking_id, place = self._one_of(lambda one: one.is_live and one.slot.is_open, number)
        now = self.clock.now()
        if by_house:
            can = place.is_live and place.slot.is_open
            if can and self._try(can, call_off_booking, booking_id, "Ill") is not None:
                self.club.let_go(place, "seller_cancelled")
                self._promote(place.slot)
            return
        can = place.place == "held" or (place.place == "confirmed" and now < place.slot.starts_at)
        was_held = place.place == "held"
        if self._try(can, cancel_booking, KEY, booking_id) is None:
            return
        if was_held:
            self._let_go(place, "cancelled", "declined")
        else:
            self.club.cancel(place, now)
        self._promote(place.slot)

    @precondition(lambda self: bool(self._full()))
    @rule(who=ANYBODY, where=ANYWHERE, books_itself=st.booleans())
    def wait(self, who: int, where: int, books_itself: bool) -> None:
        """Somebody waits for a place; who does already may wait no longer."""
        full = self._full()
        slot, person = full[where % len(full)], self.people[who]
        before = next((one for one in slot.waiting if one.person == person), None)
        if before is not None and books_itself:
            if self._try(before.status == "waiting", leave_waiting_list, before.id) is not None:
                before.status = "left"
            return
        is_waiting = any(
            one.person == person and one.status in {"waiting", "offered"} for one in slot.waiting
        )
        is_full = self.club.taken(slot) >= slot.capacity
        can = slot.is_open and slot.starts_at > self.clock.now() and is_full
        can = can and not is_waiting and not self.club.is_in(slot, person)
        entry = self._try(can, join_waiting_list, slot.id, person, books_itself=books_itself)
        if entry is not None:
            slot.waiting.append(Waiter(entry.id, person, books_itself))

    @precondition(lambda self: any(one.place == "held" for one in self._places()))
    @rule(number=ANY_PLACE, has_card=st.booleans())
    def accept(self, number: int, has_card: bool) -> None:
        """Somebody takes what they were offered; nobody pays twice for that."""
        booking_id, place = self._one_of(lambda one: one.place == "held", number)
        can = (
            place.place == "held"
            and place.money == "none"
            and place.held_until is not None
            and place.held_until > self.clock.now()
            and (has_card or self.club.covers(place))
        )
        if self._try(can, take_offer, booking_id, Payment(has_card=has_card)) is None:
            return
        assert place.waiter is not None
        place.waiter.status = "accepted"
        self.club.pay(place)
        self.club.confirm(place)

    @precondition(lambda self: bool(self.club.places))
    @rule(number=ANY_PLACE, mark=st.sampled_from(["check_in", "check_in", "miss", "undo"]))
    def attend(self, number: int, mark: Any) -> None:
        """Somebody comes, or does not, or that was a mistake."""
        booking_id, place = self._one_of(lambda one: one.place == "confirmed", number)
        slot, now = place.slot, self.clock.now()
        after = {"check_in": "attended", "miss": "no_show", "undo": "unknown"}[mark]
        is_change = place.attendance != after or mark == "check_in"
        is_time = slot.starts_at - DOORS_BEFORE <= now <= slot.ends_at + timedelta(hours=48)
        can = place.place == "confirmed" and is_time and is_change
        was = place.attendance
        if self._try(can, mark_attendance, booking_id, mark) is None or was == after:
            return
        place.attendance = after
        if not slot.is_open and place.is_standing:
            self.club.bill_anew(place)

    @rule(who=ANYBODY, amount=st.sampled_from([0, 200, 700, 1500, 3000]))
    def settle(self, who: int, amount: int) -> None:
        """Somebody tops up, and what they owe is settled; or the house lets somebody off."""
        owed = [one for one in self.club.places.items() if one[1].money == "due"]
        if amount:
            self._do(a_wallet, self.people[who], amount)
            self.club.top_up(self.people[who], amount)
        elif owed:
            booking_id, place = owed[who % len(owed)]
            self._do(waive_debt, booking_id, "Was ill")
            place.money, place.due = "waived", 0

    @rule(who=ANYBODY, thaw=st.booleans())
    def freeze(self, who: int, thaw: bool) -> None:
        """Somebody lets their pass rest, or use it again."""
        person = self.club.people[self.people[who]]
        if person.pass_id is None:
            return
        now = self.clock.now()
        is_booked = any(
            one.visit
            and one.is_live
            and one.person == self.people[who]
            and one.slot.starts_at > now
            for one in self._places()
        )
        before = (person.pass_status, person.frozen_from, person.frozen_days)
        can = person.resume(now) if thaw else not is_booked and person.freeze(now)
        act = resume_pass if thaw else freeze_pass
        if self._try(can, act, person.pass_id) is None:
            assert before == (person.pass_status, person.frozen_from, person.frozen_days)

    @precondition(lambda self: any(one.paid for one in self._places()))
    @rule(
        number=ANY_PLACE,
        amount=st.sampled_from([None, 100]),
        how=st.sampled_from(["origin", "wallet", "no", "later"]),
    )
    def ask_back(self, number: int, amount: int | None, how: Any) -> None:
        """Somebody asks for their money; the house gives it back, or does not, now or later."""
        booking_id, place = self._one_of(lambda one: bool(one.paid), number)
        left = place.paid - place.refunded
        asked = self._do(find_request, booking_id)
        is_with_card = asked is not None and asked.status == "processing"
        is_money_there = place.money in {"paid", "part_refunded"} and 0 < (amount or left) <= left
        can = is_money_there and not is_with_card
        if self._try(can, request_money_back, booking_id, "Ill", amount) is not None:
            place.asked = amount or left
            place.money = "refund_pending"
        if place.asked is not None and how != "later":
            self._decide(booking_id, place, how)

    @rule()
    def deliver(self) -> None:
        """What is on its way to cards and into hands arrives there."""
        for refund_id in self._do(_on_their_way):
            self._wait(payments.submit_refund(self.database, self.tenant, refund_id))
            self._do(note_card_refund, refund_id)

    @rule(minutes=st.sampled_from([5, 20, 60, 300]))
    def let_time_pass(self, minutes: int) -> None:
        """Time passes, and what it ends is ended."""
        self.clock.travel(timedelta(minutes=minutes))
        self._do(expire_held)
        now = self.clock.now()
        while lapsed := [
            one
            for one in self._places()
            if one.place == "held" and one.held_until is not None and one.held_until <= now
        ]:
            for place in lapsed:
                self._let_go(place, "expired", "lapsed")
                self._promote(place.slot)
        for session_id in self._do(sessions_to_end):
            assert self._do(end_session, session_id)
            assert self.club.slots[session_id].ends_at <= now
            self.club.end(self.club.slots[session_id])

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        """Places, wallets, passes, debts and the waiting list are right; the books balance."""
        if hasattr(self, "slots"):
            self._do(self._compare)

    def teardown(self) -> None:
        """When all is over every session has ended, and nothing is held."""
        if not hasattr(self, "slots"):
            return
        for _ in range(6):
            self.let_time_pass(24 * 60)
            self._do(self._compare)
        assert not any(one.place == "held" for one in self._places())
        assert not any(one.is_open for one in self.slots)

    async def _open(self, uow: UnitOfWork, cash: list[int]) -> None:
        activity = await an_activity(
            uow,
            capacity=CAPACITY,
            price=PRICE,
            late_fee=LATE_FEE,
            no_show_fee=NO_SHOW_FEE,
            tax_basis_points=1900,
            cancellation_window_hours=int(WINDOW.total_seconds() // 3600),
        )
        mat = NewExtra(name="Mat", price=MAT, stock=MATS, tax_basis_points=700)
        self.mat_id = (await create_extra(uow, mat)).id
        for number, amount in enumerate(cash):
            customer = await a_customer(uow, name=f"Person {number}", may_owe=True)
            bonus = 400 if amount else 0
            await a_wallet(uow, customer.id, amount, bonus=bonus)
            person = Person(cash=amount, bonus=bonus)
            if number % 2:
                held = await a_pass(
                    uow, customer.id, sessions_limit=VISITS, price=3100, freeze_days_max=FREEZE_DAYS
                )
                person.pass_id, person.visits = held.id, 0
            self.club.people[customer.id] = person
        alone = [await a_session(uow, activity, in_hours=hours) for hours in (10, 32)]
        series = await a_series(
            uow,
            uow.now + timedelta(hours=20),
            "FREQ=DAILY;COUNT=3",
            activity_id=activity.id,
        )
        repeated = await uow.all(
            select(Session).where(Session.series_id == series.id).order_by(Session.starts_at)
        )
        for one in [*alone, *repeated]:
            self.club.slots[one.id] = Slot(one.id, one.starts_at, one.ends_at, one.capacity)
        for customer_id in list(self.club.people)[:2]:
            await add_slot_attendee(uow, series.id, customer_id, customer_id)
        await self._learn_standing(uow)

    async def _learn_standing(self, uow: UnitOfWork) -> None:
        for booking in await uow.all(select(SessionBooking).order_by(SessionBooking.id)):
            slot = self.club.slots[booking.session_id]
            self.club.places[booking.id] = Place(
                slot, booking.customer_id, place="confirmed", is_standing=True
            )
        assert len(self.club.places) == 6

    def _book(self, slot: Slot, person: UUID, payment: Payment, mats: int) -> None:
        place = Place(slot, person, mats=mats)
        is_covered = self.club.covers(place, avoids_pass=payment.avoids_pass)
        can = self.club.may_book(slot, person, self.clock.now())
        can = can and (payment.has_card or is_covered)
        can = can and self.club.mats_out(slot) + mats <= MATS
        extras = [ExtraWish(self.mat_id, mats)] if mats else []
        booked = self._try(can, a_booking, slot.id, person, payment=payment, extras=extras)
        if booked is not None:
            self.club.places[booked.id] = place
            place.held_until = booked.held_until
            self.club.pay(place, avoids_pass=payment.avoids_pass)
            self.club.confirm(place)

    def _decide(self, booking_id: UUID, place: Place, how: Any) -> None:
        request = self._do(find_request, booking_id)
        assert request is not None
        assert place.asked is not None
        if how == "no":
            self._do(reject_request, request.id, "No")
            place.money = "part_refunded" if place.refunded else "paid"
        else:
            can = place.asked <= place.paid - place.refunded
            if self._try(can, approve_request, request.id, how) is None:
                return
            self.club.give_back(place, place.asked, into_wallet=how == "wallet")
            is_whole = place.refunded == place.paid
            place.money = "refunded" if is_whole else "part_refunded"
        place.asked = None

    def _let_go(self, place: Place, state: str, answer: str) -> None:
        self.club.let_go(place, state)
        if place.waiter is not None and place.waiter.status == "offered":
            place.waiter.status = answer

    def _promote(self, slot: Slot) -> None:
        """Let the model give what is free to who waits, as the house has done."""
        now = self.clock.now()
        while (waiter := self.club.next_waiter(slot, now)) is not None:
            entry: WaitingEntry = self._do(_read, WaitingEntry, waiter.id)
            assert entry.booking_id is not None
            place = Place(slot, waiter.person, waiter=waiter)
            self.club.places[entry.booking_id] = place
            if self.club.books_itself(slot, waiter, now):
                waiter.status = "accepted"
                self.club.pay(place)
                self.club.confirm(place)
            else:
                waiter.status, place.held_until = "offered", entry.offered_until

    async def _compare(self, uow: UnitOfWork) -> None:
        assert await faults(uow) == []
        assert await ledger.unbalanced_entries(uow) == []
        bookings = {
            one.id: (
                one.place,
                one.attendance,
                one.money,
                one.paid_minor,
                one.refunded_minor,
                one.due_minor if one.money in {"awaiting", "due"} else 0,
            )
            for one in await uow.all(select(SessionBooking))
        }
        assert bookings == {
            booking_id: (
                one.place,
                one.attendance,
                one.money,
                one.paid,
                one.refunded,
                one.due if one.money in {"awaiting", "due"} else 0,
            )
            for booking_id, one in self.club.places.items()
        }
        for session in await uow.all(select(Session)):
            assert session.taken == self.club.taken(self.club.slots[session.id]) <= CAPACITY
        for wallet in await uow.all(select(Wallet)):
            person = self.club.people[wallet.customer_id]
            assert (wallet.cash_minor, wallet.bonus_minor) == (person.cash, person.bonus)
        for held in await uow.all(select(CustomerPass)):
            person = self.club.people[held.customer_id]
            assert (held.sessions_used, held.status) == (person.visits, person.pass_status)
        waiting = {one.id: one.status for one in await uow.all(select(WaitingEntry))}
        assert waiting == {one.id: one.status for slot in self.slots for one in slot.waiting}

    def _full(self) -> list[Slot]:
        return [one for one in self.slots if self.club.taken(one) >= one.capacity]

    def _places(self) -> list[Place]:
        return list(self.club.places.values())

    def _one_of(self, is_wanted: Callable[[Place], bool], number: int) -> tuple[UUID, Place]:
        """Return a place that is wanted, or any when there is none."""
        everything = list(self.club.places.items())
        wanted = [one for one in everything if is_wanted(one[1])] or everything
        return wanted[number % len(wanted)]

    def _do(self, act: Callable[..., Awaitable[T]], *args: Any, **fields: Any) -> T:
        return self._wait(self.database.run(self.tenant, act, *args, **fields))

    def _try(
        self, can: bool, act: Callable[..., Awaitable[T]], *args: Any, **fields: Any
    ) -> T | None:
        """Return what came of an act, or None; it comes to something exactly when it can be."""
        done, refusal = None, None
        try:
            done = self._do(act, *args, **fields)
        except (Problem, IllegalAct) as error:
            refusal = error
        assert (refusal is None) == can, f"{act.__name__}: {refusal!r}"
        return done

    def _wait(self, act: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(act)


async def _on_their_way(uow: UnitOfWork) -> list[UUID]:
    found = await uow.execute("SELECT id FROM refunds WHERE status = 'approved' ORDER BY id")
    return list(found.scalars())


async def _read(uow: UnitOfWork, model: Any, row_id: UUID) -> Any:
    return await uow.get(model, row_id)


@pytest.fixture
def machine(test_cluster: TestCluster, database_name: str) -> Iterator[type[Days]]:
    """The machine, with a database and a clock of its own."""
    with asyncio.Runner() as runner:
        clock = TravelClock()
        database = Database(test_cluster.app_url(database_name), clock=clock)
        yield type("TheseDays", (Days,), {"runner": runner, "database": database, "clock": clock})
        runner.run(database.close())


def test_no_course_of_days_breaks_the_club(machine: type[Days]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_nor_does_a_long_one(machine: type[Days], seed: int) -> None:
    chance = Random(seed)
    days = machine()
    days.open_club(cash=[800, 0, 4000, 1500, 4000])
    acts: list[Callable[[], None]] = [
        *[lambda: days.book([number()], maybe(), chance.random() < 0.3, chance.randrange(3))] * 4,
        *[lambda: days.pay(number())] * 2,
        lambda: days.cancel(number(), chance.random() < 0.2),
        lambda: days.wait(chance.randrange(PEOPLE), chance.randrange(SLOTS), maybe()),
        lambda: days.accept(number(), maybe()),
        lambda: days.attend(number(), chance.choice(["check_in", "miss", "undo"])),
        lambda: days.settle(chance.randrange(PEOPLE), chance.choice([0, 700, 1500])),
        lambda: days.freeze(chance.choice([1, 3]), maybe()),
        lambda: days.ask_back(
            number(), chance.choice([None, 100]), chance.choice(["origin", "wallet", "no", "later"])
        ),
        days.deliver,
        lambda: days.let_time_pass(chance.choice([5, 20, 60, 300])),
    ]

    def number() -> int:
        return chance.randrange(40)

    def maybe() -> bool:
        return chance.random() < 0.5

    for _ in range(LONG):
        with suppress(ZeroDivisionError):  # nothing is full
            chance.choice(acts)()
        days.everything_is_as_the_model_says()
    days.teardown()
