"""Two charts as seats.io publishes them: an arena of 8,897 seats, and one with sections.

Under the MIT license, see `sections.LICENSE.txt` beside the second one.
"""

import gzip
import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from houseful.seating.importing import RepairReport, import_plan
from houseful.seating.plan import Plan, Seat

CHARTS = {
    "arena": lambda: gzip.decompress((files("houseful.demo") / "arena.json.gz").read_bytes()),
    "sections": lambda: (Path(__file__).parent / "sections.json").read_bytes(),
}


def _seats(plan: Plan) -> list[Seat]:
    return [seat for section in plan.sections for row in section.rows for seat in row.seats]


def _seats_of(chart: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the seats of a chart and of its sections, as they stand in the file."""
    rows = chart.get("rows", []) + chart.get("tables", [])
    mine = [seat for row in rows for seat in row["seats"]]
    inner = [section["subChart"] for section in chart.get("sections", [])]
    return mine + [seat for one in inner for seat in _seats_of(one)]


def _read(name: str) -> tuple[dict[str, Any], Plan, RepairReport]:
    raw = CHARTS[name]()
    plan, report = import_plan(raw)
    return json.loads(raw), plan, report


@pytest.mark.parametrize(("name", "seats", "rows"), [("arena", 8897, 131), ("sections", 71, 13)])
def test_every_seat_is_there_once_with_its_label(name: str, seats: int, rows: int) -> None:
    chart, plan, _ = _read(name)

    read = _seats(plan)
    assert plan.seat_count == len(_seats_of(chart["subChart"])) == seats
    assert sum(len(section.rows) for section in plan.sections) == rows
    assert len({seat.guid for seat in read}) == seats
    assert Counter(seat.label for seat in read) == Counter(
        seat["label"] for seat in _seats_of(chart["subChart"])
    )
    assert plan.name == chart["name"]


@pytest.mark.parametrize("name", CHARTS)
def test_every_seat_has_a_category_of_the_chart_its_sections_where_it_has_none(
    name: str,
) -> None:
    chart, plan, _ = _read(name)

    known = {str(category["key"]): category["label"] for category in chart["categories"]["list"]}
    assert {category.key: category.label for category in plan.categories} == known
    handed_down = {
        section["label"]: str(section["categoryKey"]) for section in chart["subChart"]["sections"]
    }
    for section in plan.sections:
        keys = {seat.category_key for row in section.rows for seat in row.seats}
        assert keys <= known.keys()
        assert handed_down[section.label] in keys


@pytest.mark.parametrize("name", CHARTS)
def test_what_was_repaired_is_told_with_places_that_differ(name: str) -> None:
    _, plan, report = _read(name)

    [inherited] = report.repairs
    assert inherited.count == plan.seat_count
    assert inherited.examples == [section.label for section in plan.sections]
    assert report.lines() == [
        f"{inherited.kind}: {inherited.count} ({', '.join(inherited.examples)})"
    ]


@pytest.mark.parametrize("name", CHARTS)
def test_a_seat_is_where_its_section_is(name: str) -> None:
    chart, plan, _ = _read(name)

    corners = {one["label"]: one["topLeft"] for one in chart["subChart"]["sections"]}
    for section, source in zip(plan.sections, chart["subChart"]["sections"], strict=True):
        at = corners[section.label]
        seats = [seat for row in section.rows for seat in row.seats]
        first = _seats_of(source["subChart"])[0]
        assert (seats[0].x, seats[0].y) == pytest.approx(
            (at["x"] + first["x"], at["y"] + first["y"]), abs=0.1
        )
        assert len(section.outline or []) == len(source["points"])


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_is_repaired_but_the_categories_that_are_handed_down(name: str) -> None:
    chart, plan, report = _read(name)

    without = sum(not seat["categoryKey"] for seat in _seats_of(chart["subChart"]))
    told = {repair.kind: repair.count for repair in report.repairs}
    assert told == ({"category inherited from the section or row": without} if without else {})
    assert all(seat.category_key for seat in _seats(plan))
