"""A hundred people book twelve places by pass, bonus, wallet and card, and the server is killed."""

import asyncio
import random
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from houseful import ledger, payments, sessions
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.payments.subscribers import reconcile
from houseful.sessions.bookings.cancelling import expire_held
from houseful.sessions.bookings.models import SessionBooking, Tender
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.catalogue.models import Session
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.problems import AlreadyBooked, NotEnoughFunds, SessionFull
from houseful.sessions.wallets.models import Wallet
from tests.builders.accounts import PASSWORD, House, a_house
from tests.builders.sessions import a_customer, a_pass, a_session, a_wallet, an_activity
from tests.faults.houses import ServedHouse, not_charged, settled
from tests.faults.patience import PatientClients, Refused

PLACES = 12
AT_THE_DESK = 94
GUESTS = 6
BOOKED_WHEN_BUSY = 2

PRICE = 1500
CASH, SOME_CASH, BONUS = 2000, 700, 300


class Bookers(PatientClients):
    """Who books at the desk or as a guest; `booked` and `paid` are what was acknowledged."""

    def __init__(self, url: str, house: House, session_id: UUID, database: Database) -> None:
        super().__init__(url, house, database)
        self.session_id = session_id
        self.booked: set[UUID] = set()
        self.paid: dict[UUID, str] = {}
        self.refused = 0
        self.is_busy = asyncio.Event()

    async def come(self, people: list[UUID]) -> None:
        """Let them all book at once: those at the desk, and as many guests as are allowed."""
        async with self.client, asyncio.TaskGroup() as group:
            desk = await self._sign_in()
            bookings = [
                *(self._at_the_desk(customer_id, desk) for customer_id in people),
                *(self._as_guest(number) for number in range(GUESTS)),
            ]
            random.Random(7).shuffle(bookings)
            for booking in bookings:
                group.create_task(self._note_refusal(booking))

    async def _sign_in(self) -> dict[str, str]:
        """Return the headers of somebody at the desk."""
        answer: httpx.Response = await self.send(
            "/api/v1/auth/sign-in", json={"email": self.house.email("admin"), "password": PASSWORD}
        )
        return {
            "authorization": f"Bearer {answer.json()['accessToken']}",
            "x-org": str(self.house.organization_id),
        }

    async def _note_refusal(self, booking: Coroutine[Any, Any, None]) -> None:
        try:
            await booking
        except Refused:
            self.refused += 1

    async def _at_the_desk(self, customer_id: UUID, desk: dict[str, str]) -> None:
        booking = await self.post(
            f"/api/v1/sessions/{self.session_id}/bookings",
            {"customerId": str(customer_id), "takesCash": True},
            headers=desk,
        )
        self._note(UUID(booking["id"]))

    async def _as_guest(self, number: int) -> None:
        company = self.house.organization_id
        answer = await self.post(
            f"/api/client/guest/companies/{company}/sessions/{self.session_id}/bookings",
            {"name": f"Guest {number}", "email": f"guest{number}@example.com"},
        )
        booking_id, token = answer["booking"]["id"], answer["token"]
        answer = await self.post(f"/api/client/guest/bookings/{booking_id}/pay?token={token}", {})
        self.paid[UUID(booking_id)] = await self.charge(answer["redirectUrl"])
        self._note(UUID(booking_id))

    def _note(self, booking_id: UUID) -> None:
        self.booked.add(booking_id)
        if len(self.booked) == BOOKED_WHEN_BUSY:
            self.is_busy.set()


async def test_twelve_places_are_booked_once_whatever_they_are_paid_with(
    house: ServedHouse,
) -> None:
    clock = TravelClock()
    database = house.database(clock)
    owner = await a_house(database)
    tenant = owner.organization_id
    session_id, people = await database.run(tenant, _a_crowd)
    bookers = Bookers(house.server.url, owner, session_id, database)

    async def cut_the_power() -> None:
        await bookers.is_busy.wait()
        await asyncio.to_thread(house.server.kill)
        await asyncio.to_thread(house.server.start)

    await asyncio.gather(bookers.come(people), cut_the_power())
    await settled(database, tenant, bookers.paid.values())
    await _let_holds_end(database, tenant, clock)
    await _fill(database, tenant, session_id, people)

    assert await database.run(tenant, _booked, session_id) == (PLACES, PLACES)
    assert await database.run(tenant, _missing, bookers) == []
    assert await database.run(tenant, _wrong_purses, people) == []
    assert bookers.refused >= len(people) + GUESTS - PLACES
    assert await database.run(tenant, sessions.faults) == []
    assert await database.run(tenant, payments.violations) == []
    assert await database.run(tenant, ledger.unbalanced_entries) == []
    assert await database.run(tenant, not_charged) == 0
    await database.close()


async def _a_crowd(uow: UnitOfWork) -> tuple[UUID, list[UUID]]:
    """A session, and people with a pass, a wallet, both, some bonus, or nothing but cash."""
    session = await a_session(uow, await an_activity(uow, capacity=PLACES, price=PRICE))
    people: list[UUID] = []
    for number in range(AT_THE_DESK):
        customer = await a_customer(uow, name=f"Person {number}")
        if number % 5 in {0, 2}:
            await a_pass(uow, customer.id, sessions_limit=1, price=1300)
        if number % 5 in {1, 2}:
            await a_wallet(uow, customer.id, CASH)
        if number % 5 == 3:
            await a_wallet(uow, customer.id, SOME_CASH, bonus=BONUS)
        people.append(customer.id)
    return session.id, people


async def _let_holds_end(database: Database, tenant: UUID, clock: TravelClock) -> None:
    clock.travel(timedelta(hours=5))
    await reconcile(database)
    while await database.run(tenant, expire_held):
        pass
    await Worker(database).drain()


async def _fill(database: Database, tenant: UUID, session_id: UUID, people: list[UUID]) -> None:
    """Let those come again who found no place while others held one and then did not pay."""
    for customer_id in people:
        wish = sessions.Wish(
            session_id=session_id,
            customer_id=customer_id,
            payment=sessions.Payment(has_card=False),
        )
        try:
            with suppress(AlreadyBooked, NotEnoughFunds):
                await database.run(tenant, sessions.book, wish)
        except SessionFull:
            return


async def _booked(uow: UnitOfWork, session_id: UUID) -> tuple[int, int]:
    """Return how many places the session counts, and how many bookings are confirmed."""
    confirmed = await uow.all(
        select(SessionBooking.attendee_id).where(
            SessionBooking.organization_id == uow.tenant, SessionBooking.place == "confirmed"
        )
    )
    return (await uow.get(Session, session_id)).taken, len(set(confirmed))


async def _missing(uow: UnitOfWork, bookers: Bookers) -> list[str]:
    """Return what was acknowledged, and is neither a place nor, for a card, money given back."""
    found: list[str] = []
    for booking_id in bookers.booked:
        booking = await uow.get(SessionBooking, booking_id)
        if booking.place == "confirmed" and booking.money == "paid":
            continue
        attempts = await payments.find_transactions(uow, PAYABLE_KIND, booking_id)
        if not any(one.refunded_minor == one.amount_minor for one in attempts):
            found.append(f"booking {booking_id}: {booking.status}")
    return found


async def _wrong_purses(uow: UnitOfWork, people: list[UUID]) -> list[str]:
    """Return whose wallet is not what it was less what they paid, or whose pass not its visits."""
    found: list[str] = []
    for number, customer_id in enumerate(people):
        tenders = await uow.all(
            select(Tender)
            .join(
                SessionBooking,
                (SessionBooking.organization_id == Tender.organization_id)
                & (SessionBooking.id == Tender.booking_id),
            )
            .where(Tender.organization_id == uow.tenant, SessionBooking.customer_id == customer_id)
        )
        spent = {
            kind: sum(one.amount_minor - one.returned_minor for one in tenders if one.kind == kind)
            for kind in ("wallet", "bonus")
        }
        visits = sum(one.kind == "pass" for one in tenders)
        wallet = await uow.first(
            select(Wallet).where(
                Wallet.organization_id == uow.tenant, Wallet.customer_id == customer_id
            )
        )
        used = await uow.first(
            select(CustomerPass.sessions_used).where(
                CustomerPass.organization_id == uow.tenant, CustomerPass.customer_id == customer_id
            )
        )
        cash = {1: CASH, 2: CASH, 3: SOME_CASH}.get(number % 5, 0)
        bonus = BONUS if number % 5 == 3 else 0
        has = (wallet.cash_minor, wallet.bonus_minor) if wallet is not None else (0, 0)
        if has != (cash - spent["wallet"], bonus - spent["bonus"]) or visits != (used or 0):
            found.append(f"{customer_id}: {has}, spent {spent}, {visits} visits of {used}")
    return found
