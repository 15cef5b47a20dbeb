"""Some spaces of a booking are confirmed or released alone; the rest goes on as it was."""

from uuid import UUID, uuid4

import pytest

from houseful import hire
from houseful.calendar import SpaceTaken, claims_of
from houseful.hire.bookings.problems import HoldContested
from houseful.hire.bookings.schemas import Confirmation, Release
from houseful.hire.contracts.models import Contract
from houseful.hire.holds.schemas import NewChallenge
from houseful.hire.rates.schemas import NewCharge
from houseful.hire.rates.service import add_charge, charges_of
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import Invalid
from houseful.kernel.states import IllegalAct
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_contract
from tests.builders.venues import a_space


async def _hall_and_foyer(uow: UnitOfWork) -> tuple[UUID, UUID]:
    hall = await a_space(uow, name="Great Hall")
    foyer = await a_space(uow, hall.venue_id, name="Foyer")
    return hall.id, foyer.id


async def _others(uow: UnitOfWork, *known: hire.BookingView) -> list[hire.BookingView]:
    rows, _ = await hire.list_bookings(uow, window=Window(), matching=hire.BookingFilter())
    return [row for row in rows if row.id not in {one.id for one in known}]


async def test_a_space_is_released_alone_and_who_is_behind_moves_up_in_it(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, foyer = await _hall_and_foyer(uow)
        both = await a_booking(uow, [(hall, 18, 22), (foyer, 17, 23)], title="Ball")
        rent = NewCharge(
            description="Foyer",
            unit_minor=5_000,
            reason="Agreed",
            booking_space_id=both.spaces[1].id,
        )
        await add_charge(uow, both.id, rent)
        contract = await a_contract(uow, in_state="sent", booking_id=both.id)
        behind = await a_booking(uow, [(hall, 18, 22), (foyer, 17, 23)])

        release = Release(reason="No foyer", line_ids=[both.spaces[1].id])
        await hire.release_booking(uow, both.id, release)

        kept = await hire.get_booking(uow, both.id)
        (part,) = await _others(uow, both, behind)
        after = await hire.get_booking(uow, behind.id)
        claims = [(one.space_id, one.firm) for one in await claims_of(uow, "hire", both.id)]
        assert (kept.status, [line.space_id for line in kept.spaces]) == ("hold", [hall])
        assert (part.status, part.title, part.status_reason) == ("released", "Ball", "No foyer")
        assert [line.space_id for line in part.spaces] == [foyer]
        assert [line.rank for line in after.spaces] == [2, 1]
        assert claims == [(hall, False)]
        assert await claims_of(uow, "hire", part.id) == []
        assert [one.description for one in await charges_of(uow, part.id)] == ["Foyer"]
        assert (await uow.get(Contract, contract.id)).outdated_at is not None


async def test_a_space_is_confirmed_alone_and_the_others_keep_their_rank(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, foyer = await _hall_and_foyer(uow)
        first = await a_booking(uow, [(foyer, 17, 23)])
        both = await a_booking(uow, [(hall, 18, 22), (foyer, 17, 23)])
        behind = await a_booking(uow, [(foyer, 17, 23)])
        go = Confirmation(reason="Go", line_ids=[both.spaces[0].id])
        confirmed = await hire.confirm_booking(uow, both.id, go)
        await uow.session.refresh(confirmed)
        (rest,) = await _others(uow, first, both, behind)

        assert confirmed.status == "confirmed"
        assert [one.firm for one in await claims_of(uow, "hire", both.id)] == [True]
        assert (rest.status, rest.rank, rest.hold_expires_at) == ("hold", 2, both.hold_expires_at)
        assert (await hire.get_booking(uow, behind.id)).rank == 3
        acts, _ = await hire.list_acts(uow, rest.id, window=Window())
        assert [act.act for act in acts] == ["split"]


async def test_what_others_have_keeps_only_that_space_from_being_confirmed(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, foyer = await _hall_and_foyer(uow)
        both = await a_booking(uow, [(hall, 18, 22), (foyer, 17, 23)])
        await a_booking(uow, [(foyer, 20, 21)], in_state="confirmed")

    with pytest.raises(SpaceTaken):
        await database.run(
            house.organization_id, hire.confirm_booking, both.id, Confirmation(reason="Go")
        )
    go = Confirmation(reason="Go", line_ids=[both.spaces[0].id])
    await database.run(house.organization_id, hire.confirm_booking, both.id, go)

    async with database.unit_of_work(house.organization_id) as uow:
        found = await hire.get_booking(uow, both.id)
    assert (found.status, len(found.spaces)) == ("confirmed", 1)


async def test_all_named_is_the_whole_and_what_cannot_be_parted_is_told(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, foyer = await _hall_and_foyer(uow)
        both = await a_booking(uow, [(hall, 18, 22), (foyer, 17, 23)])
        firm = await a_booking(uow, [(hall, 42, 46), (foyer, 42, 46)], in_state="contracted")
        rival = await a_booking(uow, [(hall, 18, 22)])
        one = [both.spaces[0].id]

        with pytest.raises(Invalid):
            await hire.release_booking(uow, both.id, Release(line_ids=[uuid4()]))
        with pytest.raises(Invalid):
            await hire.confirm_booking(uow, firm.id, Confirmation(line_ids=[firm.spaces[0].id]))
        with pytest.raises(IllegalAct):
            await hire.release_booking(uow, firm.id, Release(line_ids=[firm.spaces[0].id]))
        challenge = await hire.challenge_holds(uow, rival.id, NewChallenge())
        with pytest.raises(HoldContested):
            await hire.release_booking(uow, both.id, Release(line_ids=one))
        await hire.withdraw_challenge(uow, challenge.id, hire.Because())
        every = [line.id for line in both.spaces]
        released = await hire.release_booking(uow, both.id, Release(line_ids=every))

        assert (released.status, await _others(uow, both, firm, rival)) == ("released", [])


async def test_a_space_is_released_over_http(api: Api, database: Database, house: House) -> None:
    async def make(uow: UnitOfWork) -> hire.BookingView:
        hall, foyer = await _hall_and_foyer(uow)
        return await a_booking(uow, [(hall, 18, 22), (foyer, 17, 23)])

    both = await database.run(house.organization_id, make)
    staff = await api.as_("staff")
    path = f"/api/v1/bookings/{both.id}/release"

    done = await staff.post(path, json={"lineIds": [str(both.spaces[1].id)]})

    assert done.status_code == 200, done.text
    assert [one["spaceName"] for one in done.json()["spaces"]] == ["Great Hall"]
    assert done.json()["status"] == "hold"
