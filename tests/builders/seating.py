"""Layouts for tests, without a file to import."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.seating.models import (
    Block,
    Layout,
    LayoutCategory,
    Seat,
    Section,
    StandingArea,
)

STALLS = "stalls"
FLOOR = "floor"


async def a_layout(
    uow: UnitOfWork,
    *,
    rows: int = 2,
    seats_per_row: int = 10,
    standing: int = 0,
    in_state: str = "published",
    kept: Mapping[int, str] | None = None,
    **fields: Any,
) -> Layout:
    """Make a layout of straight rows A, B, … in one section, and maybe a standing area.

    `kept` says of seats by number what they are: accessible, companion or restricted_view.
    """
    layout_id = new_id()
    given = {"name": "Small hall", "details": {"focalPoint": {"x": 0.0, "y": -100.0}}} | fields
    layout = Layout(
        organization_id=uow.tenant,
        id=layout_id,
        family_id=layout_id,
        seat_count=rows * seats_per_row,
        standing_capacity=standing,
        **given,
    )
    uow.add(layout)
    await uow.flush()
    uow.add(_category(uow, layout_id, STALLS), _category(uow, layout_id, FLOOR))
    if rows:
        await _add_rows(uow, layout_id, rows, seats_per_row, kept or {})
    if standing:
        uow.add(
            StandingArea(
                organization_id=uow.tenant,
                id=new_id(),
                layout_id=layout_id,
                guid="floor",
                name="Floor",
                capacity=standing,
                category_key=FLOOR,
            )
        )
    await uow.flush()
    for status in {"draft": [], "published": ["published"], "retired": ["published", "retired"]}[
        in_state
    ]:
        layout.status = status
        await uow.flush()
    return layout


async def _add_rows(
    uow: UnitOfWork, layout_id: UUID, rows: int, seats_per_row: int, kept: Mapping[int, str]
) -> None:
    section = Section(organization_id=uow.tenant, id=new_id(), layout_id=layout_id, name="Stalls")
    uow.add(section)
    await uow.flush()
    block = Block(
        organization_id=uow.tenant,
        id=new_id(),
        layout_id=layout_id,
        section_id=section.id,
        name="Stalls",
    )
    uow.add(block)
    await uow.flush()
    width = (seats_per_row - 1) * 10.0
    uow.add(
        *(
            Seat(
                organization_id=uow.tenant,
                id=new_id(),
                layout_id=layout_id,
                block_id=block.id,
                seat_number=number,
                guid=f"{chr(65 + row)}-{place + 1}",
                label=str(place + 1),
                row_label=chr(65 + row),
                row_number=row,
                section_label="Stalls",
                category_key=STALLS,
                position_x=place * 10.0 - width / 2,
                position_y=row * 12.0,
                **({kept[number]: True} if number in kept else {}),
            )
            for row in range(rows)
            for place in range(seats_per_row)
            for number in [row * seats_per_row + place]
        )
    )


def _category(uow: UnitOfWork, layout_id: UUID, key: str) -> LayoutCategory:
    return LayoutCategory(
        organization_id=uow.tenant, id=new_id(), layout_id=layout_id, key=key, name=key.title()
    )
