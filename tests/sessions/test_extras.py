"""Extras are had for the time of a session: never more at once than there are, and all of them next
time.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.sessions.bookings.attending import end_session
from houseful.sessions.bookings.cancelling import cancel_booking
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.stock import most_taken
from houseful.sessions.bookings.wishes import ExtraWish
from houseful.sessions.catalogue.changing import change_sessions
from houseful.sessions.catalogue.models import Extra, Session
from houseful.sessions.catalogue.schemas import ExtraChanges, NewExtra, SessionChanges
from houseful.sessions.catalogue.service import create_extra, update_extra
from houseful.sessions.problems import OutOfStock
from tests.api import Api
from tests.builders.sessions import a_booking, a_customer, a_session, a_wallet, an_activity
from tests.sessions.test_bookings import KEY, Desk
from tests.sessions.test_waiting import desk

__all__ = ["desk"]
MATS = 5


async def _three_sessions(uow: UnitOfWork) -> tuple[list[Session], Extra]:
    """Two sessions at the same time in two rooms, one right after them, and mats for some."""
    yoga = await an_activity(uow)
    mat = await create_extra(uow, NewExtra(name="Mat", price=0, stock=MATS))
    return [await a_session(uow, yoga, in_hours=hours) for hours in (72, 72, 73)], mat


def _mats(extra: Extra, quantity: int = MATS) -> dict[str, Any]:
    return {"extras": [ExtraWish(extra.id, quantity)]}


async def test_what_is_lent_for_one_session_is_there_for_the_next(desk: Desk) -> None:
    (first, beside, after), mat = await desk.run(_three_sessions)
    await desk.run(a_booking, first.id, **_mats(mat))
    with pytest.raises(OutOfStock):
        await desk.run(a_booking, beside.id, **_mats(mat, 1))
    await desk.run(a_booking, after.id, **_mats(mat))

    assert await desk.run(most_taken, mat.id) == MATS


async def test_the_page_of_a_session_offers_what_is_left_of_an_extra_then(
    api: Api, desk: Desk
) -> None:
    (first, beside, after), mat = await desk.run(_three_sessions)
    offered: list[list[int]] = []
    for lent in (0, 3, 2):
        if lent:
            await desk.run(a_booking, first.id, **_mats(mat, lent))
        pages = [
            (await api.guest().get(f"/playhouse/sessions/{one.id}")).text for one in (beside, after)
        ]
        offered.append([page.count("<option>") for page in pages])

    assert offered == [[6, 6], [3, 6], [0, 6]]
    assert "none left" in pages[0]


async def test_what_was_lent_is_back_once_its_session_is_over(desk: Desk) -> None:
    (first, _, _), mat = await desk.run(_three_sessions)
    booking = await desk.run(a_booking, first.id, **_mats(mat))
    desk.clock.freeze(first.ends_at + timedelta(minutes=1))
    await desk.run(end_session, first.id)

    assert await desk.run(most_taken, mat.id) == 0
    assert (await desk.read(SessionBooking, booking.id)).extras[0].quantity == MATS


async def test_a_session_cannot_move_to_where_its_extras_are_taken(desk: Desk) -> None:
    (first, beside, after), mat = await desk.run(_three_sessions)
    await desk.run(a_booking, first.id, **_mats(mat, 3))
    await desk.run(a_booking, after.id, **_mats(mat, 3))
    to_first = SessionChanges(starts_local=_wall(first), is_confirmed=True)
    with pytest.raises(OutOfStock):
        await desk.run(change_sessions, after.id, after.version, to_first)
    later = SessionChanges(starts_local=_wall(first, hours=3), is_confirmed=True)
    await desk.run(change_sessions, after.id, after.version, later)

    await desk.run(a_booking, beside.id, **_mats(mat, 2))


async def test_the_stock_cannot_fall_below_what_is_booked_at_once(desk: Desk) -> None:
    (first, beside, after), mat = await desk.run(_three_sessions)
    for session, quantity in ((first, 2), (beside, 1), (after, 2)):
        await desk.run(a_booking, session.id, **_mats(mat, quantity))
    with pytest.raises(Invalid, match="3 of them"):
        await desk.run(update_extra, mat.id, mat.version, ExtraChanges(stock=2))

    assert (await desk.run(update_extra, mat.id, mat.version, ExtraChanges(stock=3))).stock == 3


async def test_a_crowd_never_gets_more_than_there_are(desk: Desk) -> None:
    (first, beside, _), mat = await desk.run(_three_sessions)

    async def people(uow: UnitOfWork) -> list[UUID]:
        found = [(await a_customer(uow, name=f"Person {number}")).id for number in range(20)]
        for one in found:
            await a_wallet(uow, one, 1500)
        return found

    crowd = await desk.run(people)

    async def come(number: int, customer_id: UUID) -> UUID | None:
        session = (first, beside)[number % 2]
        with suppress(OutOfStock):
            booked = await desk.database.run(
                desk.tenant, a_booking, session.id, customer_id, **_mats(mat, 1)
            )
            return booked.id
        return None

    booked = [one for one in await asyncio.gather(*map(come, range(20), crowd)) if one]
    assert len(booked) == MATS == await desk.run(most_taken, mat.id)

    await asyncio.gather(
        *(desk.database.run(desk.tenant, cancel_booking, KEY, one) for one in booked)
    )
    assert await desk.run(most_taken, mat.id) == 0


async def test_the_database_itself_refuses_more_than_there_are(desk: Desk) -> None:
    (first, _, _), mat = await desk.run(_three_sessions)
    await desk.run(a_booking, first.id, **_mats(mat))

    async def force(uow: UnitOfWork) -> None:
        await uow.execute("UPDATE session_extra_takings SET quantity = quantity + 1")

    with pytest.raises(IntegrityError, match="wanted at once"):
        await desk.database.run(desk.tenant, force)


def _wall(session: Session, *, hours: int = 0) -> str:
    local = session.starts_at.astimezone(ZoneInfo(session.timezone)) + timedelta(hours=hours)
    return local.replace(tzinfo=None).isoformat(timespec="minutes")
