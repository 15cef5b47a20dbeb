"""Standing places are paused, go on and end; what is too near to be cancelled stays."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from houseful.audit import AlreadyExists
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.ids import new_id
from houseful.kernel.problems import NotFound
from houseful.kernel.states import IllegalAct
from houseful.sessions.bookings.cancelling import cancel_booking
from houseful.sessions.bookings.models import SessionBooking, WaitingEntry
from houseful.sessions.bookings.standing import (
    add_slot_attendee,
    end_standing,
    enroll_standing,
    list_standing,
    pause_standing,
    read_standing,
    resume_standing,
    standing_places_of,
)
from houseful.sessions.bookings.waiting import join_waiting_list
from houseful.sessions.catalogue.models import Session
from houseful.sessions.catalogue.scheduling import extend_series
from houseful.sessions.customers.models import SlotAttendee
from houseful.sessions.proof import faults
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.sessions import a_customer, a_series, an_activity
from tests.hire.test_paper_pages import OFFICE, Visitor
from tests.sessions.test_bookings import Desk

KEY = b"k" * 32


@pytest.fixture
def desk(database: Database, house: House, clock: TravelClock) -> Desk:
    """The desk of the house."""
    return Desk(database, house, clock)


async def a_standing_place(
    uow: UnitOfWork, *, in_hours: float = 48, count: int = 4, **fields: Any
) -> UUID:
    """Somebody with the only place in every session of a weekly series."""
    activity = await an_activity(uow, capacity=1, **fields)
    rule = f"FREQ=WEEKLY;COUNT={count}"
    begins = uow.now + timedelta(hours=in_hours)
    series = await a_series(uow, begins, rule, activity_id=activity.id)
    customer = await a_customer(uow, may_owe=True)
    return (await add_slot_attendee(uow, series.id, customer.id, customer.id)).id


async def places(uow: UnitOfWork) -> list[str]:
    """The states of the standing place's newest booking of each session, the earliest first."""
    rows = await uow.execute(
        select(Session.starts_at, SessionBooking.place)
        .join(SessionBooking, SessionBooking.session_id == Session.id)
        .where(SessionBooking.source == "slot_attendee")
        .order_by(Session.starts_at, SessionBooking.id)
    )
    return list({row.starts_at: row.place for row in rows}.values())


async def first_sessions(uow: UnitOfWork) -> list[UUID]:
    """The sessions, the earliest first."""
    return list(await uow.all(select(Session.id).order_by(Session.starts_at)))


async def test_a_pause_lets_others_in_and_what_goes_on_takes_what_is_free(desk: Desk) -> None:
    standing_id = await desk.run(a_standing_place)
    second = (await desk.run(first_sessions))[1]

    async def wait(uow: UnitOfWork) -> UUID:
        other = await a_customer(uow, name="Willa", email="willa@example.com")
        return (await join_waiting_list(uow, second, other.id)).id

    entry_id = await desk.run(wait)
    await desk.run(pause_standing, standing_id)
    assert await desk.run(places) == ["cancelled"] * 4
    assert (await desk.read(WaitingEntry, entry_id)).status == "offered"

    resumed = await desk.run(resume_standing, standing_id)
    assert resumed.status == "active"
    assert await desk.run(places) == ["confirmed", "cancelled", "confirmed", "confirmed"]
    assert await desk.run(faults) == []


async def test_what_is_too_near_stays_booked(desk: Desk) -> None:
    standing_id = await desk.run(a_standing_place, in_hours=20)
    await desk.run(end_standing, standing_id)

    assert await desk.run(places) == ["confirmed", "cancelled", "cancelled", "cancelled"]


async def test_where_nothing_can_be_cancelled_a_standing_place_can(desk: Desk) -> None:
    standing_id = await desk.run(a_standing_place, in_hours=20, cancellation_window_hours=None)
    await desk.run(end_standing, standing_id)

    assert await desk.run(places) == ["cancelled"] * 4


async def test_what_was_cancelled_on_its_own_is_not_booked_again(desk: Desk) -> None:
    standing_id = await desk.run(a_standing_place)

    async def cancel_third(uow: UnitOfWork) -> None:
        third = (await first_sessions(uow))[2]
        booking = await uow.first(
            select(SessionBooking.id).where(SessionBooking.session_id == third)
        )
        assert booking is not None
        await cancel_booking(uow, KEY, booking)

    await desk.run(cancel_third)
    await desk.run(pause_standing, standing_id)
    await desk.run(resume_standing, standing_id)

    assert await desk.run(places) == ["confirmed", "confirmed", "cancelled", "confirmed"]


async def test_a_paused_one_gets_no_new_sessions(desk: Desk) -> None:
    standing_id = await desk.run(a_standing_place, count=30)
    before = len(await desk.run(places))
    await desk.run(pause_standing, standing_id)
    desk.clock.freeze(desk.clock.now() + timedelta(days=20))

    async def extend(uow: UnitOfWork) -> int:
        standing = await uow.get(SlotAttendee, standing_id)
        made = await extend_series(uow, standing.series_id)
        await enroll_standing(uow, made)
        return len(made)

    assert await desk.run(extend) > 0
    assert len(await desk.run(places)) == before


async def test_one_that_ended_can_begin_again_and_one_that_stands_cannot(desk: Desk) -> None:
    standing_id = await desk.run(a_standing_place)

    async def give(uow: UnitOfWork) -> UUID:
        old = await uow.get(SlotAttendee, standing_id)
        return (await add_slot_attendee(uow, old.series_id, old.customer_id, old.attendee_id)).id

    with pytest.raises(AlreadyExists):
        await desk.run(give)
    await desk.run(end_standing, standing_id)
    for act in (pause_standing, resume_standing, end_standing):
        with pytest.raises(IllegalAct):
            await desk.run(act, standing_id)
    assert await desk.run(give) == standing_id
    assert await desk.run(places) == ["confirmed"] * 4


async def test_the_api_pauses_and_ends_and_tells(api: Api, desk: Desk) -> None:
    standing_id = await desk.run(a_standing_place)
    at = f"/api/v1/slot-attendees/{standing_id}"
    admin = await api.as_("admin")
    listed = (await admin.get("/api/v1/slot-attendees")).json()["items"]
    paused = await admin.post(f"{at}/pause")
    resumed = await admin.post(f"{at}/resume")
    ended = await admin.post(f"{at}/end")
    again = await admin.post(f"{at}/end")
    viewer = await (await api.as_("viewer")).post(f"{at}/pause")

    assert [one["id"] for one in listed] == [str(standing_id)]
    assert [one.json()["status"] for one in (paused, resumed, ended)] == [
        "paused",
        "active",
        "cancelled",
    ]
    assert again.status_code == 409
    assert viewer.status_code == 403
    assert (await admin.get(at)).json()["status"] == "cancelled"


async def test_the_office_pauses_and_ends(api: Api, desk: Desk, house: House) -> None:
    standing_id = await desk.run(a_standing_place)
    standing = await desk.read(SlotAttendee, standing_id)
    page = f"{OFFICE}/session-customers/{standing.customer_id}"
    admin = Visitor(api.guest())
    await admin.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    shown = await admin.read(page)
    await admin.send(page, f"{page}/standing/{standing_id}/pause")
    paused = await admin.read(page)
    await admin.send(page, f"{page}/standing/{standing_id}/resume")
    await admin.send(page, f"{page}/standing/{standing_id}/end")

    assert "Standing places" in shown
    assert "Let it go on" in paused
    assert "Standing places</h2>" not in await admin.read(page)
    assert await desk.run(standing_places_of, standing.customer_id) == []


async def test_who_is_limited_to_other_spaces_touches_no_standing_place(desk: Desk) -> None:
    standing_id = await desk.run(a_standing_place)
    elsewhere = frozenset({new_id()})
    for act in (read_standing, pause_standing, end_standing):
        with pytest.raises(NotFound):
            await desk.run(act, standing_id, scope=elsewhere)
    listed, _ = await desk.run(list_standing, window=Window(limit=5), scope=elsewhere)
    assert listed == []
