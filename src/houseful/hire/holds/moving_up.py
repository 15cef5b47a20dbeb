"""Those behind move up when somebody ahead goes away, and are told in the same transaction."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from houseful.calendar import contenders
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.story import tell_of
from houseful.hire.holds.facts import HoldMovedUp
from houseful.hire.holds.ranks import standings
from houseful.kernel.database import UnitOfWork


class Place(NamedTuple):
    """Where a hold stood."""

    rank: int
    is_backup: bool


async def places_behind(uow: UnitOfWork, booking_id: UUID) -> dict[UUID, Place]:
    """Return where the holds stand that meet the booking's time: ask before it goes away."""
    met = await contenders(uow, "hire", [booking_id])
    others = {
        one.source_id
        for one in met
        if one.source == "hire" and not one.firm and one.source_id != booking_id
    }
    return await _places(uow, others)


async def tell_moved_up(uow: UnitOfWork, before: dict[UUID, Place]) -> list[UUID]:
    """Tell those who stand better than before; return who they are."""
    after = await _places(uow, set(before))
    moved = sorted(booking_id for booking_id, place in after.items() if place < before[booking_id])
    states: Any = await uow.execute(
        select(Booking.id, Booking.status).where(
            Booking.organization_id == uow.tenant, Booking.id.in_(moved)
        )
    )
    status_of = dict(states.all())
    for booking_id in moved:
        place = after[booking_id]
        await tell_of(
            uow,
            booking_id,
            status_of[booking_id],
            "moved_up",
            details={
                "from": before[booking_id].rank,
                "rank": place.rank,
                "isBackup": place.is_backup,
            },
        )
        await uow.announce(HoldMovedUp(subject_id=booking_id, rank=place.rank))
    return moved


async def _places(uow: UnitOfWork, booking_ids: set[UUID]) -> dict[UUID, Place]:
    if not booking_ids:
        return {}
    stand = await standings(uow, booking_ids)
    return {
        booking_id: Place(rank, stand.is_backup(booking_id))
        for booking_id in booking_ids
        if (rank := stand.worst_of(booking_id)) is not None
    }
