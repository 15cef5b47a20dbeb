"""One-way blocking: which spaces keep which others from being had while they are taken.

A space is identified with its own cell, which every claim on it takes, and on any whole it is part
of; who takes a part of it only, does not block what the whole blocks.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, delete, insert, select, union
from sqlalchemy.orm import aliased

from houseful import audit, venues
from houseful.calendar.models import SpaceBlocking, SpaceCell
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.venues import SpaceScope


class Blocking(msgspec.Struct, frozen=True):
    """A space, and those that cannot be had while it is taken."""

    space_id: UUID
    space_ids: list[UUID]


def blockers_of_cells(uow: UnitOfWork, cells: Any) -> Select[UUID]:
    """Select the spaces that keep any of the cells from being had; `cells` is a condition's side.

    What is blocked, is blocked with all its parts.
    """
    return (
        select(SpaceBlocking.space_id)
        .join(
            SpaceCell,
            (SpaceCell.organization_id == SpaceBlocking.organization_id)
            & (SpaceCell.space_id == SpaceBlocking.blocked_id),
        )
        .where(SpaceBlocking.organization_id == uow.tenant, SpaceCell.cell_id.in_(cells))
    )


async def cells_in_the_way(
    uow: UnitOfWork, space_ids: Collection[UUID]
) -> Mapping[UUID, Collection[UUID]]:
    """Return cells, with the spaces in whose way who has such a cell is."""
    blocked = aliased(SpaceCell)
    own = select(SpaceCell.space_id, SpaceCell.cell_id).where(
        SpaceCell.organization_id == uow.tenant, SpaceCell.space_id.in_(space_ids)
    )
    others = (
        select(SpaceCell.space_id, SpaceBlocking.space_id)
        .join(
            blocked,
            (blocked.organization_id == SpaceCell.organization_id)
            & (blocked.cell_id == SpaceCell.cell_id),
        )
        .join(
            SpaceBlocking,
            (SpaceBlocking.organization_id == blocked.organization_id)
            & (SpaceBlocking.blocked_id == blocked.space_id),
        )
        .where(SpaceCell.organization_id == uow.tenant, SpaceCell.space_id.in_(space_ids))
    )
    pairs: Any = await uow.execute(union(own, others))
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for space_id, cell_id in pairs:
        found[cell_id].add(space_id)
    return found


async def blocked_spaces(uow: UnitOfWork, space_id: UUID, *, scope: SpaceScope = None) -> Blocking:
    """Return the spaces that cannot be had while this one is taken. Raises `NotFound`."""
    await venues.get_space(uow, space_id, scope=scope)
    found = await uow.all(
        select(SpaceBlocking.blocked_id)
        .where(SpaceBlocking.organization_id == uow.tenant, SpaceBlocking.space_id == space_id)
        .order_by(SpaceBlocking.blocked_id)
    )
    return Blocking(space_id, [one for one in found if scope is None or one in scope])


async def set_blocked_spaces(
    uow: UnitOfWork, space_id: UUID, blocked_ids: Collection[UUID], *, scope: SpaceScope = None
) -> Blocking:
    """Say which spaces cannot be had while this one is taken; claims that there are stay.

    Raises `NotFound`, and `Invalid` for the space itself and for one of another venue.
    """
    venues.require_whole_house(scope)
    space = await venues.get_space(uow, space_id)
    known = await venues.spaces_by_id(uow, set(blocked_ids))
    for place, blocked_id in enumerate(blocked_ids):
        other = known.get(blocked_id)
        if other is None or other.venue_id != space.venue_id or blocked_id == space_id:
            raise Invalid.at(f"/spaceIds/{place}", "Choose other spaces of the same venue.")
    await uow.execute(
        delete(SpaceBlocking).where(
            SpaceBlocking.organization_id == uow.tenant, SpaceBlocking.space_id == space_id
        )
    )
    if known:
        await uow.execute(
            insert(SpaceBlocking),
            [
                {"organization_id": uow.tenant, "space_id": space_id, "blocked_id": blocked_id}
                for blocked_id in sorted(known)
            ],
        )
    await audit.record(uow, "calendar.space.blocking", space, sentence="said what a space blocks")
    return await blocked_spaces(uow, space_id)
