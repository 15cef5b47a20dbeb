"""The database, the proof and the migration know what paid each line of a booking."""

import asyncio
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from houseful.kernel.database import Database, UnitOfWork, constraint_of
from houseful.kernel.schema import migrate
from houseful.payments import take_cash
from houseful.sessions.bookings.attending import mark_attendance
from houseful.sessions.bookings.cancelling import call_off_booking
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.money import PAYABLE_KIND, give_money_back
from houseful.sessions.bookings.wishes import ExtraWish
from houseful.sessions.catalogue.schemas import NewExtra
from houseful.sessions.catalogue.service import create_extra
from houseful.sessions.proof import faults
from tests.builders.accounts import House
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_session,
    a_wallet,
    books_are_right,
)
from tests.conftest import TestCluster
from tests.sessions.test_bookings import Desk
from tests.sessions.test_lines import (
    FEE,
    a_booking_paid_by_all,
    a_course,
    a_missed_place,
    a_mixed_booking,
    told_of,
)
from tests.sessions.test_waiting import desk

__all__ = ["desk"]

SPOILT = {
    "a line is paid twice": """
        INSERT INTO session_tenders (organization_id, id, booking_id, line, booking_extra_id, kind,
            source_id, amount_minor, worth_minor, returned_minor, is_taken_back)
        SELECT organization_id, uuidv7(), booking_id, line, booking_extra_id, kind, source_id,
            amount_minor, worth_minor, 0, false FROM session_tenders
        WHERE booking_id = :booking AND line = 'place' AND kind = 'wallet'
    """,
    "a line is paid in part": """
        UPDATE session_tenders SET amount_minor = 1, worth_minor = 1
        WHERE booking_id = :booking AND kind = 'bonus'
    """,
    "what paid a line is taken from it": """
        UPDATE session_tenders SET is_taken_back = true
        WHERE booking_id = :booking AND line = 'extra' AND kind = 'wallet'
    """,
    "a price changes under what paid it": """
        UPDATE session_bookings SET price = price + 1 WHERE id = :booking
    """,
    "a fee is billed beside the price": """
        UPDATE session_bookings SET source = 'slot_attendee', fee_minor = 5 WHERE id = :booking
    """,
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
async def test_the_database_lets_nothing_be_paid_that_makes_up_no_line(
    desk: Desk, spoil: str
) -> None:
    booking = await a_booking_paid_by_all(desk)

    async def change(uow: UnitOfWork) -> None:
        await uow.execute(spoil, {"booking": booking.id})

    with pytest.raises(IntegrityError) as refused:
        await desk.database.run(desk.tenant, change)
    assert constraint_of(refused.value) == "session_tenders_make_up_lines"


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
async def test_the_proof_finds_what_makes_up_no_line(
    desk: Desk, test_cluster: TestCluster, database_name: str, spoil: str
) -> None:
    booking = await a_booking_paid_by_all(desk)
    with psycopg.connect(test_cluster.owner_url(database_name), autocommit=True) as intruder:
        intruder.execute("SET session_replication_role = replica")
        intruder.execute(spoil.replace(":booking", f"'{booking.id}'").encode())

    found = await desk.database.run(desk.tenant, faults)

    assert any(f"booking {booking.id} has a line of" in one for one in found), found


async def test_a_held_place_is_not_paid_for_by_its_word_alone(desk: Desk) -> None:
    booking = await desk.run(a_mixed_booking)

    async def pretend(uow: UnitOfWork) -> None:
        held = await uow.get(SessionBooking, booking.id, lock=True)
        held.money = "paid"
        await uow.flush()

    with pytest.raises(IntegrityError, match="does not make up its lines"):
        await desk.database.run(desk.tenant, pretend)


async def test_the_extra_of_another_booking_is_no_line(desk: Desk) -> None:
    one = await a_booking_paid_by_all(desk)
    other = await desk.run(a_mixed_booking)

    async def mix_up(uow: UnitOfWork) -> None:
        await uow.execute(
            "UPDATE session_tenders SET booking_extra_id = :extra"
            " WHERE booking_id = :booking AND line = 'extra'",
            {"booking": one.id, "extra": other.extras[0].id},
        )

    with pytest.raises(IntegrityError, match="foreign key"):
        await desk.database.run(desk.tenant, mix_up)


def _go_back(url: str, revision: str) -> list[Any]:
    """Go back to a revision; return what paid for bookings as it had it."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    config = Config()
    config.set_main_option("script_location", "houseful:migrations")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()
        rows = connection.execute(
            text(
                "SELECT booking_id, kind, amount_minor, returned_minor FROM session_tenders"
                " ORDER BY booking_id, id"
            )
        ).all()
    engine.dispose()
    return [tuple(row) for row in rows]


async def test_what_was_paid_before_the_migration_is_shared_out_among_the_lines(
    database: Database, house: House, desk: Desk, test_cluster: TestCluster, database_name: str
) -> None:
    mixed = await a_booking_paid_by_all(desk)
    held = await desk.run(a_mixed_booking)

    async def with_a_pass(uow: UnitOfWork, *, limit: int | None = 10) -> SessionBooking:
        customer, activity = await a_customer(uow), await a_course(uow)
        await a_wallet(uow, customer.id, 1000)
        mat = await create_extra(uow, NewExtra(name="Mat", price=400, activity_id=activity.id))
        await a_pass(uow, customer.id, sessions_limit=limit, validity_days=30, extra_ids=[mat.id])
        session = await a_session(uow, activity)
        return await a_booking(uow, session.id, customer.id, extras=[ExtraWish(mat.id, 2)])

    visit = await desk.run(with_a_pass)
    gone = await desk.run(call_off_booking, (await desk.run(with_a_pass, limit=None)).id, "cold")

    async def for_cash(uow: UnitOfWork) -> SessionBooking:
        session = await a_session(uow, await a_course(uow))
        return await a_booking(uow, session.id, (await a_customer(uow)).id)

    cash = await desk.run(for_cash)
    await desk.run(take_cash, PAYABLE_KIND, cash.id)
    part = await a_booking_paid_by_all(desk)

    async def give_back(uow: UnitOfWork) -> None:
        locked = await uow.get(SessionBooking, part.id, lock=True)
        await give_money_back(uow, locked, 1600, reason="cold")

    await desk.run(give_back)
    missed = await a_missed_place(desk, 2000)
    for mark in ("check_in", "miss"):
        await desk.run(mark_attendance, missed.id, mark)
    bookings = [mixed, held, visit, gone, cash, part, missed]
    before = [await desk.read(SessionBooking, one.id) for one in bookings]

    url = test_cluster.owner_url(database_name)
    sums = await asyncio.to_thread(_go_back, url, "0038")
    await asyncio.to_thread(migrate, url)

    of = {one.id: [row[1:] for row in sums if row[0] == one.id] for one in bookings}
    assert of[mixed.id] == [("bonus", 1000, 0), ("wallet", 2500, 0), ("card", 600, 0)]
    assert of[visit.id] == [("pass", 1000, 0), ("wallet", 400, 0)]
    assert of[cash.id] == [("card", 1500, 0)]
    assert of[missed.id] == [("wallet", FEE, FEE), ("wallet", 1500, 1500), ("wallet", FEE, 0)]
    for one in before:
        after = await desk.read(SessionBooking, one.id)
        assert sorted(told_of(after)) == sorted(told_of(one))
        assert sorted(row.worth_minor for row in after.tenders if not row.is_taken_back) == sorted(
            row.worth_minor for row in one.tenders if not row.is_taken_back
        )
        assert (after.fee_minor, after.wallet_debited) == (one.fee_minor, one.wallet_debited)
    await database.run(house.organization_id, books_are_right)
    for one in (mixed, visit, part):
        await desk.run(call_off_booking, one.id, "The lift is broken")
