"""pretix seating plans: zones of rows of seats, each placed relative to what it is in."""

import math

from houseful.seating.importing.reading import (
    NotASeatingPlan,
    Object,
    an_object,
    moved,
    number,
    objects,
    point,
    points,
    text,
)
from houseful.seating.importing.repair import FALLBACK_COLOR, RepairReport
from houseful.seating.plan import Category, NonSeatingElement, Plan, Point, Row, Seat, Section

ELLIPSE_CORNERS = 24
USUAL_RADIUS = 10
"""Of a seat, where its plan says nothing else."""


def is_pretix_plan(document: Object) -> bool:
    """Whether the document looks like a pretix seating plan."""
    return isinstance(document.get("zones"), list) and isinstance(
        document.get("categories", []), list
    )


def read_pretix_plan(document: Object, report: RepairReport) -> Plan:
    """Read a plan: a seat is at zone + row + seat, an area at zone + area."""
    plan = Plan(
        name=text(document.get("name"), "/name") or "Seating plan",
        categories=_categories(document),
        sections=[],
        standing_areas=[],
        elements=[],
    )
    for index, zone in enumerate(objects(document.get("zones"), "/zones")):
        where = f"/zones/{index}"
        offset = point(zone.get("position"), f"{where}/position")
        label = text(zone.get("name"), f"{where}/name") or f"Zone {index + 1}"
        rows = [
            _row(row, f"{where}/rows/{number_}", offset, report)
            for number_, row in enumerate(objects(zone.get("rows"), f"{where}/rows"))
        ]
        if rows:
            plan.sections.append(Section(label=label, rows=rows))
        plan.elements += [
            _area(area, f"{where}/areas/{number_}", offset, report)
            for number_, area in enumerate(objects(zone.get("areas"), f"{where}/areas"))
        ]
    return plan


def _categories(document: Object) -> list[Category]:
    """Return the categories; seats refer to them by name."""
    return [
        Category(
            key=text(item.get("name"), f"/categories/{index}/name"),
            label=text(item.get("name"), f"/categories/{index}/name"),
            color=text(item.get("color"), f"/categories/{index}/color") or FALLBACK_COLOR,
        )
        for index, item in enumerate(objects(document.get("categories"), "/categories"))
    ]


def _row(item: Object, where: str, zone_at: Point, report: RepairReport) -> Row:
    offset = moved(zone_at, point(item.get("position"), f"{where}/position"))
    row_number = text(item.get("row_number"), f"{where}/row_number")
    if item.get("row_number_position"):
        report.add("where the row's number stands not kept", row_number or where)
    seats = [
        _seat(seat, f"{where}/seats/{index}", offset, item, report)
        for index, seat in enumerate(objects(item.get("seats"), f"{where}/seats"))
    ]
    return Row(label=_labelled(item.get("row_label"), row_number), seats=seats)


def _seat(item: Object, where: str, offset: Point, row: Object, report: RepairReport) -> Seat:
    seat_number = text(item.get("seat_number"), f"{where}/seat_number")
    if "position" not in item:
        report.add("seat without position put at its row", f"{where}")
    if (number(item.get("radius"), f"{where}/radius") or USUAL_RADIUS) != USUAL_RADIUS:
        report.add("size of the seat not kept", seat_number or where)
    if item.get("start_direction"):
        report.add("direction to count in not kept", seat_number or where)
    x, y = moved(point(item.get("position"), f"{where}/position"), offset)
    return Seat(
        guid=text(item.get("seat_guid") or item.get("uuid"), f"{where}/seat_guid"),
        label=_labelled(row.get("seat_label"), seat_number),
        x=x,
        y=y,
        category_key=text(item.get("category"), f"{where}/category"),
    )


def _labelled(template: object, value: str) -> str:
    """Fill `Row %s` with the number; without a template it is the number itself."""
    return template.replace("%s", value) if isinstance(template, str) and template else value


def _area(item: Object, where: str, zone_at: Point, report: RepairReport) -> NonSeatingElement:
    """Read an area; its text stands where it says, as seen from the area, and turns with it."""
    at = moved(zone_at, point(item.get("position"), f"{where}/position"))
    shape = text(item.get("shape"), f"{where}/shape")
    caption = an_object(item.get("text"), f"{where}/text")
    label = text(caption.get("text"), f"{where}/text/text")
    if item.get("border_color"):
        report.add("colour of the border not kept", label or where)
    turn = math.radians(number(item.get("rotation"), f"{where}/rotation"))
    outline = _outline(item, shape, where)
    beside = point(caption.get("position"), f"{where}/text/position")
    text_at = moved(_turned(beside, turn), at)
    kind = "stage" if "stage" in label.lower() else "text" if shape == "text" else "shape"
    return NonSeatingElement(
        kind=kind,
        label=label,
        x=text_at[0],
        y=text_at[1],
        size=number(caption.get("size"), f"{where}/text/size") or 16,
        outline=outline and [moved(_turned(corner, turn), at) for corner in outline],
        color=text(item.get("color"), f"{where}/color") or None,
    )


def _turned(corner: Point, turn: float) -> Point:
    """Turn a corner about where its area is."""
    x, y = corner
    return (
        x * math.cos(turn) - y * math.sin(turn),
        x * math.sin(turn) + y * math.cos(turn),
    )


def _outline(item: Object, shape: str, where: str) -> list[Point] | None:
    """Return the corners of an area, as seen from where it is."""
    if shape == "polygon":
        polygon = an_object(item.get("polygon"), f"{where}/polygon")
        return points(polygon.get("points"), f"{where}/polygon/points")
    if shape == "rectangle":
        size = an_object(item.get("rectangle"), f"{where}/rectangle")
        width = number(size.get("width"), f"{where}/rectangle/width")
        height = number(size.get("height"), f"{where}/rectangle/height")
        return [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    if shape in {"circle", "ellipse"}:
        size = an_object(item.get(shape), f"{where}/{shape}")
        radius = size.get("radius")
        across = (
            point(radius, f"{where}/{shape}/radius")
            if isinstance(radius, dict)
            else (number(radius, f"{where}/{shape}/radius"),) * 2
        )
        return _ellipse(across[0], across[1])
    if shape in {"", "text"}:
        return None
    raise NotASeatingPlan(f"{where}/shape: there is no shape {shape}.")


def _ellipse(across: float, down: float) -> list[Point]:
    turns = [2 * math.pi * corner / ELLIPSE_CORNERS for corner in range(ELLIPSE_CORNERS)]
    return [(across * math.cos(turn), down * math.sin(turn)) for turn in turns]
