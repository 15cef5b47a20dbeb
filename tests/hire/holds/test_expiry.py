"""Holds and offers end by the clock, but never under a challenge, nor what may still be signed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful import hire
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.pending import pending_hire
from houseful.hire.bookings.schemas import BookingChanges, Release
from houseful.hire.contracts.chores import tend_contract
from houseful.hire.contracts.signing import decline
from houseful.hire.holds.models import Challenge
from houseful.hire.holds.rules import HoldPolicy, contest_deadline
from houseful.hire.holds.schemas import NewChallenge
from houseful.hire.subscribers import PAPERS, do_what_is_due
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.jobs import Worker
from tests.builders.accounts import House
from tests.builders.calendar import at
from tests.builders.hire import a_booking, a_wish, do
from tests.builders.hire_papers import SECRET, a_contract, link_of, signed_by
from tests.builders.venues import a_space, a_venue

assert PAPERS, "what the papers hear is registered"
MONDAY = datetime.fromisoformat("2035-04-02T08:00:00+00:00")
INSTANTS = st.integers(0, 10 * 365 * 24 * 60).map(
    lambda minutes: MONDAY - timedelta(minutes=minutes)
)


@given(INSTANTS, st.integers(1, 200), st.integers(-48, 2_000))
def test_a_deadline_is_never_after_the_night_has_begun_nor_before_now(
    now: datetime, hours: int, night_in: int
) -> None:
    night = now + timedelta(hours=night_in)

    ends = contest_deadline(HoldPolicy(), now, hours, night=night, timezone="Europe/Berlin")

    assert now <= ends <= max(now, night)


async def _two_holds(
    uow: UnitOfWork, lasting: timedelta, *, starts: float = 18, **settings: Any
) -> tuple[UUID, UUID]:
    venue = await a_venue(uow, settings={"hire": settings})
    space = await a_space(uow, venue.id)
    wish = (space.id, starts, starts + 4)
    holds = [await a_booking(uow, [wish], hold_expires_at=uow.now + lasting) for _ in range(2)]
    return holds[0].id, holds[1].id


async def _status(database: Database, house: House, booking_id: UUID) -> str:
    async with database.unit_of_work(house.organization_id) as uow:
        return (await uow.get(Booking, booking_id)).status


async def test_who_is_challenged_has_until_the_deadline_whatever_the_own_time_said(
    database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(MONDAY)
    async with database.unit_of_work(house.organization_id) as uow:
        first, second = await _two_holds(uow, timedelta(hours=24))
        challenge = await hire.challenge_holds(uow, second, NewChallenge())
        until = (await uow.get(Booking, first)).hold_expires_at

    assert until == challenge.deadline_at > MONDAY + timedelta(hours=24)
    clock.freeze(challenge.deadline_at - timedelta(minutes=1))
    await do_what_is_due(database)
    before = [await _status(database, house, one) for one in (first, second)]
    clock.freeze(challenge.deadline_at)
    await do_what_is_due(database)

    assert before == ["hold", "hold"]
    assert [await _status(database, house, one) for one in (first, second)] == ["released", "hold"]


async def test_who_has_won_has_the_whole_time_to_confirm_and_falls_away_after_it(
    database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(MONDAY)
    async with database.unit_of_work(house.organization_id) as uow:
        first, second = await _two_holds(uow, timedelta(hours=2))
        challenge = await hire.challenge_holds(uow, second, NewChallenge())
        await hire.release_booking(uow, first, Release())
        won = await uow.get(Challenge, challenge.id)

    assert won.confirm_by is not None
    clock.freeze(won.confirm_by - timedelta(minutes=1))
    await do_what_is_due(database)
    before = await _status(database, house, second)
    clock.freeze(won.confirm_by)
    await do_what_is_due(database)

    assert (before, await _status(database, house, second)) == ("hold", "released")


async def test_who_is_asked_to_decide_finds_the_holds_still_there(
    database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(MONDAY)
    async with database.unit_of_work(house.organization_id) as uow:
        first, second = await _two_holds(
            uow, timedelta(hours=2), starts=24 * 30, onChallengeExpiry="escalate"
        )
        challenge = await hire.challenge_holds(uow, second, NewChallenge())

    clock.freeze(challenge.deadline_at + timedelta(days=2))
    await do_what_is_due(database)
    await do_what_is_due(database)

    assert [await _status(database, house, one) for one in (first, second)] == ["hold", "hold"]


async def test_a_challenge_shortly_before_the_night_is_decided_when_it_begins(
    database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(at(18) - timedelta(hours=5))
    async with database.unit_of_work(house.organization_id) as uow:
        first, second = await _two_holds(uow, timedelta(hours=5))
        challenge = await hire.challenge_holds(uow, second, NewChallenge())
        await hire.release_booking(uow, first, Release())
        won = await uow.get(Challenge, challenge.id)

    assert (challenge.deadline_at, won.confirm_by) == (at(18), at(18))


async def test_an_offer_ends_by_the_clock_and_those_behind_move_up(
    database: Database, house: House, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second = await _two_holds(uow, timedelta(days=90), offerHours=240)
        await do(uow, first, "offer")
        until = (await uow.get(Booking, first)).hold_expires_at
        assert until == uow.now + timedelta(days=10)

    clock.travel(timedelta(days=9, hours=12))
    await do_what_is_due(database)
    await do_what_is_due(database)
    async with database.unit_of_work(house.organization_id) as uow:
        acts, _ = await hire.list_acts(uow, first, window=Window())
        before = (await uow.get(Booking, first)).status
    clock.travel(timedelta(days=1))
    await do_what_is_due(database)

    async with database.unit_of_work(house.organization_id) as uow:
        ended = await uow.get(Booking, first)
        behind = await hire.get_booking(uow, second)
    assert [act.act for act in acts].count("expires_soon") == 1
    assert (before, ended.status, ended.status_reason) == (
        "offered",
        "released",
        "The offer expired.",
    )
    assert behind.rank == 1


async def test_an_offer_lasts_as_long_as_its_contract_may_be_signed(
    database: Database, house: House, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow)
        ends = uow.now + timedelta(days=30)
        await a_contract(uow, in_state="sent", booking_id=booking.id, expires_at=ends)
    await Worker(database).drain()

    async with database.unit_of_work(house.organization_id) as uow:
        offered = await hire.get_booking(uow, booking.id)
    clock.travel(timedelta(days=29))
    await do_what_is_due(database)
    before = await _status(database, house, booking.id)
    clock.travel(timedelta(days=2))
    await do_what_is_due(database)

    assert (offered.status, offered.hold_expires_at) == ("offered", ends)
    assert (before, await _status(database, house, booking.id)) == ("offered", "released")


async def test_what_somebody_has_signed_already_is_not_dropped_by_the_clock(
    database: Database, house: House, clock: TravelClock
) -> None:
    clock.freeze(MONDAY - timedelta(days=90))
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow)
        contract = await a_contract(uow, in_state="sent", booking_id=booking.id)
        await signed_by(uow, contract, contract.signers[0])
    await Worker(database).drain()

    clock.travel(timedelta(days=15))
    await do_what_is_due(database)

    async with database.unit_of_work(house.organization_id) as uow:
        offered = await uow.get(Booking, booking.id)
        assert (offered.status, offered.hold_expires_at) == ("offered", uow.now + timedelta(days=1))


async def test_what_was_signed_and_is_in_conflict_waits_for_people(
    database: Database, house: House, clock: TravelClock
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        first, second = await _two_holds(uow, timedelta(days=2))
        await do(uow, second, "confirm")
        await do(uow, first, "contract")

    clock.travel(timedelta(days=3))
    await do_what_is_due(database)

    assert await _status(database, house, first) == "hold"


@pytest.mark.parametrize("how", ["declined", "expired"])
async def test_a_contract_that_ends_unsigned_is_told_and_waits_under_today_until_another_is_sent(
    database: Database, house: House, clock: TravelClock, how: str
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, title="Harvest Ball")
        ends = uow.now + timedelta(hours=30)
        contract = await a_contract(uow, in_state="sent", booking_id=booking.id, expires_at=ends)
    await Worker(database).drain()
    async with database.unit_of_work(house.organization_id) as uow:
        before = (await pending_hire(uow)).unsigned
        if how == "declined":
            signer = contract.signers[0]
            await decline(uow, SECRET, signer.id, link_of(signer), "Too dear")
        else:
            uow.now = ends
            await tend_contract(uow, contract.id)
    for _ in range(2):
        await Worker(database).drain()

    async with database.unit_of_work(house.organization_id) as uow:
        waits = (await pending_hire(uow)).unsigned
        acts, _ = await hire.list_acts(uow, booking.id, window=Window())
        await a_contract(uow, booking_id=booking.id)
        after = (await pending_hire(uow)).unsigned
    assert (before, waits, after) == ([], [(booking.id, "Harvest Ball")], [])
    assert [act.act for act in acts].count(f"contract_{how}") == 1


async def test_a_hold_lasts_until_its_night_whoever_wants_it_longer(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        space = await a_space(uow)
        too_long = at(20) + timedelta(days=9)
        booking = await a_booking(uow, [(space.id, 18, 22)], hold_expires_at=too_long)
        assert booking.hold_expires_at == at(18)

        asked = BookingChanges(hold_expires_at=too_long)
        longer = await hire.update_booking(uow, booking.id, booking.version, asked)
        assert longer.hold_expires_at == at(18)

        earlier = BookingChanges(spaces=[a_wish(space.id, 10, 12)])
        moved = await hire.update_booking(uow, booking.id, longer.version, earlier)
        assert moved.hold_expires_at == at(10)
