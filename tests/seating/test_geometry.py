"""Geometry: small, and every seat can be read back from it."""

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.kernel.database import Database
from houseful.kernel.http.packed import pack
from houseful.kernel.ids import new_id
from houseful.seating import create_layout, load_parts
from houseful.seating.geometry import LayoutParts, compact_geometry
from houseful.seating.importing import RepairReport, import_plan
from houseful.seating.models import Block, Layout, LayoutCategory, Section
from houseful.seating.plan import Category, Plan, Row
from houseful.seating.plan import Seat as PlanSeat
from houseful.seating.plan import Section as PlanSection
from houseful.seating.service import ReadPlan
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.geometry import read_geometry, read_outline
from tests.builders.seating import a_layout
from tests.seating.test_importing import CHART, PLAN

ARENA_SEATS = 8897


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """What geometry reads of a stored seat."""

    block_id: Any
    seat_number: int
    row_number: int
    row_label: str
    label: str
    category_key: str | None
    position_x: float
    position_y: float
    accessible: bool
    companion: bool
    restricted_view: bool


coordinates = st.integers(-100_000, 100_000).map(lambda tenths: tenths / 10)


@st.composite
def parts(draw: st.DrawFn) -> LayoutParts:
    """Draw a layout: sections of one or two blocks, rows of any length, numbers with holes."""
    layout = Layout(id=new_id(), name="Any", details={})
    keys = ["a", "b", "c"]
    sections = [
        Section(id=new_id(), name=f"S{n}", settings={}) for n in range(draw(st.integers(1, 4)))
    ]
    blocks = [
        Block(id=new_id(), section_id=section.id, name=section.name)
        for section in sections
        for _ in range(draw(st.integers(1, 2)))
    ]
    number, row_number, seats = draw(st.integers(0, 9)), 0, list[Spot]()
    for block in draw(st.permutations(blocks)):
        for label in draw(st.lists(st.sampled_from(["A", "B", "12", ""]), max_size=4)):
            for place in range(draw(st.integers(1, 6))):
                seats.append(
                    Spot(
                        block_id=block.id,
                        seat_number=number,
                        row_number=row_number,
                        row_label=label,
                        label=str(place),
                        category_key=draw(st.sampled_from([*keys, None])),
                        position_x=draw(coordinates),
                        position_y=draw(coordinates),
                        accessible=draw(st.booleans()),
                        companion=draw(st.booleans()),
                        restricted_view=draw(st.booleans()),
                    )
                )
                number += draw(st.integers(1, 3))
            row_number += 1
    return LayoutParts(
        layout=layout,
        categories=[
            LayoutCategory(key=key, name=key, color="#123456", accessible=False) for key in keys
        ],
        sections=sections,
        blocks=blocks,
        seats=draw(st.permutations(seats)),
        areas=[],
        elements=[],
    )


@given(parts())
def test_every_seat_can_be_read_back(given_parts: LayoutParts) -> None:
    document = msgspec.json.decode(pack(compact_geometry(given_parts, {})).plain)

    read = {seat.number: seat for seat in read_geometry(document)}

    section_of = {
        block.id: section.name
        for section in given_parts.sections
        for block in given_parts.blocks
        if block.section_id == section.id
    }
    assert len(read) == len(given_parts.seats)
    for spot in given_parts.seats:
        seat = read[spot.seat_number]
        assert (seat.x, seat.y) == (spot.position_x, spot.position_y)
        assert (seat.label, seat.row) == (spot.label, spot.row_label)
        assert seat.section == section_of[spot.block_id]
        assert seat.category == (spot.category_key or "")
        assert seat.bits == spot.accessible + 2 * spot.companion + 4 * spot.restricted_view


@pytest.mark.parametrize("file", [CHART, PLAN], ids=["chart", "plan"])
async def test_an_imported_file_is_drawn_as_it_was_read(
    database: Database, house: House, file: dict[str, Any]
) -> None:
    plan, report = import_plan(msgspec.json.encode(file))
    layout = await database.run(house.organization_id, create_layout, ReadPlan(plan, report))
    loaded = await database.run(house.organization_id, load_parts, layout.id)

    document = msgspec.to_builtins(compact_geometry(loaded, {}))

    seats = [
        (section.label, row.label, seat.label, seat.x, seat.y, seat.category_key)
        for section in plan.sections
        for row in section.rows
        for seat in row.seats
    ]
    assert seats == [
        (seat.section, seat.row, seat.label, seat.x, seat.y, seat.category)
        for seat in read_geometry(document)
    ]
    for drawn, section in zip(document["sections"], plan.sections, strict=True):
        outline = read_outline(drawn.get("outline", []), document["unit"])
        assert outline == (section.outline or [])
        assert drawn.get("entrance") == section.entrance
    assert [area["label"] for area in document["areas"]] == [a.label for a in plan.standing_areas]
    assert [one["label"] for one in document["elements"]] == [e.label for e in plan.elements]
    left, top, right, bottom = document["bounds"]
    assert all(left <= seat[3] * 10 <= right and top <= seat[4] * 10 <= bottom for seat in seats)


async def test_an_arena_is_small(database: Database, house: House) -> None:
    plan = an_arena()
    assert plan.seat_count == ARENA_SEATS
    read = ReadPlan(plan, RepairReport())
    layout = await database.run(house.organization_id, create_layout, read)
    loaded = await database.run(house.organization_id, load_parts, layout.id)

    packed = pack(compact_geometry(loaded, {}))

    assert len(packed.gzipped) < 40_000
    assert len(read_geometry(msgspec.json.decode(packed.plain))) == ARENA_SEATS


async def test_a_layouts_geometry_is_read_and_not_sent_twice(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    layout = await database.run(house.organization_id, a_layout, standing=30)
    viewer = await api.as_("viewer")
    address = f"/api/v1/layouts/{layout.id}/geometry"

    first = await viewer.get(address)
    again = await viewer.get(address, headers={"if-none-match": first.headers["etag"]})
    plain = await viewer.get(address, headers={"accept-encoding": "identity"})
    rival = await (await api.as_("owner", other_house)).get(address)

    assert first.status_code == 200, first.text
    assert first.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert plain.json() == first.json()
    assert [seat.number for seat in read_geometry(first.json())] == list(range(20))
    assert first.json()["areas"][0]["poolId"] is None
    assert (again.status_code, again.content) == (304, b"")
    assert rival.status_code == 404


async def test_the_geometry_of_a_draft_is_new_when_its_seats_change(
    api: Api, database: Database, house: House
) -> None:
    layout = await database.run(house.organization_id, a_layout, in_state="draft")
    admin = await api.as_("admin")
    address = f"/api/v1/layouts/{layout.id}"
    before = await admin.get(f"{address}/geometry")

    await admin.patch(
        f"{address}/seats",
        json={"seats": [3], "restrictedView": True},
        headers={"if-match": before.headers["etag"].removeprefix("W/")},
    )
    after = await admin.get(
        f"{address}/geometry", headers={"if-none-match": before.headers["etag"]}
    )

    assert after.status_code == 200
    assert after.json()["flags"] == [[3, 4]]


def an_arena() -> Plan:
    """Make an oval of stands whose rows bend, with numbers that no pattern repeats."""
    stands, rows, left = 14, 26, ARENA_SEATS
    sections: list[PlanSection] = []
    for stand in range(stands):
        section = PlanSection(label=f"Block {stand + 1}", rows=[])
        for row in range(rows):
            count = min(left, math.ceil(left / ((stands - stand) * rows - row)))
            left -= count
            section.rows.append(
                Row(
                    label=str(row + 1),
                    seats=[_arena_seat(stand, row, n, count) for n in range(count)],
                )
            )
        sections.append(section)
    return Plan(
        name="Arena",
        categories=[Category("1", "Arena", "#4176A5")],
        sections=sections,
        standing_areas=[],
        elements=[],
    )


def _arena_seat(stand: int, row: int, place: int, count: int) -> PlanSeat:
    turn = 2 * math.pi * (stand + 0.9 * (place + 0.5) / count) / 14
    across, down = 800 + row * 22, 500 + row * 22
    return PlanSeat(
        guid=f"{stand}-{row}-{place}",
        label=str(place + 1),
        x=round(across * math.cos(turn), 1),
        y=round(down * math.sin(turn), 1),
        category_key="1",
    )
