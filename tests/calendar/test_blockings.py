"""One-way blocking: the theatre keeps its dressing room, and not the reverse."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from houseful import calendar
from houseful.calendar import (
    AvailabilitySearch,
    SpaceTaken,
    Span,
    busy_times,
    claim_time,
    make_firm,
    search_availability,
    set_blocked_spaces,
)
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.calendar import a_claim, a_divided_hall, a_request, at
from tests.builders.hire import a_booking
from tests.builders.venues import a_space


class Rooms:
    """A theatre, its dressing room with a wardrobe in it, and the foyer."""

    def __init__(self, theatre: UUID, dressing: UUID, wardrobe: UUID, foyer: UUID) -> None:
        self.theatre, self.dressing, self.wardrobe, self.foyer = theatre, dressing, wardrobe, foyer


@pytest.fixture
async def rooms(database: Database, house: House) -> Rooms:
    """The rooms; the theatre blocks the dressing room."""
    async with database.unit_of_work(house.organization_id) as uow:
        theatre = await a_space(uow, name="Theatre")
        venue_id = theatre.venue_id
        dressing = await a_space(uow, venue_id, name="Dressing room")
        wardrobe = await a_space(uow, venue_id, name="Wardrobe", parent_space_id=dressing.id)
        foyer = await a_space(uow, venue_id, name="Foyer")
        await set_blocked_spaces(uow, theatre.id, [dressing.id])
    return Rooms(theatre.id, dressing.id, wardrobe.id, foyer.id)


async def test_who_has_the_theatre_has_its_dressing_room_and_all_in_it(
    database: Database, house: House, rooms: Rooms
) -> None:
    await database.run(house.organization_id, a_claim, rooms.theatre, 18, 22, label="Gala")

    for blocked in (rooms.dressing, rooms.wardrobe):
        with pytest.raises(SpaceTaken) as raised:
            await database.run(house.organization_id, a_claim, blocked, 21, 23)
        assert [one["label"] for one in raised.value.fields["conflicts"]] == ["Gala"]
    await database.run(house.organization_id, a_claim, rooms.dressing, 22, 23)
    await database.run(house.organization_id, a_claim, rooms.foyer, 18, 22)


async def test_who_has_only_the_dressing_room_keeps_nobody_from_the_theatre(
    database: Database, house: House, rooms: Rooms
) -> None:
    await database.run(house.organization_id, a_claim, rooms.dressing, 18, 22)

    await database.run(house.organization_id, a_claim, rooms.theatre, 18, 22)


async def test_a_part_of_the_theatre_blocks_nothing_and_its_whole_does(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hall, part, _ = await a_divided_hall(uow)
        venue_id = (await calendar.require_in_use(uow, [hall]))[hall].venue_id
        whole = await a_space(uow, venue_id, name="Everything")
        room = await a_space(uow, venue_id, name="Dressing room")
        await uow.execute(
            "UPDATE spaces SET parent_space_id = :whole WHERE id = :hall",
            {"whole": whole.id, "hall": hall},
        )
        await set_blocked_spaces(uow, hall, [room.id])
        await a_claim(uow, part, 10, 12)
        await a_claim(uow, room.id, 10, 12)
        await a_claim(uow, whole.id, 18, 20)
        with pytest.raises(SpaceTaken):
            await a_claim(uow, room.id, 18, 20)


async def test_one_booking_has_both(database: Database, house: House, rooms: Rooms) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        booking = await a_booking(
            uow, [(rooms.theatre, 18, 22), (rooms.dressing, 17, 23)], in_state="confirmed"
        )

    assert booking.status == "confirmed"


async def test_a_hold_on_the_dressing_room_is_a_backup_and_cannot_be_made_firm(
    database: Database, house: House, rooms: Rooms
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        hold = await a_booking(uow, [(rooms.dressing, 18, 22)])
        await a_claim(uow, rooms.theatre, 18, 22)
    async with database.unit_of_work(house.organization_id) as uow:
        with pytest.raises(SpaceTaken):
            await make_firm(uow, "hire", hold.id)
        with pytest.raises(SpaceTaken):
            await a_booking(uow, [(rooms.dressing, 18, 22)])
        backup = await a_booking(uow, [(rooms.dressing, 18, 22)], as_backup=True)

    assert (backup.is_backup, backup.rank) == (True, 2)


async def test_it_is_seen_where_one_looks_for_what_is_free(
    database: Database, house: House, rooms: Rooms
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        await a_claim(uow, rooms.theatre, 18, 22)
        found = await search_availability(uow, AvailabilitySearch(within=Span(at(19), at(20))))
        busy = await busy_times(uow, [rooms.dressing, rooms.foyer], at(0), at(24))

    assert {one.space.id for one in found} == {rooms.foyer}
    assert [one.space_id for one in busy] == [rooms.dressing]
    assert busy[0].span.end - busy[0].span.start == timedelta(hours=4)


async def test_whoever_comes_first_neither_fools_the_other_nor_waits_for_ever(
    database: Database, house: House, rooms: Rooms
) -> None:
    async def take(uow: UnitOfWork, *space_ids: UUID) -> None:
        source_id = new_id()
        wanted = [a_request(one, 18, 22, source_id=source_id) for one in space_ids]
        await claim_time(uow, wanted)

    answers = await asyncio.gather(
        *(
            database.run(house.organization_id, take, *spaces)
            for _ in range(6)
            for spaces in ((rooms.dressing,), (rooms.theatre, rooms.foyer))
        ),
        return_exceptions=True,
    )

    assert all(answer is None or isinstance(answer, SpaceTaken) for answer in answers)
    assert 1 <= answers.count(None) <= 2


async def test_it_is_said_over_http_of_spaces_of_one_venue(
    api: Api, database: Database, house: House, rooms: Rooms
) -> None:
    elsewhere = await database.run(house.organization_id, a_space)
    admin = await api.as_("admin")
    path = f"/api/v1/spaces/{rooms.theatre}/blocked-spaces"

    had = await admin.get(path)
    wrong = [
        await admin.put(path, json={"spaceIds": [str(one)]})
        for one in (elsewhere.id, rooms.theatre, new_id())
    ]
    none = await admin.put(path, json={"spaceIds": []})

    assert had.json()["spaceIds"] == [str(rooms.dressing)]
    assert [answer.status_code for answer in wrong] == [422] * 3
    assert none.json()["spaceIds"] == []
