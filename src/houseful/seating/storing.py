"""Plans into tables and back, set by set: an arena is stored in well under a second."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.seating import plan as plans
from houseful.seating.models import (
    Block,
    Layout,
    LayoutCategory,
    NonSeatingElement,
    Section,
    StandingArea,
)
from houseful.seating.queries import (
    blocks_of,
    categories_of,
    elements_of,
    seats_of,
    sections_of,
    standing_areas_of,
)

_INSERT_SEATS = """
    INSERT INTO seats (organization_id, layout_id, status, aisle, id, block_id, seat_number, guid,
        label, row_label, row_number, section_label, category_key, position_x, position_y,
        accessible, companion, restricted_view, base_price)
    SELECT :tenant, :layout, 'active', s.aisle, s.id, s.block_id, s.seat_number, s.guid, s.label,
        s.row_label, s.row_number, s.section_label, s.category_key, s.x, s.y, s.accessible,
        s.companion, s.restricted_view, NULL
    FROM unnest(cast(:ids AS uuid[]), cast(:blocks AS uuid[]), cast(:guids AS text[]),
        cast(:labels AS text[]), cast(:row_labels AS text[]), cast(:row_numbers AS bigint[]),
        cast(:sections AS text[]), cast(:categories AS text[]), cast(:xs AS float8[]),
        cast(:ys AS float8[]), cast(:accessible AS bool[]), cast(:companion AS bool[]),
        cast(:restricted AS bool[]), cast(:aisle AS bool[]), cast(:numbers AS bigint[]))
        AS s(id, block_id, guid, label, row_label, row_number, section_label, category_key, x, y,
        accessible, companion, restricted_view, aisle, seat_number)
"""
_COPY_SEATS = """
    INSERT INTO seats (organization_id, layout_id, status, aisle, id, block_id, seat_number, guid,
        label, row_label, row_number, section_label, category_key, position_x, position_y,
        accessible, companion, restricted_view, base_price)
    SELECT s.organization_id, :layout, s.status, s.aisle, uuidv7(), b.new_id, s.seat_number, s.guid,
        s.label, s.row_label, s.row_number, s.section_label, s.category_key, s.position_x,
        s.position_y, s.accessible, s.companion, s.restricted_view, s.base_price
    FROM seats s
    JOIN unnest(cast(:old_blocks AS uuid[]), cast(:new_blocks AS uuid[])) AS b(old_id, new_id)
        ON b.old_id = s.block_id
    WHERE s.organization_id = :tenant AND s.layout_id = :source
"""
_SEAT_COLUMNS = (
    "ids",
    "blocks",
    "guids",
    "labels",
    "row_labels",
    "row_numbers",
    "sections",
    "categories",
    "xs",
    "ys",
    "accessible",
    "companion",
    "restricted",
    "aisle",
    "numbers",
)


async def store_plan(uow: UnitOfWork, layout: Layout, plan: plans.Plan) -> None:
    """Write what a plan is made of as the children of a new layout; seats are numbered in order."""
    key = {"organization_id": uow.tenant, "layout_id": layout.id}
    uow.add(
        *(
            LayoutCategory(
                **key,
                id=new_id(),
                key=category.key,
                name=category.label,
                color=category.color,
                accessible=category.accessible,
                display_order=order,
            )
            for order, category in enumerate(plan.categories)
        ),
        *(
            StandingArea(
                **key,
                id=new_id(),
                guid=area.guid,
                name=area.label,
                capacity=area.capacity,
                category_key=area.category_key or None,
                display_order=order,
                shape={"outline": area.outline},
            )
            for order, area in enumerate(plan.standing_areas)
        ),
        *(
            NonSeatingElement(
                **key,
                id=new_id(),
                kind=element.kind,
                label=element.label,
                display_order=order,
                shape=msgspec.to_builtins(element),
            )
            for order, element in enumerate(plan.elements)
        ),
    )
    blocks = await _store_sections(uow, key, plan.sections)
    rows = _seat_rows(plan, blocks)
    if rows:
        columns = dict(zip(_SEAT_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
        await uow.execute(_INSERT_SEATS, {"tenant": uow.tenant, "layout": layout.id, **columns})
        await uow.execute("ANALYZE seats")


async def load_plan(uow: UnitOfWork, layout: Layout) -> plans.Plan:
    """Read a layout back as a plan, with its seats in the order of their numbers."""
    sections = {block.id: block for block in await blocks_of(uow, layout.id)}
    named = {section.id: section for section in await sections_of(uow, layout.id)}
    rows: dict[UUID, dict[int, plans.Row]] = {block_id: {} for block_id in sections}
    for seat in await seats_of(uow, layout.id):
        row = rows[seat.block_id].setdefault(
            seat.row_number, plans.Row(label=seat.row_label, seats=[])
        )
        row.seats.append(_seat(seat))
    focal = layout.details.get("focalPoint")
    return plans.Plan(
        name=layout.name,
        categories=[
            plans.Category(c.key, c.name, c.color, c.accessible)
            for c in await categories_of(uow, layout.id)
        ],
        sections=[
            _section(named[block.section_id], list(rows[block_id].values()))
            for block_id, block in sections.items()
        ],
        standing_areas=[
            plans.StandingArea(
                guid=area.guid,
                label=area.name,
                capacity=area.capacity,
                category_key=area.category_key or "",
                outline=_outline(area.shape) or [],
            )
            for area in await standing_areas_of(uow, layout.id)
        ],
        elements=[
            msgspec.convert(element.shape, plans.NonSeatingElement)
            for element in await elements_of(uow, layout.id)
        ],
        focal_point=(focal["x"], focal["y"]) if focal else None,
    )


async def copy_children(uow: UnitOfWork, source: Layout, target: Layout) -> None:
    """Write copies of what `source` is made of as the children of `target`."""
    sections = await sections_of(uow, source.id)
    section_ids = {section.id: new_id() for section in sections}
    blocks = await blocks_of(uow, source.id)
    block_ids = {block.id: new_id() for block in blocks}
    uow.add(*(_copy(section, target, id=section_ids[section.id]) for section in sections))
    await uow.flush()
    uow.add(
        *(
            _copy(block, target, id=block_ids[block.id], section_id=section_ids[block.section_id])
            for block in blocks
        ),
        *(_copy(row, target, id=new_id()) for row in await categories_of(uow, source.id)),
        *(_copy(row, target, id=new_id()) for row in await standing_areas_of(uow, source.id)),
        *(_copy(row, target, id=new_id()) for row in await elements_of(uow, source.id)),
    )
    await uow.flush()
    await uow.execute(
        _COPY_SEATS,
        {
            "tenant": uow.tenant,
            "source": source.id,
            "layout": target.id,
            "old_blocks": list(block_ids),
            "new_blocks": list(block_ids.values()),
        },
    )


async def _store_sections(
    uow: UnitOfWork, key: dict[str, UUID], sections: Sequence[plans.Section]
) -> list[UUID]:
    """Write sections with one block each; return the blocks' ids in the sections' order."""
    rows = [
        Section(
            **key,
            id=new_id(),
            name=section.label,
            display_order=order,
            settings=_settings(section),
        )
        for order, section in enumerate(sections)
    ]
    uow.add(*rows)
    await uow.flush()
    blocks = [
        Block(**key, id=new_id(), section_id=row.id, name=row.name, display_order=order)
        for order, row in enumerate(rows)
    ]
    uow.add(*blocks)
    await uow.flush()
    return [block.id for block in blocks]


def _seat_rows(plan: plans.Plan, blocks: list[UUID]) -> list[tuple[Any, ...]]:
    """Return a tuple of `_SEAT_COLUMNS` for each seat; `aisle` is the end of a row."""
    found: list[tuple[Any, ...]] = []
    row_number = 0
    for section, block_id in zip(plan.sections, blocks, strict=True):
        for row in section.rows:
            last = len(row.seats) - 1
            for place, seat in enumerate(row.seats):
                found.append(
                    (
                        new_id(),
                        block_id,
                        seat.guid,
                        seat.label,
                        row.label,
                        row_number,
                        section.label,
                        seat.category_key or None,
                        seat.x,
                        seat.y,
                        seat.accessible,
                        seat.companion,
                        seat.restricted_view,
                        place in {0, last},
                        len(found),
                    )
                )
            row_number += 1
    return found


def _settings(section: plans.Section) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if section.outline is not None:
        settings["outline"] = section.outline
    if section.entrance is not None:
        settings["entrance"] = section.entrance
    return settings


def _section(row: Section, rows: list[plans.Row]) -> plans.Section:
    return plans.Section(
        label=row.name,
        rows=rows,
        outline=_outline(row.settings),
        entrance=row.settings.get("entrance"),
    )


def _seat(row: Any) -> plans.Seat:
    return plans.Seat(
        guid=row.guid,
        label=row.label,
        x=row.position_x,
        y=row.position_y,
        category_key=row.category_key or "",
        accessible=row.accessible,
        companion=row.companion,
        restricted_view=row.restricted_view,
    )


def _outline(settings: dict[str, Any]) -> list[plans.Point] | None:
    outline = settings.get("outline")
    return [(x, y) for x, y in outline] if outline is not None else None


def _copy(row: Any, target: Layout, **fields: Any) -> Any:
    values = {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}
    return type(row)(**(values | {"layout_id": target.id} | fields))
