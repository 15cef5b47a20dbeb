"""How often booking and the timetable ask the database."""

from datetime import timedelta
from uuid import UUID

import pytest

from houseful.kernel.database import Database, UnitOfWork
from houseful.sessions.bookings.paying import end_payments
from houseful.sessions.bookings.taking import book
from houseful.sessions.bookings.wishes import Wish
from houseful.sessions.catalogue.queries import SlotFilter, sessions_between
from houseful.sessions.proof import faults
from tests.builders.accounts import House
from tests.builders.sessions import a_customer, a_pass, a_session, a_wallet, an_activity
from tests.builders.venues import a_space
from tests.statements import statements_of


@pytest.mark.parametrize("source", ["pass", "wallet"])
async def test_a_booking_takes_twelve_statements(
    database: Database, house: House, source: str
) -> None:
    tenant = house.organization_id

    async def prepare(uow: UnitOfWork) -> tuple[UUID, list[UUID]]:
        session = await a_session(uow)
        people: list[UUID] = []
        for number in range(2):
            customer = await a_customer(uow, name=f"Person {number}")
            if source == "pass":
                await a_pass(uow, customer.id)
            else:
                await a_wallet(uow, customer.id, 2000)
            people.append(customer.id)
        return session.id, people

    session_id, (first, second) = await database.run(tenant, prepare)
    await database.run(tenant, book, Wish(session_id=session_id, customer_id=first))

    with statements_of(database) as said:
        booking = await database.run(tenant, book, Wish(session_id=session_id, customer_id=second))

    assert booking.status == "confirmed"
    assert len(said) <= 12, said
    assert await database.run(tenant, faults) == []


async def test_what_nobody_pays_for_at_a_provider_is_found_with_one_question(
    database: Database, house: House
) -> None:
    tenant = house.organization_id

    async def prepare(uow: UnitOfWork) -> UUID:
        session = await a_session(uow)
        customer = await a_customer(uow)
        await a_wallet(uow, customer.id, 2000)
        return (await book(uow, Wish(session_id=session.id, customer_id=customer.id))).id

    booking_id = await database.run(tenant, prepare)

    with statements_of(database) as said:
        await end_payments(database, tenant, booking_id)

    assert len(said) == 2, said  # the other begins the transaction


async def test_a_timetable_takes_as_many_statements_for_many_sessions_as_for_one(
    database: Database, house: House
) -> None:
    tenant = house.organization_id

    async def prepare(uow: UnitOfWork) -> list[SlotFilter]:
        activity = await an_activity(uow, duration_minutes=30)
        space = await a_space(uow)
        for number in range(6):
            await a_session(uow, activity, in_hours=24 + number, space_id=space.id)
        begins = uow.now + timedelta(hours=23)
        return [
            SlotFilter(from_at=begins, until_at=begins + timedelta(hours=hours))
            for hours in (1.5, 12)
        ]

    one, many = await database.run(tenant, prepare)

    with statements_of(database) as for_one:
        assert len(await database.run(tenant, sessions_between, one)) == 1
    with statements_of(database) as for_many:
        assert len(await database.run(tenant, sessions_between, many)) == 6

    assert len(for_one) == len(for_many) <= 3, for_many
