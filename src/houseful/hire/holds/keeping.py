"""Where a venue's ranks are frozen, whoever leaves the queue leaves their place behind.

The place counts as if they were there still, so nobody moves up, and who comes later comes behind.
It is kept for as long as somebody is behind it.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from houseful.calendar import CellTime, claims_on
from houseful.hire.bookings.models import Booking
from houseful.hire.holds.models import KeptPlace, RankFreeze
from houseful.hire.holds.queries import freeze_in_force
from houseful.hire.holds.ranks import Queue, read_queue
from houseful.hire.holds.rules import Queued, has_followers
from houseful.kernel.database import UnitOfWork

_KEY = (KeptPlace.booking_id, KeptPlace.cell_id, KeptPlace.taken_from, KeptPlace.priority)


async def keep_places(uow: UnitOfWork, booking_id: UUID, met: Collection[CellTime]) -> None:
    """Keep the places of a hold that is about to leave them, where the venue's ranks are frozen.

    `met` is what meets its time, and its own. Places that only it was behind are given up. Whoever
    lifts the freeze meanwhile waits, so that no place is kept by a freeze that is over.
    """
    venue_id = (await uow.get(Booking, booking_id)).venue_id
    freeze = await freeze_in_force(uow, venue_id, to_stay=True)
    if freeze is None:
        return
    held, kept = await read_queue(uow, met)
    behind = await queue_at(uow, kept)
    await give_up(
        uow, [one for one in kept if not has_followers(behind.held, one, besides=booking_id)]
    )
    leaving = [
        one
        for one in held
        if one.holder == booking_id and has_followers(held, one, besides=booking_id)
    ]
    if leaving:
        await uow.execute(
            insert(KeptPlace).on_conflict_do_nothing(),
            [_as_row(freeze, one) for one in leaving],
        )


async def is_place_kept(uow: UnitOfWork, booking_id: UUID) -> bool:
    """Whether a place of the booking is kept, though it holds nothing any more."""
    kept = select(KeptPlace.booking_id).where(
        KeptPlace.organization_id == uow.tenant, KeptPlace.booking_id == booking_id
    )
    return await uow.first(kept.limit(1)) is not None


async def queue_at(uow: UnitOfWork, places: Collection[Queued]) -> Queue:
    """Return all who hold, or have kept, the times of the places."""
    return await read_queue(uow, await claims_on(uow, [(one.cell_id, one.span) for one in places]))


async def give_up(uow: UnitOfWork, places: Collection[Queued]) -> None:
    """Keep the places no longer."""
    if places:
        keys = [(one.holder, one.cell_id, one.span.start, one.priority) for one in places]
        await uow.execute(
            delete(KeptPlace).where(
                KeptPlace.organization_id == uow.tenant, tuple_(*_KEY).in_(keys)
            )
        )


def _as_row(freeze: RankFreeze, one: Queued) -> dict[str, Any]:
    return {
        "organization_id": freeze.organization_id,
        "freeze_id": freeze.id,
        "booking_id": one.holder,
        "cell_id": one.cell_id,
        "taken_from": one.span.start,
        "taken_until": one.span.end,
        "priority": one.priority,
    }
