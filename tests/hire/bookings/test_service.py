"""Bookings want one or many spaces, get all or none, and keep their story."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from houseful import hire, venues
from houseful.calendar import SpaceTaken, claims_of
from houseful.hire.bookings.problems import OverrideRequired
from houseful.hire.bookings.schemas import BookingChanges, Confirmation, NewBooking, VenueWish
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import Forbidden, Invalid, NotFound, VersionMismatch
from houseful.kernel.states import IllegalAct
from tests.builders.accounts import House
from tests.builders.calendar import a_claim, a_divided_hall, at, overlapping_claims
from tests.builders.hire import WAYS, a_booking, a_wish, do
from tests.builders.venues import a_space, a_venue


async def _two_spaces(uow: UnitOfWork) -> tuple[UUID, UUID]:
    hall = await a_space(uow, name="Great Hall")
    foyer = await a_space(uow, hall.venue_id, name="Foyer")
    return hall.id, foyer.id


async def test_a_booking_holds_all_its_spaces_each_at_its_own_time(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, foyer = await _two_spaces(uow)
        booking = await a_booking(uow, [(hall, 18, 22), (foyer, 17, 23)])
        claims = await claims_of(uow, "hire", booking.id)

    assert booking.status == "hold"
    assert [(claim.space_id, claim.starts_at, claim.firm) for claim in claims] == [
        (foyer, at(17), False),
        (hall, at(18), False),
    ]
    assert (booking.starts_at, booking.ends_at) == (at(17), at(23))
    assert booking.hold_expires_at is not None


async def test_a_whole_venue_is_each_of_its_spaces_that_is_part_of_no_other(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _, _ = await a_divided_hall(uow)
        venue_id = (await venues.get_space(uow, hall)).venue_id
        foyer = await a_space(uow, venue_id, name="Foyer")
        await a_space(uow, name="Elsewhere")
        whole = VenueWish(venue_id=venue_id, starts_at=at(18), ends_at=at(22))
        load_in = a_wish(hall, 12, 16)
        data = NewBooking(title="Fair", whole_venue=whole, spaces=[load_in])
        booking = await hire.create_booking(uow, data)
        claims = await claims_of(uow, "hire", booking.id)

    assert {(claim.space_id, claim.starts_at, claim.ends_at) for claim in claims} == {
        (hall, at(12), at(16)),
        (hall, at(18), at(22)),
        (foyer.id, at(18), at(22)),
    }


async def test_a_part_is_wanted_by_itself_where_its_whole_is_not_in_use(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, one, two = await a_divided_hall(uow)
        space = await venues.get_space(uow, hall)
        space.is_active = False
        await uow.flush()
        whole = VenueWish(venue_id=space.venue_id, starts_at=at(18), ends_at=at(22))
        booking = await hire.create_booking(uow, NewBooking(title="Fair", whole_venue=whole))

    assert {line.space_id for line in booking.spaces} == {one, two}


async def test_a_booking_wants_some_space_and_none_twice_at_a_time(
    database: Database, house: House, other_house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _ = await _two_spaces(uow)
        space = await venues.get_space(uow, hall)
        empty = await a_venue(uow, name="Empty")
    async with database.unit_of_work(other_house.organization_id) as uow:
        theirs = await a_venue(uow)

    def whole(venue_id: UUID) -> VenueWish:
        return VenueWish(venue_id=venue_id, starts_at=at(18), ends_at=at(22))

    for wanted, problem in (
        ({}, Invalid),
        ({"spaces": [a_wish(hall, 20, 23)], "whole_venue": whole(space.venue_id)}, Invalid),
        ({"whole_venue": whole(empty.id)}, Invalid),
        ({"whole_venue": whole(theirs.id)}, NotFound),
    ):
        with pytest.raises(problem):
            async with database.unit_of_work(house.organization_id) as uow:
                await hire.create_booking(uow, NewBooking(title="Fair", **wanted))


async def test_all_its_spaces_are_had_or_none(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, foyer = await _two_spaces(uow)
        await a_claim(uow, foyer, 20, 21, label="Yoga")

    with pytest.raises(SpaceTaken) as raised:
        async with database.unit_of_work(house.organization_id) as uow:
            await a_booking(uow, [(hall, 18, 22), (foyer, 17, 23)])

    async with database.unit_of_work(house.organization_id) as uow:
        nothing, _ = await hire.list_bookings(uow, window=Window(), matching=hire.BookingFilter())
    assert [conflict["label"] for conflict in raised.value.fields["conflicts"]] == ["Yoga"]
    assert nothing == []


async def test_a_conflict_comes_with_the_nearest_days_and_other_spaces(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall = await a_space(uow, name="Great Hall", capacities={"theatre": 400})
        await a_space(uow, hall.venue_id, name="Studio", capacities={"theatre": 40})
        await a_space(uow, hall.venue_id, name="Theatre", capacities={"theatre": 500})
        await a_claim(uow, hall.id, 18, 22)
        await a_claim(uow, hall.id, 24 + 18, 24 + 22)

        with pytest.raises(SpaceTaken) as raised:
            await a_booking(
                uow,
                spaces=[a_wish(hall.id, 18, 22, setup_style="theatre", attendance=300)],
            )

    told = raised.value.fields["alternatives"]
    first = told[0]["spaces"][0]
    assert [each["days"] for each in told] == [-1, 2, -2, 0]
    assert datetime.fromisoformat(first["startsAt"]) == at(18 - 24)
    assert told[-1]["spaces"][0]["spaceName"] == "Theatre"


async def test_who_is_limited_to_a_space_is_not_told_what_is_in_others(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, part, _ = await a_divided_hall(uow)
        await a_booking(uow, [(hall, 18, 22)], in_state="confirmed", title="Secret wedding")

        with pytest.raises(SpaceTaken) as raised:
            await hire.create_booking(
                uow,
                hire.NewBooking(title="Talk", spaces=[a_wish(part, 18, 19)]),
                scope=frozenset({part}),
            )

    (conflict,) = raised.value.fields["conflicts"]
    assert "label" not in conflict
    assert conflict["source"] == "hire"
    assert "Secret" not in str(raised.value.fields)


async def test_a_hold_blocks_no_other_hold(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _ = await _two_spaces(uow)
        ranks = [(await a_booking(uow, [(hall, 18, 22)])).rank for _ in range(3)]

    assert ranks == [1, 2, 3]


async def test_behind_a_firm_booking_only_a_backup_may_be_placed(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _ = await _two_spaces(uow)
        await a_booking(uow, [(hall, 18, 22)], in_state="confirmed")
        with pytest.raises(SpaceTaken):
            await a_booking(uow, [(hall, 18, 22)])

        backup = await a_booking(uow, [(hall, 18, 22)], as_backup=True)

    assert backup.is_backup
    assert backup.rank == 1


async def test_of_fifty_confirmations_of_one_saturday_exactly_one_wins(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _ = await _two_spaces(uow)
        holds = [await a_booking(uow, [(hall, 18, 22)]) for _ in range(50)]

    async def confirm(booking_id: UUID) -> Any:
        try:
            return await database.run(
                house.organization_id,
                hire.confirm_booking,
                booking_id,
                Confirmation(reason="Go", pass_over=True),
            )
        except SpaceTaken as taken:
            return taken

    answers = await asyncio.gather(*(confirm(hold.id) for hold in holds))

    won = [answer for answer in answers if not isinstance(answer, SpaceTaken)]
    lost = [answer for answer in answers if isinstance(answer, SpaceTaken)]
    assert len(won) == 1
    assert len(lost) == 49
    assert {each.fields["conflicts"][0]["sourceId"] for each in lost} == {str(won[0].id)}
    assert await database.run(house.organization_id, overlapping_claims) == 0


async def test_to_confirm_without_a_signature_takes_a_reason(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hold = await a_booking(uow)
        with pytest.raises(OverrideRequired):
            await hire.confirm_booking(uow, hold.id, Confirmation())
        signed = await a_booking(uow, in_state="contracted")

        confirmed = await hire.confirm_booking(uow, signed.id, Confirmation())

    assert confirmed.status == "confirmed"
    assert confirmed.confirmed_at is not None


@pytest.mark.parametrize("state", sorted(WAYS))
async def test_every_state_can_be_reached_and_claims_what_it_should(
    database: Database, house: House, state: str
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state=state)
        claims = await claims_of(uow, "hire", booking.id)

    firm = {"contracted", "confirmed", "completed", "closed"}
    assert booking.status == state
    assert [claim.firm for claim in claims] == (
        [True] if state in firm else [False] if state in {"hold", "offered"} else []
    )


async def test_what_is_signed_too_late_is_a_conflict_and_not_an_error(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _ = await _two_spaces(uow)
        signed = await a_booking(uow, [(hall, 18, 22)], in_state="offered")
        rival = await a_booking(uow, [(hall, 20, 21)], in_state="confirmed")

        conflicted = await hire.contract_booking(uow, signed.id)
        assert (conflicted.status, conflicted.conflict_at) == ("offered", uow.now)
        await do(uow, rival.id, "cancel")
        settled = await hire.contract_booking(uow, signed.id)

    assert (settled.status, settled.conflict_at) == ("contracted", None)


async def test_unconfirming_restores_the_old_rank(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _ = await _two_spaces(uow)
        first = await a_booking(uow, [(hall, 18, 22)])
        second = await a_booking(uow, [(hall, 18, 22)])
        await do(uow, first.id, "confirm")
        behind = await hire.get_booking(uow, second.id)

        await do(uow, first.id, "unconfirm")
        ranks = [(await hire.get_booking(uow, each.id)).rank for each in (first, second)]

    assert (behind.rank, behind.is_backup) == (1, True)
    assert ranks == [1, 2]


async def test_moving_queues_anew_and_shrinking_does_not(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _ = await _two_spaces(uow)
        first = await a_booking(uow, [(hall, 18, 22)])
        second = await a_booking(uow, [(hall, 17, 23)])

        shrunk = await hire.update_booking(
            uow, first.id, first.version, BookingChanges(spaces=[a_wish(hall, 19, 21)])
        )
        kept = (await hire.get_booking(uow, first.id)).rank
        await hire.update_booking(
            uow, first.id, shrunk.version, BookingChanges(spaces=[a_wish(hall, 19, 22.5)])
        )
        moved = (await hire.get_booking(uow, first.id)).rank
        up = (await hire.get_booking(uow, second.id)).rank

    assert (kept, moved, up) == (1, 2, 1)


async def test_a_firm_booking_is_moved_by_who_may_confirm(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _ = await _two_spaces(uow)
        booking = await a_booking(uow, [(hall, 18, 22)], in_state="confirmed")
        later = BookingChanges(spaces=[a_wish(hall, 19, 23)])

        with pytest.raises(Forbidden):
            await hire.update_booking(uow, booking.id, booking.version, later, may_move_firm=False)
        shrunk = await hire.update_booking(
            uow,
            booking.id,
            booking.version,
            BookingChanges(spaces=[a_wish(hall, 19, 22)]),
            may_move_firm=False,
        )
        await hire.update_booking(uow, booking.id, shrunk.version, later)
        claims = await claims_of(uow, "hire", booking.id)

    assert [(claim.starts_at, claim.firm) for claim in claims] == [(at(19), True)]


async def test_a_move_into_somebody_else_leaves_everything_as_it_was(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, foyer = await _two_spaces(uow)
        booking = await a_booking(uow, [(hall, 18, 22)], in_state="confirmed")
        await a_claim(uow, foyer, 18, 22)

    with pytest.raises(SpaceTaken):
        async with database.unit_of_work(house.organization_id) as uow:
            await hire.update_booking(
                uow,
                booking.id,
                booking.version,
                BookingChanges(spaces=[a_wish(hall, 10, 12), a_wish(foyer, 18, 22)]),
            )

    async with database.unit_of_work(house.organization_id) as uow:
        claims = await claims_of(uow, "hire", booking.id)
        kept = await hire.get_booking(uow, booking.id)
    assert [claim.starts_at for claim in claims] == [at(18)]
    assert len(kept.spaces) == 1


async def test_a_stale_change_is_refused(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow)
        await hire.update_booking(uow, booking.id, booking.version, BookingChanges(title="New"))

        with pytest.raises(VersionMismatch):
            await hire.update_booking(uow, booking.id, booking.version, BookingChanges(title="Old"))


async def test_own_buffers_need_a_reason_and_a_permission(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        space = await a_space(uow, setup_minutes=60)
        bare = [a_wish(space.id, 18, 22, setup_minutes=0)]
        why = [a_wish(space.id, 18, 22, setup_minutes=0, buffer_reason="Same stage")]

        with pytest.raises(Invalid):
            await hire.create_booking(uow, hire.NewBooking(title="A", spaces=bare))
        with pytest.raises(Forbidden):
            await hire.create_booking(
                uow, hire.NewBooking(title="A", spaces=why), may_override=False
            )
        booking = await hire.create_booking(uow, hire.NewBooking(title="A", spaces=why))
        (claim,) = await claims_of(uow, "hire", booking.id)

    assert claim.taken_from == at(18)


async def test_what_cannot_be_is_told_where_it_is_wrong(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, _ = await _two_spaces(uow)
        elsewhere = await a_space(uow, (await a_venue(uow, name="Other")).id)
        wrong = {
            "/spaces/0/endsAt": [a_wish(hall, 22, 18)],
            "/spaces/1": [a_wish(hall, 18, 22), a_wish(hall, 21, 23)],
            "/spaces/1/spaceId": [a_wish(hall, 18, 22), a_wish(elsewhere.id, 18, 22)],
        }
        pointers: list[str] = []
        for wishes in wrong.values():
            with pytest.raises(Invalid) as raised:
                await hire.create_booking(uow, hire.NewBooking(title="A", spaces=wishes))
            pointers.append(raised.value.fields["errors"][0]["pointer"])

    assert pointers == list(wrong)


async def test_what_is_over_cannot_be_changed(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        gone = await a_booking(uow, in_state="released")

        with pytest.raises(IllegalAct):
            await hire.update_booking(uow, gone.id, gone.version, BookingChanges(title="X"))
        with pytest.raises(IllegalAct):
            await do(uow, gone.id, "confirm")


async def test_its_story_tells_who_did_what_and_why(database: Database, house: House) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(uow, in_state="cancelled")
        acts, _ = await hire.list_acts(uow, booking.id, window=Window())

    assert [(act.act, act.status) for act in acts] == [
        ("hold", "hold"),
        ("confirm", "confirmed"),
        ("cancel", "cancelled"),
    ]
    assert acts[-1].details == {
        "cancelledBy": "customer",
        "deposit": "undecided",
        "feeMinor": 0,
        "keptMinor": 0,
        "chargedMinor": 0,
    }


async def test_who_sees_none_of_its_spaces_does_not_see_it(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, foyer = await _two_spaces(uow)
        booking = await a_booking(uow, [(hall, 18, 22), (foyer, 18, 22)])

        seen = await hire.get_booking(uow, booking.id, scope=frozenset({foyer}))
        with pytest.raises(NotFound):
            await hire.get_booking(uow, booking.id, scope=frozenset())
        with pytest.raises(Forbidden):
            await hire.release_booking(uow, booking.id, hire.Release(), scope=frozenset({foyer}))

    assert [line.space_name for line in seen.spaces] == ["Foyer"]
