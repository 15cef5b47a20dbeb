"""What is in the way of a claim, and how it is told to who may know."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, BigInteger, DateTime, Text, TextClause, Uuid, bindparam, text

from houseful import venues
from houseful.calendar.problems import SpaceTaken
from houseful.calendar.rules import Wanted
from houseful.kernel.database import UnitOfWork
from houseful.kernel.dates import write_clock, write_moment
from houseful.venues import Space, SpaceScope

CONFLICTS_MAX = 50
LOCALE = "en"
MOMENT = "EEE, d MMM y, HH:mm"
CONFLICTS_OF_EACH_MAX = 2000
THINGS = {
    "hire": "the booking",
    "event": "the show",
    "session": "the session",
    "block": "the block",
}

Statuses = Callable[[UnitOfWork, Collection[UUID]], Awaitable[Mapping[UUID, str]]]
"""Returns the states of what takes time, by id."""

_statuses: dict[str, Statuses] = {}

_CLAIM = (
    "c.id, c.space_id, c.starts_at, c.ends_at, c.taken_from, c.taken_until, c.source, c.source_id,"
    " c.label"
)
_IN_THE_WAY = """
    WITH asked AS (
        SELECT *, NULL::uuid AS not_of
        FROM unnest(:numbers, :cells, :starts, :ends, :sources, :source_ids, :occasions, :begins,
                :finishes)
            AS asked (number, cell_id, starts_at, ends_at, source, source_id, occasion_id, begins,
                finishes)
    ), wanted AS (
        SELECT * FROM asked
        UNION
        SELECT a.number, b.space_id, a.starts_at, a.ends_at, a.source, a.source_id, a.occasion_id,
            a.begins, a.finishes, a.source_id
        FROM asked a
        JOIN space_cells part ON part.organization_id = :tenant AND part.cell_id = a.cell_id
        JOIN space_blockings b ON b.organization_id = :tenant AND b.blocked_id = part.space_id
    )
    SELECT {told}, min(wanted.starts_at) AS asked_from, max(wanted.ends_at) AS asked_until,
        bool_or(c.starts_at < wanted.finishes AND c.ends_at > wanted.begins) AS meets
    FROM wanted CROSS JOIN LATERAL (
        SELECT c.* FROM claims c
        WHERE c.organization_id = :tenant AND c.cell_id = wanted.cell_id AND c.firm
            AND c.taken_from < wanted.ends_at AND c.taken_until > wanted.starts_at
            AND (c.source = wanted.source OR c.occasion_id <> wanted.occasion_id)
            AND c.source_id IS DISTINCT FROM wanted.not_of
        OFFSET 0
    ) c
    GROUP BY {told}
    ORDER BY c.starts_at, c.id
    LIMIT :limit
"""
_ATOMS = (
    bindparam("numbers", type_=ARRAY(BigInteger())),
    bindparam("cells", type_=ARRAY(Uuid())),
    bindparam("starts", type_=ARRAY(DateTime(timezone=True))),
    bindparam("ends", type_=ARRAY(DateTime(timezone=True))),
    bindparam("sources", type_=ARRAY(Text())),
    bindparam("source_ids", type_=ARRAY(Uuid())),
    bindparam("occasions", type_=ARRAY(Uuid())),
    bindparam("begins", type_=ARRAY(DateTime(timezone=True))),
    bindparam("finishes", type_=ARRAY(DateTime(timezone=True))),
)
_FIND = text(_IN_THE_WAY.format(told=_CLAIM)).bindparams(*_ATOMS)
_FIND_EACH = text(_IN_THE_WAY.format(told=f"{_CLAIM}, wanted.number")).bindparams(*_ATOMS)


def register_statuses(source: str, statuses: Statuses) -> None:
    """Let a room above say what state the things are in that take time; calendar knows none."""
    _statuses[source] = statuses


async def find_conflicts(uow: UnitOfWork, wanted: Sequence[Wanted]) -> list[dict[str, Any]]:
    """Return the firm claims that are in the way of any of `wanted`, the earliest first.

    A show and a hire that is for it are not in each other's way. In the way is also who has a space
    that blocks what is wanted.
    """
    return await _find(uow, _FIND, wanted, CONFLICTS_MAX)


async def find_conflicts_of_each(
    uow: UnitOfWork, wanted: Sequence[Wanted]
) -> dict[int, list[dict[str, Any]]]:
    """Return what is in the way of each of `wanted`, by its index; nothing where nothing is."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for conflict in await _find(uow, _FIND_EACH, wanted, CONFLICTS_OF_EACH_MAX):
        found[conflict.pop("number")].append(conflict)
    return found


async def _find(
    uow: UnitOfWork, statement: TextClause, wanted: Sequence[Wanted], limit: int
) -> list[dict[str, Any]]:
    atoms = [(one, cell) for one in wanted for cell in one.cells]
    if not atoms:
        return []
    found = await uow.execute(
        statement,
        {
            "tenant": uow.tenant,
            "numbers": [one.index for one, _ in atoms],
            "cells": [cell for _, cell in atoms],
            "starts": [one.taken.start for one, _ in atoms],
            "ends": [one.taken.end for one, _ in atoms],
            "sources": [one.owner.source for one, _ in atoms],
            "source_ids": [one.owner.source_id for one, _ in atoms],
            "occasions": [one.owner.occasion_id for one, _ in atoms],
            "begins": [one.thing.start for one, _ in atoms],
            "finishes": [one.thing.end for one, _ in atoms],
            "limit": limit,
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
    sentence = await _sentence(uow, conflicts, told, spaces) if told else ""
    return SpaceTaken(sentence, conflicts=told)


async def _statuses_of(uow: UnitOfWork, conflicts: Sequence[dict[str, Any]]) -> dict[UUID, str]:
    by_source: dict[str, set[UUID]] = defaultdict(set)
    for conflict in conflicts:
        by_source[conflict["source"]].add(conflict["source_id"])
    found: dict[UUID, str] = {}
    for source, ids in by_source.items():
        if source in _statuses:
            found |= await _statuses[source](uow, ids)
    return found


async def _sentence(
    uow: UnitOfWork,
    conflicts: Sequence[dict[str, Any]],
    told: Sequence[dict[str, Any]],
    spaces: Mapping[UUID, Space],
) -> str:
    """Say the first conflict as people do: in the venue's zone, the day once.

    Where only what is kept around the two meets, it says so: the times themselves do not show it.
    """
    first, shown = conflicts[0], told[0]
    venue_id = spaces[first["space_id"]].venue_id
    zone = (await venues.venues_by_id(uow, {venue_id}))[venue_id].timezone
    where = shown.get("spaceName", "The space")
    who = f" by {THINGS[first['source']]} “{shown['label']}”" if shown.get("label") else ""
    during = _during(first["starts_at"], first["ends_at"], zone)
    more = f", and {len(told) - 1} more" if len(told) > 1 else ""
    sentence = f"{where} is taken{who} {during}{more}."
    if first["meets"]:
        return sentence
    day = first["starts_at"].astimezone(ZoneInfo(zone)).date()
    theirs = _during(first["taken_from"], first["taken_until"], zone, day)
    yours = _during(first["asked_from"], first["asked_until"], zone, day)
    return (
        f"{sentence} With set-up, tear-down and the gap after it, it has the space {theirs};"
        f" yours would have it {yours}."
    )


def _during(begins: datetime, ends: datetime, zone: str, day: date | None = None) -> str:
    """Say from when until when; `day` is the one that has been said already."""
    begun = begins.astimezone(ZoneInfo(zone)).date()
    since = _at(begins, zone, day)
    return f"from {since} until {_at(ends, zone, begun)}"


def _at(at: datetime, zone: str, day: date | None) -> str:
    if at.astimezone(ZoneInfo(zone)).date() == day:
        return write_clock(at, zone, LOCALE)
    return write_moment(at, MOMENT, zone, LOCALE)
