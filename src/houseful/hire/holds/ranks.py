"""Where holds stand: derived from who holds which time, never stored.

Where a venue's ranks are frozen, the places of those who left count as if they held them still.
"""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import DateTime, Select, cast, null, select, union_all

from houseful.calendar import CellTime, Span, contenders
from houseful.hire.bookings.models import BookingSpace
from houseful.hire.holds.models import KeptPlace
from houseful.hire.holds.rules import Queued, joint_lines, worst_ranks
from houseful.kernel.database import UnitOfWork


class LineKey(NamedTuple):
    """What tells a booking's claims apart."""

    booking_id: UUID
    space_id: UUID
    starts_at: datetime


class Queue(NamedTuple):
    """Those who hold some time, and the places among them that are kept for nobody."""

    held: list[Queued]
    kept: list[Queued]


class Standing(msgspec.Struct, frozen=True):
    """A line's place in the queue, and whether somebody has its time firmly."""

    rank: int
    is_backup: bool
    is_joint: bool


class Standings:
    """Where every line of some bookings stands."""

    def __init__(self, found: Collection[CellTime], queue: Queue) -> None:
        mine = {one.line for one in queue.held}
        self._ranks = worst_ranks([*queue.held, *queue.kept], mine)
        self._found = found
        self._backups = _backups(found)
        self._joint = joint_lines(queue.held, mine)

    def of(self, line: BookingSpace) -> Standing | None:
        """Return where the line stands; one that another line takes in, stands where that does."""
        key = LineKey(line.booking_id, line.space_id, line.starts_at)
        keys = {key} if key in self._ranks else self._absorbing(line)
        if not keys:
            return None
        return Standing(
            max(self._ranks[each] for each in keys),
            any(each in self._backups for each in keys),
            any(each in self._joint for each in keys),
        )

    def worst_of(self, booking_id: UUID) -> int | None:
        """Return the worst rank of a booking's lines."""
        return max(
            (
                rank
                for key, rank in self._ranks.items()
                if isinstance(key, LineKey) and key.booking_id == booking_id
            ),
            default=None,
        )

    def is_backup(self, booking_id: UUID) -> bool:
        """Whether somebody has one of the booking's times firmly."""
        return any(key.booking_id == booking_id for key in self._backups)

    def _absorbing(self, line: BookingSpace) -> set[LineKey]:
        return {
            key
            for one in self._found
            if one.source_id == line.booking_id
            and one.cell_id == line.space_id
            and one.taken.start < line.ends_at
            and line.starts_at < one.taken.end
            and (key := _key(one)) in self._ranks
        }


async def standings(uow: UnitOfWork, booking_ids: Collection[UUID]) -> Standings:
    """Return where the holds of the bookings stand."""
    found = await contenders(uow, "hire", booking_ids)
    return Standings(found, await read_queue(uow, found))


async def is_backup(uow: UnitOfWork, booking_id: UUID) -> bool:
    """Whether somebody else has the time of the hold firmly."""
    return (await standings(uow, [booking_id])).is_backup(booking_id)


async def queue_around(uow: UnitOfWork, booking_id: UUID) -> Queue:
    """Return the holds that meet the booking's, and those that meet them: enough to rank them."""
    near = await contenders(uow, "hire", [booking_id])
    holders = {one.source_id for one in near if one.source == "hire" and not one.firm}
    return await read_queue(uow, await contenders(uow, "hire", holders or [booking_id]))


async def read_queue(uow: UnitOfWork, found: Collection[CellTime]) -> Queue:
    """Return the queue of those that were found, with the places that are kept at these times."""
    soft = [one for one in found if one.source == "hire" and not one.firm]
    if not soft:
        return Queue([], [])
    lines = select(
        BookingSpace.booking_id,
        BookingSpace.space_id.label("place_id"),
        BookingSpace.starts_at,
        cast(null(), DateTime(timezone=True)).label("kept_until"),
        BookingSpace.priority,
    ).where(
        BookingSpace.organization_id == uow.tenant,
        BookingSpace.booking_id.in_({one.source_id for one in soft}),
    )
    priorities: dict[LineKey, Decimal] = {}
    kept: list[Queued] = []
    rows: Any = await uow.execute(union_all(lines, _kept_among(uow, soft)))
    for holder, place, start, end, priority in rows:
        if end is None:
            priorities[LineKey(holder, place, start)] = priority
        else:
            kept.append(Queued(place, Span(start, end), holder, None, priority))
    held = [
        Queued(one.cell_id, one.taken, one.source_id, key, priorities[key])
        for one in soft
        if (key := _key(one)) in priorities
    ]
    return Queue(held, kept)


def _kept_among(
    uow: UnitOfWork, soft: Collection[CellTime]
) -> Select[UUID, UUID, datetime, datetime, Decimal]:
    return select(
        KeptPlace.booking_id,
        KeptPlace.cell_id,
        KeptPlace.taken_from,
        KeptPlace.taken_until,
        KeptPlace.priority,
    ).where(
        KeptPlace.organization_id == uow.tenant,
        KeptPlace.cell_id.in_({one.cell_id for one in soft}),
        KeptPlace.taken_from < max(one.taken.end for one in soft),
        KeptPlace.taken_until > min(one.taken.start for one in soft),
    )


def _key(one: CellTime) -> LineKey:
    return LineKey(one.source_id, one.space_id, one.starts_at)


def _backups(found: Collection[CellTime]) -> set[LineKey]:
    firm = [one for one in found if one.firm]
    return {
        _key(one)
        for one in found
        if not one.firm
        and one.source == "hire"
        and any(
            other.cell_id == one.cell_id
            and other.taken.overlaps(one.taken)
            and not other.stands_with(one)
            for other in firm
        )
    }
