"""The maps of events, packed once: a layout on sale does not change."""

import base64
import hashlib
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful import seating
from houseful.kernel.copies import Copies
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.packed import Packed
from houseful.kernel.problems import NotFound
from houseful.ticketing.models import EventPool
from houseful.ticketing.offers import get_sale

MAPS_MAX = 50


class Bound(msgspec.Struct, frozen=True):
    """What an event sells: its layout, and its pools by the standing area that they sell."""

    layout_id: UUID
    pools: tuple[tuple[UUID, UUID], ...]

    @property
    def version(self) -> str:
        """What the map is called: another layout, or other pools, are another map."""
        digest = hashlib.blake2b(self.layout_id.bytes, digest_size=9)
        for pair in self.pools:
            for key in pair:
                digest.update(key.bytes)
        return base64.urlsafe_b64encode(digest.digest()).decode()


class SeatMaps(Copies[tuple[UUID, Bound], Packed]):
    """This process's maps; what the event sells tells whether one is still right."""

    def __init__(self, database: Database) -> None:
        async def read(key: tuple[UUID, Bound]) -> Packed:
            tenant, bound = key
            parts = await database.run(tenant, seating.load_parts, bound.layout_id)
            return await seating.pack_geometry(parts, dict(bound.pools))

        super().__init__(read, at_most=MAPS_MAX)


async def bound_of(database: Database, tenant: UUID, event_id: UUID) -> Bound:
    """Return what the event sells. Raises `NotFound` when that is not on a map."""
    return await database.run(tenant, _bound, event_id)


async def seat_map(database: Database, tenant: UUID, bound: Bound) -> Packed:
    """Return the map of what an event sells, as this process keeps it."""
    return await database.keep(SeatMaps).get((tenant, bound))


async def _bound(uow: UnitOfWork, event_id: UUID) -> Bound:
    layout_id = (await get_sale(uow, event_id)).layout_id
    if layout_id is None:
        raise NotFound("This event has no seat map.")
    pools = await uow.all(
        select(EventPool)
        .where(
            EventPool.organization_id == uow.tenant,
            EventPool.event_id == event_id,
            EventPool.standing_area_id.is_not(None),
        )
        .order_by(EventPool.id)
    )
    return Bound(
        layout_id,
        tuple(
            (pool.standing_area_id, pool.id) for pool in pools if pool.standing_area_id is not None
        ),
    )
