"""The waiting list: fair, expiring, and never a race."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import IllegalTransition, NotFound
from houseful.sessions.bookings.billing import waive_debt
from houseful.sessions.bookings.cancelling import (
    cancel_booking,
    expire_held,
    give_up_overlapping_offers,
)
from houseful.sessions.bookings.line import position_of, set_priority
from houseful.sessions.bookings.models import SessionBooking, WaitingEntry
from houseful.sessions.bookings.rules import offer_until
from houseful.sessions.bookings.waiting import (
    end_overlapping_waits,
    join_waiting_list,
    leave_waiting_list,
    take_offer,
)
from houseful.sessions.bookings.wishes import Payment
from houseful.sessions.catalogue.changing import change_sessions
from houseful.sessions.catalogue.models import Session
from houseful.sessions.catalogue.schemas import SessionChanges, SettingsChanges
from houseful.sessions.catalogue.settings import update_settings
from houseful.sessions.problems import AlreadyBooked, InDebt, NotBookable, SessionFull
from houseful.sessions.wallets.service import correct_wallet, wallet_of
from tests.builders.accounts import House
from tests.builders.sessions import a_booking, a_customer, a_session, a_wallet, an_activity
from tests.sessions.test_billing import a_standing_place, end_of
from tests.sessions.test_bookings import KEY, Desk

NOON = datetime(2031, 6, 2, 10, tzinfo=UTC)


@pytest.fixture
def desk(database: Database, house: House, clock: TravelClock) -> Desk:
    """The desk of the house, at noon in Berlin."""
    clock.freeze(NOON)
    return Desk(database, house, clock)


async def a_full_session(uow: UnitOfWork, *, waiting: int, **entry: Any) -> tuple[Any, list[Any]]:
    """A session with one place, which is taken, and people who wait for it, with money."""
    session = await a_session(uow, capacity=1)
    booking = await a_booking(uow, session.id)
    entries: list[WaitingEntry] = []
    for number in range(waiting):
        customer = await a_customer(uow, name=f"Waiting {number}")
        await a_wallet(uow, customer.id, 2000)
        entries.append(await join_waiting_list(uow, session.id, customer.id, **entry))
    return booking, entries


async def test_what_is_freed_is_offered_to_the_first_and_nobody_can_snatch_it(desk: Desk) -> None:
    booking, (first, second) = await desk.run(a_full_session, waiting=2)
    await desk.run(cancel_booking, KEY, booking.id)

    first, second = [await desk.read(WaitingEntry, one.id) for one in (first, second)]
    assert (first.status, second.status) == ("offered", "waiting")
    assert first.offered_until == NOON + timedelta(minutes=120)
    with pytest.raises(SessionFull):
        await desk.run(a_booking, booking.session_id)
    taken = await desk.run(take_offer, first.booking_id, Payment())
    assert (taken.status, taken.wallet_debited) == ("confirmed", True)
    assert (await desk.read(WaitingEntry, first.id)).status == "accepted"


async def test_an_offer_is_paid_for_once_whatever_comes_into_the_wallet(desk: Desk) -> None:
    booking, (first,) = await desk.run(a_full_session, waiting=1)
    wallet = await desk.run(wallet_of, first.customer_id, "EUR")
    await desk.run(correct_wallet, wallet.id, "correction", wallet.cash_minor - 500, "spent")
    await desk.run(cancel_booking, KEY, booking.id)
    first = await desk.read(WaitingEntry, first.id)
    held = await desk.run(take_offer, first.booking_id, Payment())
    await desk.run(correct_wallet, wallet.id, "paid_in", 5000, "pay day")

    with pytest.raises(IllegalTransition):
        await desk.run(take_offer, first.booking_id, Payment())
    again = await desk.read(SessionBooking, held.id)
    assert (again.paid_minor, again.due_minor) == (500, 1000)


async def test_an_offer_that_is_not_taken_goes_to_the_next(desk: Desk) -> None:
    booking, (first, second) = await desk.run(a_full_session, waiting=2)
    await desk.run(cancel_booking, KEY, booking.id)
    first = await desk.read(WaitingEntry, first.id)
    desk.clock.travel(timedelta(minutes=121))
    with pytest.raises(IllegalTransition):
        await desk.run(take_offer, first.booking_id, Payment())
    await desk.run(expire_held)

    statuses = [(await desk.read(WaitingEntry, one.id)).status for one in (first, second)]
    assert statuses == ["lapsed", "offered"]
    assert (await desk.read(Session, booking.session_id)).taken == 1


async def test_declining_an_offer_passes_it_on(desk: Desk) -> None:
    booking, (first, second) = await desk.run(a_full_session, waiting=2)
    await desk.run(cancel_booking, KEY, booking.id)
    first = await desk.read(WaitingEntry, first.id)
    await desk.run(cancel_booking, KEY, first.booking_id)

    statuses = [(await desk.read(WaitingEntry, one.id)).status for one in (first, second)]
    assert statuses == ["declined", "offered"]


async def test_who_wished_so_is_booked_at_once(desk: Desk) -> None:
    booking, (entry,) = await desk.run(a_full_session, waiting=1, books_itself=True)
    await desk.run(cancel_booking, KEY, booking.id)

    entry = await desk.read(WaitingEntry, entry.id)
    booked = await desk.read(SessionBooking, entry.booking_id)
    assert (entry.status, booked.status, booked.paid_minor) == ("accepted", "confirmed", 1500)


async def test_nobody_is_booked_without_asking_once_it_cannot_be_cancelled(desk: Desk) -> None:
    booking, (entry,) = await desk.run(a_full_session, waiting=1, books_itself=True)
    desk.clock.travel(timedelta(hours=60))
    await desk.run(cancel_booking, KEY, booking.id)

    assert (await desk.read(WaitingEntry, entry.id)).status == "offered"


async def test_in_the_last_half_hour_the_first_to_come_gets_what_is_freed(desk: Desk) -> None:
    booking, (entry,) = await desk.run(a_full_session, waiting=1)
    session = await desk.read(Session, booking.session_id)
    desk.clock.freeze(session.starts_at - timedelta(minutes=29))
    await desk.run(cancel_booking, KEY, booking.id)
    assert (await desk.read(WaitingEntry, entry.id)).status == "waiting"

    walk_in = await desk.run(a_booking, session.id)

    assert walk_in.status == "confirmed"
    with pytest.raises(SessionFull):
        await desk.run(a_booking, session.id, entry.customer_id)


async def test_who_cannot_pay_is_passed_over(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Any, Any, Any]:
        booking, _ = await a_full_session(uow, waiting=0)
        poor = await a_customer(uow, name="Poor")
        rich = await a_customer(uow, name="Rich")
        await a_wallet(uow, rich.id, 2000)
        first, second = [
            await join_waiting_list(uow, booking.session_id, one.id, books_itself=True)
            for one in (poor, rich)
        ]
        return booking, first, second

    booking, poor, rich = await desk.run(prepare)
    await desk.run(cancel_booking, KEY, booking.id)

    after = [await desk.read(WaitingEntry, one.id) for one in (poor, rich)]
    assert [one.status for one in after] == ["lapsed", "accepted"]
    assert [one.is_passed_over for one in after] == [True, False]


async def _who_comes_to_owe(desk: Desk) -> tuple[UUID, Any, Any]:
    """Somebody with a standing place to be billed, who waits for a full session of next week."""
    customer_id, bookings = await desk.run(a_standing_place)

    async def prepare(uow: UnitOfWork) -> Any:
        changes = SettingsChanges(debtors_may_book=False, offer_minutes=10_080)
        await update_settings(uow, 0, changes)
        dance = await an_activity(uow, name="Dance", capacity=1)
        full = await a_booking(uow, (await a_session(uow, dance, in_hours=300)).id)
        await join_waiting_list(uow, full.session_id, customer_id)
        return full

    return customer_id, bookings[0], await desk.run(prepare)


async def _entry(uow: UnitOfWork, session_id: UUID, customer_id: UUID) -> WaitingEntry:
    found = await uow.first(
        select(WaitingEntry).where(
            WaitingEntry.session_id == session_id, WaitingEntry.customer_id == customer_id
        )
    )
    assert found is not None
    return found


async def test_who_owes_gets_no_place_by_waiting_where_they_may_not_book(desk: Desk) -> None:
    customer_id, owed, full = await _who_comes_to_owe(desk)
    next_one = await desk.run(a_customer)
    await desk.run(join_waiting_list, full.session_id, next_one.id)
    await end_of(desk, owed)
    await desk.run(cancel_booking, KEY, full.id)

    first = await desk.run(_entry, full.session_id, customer_id)
    second = await desk.run(_entry, full.session_id, next_one.id)
    assert (first.status, second.status) == ("lapsed", "offered")
    with pytest.raises(InDebt):
        await desk.run(join_waiting_list, full.session_id, customer_id)


async def test_an_offer_is_not_taken_while_something_is_owed(desk: Desk) -> None:
    customer_id, owed, full = await _who_comes_to_owe(desk)
    await desk.run(cancel_booking, KEY, full.id)
    await end_of(desk, owed)
    offered = await desk.run(_entry, full.session_id, customer_id)
    assert offered.status == "offered"

    with pytest.raises(InDebt):
        await desk.run(take_offer, offered.booking_id, Payment())
    await desk.run(waive_debt, owed.id, "Was ill")
    await desk.run(a_wallet, customer_id, 2000)
    taken = await desk.run(take_offer, offered.booking_id, Payment())
    assert taken.status == "confirmed"


async def test_positions_are_told_and_close_up(desk: Desk) -> None:
    _, entries = await desk.run(a_full_session, waiting=3)
    await desk.run(leave_waiting_list, entries[0].id)

    async def positions(uow: UnitOfWork) -> list[int]:
        rows = [await uow.get(WaitingEntry, one.id) for one in entries]
        return [await position_of(uow, row) for row in rows]

    assert await desk.run(positions) == [0, 1, 2]


async def test_one_cannot_wait_where_there_are_places_nor_twice(desk: Desk) -> None:
    async def wait(uow: UnitOfWork, session_id: UUID, customer_id: UUID) -> Any:
        return await join_waiting_list(uow, session_id, customer_id)

    roomy = await desk.run(a_session)
    customer = await desk.run(a_customer)
    with pytest.raises(NotBookable, match="There are places"):
        await desk.run(wait, roomy.id, customer.id)

    async def fill(uow: UnitOfWork) -> Any:
        await uow.execute("UPDATE sessions SET capacity = 1")
        return await a_booking(uow, roomy.id)

    booking = await desk.run(fill)
    await desk.run(wait, roomy.id, customer.id)
    with pytest.raises(AlreadyBooked):
        await desk.run(wait, roomy.id, customer.id)
    with pytest.raises(AlreadyBooked):
        await desk.run(wait, roomy.id, booking.customer_id)


def test_quiet_hours_may_end_at_midnight() -> None:
    found = offer_until(
        datetime(2031, 6, 2, 23, tzinfo=UTC),
        datetime(2031, 6, 9, 18, tzinfo=UTC),
        "UTC",
        minutes=120,
        quiet_from=22,
        quiet_until=24,
    )

    assert found == datetime(2031, 6, 3, 2, tzinfo=UTC)


def test_an_offer_rests_in_every_night_that_it_is_open() -> None:
    found = offer_until(
        datetime(2031, 6, 2, 20, tzinfo=UTC),
        datetime(2031, 6, 9, 18, tzinfo=UTC),
        "UTC",
        minutes=20 * 60,
        quiet_from=22,
        quiet_until=8,
    )

    assert found == datetime(2031, 6, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ((2, 12), (2, 14)),
        ((2, 23), (3, 10)),
        ((3, 4), (3, 10)),
        ((2, 21), (3, 9)),
        ((2, 21, 30), (3, 9, 30)),
        ((2, 20), (2, 22)),
        ((4, 17), (4, 18)),
    ],
)
def test_an_offer_rests_at_night_and_never_outlasts_the_start(
    now: tuple[int, ...], until: tuple[int, ...]
) -> None:
    found = offer_until(
        datetime(2031, 6, *now, tzinfo=UTC),
        datetime(2031, 6, 4, 18, tzinfo=UTC),
        "UTC",
        minutes=120,
        quiet_from=22,
        quiet_until=8,
    )

    assert found == datetime(2031, 6, *until, tzinfo=UTC)


async def test_places_that_are_added_go_to_who_waits(desk: Desk) -> None:
    booking, (first, second) = await desk.run(a_full_session, waiting=2)
    session = await desk.read(Session, booking.session_id)
    await desk.run(change_sessions, session.id, session.version, SessionChanges(capacity=2))

    entries = [await desk.read(WaitingEntry, one.id) for one in (first, second)]
    assert [one.status for one in entries] == ["offered", "waiting"]
    with pytest.raises(SessionFull):
        await desk.run(a_booking, session.id)


async def test_who_has_a_place_waits_no_longer_for_what_is_on_at_the_same_time(desk: Desk) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Any, list[WaitingEntry]]:
        yoga, dance = [await an_activity(uow, name=name, capacity=1) for name in ("Yoga", "Dance")]
        customer = await a_customer(uow)
        await a_wallet(uow, customer.id, 9000)
        entries: list[WaitingEntry] = []
        for in_hours in (72.5, 90):
            full = await a_session(uow, dance, in_hours=in_hours)
            await a_booking(uow, full.id)
            entries.append(await join_waiting_list(uow, full.id, customer.id))
        booking = await a_booking(uow, (await a_session(uow, yoga)).id, customer.id)
        return booking, entries

    booking, entries = await desk.run(prepare)
    for _ in range(2):
        await desk.run(end_overlapping_waits, booking.id)

    after = [await desk.read(WaitingEntry, one.id) for one in entries]
    assert [one.status for one in after] == ["left", "waiting"]


async def test_who_has_a_place_keeps_no_offer_for_what_is_on_at_the_same_time(desk: Desk) -> None:
    full, (offered, waits) = await desk.run(a_full_session, waiting=2)
    await desk.run(cancel_booking, KEY, full.id)

    async def book_elsewhere(uow: UnitOfWork) -> Any:
        dance = await an_activity(uow, name="Dance")
        session = await uow.get(Session, full.session_id)
        elsewhere = await a_session(uow, dance, starts_at=session.starts_at)
        entry = await uow.get(WaitingEntry, offered.id)
        return await a_booking(uow, elsewhere.id, entry.customer_id)

    booking = await desk.run(book_elsewhere)
    for _ in range(2):
        await desk.run(give_up_overlapping_offers, booking.id)

    after = [await desk.read(WaitingEntry, one.id) for one in (offered, waits)]
    assert [one.status for one in after] == ["left", "offered"]
    assert after[0].booking_id is not None
    held = await desk.read(SessionBooking, after[0].booking_id)
    assert (held.place, held.money) == ("cancelled", "none")


async def test_where_somebody_stood_is_kept(desk: Desk) -> None:
    _, entries = await desk.run(a_full_session, waiting=3)
    await desk.run(leave_waiting_list, entries[0].id)

    async def stood(uow: UnitOfWork) -> list[list[int]]:
        rows = await uow.all(select(WaitingEntry).order_by(WaitingEntry.sequence))
        return [[one["position"] for one in row.positions] for row in rows]

    assert await desk.run(stood) == [[1], [2, 1], [3, 2]]


async def test_who_is_let_go_first_gets_what_is_freed(desk: Desk) -> None:
    booking, (first, second, third) = await desk.run(a_full_session, waiting=3)
    moved = await desk.run(set_priority, third.session_id, third.id, 1)
    assert [one["position"] for one in moved.positions] == [3, 1]
    assert await desk.run(position_of, moved) == 1
    await desk.run(cancel_booking, KEY, booking.id)

    rows = [await desk.read(WaitingEntry, one.id) for one in (first, second, third)]
    assert [one.status for one in rows] == ["waiting", "waiting", "offered"]
    with pytest.raises(IllegalTransition):
        await desk.run(set_priority, third.session_id, third.id, 0)


async def test_a_waiting_entry_is_of_its_session_only(desk: Desk) -> None:
    _, (entry,) = await desk.run(a_full_session, waiting=1)
    other = await desk.run(_elsewhere)
    with pytest.raises(NotFound):
        await desk.run(set_priority, other.id, entry.id, 1)


async def _elsewhere(uow: UnitOfWork) -> Session:
    return await a_session(uow, await an_activity(uow, name="Dance"))
