"""seats.io charts: rows, tables, booths, sections with charts of their own, standing areas."""

from collections.abc import Mapping
from typing import Any

import msgspec

from houseful.seating.importing.reading import (
    NotASeatingPlan,
    Object,
    an_object,
    flag,
    moved,
    number,
    objects,
    point,
    points,
    text,
    whole,
)
from houseful.seating.importing.repair import FALLBACK_COLOR, RepairReport
from houseful.seating.plan import (
    Category,
    NonSeatingElement,
    Plan,
    Point,
    Row,
    Seat,
    Section,
    StandingArea,
)

FLOOR_GAP = 200.0
NOT_KEPT_OF_AREAS = {
    "bookAsAWhole": "booked as a whole there, place by place here",
    "variableOccupancy": "of variable occupancy there, of a fixed capacity here",
    "minOccupancy": "minimum of people not kept",
}
NOT_KEPT_OF_TABLES = {
    "bookAsAWhole": NOT_KEPT_OF_AREAS["bookAsAWhole"],
    "variableOccupancy": NOT_KEPT_OF_AREAS["variableOccupancy"],
    "minOccupancy": NOT_KEPT_OF_AREAS["minOccupancy"],
    "maxOccupancy": "maximum of people not kept",
}
NOT_KEPT_OF_SEATS = {
    "semiAmbulatorySeat": "seat for who walks with help is an ordinary seat here",
    "entrance": "entrance of its own not kept",
}
"""What a chart may say that we do not have, and how it is told."""
ORIGIN: Point = (0.0, 0.0)


class _Place(msgspec.Struct, frozen=True):
    """Where in the chart we are: the section's name, its offset, the category it hands down."""

    section: str
    offset: Point
    category_key: str
    where: str


def is_seatsio_chart(document: Object) -> bool:
    """Whether the document looks like a seats.io chart."""
    has_chart = isinstance(document.get("subChart"), dict) or "subChartFloors" in document
    return has_chart and isinstance(document.get("categories"), dict)


def read_seatsio_chart(document: Object, report: RepairReport) -> Plan:
    """Read a chart; several floors are laid side by side."""
    plan = Plan(
        name=text(document.get("name"), "/name") or "Seating plan",
        categories=_categories(document),
        sections=[],
        standing_areas=[],
        elements=[],
    )
    offset = ORIGIN
    for where, floor_name, chart in _floors(document):
        place = _Place(floor_name, offset, "", where)
        _read_chart(plan, chart, place, report)
        offset = (offset[0] + number(chart.get("width"), f"{where}/width") + FLOOR_GAP, 0.0)
    plan.focal_point = _focal_point(document)
    return plan


def _floors(document: Object) -> list[tuple[str, str, Object]]:
    if isinstance(document.get("subChart"), dict):
        return [("/subChart", "", document["subChart"])]
    floors = objects(document.get("subChartFloors"), "/subChartFloors")
    return [
        (f"/subChartFloors/{index}", text(floor.get("floorName"), "floorName"), floor)
        for index, floor in enumerate(floors)
    ]


def _categories(document: Object) -> list[Category]:
    listed = objects(
        an_object(document.get("categories"), "/categories").get("list"), "/categories/list"
    )
    return [
        Category(
            key=text(item.get("key"), f"/categories/list/{index}/key"),
            label=text(item.get("label"), f"/categories/list/{index}/label"),
            color=text(item.get("color"), f"/categories/list/{index}/color") or FALLBACK_COLOR,
            accessible=flag(item.get("accessible")),
        )
        for index, item in enumerate(listed)
    ]


def _focal_point(document: Object) -> Point | None:
    chart = an_object(document.get("subChart"), "/subChart")
    if chart.get("focalPoint"):
        return point(chart["focalPoint"], "/subChart/focalPoint")
    zones = objects(an_object(document.get("zones"), "/zones").get("list"), "/zones/list")
    for index, zone in enumerate(zones):
        if zone.get("focalPoint"):
            return point(zone["focalPoint"], f"/zones/list/{index}/focalPoint")
    return None


def _read_chart(plan: Plan, chart: Object, place: _Place, report: RepairReport) -> None:
    rows = [
        _row(item, f"{place.where}/rows/{index}", place, report)
        for index, item in enumerate(objects(chart.get("rows"), f"{place.where}/rows"))
    ]
    rows += [
        _row(item, f"{place.where}/tables/{index}", place, report)
        for index, item in enumerate(objects(chart.get("tables"), f"{place.where}/tables"))
    ]
    rows += [
        _booth(item, f"{place.where}/booths/{index}", place, report)
        for index, item in enumerate(objects(chart.get("booths"), f"{place.where}/booths"))
    ]
    if rows:
        plan.sections.append(Section(label=place.section or "Main", rows=rows))
    for index, item in enumerate(objects(chart.get("sections"), f"{place.where}/sections")):
        _read_section(plan, item, f"{place.where}/sections/{index}", place, report)
    _read_areas(plan, chart, place, report)
    _read_elements(plan, chart, place)


def _read_section(
    plan: Plan, item: Object, where: str, place: _Place, report: RepairReport
) -> None:
    label = text(item.get("label"), f"{where}/label") or "Section"
    name = f"{place.section} {label}".strip()
    inner = _Place(
        name,
        moved(place.offset, point(item.get("topLeft"), f"{where}/topLeft")),
        text(item.get("categoryKey"), f"{where}/categoryKey") or place.category_key,
        f"{where}/subChart",
    )
    before = len(plan.sections)
    _read_chart(plan, an_object(item.get("subChart"), f"{where}/subChart"), inner, report)
    outline = points(item.get("points"), f"{where}/points", place.offset)
    for section in plan.sections[before : before + 1]:
        section.outline = outline or None
        section.entrance = text(item.get("entrance"), f"{where}/entrance") or None
    if len(plan.sections) == before:
        report.add("section without seats left out", name)


def _row(item: Object, where: str, place: _Place, report: RepairReport) -> Row:
    label = text(item.get("label"), f"{where}/label")
    _tell_not_kept(item, NOT_KEPT_OF_TABLES, f"{place.section} {label}".strip(), report)
    inherited = text(item.get("categoryKey"), f"{where}/categoryKey") or place.category_key
    seats = [
        _seat(seat, f"{where}/seats/{index}", place, inherited, report)
        for index, seat in enumerate(objects(item.get("seats"), f"{where}/seats"))
    ]
    return Row(label=label, seats=seats)


def _tell_not_kept(
    item: Object, fields: Mapping[str, str], name: str, report: RepairReport
) -> None:
    for field, told in fields.items():
        if item.get(field):
            report.add(told, name)


def _booth(item: Object, where: str, place: _Place, report: RepairReport) -> Row:
    label = text(item.get("label"), f"{where}/label")
    centre = item.get("center") or item
    seat = {**item, **point_of(centre, where), "label": label}
    return Row(label=label, seats=[_seat(seat, where, place, place.category_key, report)])


def point_of(value: Any, where: str) -> Object:
    """Return the point as an object again, checked."""
    x, y = point(value, where)
    return {"x": x, "y": y}


def _seat(item: Object, where: str, place: _Place, inherited: str, report: RepairReport) -> Seat:
    if "x" not in item or "y" not in item:
        raise NotASeatingPlan(f"{where}: this seat has no position.")
    own = text(item.get("categoryKey"), f"{where}/categoryKey")
    if not own and inherited:
        report.add("category inherited from the section or row", place.section or "Main")
    _tell_not_kept(item, NOT_KEPT_OF_SEATS, text(item.get("label"), where), report)
    x, y = moved(point(item, where), place.offset)
    return Seat(
        guid=text(item.get("uuid"), f"{where}/uuid"),
        label=text(item.get("label"), f"{where}/label"),
        x=x,
        y=y,
        category_key=own or inherited,
        accessible=flag(item.get("accessible")),
        companion=flag(item.get("companionSeat")),
        restricted_view=flag(item.get("restrictedView")),
    )


def _read_areas(plan: Plan, chart: Object, place: _Place, report: RepairReport) -> None:
    key = "generalAdmissionAreas"
    for index, item in enumerate(objects(chart.get(key), f"{place.where}/{key}")):
        where = f"{place.where}/{key}/{index}"
        capacity = whole(item.get("capacity"), f"{where}/capacity")
        label = text(item.get("label"), f"{where}/label") or "Standing"
        if not capacity:
            report.add("standing area without capacity", label)
        _tell_not_kept(item, NOT_KEPT_OF_AREAS, label, report)
        plan.standing_areas.append(
            StandingArea(
                guid=text(item.get("uuid"), f"{where}/uuid"),
                label=label,
                capacity=capacity,
                category_key=text(item.get("categoryKey"), f"{where}/categoryKey")
                or place.category_key,
                outline=points(item.get("points"), f"{where}/points", place.offset),
            )
        )


def _read_elements(plan: Plan, chart: Object, place: _Place) -> None:
    for key, kind in (("shapes", "shape"), ("texts", "text"), ("icons", "icon")):
        for index, item in enumerate(objects(chart.get(key), f"{place.where}/{key}")):
            where = f"{place.where}/{key}/{index}"
            at = item.get("center") or item.get("topLeft") or item
            x, y = moved(point(at, where), place.offset)
            label = text(item.get("text") or item.get("label"), f"{where}/text")
            plan.elements.append(
                NonSeatingElement(
                    kind="stage" if label.lower() == "stage" else kind,  # type: ignore[arg-type]
                    label=label,
                    x=x,
                    y=y,
                    outline=points(item.get("points"), f"{where}/points", place.offset) or None,
                    color=text(item.get("color") or item.get("fillColor"), where) or None,
                )
            )
