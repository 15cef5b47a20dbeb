"""When a zone's rules change, what was agreed by the wall's clock stays at that hour."""

from datetime import datetime, timedelta
from uuid import UUID

from houseful.calendar import claims_of
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.schemas import UsageSegment
from houseful.hire.bookings.zone_rules import follow_zone_rules
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from tests.builders.accounts import House
from tests.builders.calendar import a_claim, at
from tests.builders.hire import a_booking, a_wish
from tests.builders.venues import a_space

HOUR = timedelta(hours=1)


async def _as_if_rules_had_changed(uow: UnitOfWork, by: timedelta) -> None:
    """Let every wall show another hour than the instants that were derived from it."""
    await uow.execute(
        "UPDATE booking_spaces SET starts_wall = starts_wall + :by, ends_wall = ends_wall + :by",
        {"by": by},
    )


async def _told(uow: UnitOfWork, booking_id: UUID) -> tuple[str, list[str], int]:
    booking = await uow.get(Booking, booking_id)
    (line,) = booking.spaces
    claims = await claims_of(uow, "hire", booking_id)
    assert [(one.starts_at, one.ends_at) for one in claims] == [(line.starts_at, line.ends_at)]
    acts = await uow.execute(
        "SELECT act FROM booking_acts WHERE booking_id = :id ORDER BY id", {"id": booking_id}
    )
    hours = round((line.starts_at - at(0)) / HOUR)
    return f"{hours}", [row[0] for row in acts], booking.version


async def test_bookings_side_by_side_all_keep_their_hours(database: Database, house: House) -> None:
    async def prepare(uow: UnitOfWork) -> list[UUID]:
        space = await a_space(uow)
        times = [(10, 12), (12, 14), (14, 16)]
        return [
            (await a_booking(uow, [(space.id, *time)], in_state=state)).id
            for time, state in zip(times, ("confirmed", "confirmed", "hold"), strict=True)
        ]

    ids = await database.run(house.organization_id, prepare)
    seen = []
    for by in (HOUR, -2 * HOUR):
        await database.run(house.organization_id, _as_if_rules_had_changed, by)
        await follow_zone_rules(database)
        await follow_zone_rules(database)
        seen.append([await database.run(house.organization_id, _told, one) for one in ids])

    assert [[hours for hours, _, _ in each] for each in seen] == [
        ["11", "13", "15"],
        ["9", "11", "13"],
    ]
    assert [acts.count("follow_zone") for _, acts, _ in seen[1]] == [2, 2, 2]


async def test_what_is_used_when_moves_along_and_the_past_stays(
    database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> list[UUID]:
        space = await a_space(uow)
        use = UsageSegment(kind="rehearsal", starts_at=at(10), ends_at=at(11))
        wish = a_wish(space.id, 10, 16, usage=[use])
        booking = await a_booking(uow, [], spaces=[wish])
        ended = await a_booking(uow, [(space.id, 34, 36)], in_state="released")
        return [booking.id, ended.id]

    booking_id, ended_id = await database.run(house.organization_id, prepare)
    await database.run(house.organization_id, _as_if_rules_had_changed, HOUR)
    await follow_zone_rules(database)

    async def read(uow: UnitOfWork) -> tuple[list[dict[str, str]], int]:
        booking, ended = await uow.get(Booking, booking_id), await uow.get(Booking, ended_id)
        return booking.spaces[0].usage, round((ended.spaces[0].starts_at - at(0)) / HOUR)

    ((use,), hours) = await database.run(house.organization_id, read)
    assert use["kind"] == "rehearsal"
    assert use["startsAt"].startswith(at(11).isoformat()[:16])
    assert hours == 34


async def test_what_somebody_else_has_by_then_is_left_and_tried_again(
    database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> UUID:
        space = await a_space(uow)
        booking = await a_booking(uow, [(space.id, 10, 12)], in_state="confirmed")
        await a_claim(uow, space.id, 12, 13)
        return booking.id

    booking_id = await database.run(house.organization_id, prepare)
    await database.run(house.organization_id, _as_if_rules_had_changed, HOUR)
    await follow_zone_rules(database)

    hours, acts, _ = await database.run(house.organization_id, _told, booking_id)

    assert (hours, "follow_zone" in acts) == ("10", False)


async def test_who_reads_the_booking_sees_that_it_has_changed_and_its_night_follows(
    database: Database, house: House
) -> None:
    booking = await database.run(house.organization_id, a_booking, in_state="confirmed")
    await Worker(database).drain()
    _, _, before = await database.run(house.organization_id, _told, booking.id)
    await database.run(house.organization_id, _as_if_rules_had_changed, HOUR)
    await follow_zone_rules(database)
    await Worker(database).drain()

    async def nights(uow: UnitOfWork) -> list[datetime]:
        rows = await uow.execute("SELECT start_at FROM venue_events")
        return [row[0] for row in rows]

    _, _, after = await database.run(house.organization_id, _told, booking.id)

    assert after > before
    assert await database.run(house.organization_id, nights) == [at(19)]
