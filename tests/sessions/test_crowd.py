"""A hundred people, twelve places, every means of payment, and a power cut in the middle."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest

from houseful import ledger
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Problem, Unavailable
from houseful.payments import open_payment, settle, start_payment, tell_sandbox
from houseful.sessions.bookings.cancelling import cancel_booking
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.waiting import join_waiting_list
from houseful.sessions.bookings.wishes import Payment
from houseful.sessions.catalogue.models import Session
from houseful.sessions.problems import AlreadyBooked, SessionFull
from houseful.sessions.proof import faults
from houseful.sessions.wallets.models import Wallet
from houseful.sessions.wallets.service import wallet_of
from tests.builders.accounts import House
from tests.builders.sessions import a_booking, a_customer, a_pass, a_session, a_wallet, an_activity

PEOPLE = 100
PLACES = 12
CONNECTIONS = 16
KEY = b"a key of the tests"
MONDAY = datetime(2031, 6, 2, 10, tzinfo=UTC)


async def a_crowd(uow: UnitOfWork) -> tuple[UUID, list[UUID]]:
    """A session with twelve places, and people with a pass, a wallet, both, bonus, or a card."""
    session = await a_session(uow, await an_activity(uow, capacity=PLACES))
    people: list[UUID] = []
    for number in range(PEOPLE):
        customer = await a_customer(uow, name=f"Person {number}")
        if number % 5 in {0, 2}:
            await a_pass(uow, customer.id, sessions_limit=1, price=1300)
        if number % 5 in {1, 2}:
            await a_wallet(uow, customer.id, 1500)
        if number % 5 == 3:
            await a_wallet(uow, customer.id, 700, bonus=300)
        people.append(customer.id)
    return session.id, people


async def test_a_crowd_gets_exactly_the_places_that_there_are(
    database: Database, house: House
) -> None:
    tenant = house.organization_id
    session_id, people = await database.run(tenant, a_crowd)
    random.Random(7).shuffle(people)
    connections = asyncio.Semaphore(CONNECTIONS)

    async def come(customer_id: UUID) -> None:
        """Book, or wait for a place; come again while the house is busy."""
        async with connections:
            while not await database.run(tenant, is_known, session_id, customer_id):
                with suppress(Unavailable, AlreadyBooked):
                    await book_or_wait(database, tenant, session_id, customer_id)

    tasks = [asyncio.create_task(come(customer_id)) for customer_id in people]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks[::4]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*(come(customer_id) for customer_id in people))

    async def count(uow: UnitOfWork) -> tuple[int, int, Session]:
        booked = await uow.execute("SELECT count(*) FROM session_bookings")
        waiting = await uow.execute("SELECT count(*) FROM waiting_entries")
        return booked.scalar_one(), waiting.scalar_one(), await uow.get(Session, session_id)

    booked, waiting, session = await database.run(tenant, count)
    assert (session.taken, booked) == (PLACES, PLACES)
    assert booked + waiting == PEOPLE
    assert await database.run(tenant, faults) == []
    assert await database.run(tenant, ledger.unbalanced_entries) == []


async def test_everybody_who_cancels_is_followed_by_somebody_who_waits(
    database: Database, house: House
) -> None:
    tenant = house.organization_id

    async def prepare(uow: UnitOfWork) -> tuple[UUID, list[UUID]]:
        session = await a_session(uow, await an_activity(uow, capacity=8), in_hours=100)
        booked = [(await a_booking(uow, session.id)).id for _ in range(8)]
        for number in range(8):
            customer = await a_customer(uow, name=f"Waits {number}")
            await a_wallet(uow, customer.id, 2000)
            await join_waiting_list(uow, session.id, customer.id, books_itself=True)
        return session.id, booked

    session_id, booked = await database.run(tenant, prepare)
    await asyncio.gather(*(database.run(tenant, cancel_booking, KEY, one) for one in booked))

    async def read(uow: UnitOfWork) -> tuple[int, int]:
        accepted = await uow.execute(
            "SELECT count(*) FROM waiting_entries WHERE status = 'accepted'"
        )
        return (await uow.get(Session, session_id)).taken, accepted.scalar_one()

    assert await database.run(tenant, read) == (8, 8)
    assert await database.run(tenant, faults) == []


@pytest.mark.parametrize("source", ["wallet", "pass", "capped pass"])
async def test_one_purse_is_never_spent_twice(
    database: Database, house: House, clock: TravelClock, source: str
) -> None:
    tenant = house.organization_id
    clock.freeze(MONDAY)

    async def prepare(uow: UnitOfWork) -> tuple[UUID, list[UUID]]:
        activity = await an_activity(uow)
        sessions = [(await a_session(uow, activity, in_hours=48 + 2 * n)).id for n in range(10)]
        customer = await a_customer(uow)
        if source == "wallet":
            await a_wallet(uow, customer.id, 4 * 1500 + 100)
        elif source == "pass":
            await a_pass(uow, customer.id, sessions_limit=4)
        else:
            await a_pass(uow, customer.id, sessions_limit=None, weekly_cap=4, validity_days=90)
        return customer.id, sessions

    customer_id, sessions = await database.run(tenant, prepare)
    answers = await asyncio.gather(
        *(
            database.run(tenant, a_booking, one, customer_id, payment=Payment(has_card=False))
            for one in sessions
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(one, SessionBooking) for one in answers) == 4
    assert all(isinstance(one, SessionBooking | Problem) for one in answers)
    wallet: Wallet = await database.run(tenant, wallet_of, customer_id, "EUR")
    assert wallet.cash_minor == (100 if source == "wallet" else 0)
    assert await database.run(tenant, faults) == []


async def book_or_wait(
    database: Database, tenant: UUID, session_id: UUID, customer_id: UUID
) -> None:
    """Book a place and pay for it, or join the waiting list."""
    try:
        booking = await database.run(tenant, a_booking, session_id, customer_id)
    except SessionFull:
        await database.run(tenant, join_waiting_list, session_id, customer_id)
        return
    if booking.money == "awaiting":
        await pay(database, tenant, booking.id)


async def is_known(uow: UnitOfWork, session_id: UUID, customer_id: UUID) -> bool:
    """Whether somebody has a place, or waits for one."""
    found = await uow.execute(
        "SELECT EXISTS (SELECT 1 FROM session_bookings WHERE session_id = :session"
        " AND customer_id = :customer) OR EXISTS (SELECT 1 FROM waiting_entries"
        " WHERE session_id = :session AND customer_id = :customer)",
        {"session": session_id, "customer": customer_id},
    )
    return found.scalar_one()


async def pay(database: Database, tenant: UUID, booking_id: UUID) -> None:
    """Pay what is missing with the sandbox's card, and hear of it twice."""
    attempt = await database.run(
        tenant, start_payment, PAYABLE_KIND, booking_id, provider="sandbox"
    )
    await open_payment(database, tenant, attempt.id)
    reference = f"sbx_{attempt.id.hex}"
    await database.run(tenant, tell_sandbox, reference, "succeed")
    for _ in range(2):
        await settle(database, tenant, "sandbox", reference)
