"""Layouts: stored whole and at one go, final once published."""

from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from houseful.kernel.database import Database, UnitOfWork, sqlstate
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, NotFound, VersionMismatch
from houseful.seating import NotASeatingPlan, read_plan
from houseful.seating.importing import RepairReport
from houseful.seating.models import Layout
from houseful.seating.plan import (
    Category,
    NonSeatingElement,
    Plan,
    Row,
    Seat,
    Section,
    StandingArea,
)
from houseful.seating.problems import LayoutIncomplete, LayoutPublished
from houseful.seating.queries import seats_of
from houseful.seating.schemas import SeatChanges
from houseful.seating.service import (
    ReadPlan,
    change_seats,
    create_layout,
    new_version,
    publish_layout,
    remove_layout,
    retire_layout,
)
from houseful.seating.storing import load_plan
from tests.builders.accounts import House
from tests.builders.events import an_event
from tests.builders.seating import STALLS, a_layout
from tests.builders.venues import a_venue
from tests.statements import statements_of

RESTRICT_VIOLATION = "23001"
INSERT_CATEGORIES = """
    INSERT INTO layout_categories
    SELECT organization_id, uuidv7(), layout_id, key || ' too', name, color, accessible, 9
    FROM layout_categories WHERE layout_id = :layout
"""


def a_plan(*, sections: int = 2, rows: int = 3, seats: int = 5, category: str = "1") -> Plan:
    return Plan(
        name="Hall",
        categories=[Category("1", "Front", "#aa0000"), Category("2", "Back", "#00aa00", True)],
        sections=[
            Section(
                label=f"S{s}",
                outline=[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)],
                entrance="North",
                rows=[
                    Row(
                        label=f"{r}",
                        seats=[
                            Seat(
                                guid=f"{s}-{r}-{n}",
                                label=f"{n}",
                                x=n * 10.5,
                                y=r * 12.5,
                                category_key=category,
                                accessible=n == 0,
                            )
                            for n in range(seats)
                        ],
                    )
                    for r in range(rows)
                ],
            )
            for s in range(sections)
        ],
        standing_areas=[
            StandingArea(
                guid="floor",
                label="Floor",
                capacity=300,
                category_key="2",
                outline=[(0.0, 0.0), (5.0, 5.0)],
            )
        ],
        elements=[NonSeatingElement(kind="stage", label="Stage", x=1.0, y=-50.0)],
        focal_point=(20.0, -40.0),
    )


async def _store(uow: UnitOfWork, plan: Plan) -> Layout:
    return await create_layout(uow, ReadPlan(plan, RepairReport()))


async def _plan_of(uow: UnitOfWork, layout_id: UUID) -> Plan:
    return await load_plan(uow, await uow.get(Layout, layout_id))


async def test_a_stored_plan_reads_back_as_it_was(database: Database, house: House) -> None:
    plan = a_plan()

    layout = await database.run(house.organization_id, _store, plan)

    assert (layout.status, layout.version, layout.seat_count) == ("draft", 1, 30)
    assert await database.run(house.organization_id, _plan_of, layout.id) == plan


async def test_seats_are_numbered_without_gaps_in_the_plans_order(
    database: Database, house: House
) -> None:
    layout = await database.run(house.organization_id, _store, a_plan())

    seats = await database.run(house.organization_id, seats_of, layout.id)

    assert [seat.seat_number for seat in seats] == list(range(30))
    assert [seat.guid for seat in seats[:6]] == [
        *(f"0-0-{n}" for n in range(5)),
        "0-1-0",
    ]
    assert [seat.aisle for seat in seats[:5]] == [True, False, False, False, True]


async def test_an_arena_is_stored_in_as_many_statements_as_a_studio(
    database: Database, house: House
) -> None:
    studio, arena = a_plan(), a_plan(sections=30, rows=15, seats=20)

    with statements_of(database) as for_few:
        await database.run(house.organization_id, _store, studio)
    with statements_of(database) as for_many:
        layout = await database.run(house.organization_id, _store, arena)

    assert layout.seat_count == 9000
    assert len(for_many) == len(for_few)


async def test_a_published_layout_is_final(database: Database, house: House) -> None:
    layout = await database.run(house.organization_id, a_layout)

    for statement in (
        "UPDATE seats SET label = 'x' WHERE layout_id = :layout",
        "DELETE FROM seats WHERE layout_id = :layout",
        "DELETE FROM layout_sections WHERE layout_id = :layout",
        INSERT_CATEGORIES,
        "UPDATE layouts SET name = 'x' WHERE id = :layout",
        "UPDATE layouts SET status = 'draft' WHERE id = :layout",
        "DELETE FROM layouts WHERE id = :layout",
    ):

        async def tamper(uow: UnitOfWork, sql: str = statement) -> None:
            await uow.execute(sql, {"layout": layout.id})

        with pytest.raises(DBAPIError) as raised:
            await database.run(house.organization_id, tamper)
        assert sqlstate(raised.value) == RESTRICT_VIOLATION, statement


async def test_publishing_says_so_and_happens_once(database: Database, house: House) -> None:
    layout = await database.run(house.organization_id, _store, a_plan())

    published = await database.run(house.organization_id, publish_layout, layout.id)

    assert published.status == "published"
    assert published.published_at is not None
    with pytest.raises(LayoutPublished):
        await database.run(house.organization_id, publish_layout, layout.id)


async def test_seats_without_a_category_are_not_published(database: Database, house: House) -> None:
    layout = await database.run(house.organization_id, _store, a_plan(category=""))

    with pytest.raises(LayoutIncomplete) as raised:
        await database.run(house.organization_id, publish_layout, layout.id)

    assert raised.value.fields["seatsWithoutCategory"] == 30


async def test_seats_of_a_draft_can_be_changed_by_who_has_seen_it(
    database: Database, house: House
) -> None:
    layout = await database.run(house.organization_id, a_layout, in_state="draft")
    changes = SeatChanges(seats=[0, 1], category_key="floor", restricted_view=True)

    changed = await database.run(
        house.organization_id, change_seats, layout.id, layout.revision, changes
    )

    seats = await database.run(house.organization_id, seats_of, layout.id)
    assert [seat.category_key for seat in seats[:3]] == ["floor", "floor", STALLS]
    assert changed.revision == layout.revision + 1
    with pytest.raises(VersionMismatch):
        await database.run(house.organization_id, change_seats, layout.id, layout.revision, changes)


@pytest.mark.parametrize(
    "changes",
    [
        SeatChanges(seats=[0, 999], restricted_view=True),
        SeatChanges(seats=[0], category_key="nowhere"),
        SeatChanges(seats=[0]),
    ],
)
async def test_a_change_that_makes_no_sense_changes_nothing(
    database: Database, house: House, changes: SeatChanges
) -> None:
    layout = await database.run(house.organization_id, a_layout, in_state="draft")

    with pytest.raises(Invalid):
        await database.run(house.organization_id, change_seats, layout.id, layout.revision, changes)

    seats = await database.run(house.organization_id, seats_of, layout.id)
    assert not any(seat.restricted_view for seat in seats)


async def test_a_published_layouts_seats_are_not_changed(database: Database, house: House) -> None:
    layout = await database.run(house.organization_id, a_layout)

    with pytest.raises(LayoutPublished):
        await database.run(
            house.organization_id,
            change_seats,
            layout.id,
            layout.revision,
            SeatChanges(seats=[0], aisle=True),
        )


async def test_a_new_version_is_a_draft_that_is_a_copy(database: Database, house: House) -> None:
    plan = a_plan()
    layout = await database.run(house.organization_id, _store, plan)
    await database.run(house.organization_id, publish_layout, layout.id)

    second = await database.run(house.organization_id, new_version, layout.id)
    third = await database.run(house.organization_id, new_version, layout.id)

    assert [second.version, third.version] == [2, 3]
    assert second.family_id == third.family_id == layout.family_id
    assert second.status == "draft"
    assert await database.run(house.organization_id, _plan_of, second.id) == plan


async def test_a_retired_layout_stays_retired(database: Database, house: House) -> None:
    layout = await database.run(house.organization_id, a_layout)

    for _ in range(2):
        retired = await database.run(house.organization_id, retire_layout, layout.id)
        assert retired.status == "retired"

    with pytest.raises(LayoutPublished):
        await database.run(house.organization_id, publish_layout, layout.id)


async def test_a_draft_is_removed_with_all_that_it_is_made_of(
    database: Database, house: House
) -> None:
    layout = await database.run(house.organization_id, _store, a_plan())

    await database.run(house.organization_id, remove_layout, layout.id)

    assert await database.run(house.organization_id, seats_of, layout.id) == []


async def test_a_layout_is_of_a_venue_or_event_that_is_there(
    database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> tuple[UUID, UUID]:
        return (await a_venue(uow)).id, (await an_event(uow)).id

    venue_id, event_id = await database.run(house.organization_id, make)
    read = ReadPlan(a_plan(), RepairReport())

    layout = await database.run(
        house.organization_id, create_layout, read, venue_id=venue_id, event_id=event_id
    )

    assert (layout.venue_id, layout.event_id) == (venue_id, event_id)
    for unknown in ({"venue_id": new_id()}, {"event_id": new_id()}):
        with pytest.raises(NotFound):
            await database.run(house.organization_id, create_layout, read, **unknown)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"a": 1', b"\xff\xfe"])
async def test_a_file_that_is_no_plan_is_refused(raw: bytes) -> None:
    with pytest.raises(NotASeatingPlan):
        await read_plan(raw)
