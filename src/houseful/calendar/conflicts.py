"""What is in the way of a claim, and how it is told to who may know."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Text, Uuid, bindparam, text

from houseful import venues
from houseful.calendar.problems import SpaceTaken
from houseful.calendar.rules import Wanted
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope

CONFLICTS_MAX = 50

Statuses = Callable[[UnitOfWork, Collection[UUID]], Awaitable[Mapping[UUID, str]]]
"""Returns the states of what takes time, by id."""

_statuses: dict[str, Statuses] = {}

_FIND = text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(:cells, :starts, :ends, :sources, :source_ids, :occasions)
            AS wanted (cell_id, starts_at, ends_at, source, source_id, occasion_id)
    )
    SELECT c.id, c.space_id, c.starts_at, c.ends_at, c.source, c.source_id, c.label
    FROM wanted
    JOIN claims c ON c.organization_id = :tenant AND c.cell_id = wanted.cell_id AND c.firm
        AND c.taken_from < wanted.ends_at AND c.taken_until > wanted.starts_at
        AND (c.source = wanted.source OR c.occasion_id <> wanted.occasion_id)
    UNION
    SELECT c.id, c.space_id, c.starts_at, c.ends_at, c.source, c.source_id, c.label
    FROM wanted
    JOIN space_cells part ON part.organization_id = :tenant AND part.cell_id = wanted.cell_id
    JOIN space_blockings b ON b.organization_id = :tenant AND b.blocked_id = part.space_id
    JOIN claims c ON c.organization_id = :tenant AND c.cell_id = b.space_id AND c.firm
        AND c.taken_from < wanted.ends_at AND c.taken_until > wanted.starts_at
        AND c.source_id <> wanted.source_id
        AND (c.source = wanted.source OR c.occasion_id <> wanted.occasion_id)
    ORDER BY starts_at, id
    LIMIT :limit
    """
).bindparams(
    bindparam("cells", type_=ARRAY(Uuid())),
    bindparam("starts", type_=ARRAY(DateTime(timezone=True))),
    bindparam("ends", type_=ARRAY(DateTime(timezone=True))),
    bindparam("sources", type_=ARRAY(Text())),
    bindparam("source_ids", type_=ARRAY(Uuid())),
    bindparam("occasions", type_=ARRAY(Uuid())),
)


def register_statuses(source: str, statuses: Statuses) -> None:
    """Let a room above say what state the things are in that take time; calendar knows none."""
    _statuses[source] = statuses


async def find_conflicts(uow: UnitOfWork, wanted: Sequence[Wanted]) -> list[dict[str, Any]]:
    """Return the firm claims that are in the way of any of `wanted`, the earliest first.

    A show and a hire that is for it are not in each other's way. In the way is also who has a space
    that blocks what is wanted.
    """
    atoms = [(cell, one.taken, one.owner) for one in wanted for cell in one.cells]
    if not atoms:
        return []
    found = await uow.execute(
        _FIND,
        {
            "tenant": uow.tenant,
            "cells": [cell for cell, _, _ in atoms],
            "starts": [span.start for _, span, _ in atoms],
            "ends": [span.end for _, span, _ in atoms],
            "sources": [owner.source for _, _, owner in atoms],
            "source_ids": [owner.source_id for _, _, owner in atoms],
            "occasions": [owner.occasion_id for _, _, owner in atoms],
            "limit": CONFLICTS_MAX,
        },
    )
    return [dict(row) for row in found.mappings()]


async def tell_conflicts(
    uow: UnitOfWork, conflicts: Sequence[dict[str, Any]], scope: SpaceScope
) -> SpaceTaken:
    """Return the problem that tells the conflicts: time and source always.

    Names, and the state of what is in the way, are told of spaces in `scope` only.
    """
    statuses = await _statuses_of(uow, conflicts)
    spaces = await venues.spaces_by_id(uow, {conflict["space_id"] for conflict in conflicts})
    told: list[dict[str, Any]] = []
    for conflict in conflicts:
        space = spaces[conflict["space_id"]]
        entry: dict[str, Any] = {
            "startsAt": conflict["starts_at"].isoformat(),
            "endsAt": conflict["ends_at"].isoformat(),
            "source": conflict["source"],
        }
        if scope is None or space.id in scope:
            entry |= {
                "spaceId": str(space.id),
                "spaceName": space.name,
                "sourceId": str(conflict["source_id"]),
                "label": conflict["label"],
            }
            if conflict["source_id"] in statuses:
                entry["status"] = statuses[conflict["source_id"]]
        told.append(entry)
    return SpaceTaken(_sentence(told), conflicts=told)


async def _statuses_of(uow: UnitOfWork, conflicts: Sequence[dict[str, Any]]) -> dict[UUID, str]:
    by_source: dict[str, set[UUID]] = defaultdict(set)
    for conflict in conflicts:
        by_source[conflict["source"]].add(conflict["source_id"])
    found: dict[UUID, str] = {}
    for source, ids in by_source.items():
        if source in _statuses:
            found |= await _statuses[source](uow, ids)
    return found


def _sentence(told: Sequence[dict[str, Any]]) -> str:
    if not told:
        return ""
    first = told[0]
    where = first.get("spaceName", "The space")
    more = f", and {len(told) - 1} more" if len(told) > 1 else ""
    return f"{where} is taken from {first['startsAt']} until {first['endsAt']}{more}."
