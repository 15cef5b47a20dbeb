"""Reading others' seating plans: everything that is in comes out, or is told."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.seating.importing import NotASeatingPlan, import_plan
from houseful.seating.plan import Plan


def _seat(uuid: str, x: float, **fields: Any) -> dict[str, Any]:
    return {"uuid": uuid, "x": x, "y": 2.0, "label": uuid, "categoryKey": None, **fields}


CHART: dict[str, Any] = {
    "name": "Small hall",
    "categories": {"list": [{"key": 1, "label": "Stalls", "color": "#AEDB54"}]},
    "subChart": {
        "width": 300,
        "height": 200,
        "rows": [],
        "tables": [{"label": "T1", "categoryKey": 1, "seats": [_seat("t1", 5)]}],
        "sections": [
            {
                "label": "A",
                "categoryKey": 1,
                "topLeft": {"x": 100, "y": 50},
                "points": [{"x": 100, "y": 50}, {"x": 160, "y": 50}, {"x": 160, "y": 90}],
                "entrance": "North",
                "subChart": {
                    "rows": [
                        {"label": "1", "seats": [_seat("a", 1), _seat("b", 2, accessible=True)]},
                        {"label": "2", "seats": []},
                    ]
                },
            }
        ],
        "generalAdmissionAreas": [
            {"uuid": "ga", "label": "Floor", "capacity": 50, "categoryKey": 1, "points": []}
        ],
        "texts": [{"text": "Stage", "x": 10, "y": 10}],
        "focalPoint": {"x": 150, "y": 0},
    },
}
PLAN: dict[str, Any] = {
    "name": "Club",
    "categories": [{"name": "Front", "color": "#7f4a91"}],
    "size": {"width": 100, "height": 100},
    "zones": [
        {
            "name": "Ground floor",
            "position": {"x": 10, "y": 20},
            "rows": [
                {
                    "row_number": "3",
                    "row_label": "Row %s",
                    "position": {"x": 1, "y": 2},
                    "seats": [
                        {
                            "seat_guid": "g",
                            "seat_number": "7",
                            "position": {"x": 0.5, "y": 0},
                            "category": "Front",
                        },
                        {
                            "seat_guid": "g",
                            "seat_number": "8",
                            "position": {"x": 1.5, "y": 0},
                            "category": "Back",
                        },
                    ],
                }
            ],
            "areas": [
                {
                    "shape": "rectangle",
                    "position": {"x": 5, "y": 5},
                    "rectangle": {"width": 10, "height": 4},
                    "text": {"text": "Stage"},
                },
                {"shape": "circle", "position": {"x": 0, "y": 0}, "circle": {"radius": 3}},
            ],
        }
    ],
}


def _import(document: Any) -> tuple[Plan, dict[str, int]]:
    plan, report = import_plan(json.dumps(document).encode())
    return plan, {repair.kind: repair.count for repair in report.repairs}


def test_a_seat_in_a_section_is_where_the_section_is_and_has_its_category() -> None:
    plan, repairs = _import(CHART)
    section = next(section for section in plan.sections if section.label == "A")

    assert [(seat.x, seat.y) for seat in section.rows[0].seats] == [(101.0, 52.0), (102.0, 52.0)]
    assert {seat.category_key for seat in section.rows[0].seats} == {"1"}
    assert section.entrance == "North"
    assert section.rows[0].seats[1].accessible
    assert repairs["category inherited from the section or row"] == 3
    assert repairs["row without seats left out"] == 1


@pytest.mark.parametrize(
    ("degrees", "corners"),
    [
        (None, [(15, 25), (25, 25), (25, 29), (15, 29)]),
        (90, [(15, 25), (15, 35), (11, 35), (11, 25)]),
        (-180, [(15, 25), (5, 25), (5, 21), (15, 21)]),
    ],
)
def test_an_area_is_turned_about_where_it_is(
    degrees: float | None, corners: list[tuple[float, float]]
) -> None:
    document = deepcopy(PLAN)
    document["zones"][0]["areas"][0]["rotation"] = degrees

    stage = _import(document)[0].elements[0]

    assert stage.outline == corners


@pytest.mark.parametrize(("degrees", "at"), [(None, (20, 27)), (90, (13, 30)), (-180, (10, 23))])
def test_the_text_of_an_area_stands_where_it_says(degrees: float | None, at: Any) -> None:
    document = deepcopy(PLAN)
    area = document["zones"][0]["areas"][0]
    area["rotation"], area["text"]["position"] = degrees, {"x": 5, "y": 2}

    stage, circle = _import(document)[0].elements

    assert (stage.x, stage.y) == pytest.approx(at)
    assert (circle.x, circle.y) == (10, 20)


def test_tables_standing_areas_texts_and_the_focal_point_are_kept() -> None:
    plan, _ = _import(CHART)

    assert plan.sections[0].rows[0].label == "T1"
    assert [(area.label, area.capacity) for area in plan.standing_areas] == [("Floor", 50)]
    assert plan.elements[0].kind == "stage"
    assert plan.focal_point == (150.0, 0.0)


def test_a_pretix_seat_is_at_zone_and_row_and_seat() -> None:
    plan, repairs = _import(PLAN)
    row = plan.sections[0].rows[0]

    assert row.label == "Row 3"
    assert [(seat.x, seat.y) for seat in row.seats] == [(11.5, 22.0), (12.5, 22.0)]
    assert plan.elements[0].outline == [(15.0, 25.0), (25.0, 25.0), (25.0, 29.0), (15.0, 29.0)]
    assert repairs == {"duplicate or missing id renamed": 1, "unknown category added": 1}
    assert [seat.guid for seat in row.seats] == ["g", "g~2"]
    assert [category.key for category in plan.categories] == ["Front", "Back"]


def test_what_a_chart_says_and_we_do_not_have_is_told() -> None:
    chart = deepcopy(CHART)
    of_area = {"bookAsAWhole": True, "variableOccupancy": True, "minOccupancy": 4}
    chart["subChart"]["generalAdmissionAreas"][0] |= of_area
    chart["subChart"]["tables"][0] |= {"bookAsAWhole": True, "maxOccupancy": 6}
    seat = chart["subChart"]["sections"][0]["subChart"]["rows"][0]["seats"][0]
    seat |= {"semiAmbulatorySeat": True, "entrance": "West"}

    told = _import(chart)[1].keys() - _import(CHART)[1].keys()

    assert told == {
        "booked as a whole there, place by place here",
        "of variable occupancy there, of a fixed capacity here",
        "minimum of people not kept",
        "maximum of people not kept",
        "seat for who walks with help is an ordinary seat here",
        "entrance of its own not kept",
    }


def test_what_a_plan_says_and_we_do_not_have_is_told() -> None:
    plan = deepcopy(PLAN)
    zone = plan["zones"][0]
    zone["areas"][0]["border_color"] = "#000000"
    zone["rows"][0]["row_number_position"] = "both"
    zone["rows"][0]["seats"][0] |= {"radius": 14, "start_direction": "left"}
    zone["rows"][0]["seats"][1] |= {"radius": 10, "start_direction": None}

    read, after = _import(plan)
    told = {kind: after[kind] for kind in after.keys() - _import(PLAN)[1].keys()}

    assert told == {
        "colour of the border not kept": 1,
        "where the row's number stands not kept": 1,
        "size of the seat not kept": 1,
        "direction to count in not kept": 1,
    }
    assert read.seat_count == 2


def test_floors_are_laid_side_by_side() -> None:
    floor = CHART["subChart"]
    chart = {
        **{key: value for key, value in CHART.items() if key != "subChart"},
        "subChartFloors": [{**floor, "floorName": "Ground"}, {**floor, "floorName": "Balcony"}],
    }
    plan, repairs = _import(chart)
    seats = [seat for section in plan.sections for row in section.rows for seat in row.seats]

    assert {section.label for section in plan.sections} >= {"Ground A", "Balcony A"}
    assert max(seat.x for seat in seats) == 602.0
    assert repairs["duplicate or missing id renamed"] == 4


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{", "not JSON"),
        (b"[]", "JSON object"),
        (b'{"a": 1}', "neither a seats.io chart"),
        (json.dumps({**PLAN, "zones": []}).encode(), "neither a seat nor a standing area"),
        (json.dumps({**PLAN, "zones": [1]}).encode(), "/zones/0: an object"),
        (b'{"zones": [{"position": {"x": 1e99}}]}', "/zones/0/position/x"),
        (b'{"zones": [{"rows": 5}]}', "/zones/0/rows: a list"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_plan_is_told_kindly(raw: bytes, message: str) -> None:
    with pytest.raises(NotASeatingPlan, match=message):
        import_plan(raw)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "y", "rows", "seats", "label"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        found += _paths(inner, (*path, key)) if isinstance(inner, dict | list) else [(*path, key)]
    return found


@given(st.data())
def test_a_broken_plan_is_imported_or_refused_and_never_crashes(data: st.DataObject) -> None:
    document = json.loads(json.dumps(data.draw(st.sampled_from([CHART, PLAN]))))
    path = data.draw(st.sampled_from([path for path in _paths(document) if path]))
    target: Any = document
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = data.draw(json_values)

    try:
        plan, _ = import_plan(json.dumps(document).encode())
    except NotASeatingPlan:
        return
    seats = [seat for section in plan.sections for row in section.rows for seat in row.seats]
    guids = [thing.guid for thing in (*seats, *plan.standing_areas)]
    assert len(set(guids)) == len(guids)
    assert {seat.category_key for seat in seats} <= {c.key for c in plan.categories}


@given(st.lists(st.integers(min_value=0, max_value=8), min_size=1, max_size=12))
def test_every_seat_that_is_in_comes_out(sizes: list[int]) -> None:
    rows = [
        {"label": str(n), "seats": [_seat(f"{n}-{m}", m, categoryKey=1) for m in range(size)]}
        for n, size in enumerate(sizes)
    ]
    chart = {**CHART, "subChart": {**CHART["subChart"], "rows": rows, "sections": []}}

    plan, _ = _import(chart)

    assert plan.seat_count == sum(sizes) + 1


def test_an_arena_is_read_at_once() -> None:
    rows = [
        {"label": str(n), "seats": [_seat(f"{n}-{m}", m, categoryKey=1) for m in range(100)]}
        for n in range(90)
    ]
    chart = {**CHART, "subChart": {**CHART["subChart"], "rows": rows}}

    assert _import(chart)[0].seat_count == 9003
