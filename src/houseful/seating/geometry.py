"""A layout's geometry for maps: small, columnar, and the same for ever once it is published.

Coordinates are whole tenths of the plan's unit. Every column is over the seats in one order: by
section, row and place. Positions are differences to the seat before; what repeats is run-lengths.
"""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.packed import Packed, is_known, known_answer, pack, packed_answer
from houseful.seating.models import Layout
from houseful.seating.plan import Point
from houseful.seating.queries import (
    blocks_of,
    categories_of,
    elements_of,
    get_layout,
    seats_of,
    sections_of,
    standing_areas_of,
)
from houseful.seating.schemas import (
    Geometry,
    GeometryArea,
    GeometryCategory,
    GeometryElement,
    GeometryRow,
    GeometrySection,
    Outline,
)

UNIT = 10
"""So many of our whole numbers make one unit of the plan."""
ACCESSIBLE, COMPANION, RESTRICTED_VIEW = 1, 2, 4


class LayoutParts(msgspec.Struct, frozen=True, kw_only=True):
    """All that a layout is made of, as it was read."""

    layout: Layout
    categories: Sequence[Any]
    sections: Sequence[Any]
    blocks: Sequence[Any]
    seats: Sequence[Any]
    areas: Sequence[Any]
    elements: Sequence[Any]


async def load_parts(uow: UnitOfWork, layout_id: UUID) -> LayoutParts:
    """Read what a layout is made of. Raises `NotFound`."""
    return LayoutParts(
        layout=await get_layout(uow, layout_id),
        categories=await categories_of(uow, layout_id),
        sections=await sections_of(uow, layout_id),
        blocks=await blocks_of(uow, layout_id),
        seats=await seats_of(uow, layout_id),
        areas=await standing_areas_of(uow, layout_id),
        elements=await elements_of(uow, layout_id),
    )


async def answer_geometry(
    database: Database, tenant: UUID, request: Request[Any, Any, Any], layout_id: UUID
) -> Response[Any]:
    """Answer with a layout's geometry; 304 to who has it. Raises `NotFound`."""
    tag = str((await database.run(tenant, get_layout, layout_id)).revision)
    if is_known(request, tag):
        return known_answer(tag=tag, cache_control="no-cache")
    parts = await database.run(tenant, load_parts, layout_id)
    packed = await pack_geometry(parts, {})
    return packed_answer(request, packed, tag=str(parts.layout.revision), cache_control="no-cache")


async def pack_geometry(parts: LayoutParts, pools: Mapping[UUID, UUID]) -> Packed:
    """Encode a geometry beside the event loop; `pools` are the event's by standing area."""
    return await asyncio.to_thread(lambda: pack(compact_geometry(parts, pools)))


def compact_geometry(parts: LayoutParts, pools: Mapping[UUID, UUID]) -> Geometry:
    """Return the geometry of a layout; `pools` are an event's by standing area."""
    index = {category.key: place for place, category in enumerate(parts.categories)}
    seats = _in_order(parts)
    xs, ys = (
        [_whole(seat.position_x) for seat in seats],
        [_whole(seat.position_y) for seat in seats],
    )
    areas = [_area(area, index, pools) for area in parts.areas]
    elements = [_element(element.shape) for element in parts.elements]
    sections = _sections(parts, seats)
    focal = parts.layout.details.get("focalPoint")
    return Geometry(
        layout_id=parts.layout.id,
        name=parts.layout.name,
        unit=UNIT,
        bounds=_bounds(xs, ys, [thing.outline for thing in (*sections, *areas)], elements),
        focal=(_whole(focal["x"]), _whole(focal["y"])) if focal else None,
        categories=[
            GeometryCategory(one.key, one.name, one.color, one.accessible)
            for one in parts.categories
        ],
        sections=sections,
        rows=_rows(seats),
        numbers=_runs(_differences([seat.seat_number for seat in seats])),
        x=_differences(xs),
        y=_differences(ys),
        seat_categories=_runs([index.get(seat.category_key, -1) for seat in seats]),
        labels=[seat.label for seat in seats],
        flags=[(place, bits) for place, seat in enumerate(seats) if (bits := _bits(seat))],
        areas=areas,
        elements=elements,
    )


def _in_order(parts: LayoutParts) -> list[Any]:
    """Return the seats by section, row and number; a section's blocks stay together."""
    sections = {section.id: order for order, section in enumerate(parts.sections)}
    blocks = {
        block.id: (sections[block.section_id], order) for order, block in enumerate(parts.blocks)
    }
    return sorted(
        parts.seats, key=lambda seat: (blocks[seat.block_id], seat.row_number, seat.seat_number)
    )


def _sections(parts: LayoutParts, seats: Sequence[Any]) -> list[GeometrySection]:
    section_of = {block.id: block.section_id for block in parts.blocks}
    counts = {
        section_id: len(list(group))
        for section_id, group in groupby(seats, key=lambda seat: section_of[seat.block_id])
    }
    made: list[GeometrySection] = []
    first = 0
    for section in parts.sections:
        count = counts.get(section.id, 0)
        made.append(
            GeometrySection(
                label=section.name,
                first=first,
                count=count,
                outline=_outline(section.settings.get("outline")),
                entrance=section.settings.get("entrance") or "",
            )
        )
        first += count
    return made


def _rows(seats: Sequence[Any]) -> list[GeometryRow]:
    made: list[GeometryRow] = []
    first = 0
    for _, group in groupby(seats, key=lambda seat: (seat.block_id, seat.row_number)):
        row = list(group)
        made.append(GeometryRow(row[0].row_label, first, len(row)))
        first += len(row)
    return made


def _area(area: Any, index: Mapping[str, int], pools: Mapping[UUID, UUID]) -> GeometryArea:
    return GeometryArea(
        id=area.id,
        pool_id=pools.get(area.id),
        label=area.name,
        category=index.get(area.category_key, -1),
        outline=_outline(area.shape.get("outline")),
        capacity=area.capacity,
    )


def _element(shape: dict[str, Any]) -> GeometryElement:
    return GeometryElement(
        kind=shape["kind"],
        label=shape["label"],
        x=_whole(shape["x"]),
        y=_whole(shape["y"]),
        size=_whole(shape["size"]),
        outline=_outline(shape.get("outline")),
        color=shape.get("color") or "",
    )


def _bits(seat: Any) -> int:
    return (
        ACCESSIBLE * seat.accessible
        + COMPANION * seat.companion
        + RESTRICTED_VIEW * seat.restricted_view
    )


def _outline(corners: Sequence[Point] | None) -> Outline:
    if not corners:
        return []
    xs = _differences([_whole(x) for x, _ in corners])
    ys = _differences([_whole(y) for _, y in corners])
    return [value for corner in zip(xs, ys, strict=True) for value in corner]


def _bounds(
    xs: Sequence[int],
    ys: Sequence[int],
    outlines: Sequence[Outline],
    elements: Sequence[GeometryElement],
) -> tuple[int, int, int, int]:
    across, down = [*xs, *(one.x for one in elements)], [*ys, *(one.y for one in elements)]
    for outline in (*outlines, *(one.outline for one in elements)):
        across += _sums(outline[::2])
        down += _sums(outline[1::2])
    if not across:
        return 0, 0, 0, 0
    return min(across), min(down), max(across), max(down)


def _whole(coordinate: float) -> int:
    return round(coordinate * UNIT)


def _differences(values: Sequence[int]) -> list[int]:
    return [value - before for value, before in zip(values, [0, *values], strict=False)]


def _sums(differences: Sequence[int]) -> list[int]:
    total = 0
    return [total := total + difference for difference in differences]


def _runs(values: Sequence[int]) -> list[int]:
    return [number for value, group in groupby(values) for number in (value, len(list(group)))]
