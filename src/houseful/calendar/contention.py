"""Who else wants, or has, the time that somebody holds."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, DateTime, RowMapping, Uuid, bindparam, text

from houseful.calendar.claims import ClaimRequest, Source, wanted_of
from houseful.calendar.conflicts import (
    find_conflicts,
    find_conflicts_of_each,
    tell_conflicts,
)
from houseful.calendar.rules import Span
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope

_CONTENDERS = text(
    """
    SELECT DISTINCT c.cell_id, c.space_id, c.starts_at, c.taken_from, c.taken_until, c.firm,
        c.source, c.source_id, c.occasion_id
    FROM claims mine
    JOIN claims c ON c.organization_id = mine.organization_id AND c.cell_id = mine.cell_id
        AND c.taken_from < mine.taken_until AND c.taken_until > mine.taken_from
    WHERE mine.organization_id = :tenant AND mine.source = :source
        AND mine.source_id = ANY (:source_ids)
    UNION
    SELECT mine.cell_id, c.space_id, c.starts_at, c.taken_from, c.taken_until, c.firm,
        c.source, c.source_id, c.occasion_id
    FROM claims mine
    JOIN space_cells part ON part.organization_id = mine.organization_id
        AND part.cell_id = mine.cell_id
    JOIN space_blockings b ON b.organization_id = mine.organization_id
        AND b.blocked_id = part.space_id
    CROSS JOIN LATERAL (
        SELECT c.* FROM claims c
        WHERE c.organization_id = mine.organization_id AND c.cell_id = b.space_id AND c.firm
            AND c.taken_from < mine.taken_until AND c.taken_until > mine.taken_from
        OFFSET 0
    ) c
    WHERE mine.organization_id = :tenant AND mine.source = :source
        AND mine.source_id = ANY (:source_ids)
    """
).bindparams(bindparam("source_ids", type_=ARRAY(Uuid())))


_ON = text(
    """
    SELECT DISTINCT c.cell_id, c.space_id, c.starts_at, c.taken_from, c.taken_until, c.firm,
        c.source, c.source_id, c.occasion_id
    FROM unnest(:cell_ids, :starts, :ends) AS asked (cell_id, starts, ends)
    JOIN claims c ON c.organization_id = :tenant AND c.cell_id = asked.cell_id
        AND c.taken_from < asked.ends AND c.taken_until > asked.starts
    """
).bindparams(
    bindparam("cell_ids", type_=ARRAY(Uuid())),
    bindparam("starts", type_=ARRAY(DateTime(timezone=True))),
    bindparam("ends", type_=ARRAY(DateTime(timezone=True))),
)


_OUTSIDE = text(
    """
    SELECT DISTINCT e.source_id FROM claims e
    WHERE e.organization_id = :tenant AND e.source = 'event' AND e.source_id = ANY (:show_ids)
        AND e.taken_until > :at AND NOT EXISTS (
            SELECT 1 FROM claims h
            WHERE h.organization_id = e.organization_id AND h.cell_id = e.cell_id
                AND h.show_id = e.source_id AND h.firm
                AND h.taken_from <= e.starts_at AND h.taken_until >= e.ends_at)
    """
).bindparams(bindparam("show_ids", type_=ARRAY(Uuid())))


class CellTime(msgspec.Struct, frozen=True, kw_only=True):
    """What one claim takes of one cell, with its buffers; `starts_at` is the thing's own."""

    cell_id: UUID
    space_id: UUID
    starts_at: Any
    taken: Span
    firm: bool
    source: str
    source_id: UUID
    occasion_id: UUID

    def stands_with(self, other: "CellTime") -> bool:
        """Whether the two are a show and the hire that is for it, or of one source."""
        if self.source == other.source:
            return self.source_id == other.source_id
        return self.occasion_id == other.occasion_id


async def contenders(
    uow: UnitOfWork, source: Source, source_ids: Collection[UUID]
) -> list[CellTime]:
    """Return every claim, on each cell, that meets one of the sources'; their own ones too.

    Who has firmly what blocks such a cell is told as if they had it.
    """
    if not source_ids:
        return []
    found = await uow.execute(
        _CONTENDERS, {"tenant": uow.tenant, "source": source, "source_ids": list(source_ids)}
    )
    return [_cell_time(row) for row in found.mappings()]


async def claims_on(uow: UnitOfWork, times: Collection[tuple[UUID, Span]]) -> list[CellTime]:
    """Return every claim that meets one of the times of cells."""
    if not times:
        return []
    values = {
        "tenant": uow.tenant,
        "cell_ids": [cell_id for cell_id, _ in times],
        "starts": [span.start for _, span in times],
        "ends": [span.end for _, span in times],
    }
    return [_cell_time(row) for row in (await uow.execute(_ON, values)).mappings()]


async def shows_outside_hires(uow: UnitOfWork, show_ids: Collection[UUID]) -> set[UUID]:
    """Return which of the shows have time ahead that no hire holds firmly for them."""
    if not show_ids:
        return set()
    found = await uow.execute(
        _OUTSIDE, {"tenant": uow.tenant, "show_ids": list(show_ids), "at": uow.now}
    )
    return set(found.scalars())


async def require_free(
    uow: UnitOfWork, requests: Sequence[ClaimRequest], *, scope: SpaceScope = None
) -> None:
    """Raise `SpaceTaken`, as `claim_time` does, when others have firmly what is asked for.

    Takes nothing; what the requests' own sources have is not in their way.
    """
    wanted = await wanted_of(uow, requests)
    owners = {(request.source, request.source_id) for request in requests}
    conflicts = [
        conflict
        for conflict in await find_conflicts(uow, wanted)
        if (conflict["source"], conflict["source_id"]) not in owners
    ]
    if conflicts:
        raise await tell_conflicts(uow, conflicts, scope)


async def in_the_way_of_each(
    uow: UnitOfWork, requests: Sequence[ClaimRequest], *, scope: SpaceScope = None
) -> list[list[dict[str, Any]]]:
    """Return, for each request, what others have firmly then, told as `SpaceTaken` tells it.

    Takes nothing, and refuses nothing but what `claim_time` refuses whoever else is there.
    """
    found = await find_conflicts_of_each(uow, await wanted_of(uow, requests))
    all_told = await tell_conflicts(uow, [one for each in found.values() for one in each], scope)
    entries = iter(all_told.fields["conflicts"])
    by_request = {index: [next(entries) for _ in each] for index, each in found.items()}
    return [by_request.get(index, []) for index in range(len(requests))]


def _cell_time(row: RowMapping) -> CellTime:
    return CellTime(
        cell_id=row["cell_id"],
        space_id=row["space_id"],
        starts_at=row["starts_at"],
        taken=Span(row["taken_from"], row["taken_until"]),
        firm=row["firm"],
        source=row["source"],
        source_id=row["source_id"],
        occasion_id=row["occasion_id"],
    )
