"""Checking in by scan: one code, one person, one session; a repeat is harmless."""

from datetime import timedelta
from typing import Any

import pytest

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import Actor
from houseful.kernel.ids import new_id
from houseful.kernel.problems import IllegalTransition, NotFound
from houseful.kernel.short_codes import short_code
from houseful.sessions.bookings.cancelling import cancel_booking
from houseful.sessions.bookings.checking_in import check_in_by_code, check_in_code
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.catalogue.models import Session
from houseful.sessions.keys import key_of
from houseful.sessions.problems import CodeNotValid
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.sessions import a_booking, a_customer, a_session, an_activity
from tests.sessions.test_bookings import KEY, Desk

SECRET = "tests-" * 8


@pytest.fixture
def desk(database: Database, house: House, clock: TravelClock) -> Desk:
    """The desk of the house."""
    return Desk(database, house, clock)


async def a_booked_session(uow: UnitOfWork) -> SessionBooking:
    """A place that is paid for."""
    return await a_booking(uow, (await a_session(uow)).id)


async def doors_open(desk: Desk, booking: SessionBooking) -> None:
    """Go to an hour before the session."""
    session = await desk.read(Session, booking.session_id)
    desk.clock.freeze(session.starts_at - timedelta(hours=1))


async def test_a_code_checks_in_once_however_often_it_is_scanned(desk: Desk) -> None:
    booking = await desk.run(a_booked_session)
    await doors_open(desk, booking)
    code = check_in_code(KEY, booking.id)
    first = await desk.run(check_in_by_code, KEY, code)
    again = await desk.run(check_in_by_code, KEY, f" {code.lower()} ")

    assert (first.was_in, again.was_in) == (False, True)
    assert first.shown.booking.status == "attended"
    assert again.shown.booking.checked_in_at == first.shown.booking.checked_in_at


async def test_a_typed_short_code_checks_in_as_the_square_does(desk: Desk) -> None:
    booking = await desk.run(a_booked_session)
    await doors_open(desk, booking)
    typed = short_code(booking.id).lower().replace("0", "o").replace("1", "l")

    done = await desk.run(check_in_by_code, KEY, f" {typed.replace('-', ' ')} ")

    assert done.shown.booking.id == booking.id
    assert done.shown.booking.status == "attended"
    with pytest.raises(CodeNotValid, match="not a booking"):
        await desk.run(check_in_by_code, KEY, short_code(new_id()))


async def test_a_device_is_named_as_who_scanned(desk: Desk) -> None:
    booking = await desk.run(a_booked_session)
    await doors_open(desk, booking)
    device = Actor("device", new_id())
    code = check_in_code(KEY, booking.id)
    await desk.database.run_as(device, desk.tenant, check_in_by_code, KEY, code)

    after = await desk.read(SessionBooking, booking.id)
    assert (after.verifier_scanner_credential_id, after.verifier_user_id) == (device.id, None)


async def test_codes_that_let_nobody_in_say_why(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Any, ...]:
        activity = await an_activity(uow)
        session = await a_session(uow, activity)
        unpaid = await a_booking(uow, session.id, (await a_customer(uow)).id)
        gone, other = [await a_booking(uow, session.id) for _ in range(2)]
        await cancel_booking(uow, KEY, gone.id)
        return unpaid, gone, other, await a_session(uow, activity)

    unpaid, gone, other, elsewhere = await desk.run(prepare)
    await doors_open(desk, other)
    code = check_in_code(KEY, other.id)
    forged = code[:-1] + ("0" if code[-1] != "0" else "1")
    for bad, why in (
        (check_in_code(KEY, unpaid.id), "not paid"),
        (check_in_code(KEY, gone.id), "cancelled"),
        (check_in_code(KEY, new_id()), "not a booking"),
        (forged, "not made here"),
        ("HS", "not made here"),
        ("HS" + "é" * 48, "not made here"),
    ):
        with pytest.raises(CodeNotValid, match=why):
            await desk.run(check_in_by_code, KEY, bad)
    with pytest.raises(CodeNotValid, match="another time"):
        await desk.run(check_in_by_code, KEY, code, session_id=elsewhere.id)
    with pytest.raises(NotFound):
        await desk.run(check_in_by_code, KEY, code, session_id=new_id())


async def test_nobody_checks_in_days_before(desk: Desk) -> None:
    booking = await desk.run(a_booked_session)
    with pytest.raises(IllegalTransition, match="too early"):
        await desk.run(check_in_by_code, KEY, check_in_code(KEY, booking.id))


async def test_the_door_and_the_desk_may_scan_and_viewers_may_not(api: Api, desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> SessionBooking:
        return await a_booking(uow, (await a_session(uow, in_hours=1)).id)

    booking = await desk.run(prepare)
    body = {"code": check_in_code(key_of(SECRET), booking.id)}
    answers = [
        await (await api.as_(role)).post(
            "/api/v1/session-check-ins", json=body, headers={"Idempotency-Key": f"in-{role}"}
        )
        for role in ("viewer", "scanner_only", "staff")
    ]
    other_house = await (await api.as_("staff")).post(
        "/api/v1/session-check-ins",
        json={"code": check_in_code(b"another", booking.id)},
        headers={"Idempotency-Key": "in-another"},
    )
    keyless = await (await api.as_("staff")).post("/api/v1/session-check-ins", json=body)

    assert [one.status_code for one in answers] == [403, 200, 200]
    assert problem_of(keyless)["type"].endswith("idempotency-key-required")
    assert [one.json()["wasIn"] for one in answers[1:]] == [False, True]
    assert problem_of(other_house)["type"].endswith("code-not-valid")
