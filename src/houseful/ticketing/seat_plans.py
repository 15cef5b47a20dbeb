"""Where an event's seats are and what they are called: it does not change while it is on sale."""

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful import seating
from houseful.kernel.copies import Copies
from houseful.kernel.database import Database, UnitOfWork
from houseful.ticketing.best_available import Point, Row, SeatSpot
from houseful.ticketing.models import EventSeat
from houseful.ticketing.offers import get_sale

PLANS_MAX = 50
AISLE_FACTOR = 1.6
"""Neighbours in a row that are so much further apart than usual have an aisle between them."""

PlanKey = tuple[UUID, UUID, UUID | None]
"""Organisation, event and layout."""


class SeatPlace(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A seat of an event: what it is called, where it is, and for whom it is kept."""

    number: int
    category_key: str
    section: str
    row: str
    label: str
    x: float
    y: float
    accessible: bool = False
    companion: bool = False
    restricted_view: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether it is kept for wheelchair users and who comes with them."""
        return self.accessible or self.companion


class SeatPlan(msgspec.Struct, frozen=True, kw_only=True):
    """An event's seats, by number and in their rows; `focal` is what everybody looks at.

    `kept` are those for wheelchair users and who comes with them.
    """

    layout_id: UUID | None
    places: dict[int, SeatPlace]
    rows: list[list[SeatPlace]]
    gaps: frozenset[int]
    row_of: dict[int, int]
    focal: Point | None
    kept: frozenset[int] = frozenset()

    def rows_for(self, free: Callable[[int], bool], category_key: str | None) -> list[Row]:
        """Return the rows as `best_available` wants them; `free(number)` says which seats are."""
        return [
            Row(
                row[0].section,
                row[0].row,
                [
                    SeatSpot(
                        number=str(seat.number),
                        x=seat.x,
                        y=seat.y,
                        is_free=free(seat.number) and category_key in {None, seat.category_key},
                        quality=-seat.restricted_view,
                        gap_before=seat.number in self.gaps,
                    )
                    for seat in row
                ],
            )
            for row in self.rows
        ]


async def load_seat_plan(uow: UnitOfWork, event_id: UUID) -> SeatPlan:
    """Read an event's seats. Raises `NotFound` when nothing is on sale."""
    sale = await get_sale(uow, event_id)
    rows: list[Any] = list(
        (
            await uow.execute(
                select(
                    EventSeat.seat_number,
                    EventSeat.category_key,
                    EventSeat.section_label,
                    EventSeat.row_label,
                    EventSeat.seat_label,
                ).where(EventSeat.organization_id == uow.tenant, EventSeat.event_id == event_id)
            )
        ).all()
    )
    named = {row.seat_number: row for row in rows}
    if sale.layout_id is None:
        return SeatPlan(layout_id=None, places={}, rows=[], gaps=frozenset(), row_of={}, focal=None)
    places: dict[int, SeatPlace] = {}
    in_rows: dict[tuple[Any, ...], list[SeatPlace]] = defaultdict(list)
    for seat in await seating.seat_positions(uow, sale.layout_id):
        if (row := named.get(seat.seat_number)) is not None:
            place = SeatPlace(
                number=seat.seat_number,
                category_key=row.category_key,
                section=row.section_label,
                row=row.row_label,
                label=row.seat_label,
                x=seat.x,
                y=seat.y,
                accessible=seat.accessible,
                companion=seat.companion,
                restricted_view=seat.restricted_view,
            )
            places[place.number] = place
            in_rows[seat.block_id, seat.row_number].append(place)
    layout = await seating.get_layout(uow, sale.layout_id)
    return _plan(layout, places, list(in_rows.values()))


class SeatPlans(Copies[PlanKey, SeatPlan]):
    """This process's plans; the layout's id tells whether one is still right."""

    def __init__(self, database: Database) -> None:
        async def read(key: PlanKey) -> SeatPlan:
            tenant, event_id, _ = key
            return await database.run(tenant, load_seat_plan, event_id)

        super().__init__(read, at_most=PLANS_MAX)


async def seat_plan(
    database: Database, tenant: UUID, event_id: UUID, layout_id: UUID | None
) -> SeatPlan:
    """Return the plan of the event on this layout, as this process keeps it."""
    return await database.keep(SeatPlans).get((tenant, event_id, layout_id))


def _plan(
    layout: seating.Layout, places: dict[int, SeatPlace], rows: list[list[SeatPlace]]
) -> SeatPlan:
    return SeatPlan(
        layout_id=layout.id,
        places=places,
        rows=rows,
        gaps=frozenset(number for row in rows for number in _gaps(row)),
        row_of={seat.number: index for index, row in enumerate(rows) for seat in row},
        focal=_focal(layout.details),
        kept=frozenset(number for number, seat in places.items() if seat.is_kept),
    )


def _gaps(row: list[SeatPlace]) -> list[int]:
    distances = [
        ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5 for one, other in pairwise(row)
    ]
    if not distances:
        return []
    usual = median(distances)
    return [
        seat.number
        for seat, distance in zip(row[1:], distances, strict=True)
        if distance > AISLE_FACTOR * usual
    ]


def _focal(details: dict[str, Any]) -> Point | None:
    focal: dict[str, float] | None = details.get("focalPoint")
    return (float(focal["x"]), float(focal["y"])) if focal else None
