"""Those behind move up when somebody ahead goes away, and are told in the same transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from houseful.calendar import contenders
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.story import tell_of
from houseful.hire.holds.facts import HoldMovedBack, HoldMovedUp
from houseful.hire.holds.keeping import keep_places
from houseful.hire.holds.ranks import standings
from houseful.kernel.database import UnitOfWork


class Place(NamedTuple):
    """Where a hold stood."""

    rank: int
    is_backup: bool


async def places_behind(uow: UnitOfWork, booking_id: UUID) -> dict[UUID, Place]:
    """Return where the holds stand that meet the booking's time: ask before it goes away.

    Where the venue's ranks are frozen, its places are kept from now on.
    """
    met = await contenders(uow, "hire", [booking_id])
    others = {
        one.source_id
        for one in met
        if one.source == "hire" and not one.firm and one.source_id != booking_id
    }
    await keep_places(uow, booking_id, met)
    return await places_of(uow, others)


async def tell_moved_up(uow: UnitOfWork, before: dict[UUID, Place]) -> list[UUID]:
    """Tell those who stand better than before; return who they are."""
    after = await places_of(uow, set(before))
    moved = sorted(booking_id for booking_id, place in after.items() if place < before[booking_id])
    for booking_id, act_id in (await _tell(uow, moved, "moved_up", before, after)).items():
        rank = after[booking_id].rank
        await uow.announce(HoldMovedUp(subject_id=booking_id, rank=rank, act_id=act_id))
    return moved


async def tell_moved_back(uow: UnitOfWork, before: dict[UUID, Place], *, reason: str) -> None:
    """Tell those who stand worse than before, because somebody was placed ahead of them."""
    after = await places_of(uow, set(before))
    moved = sorted(booking_id for booking_id, place in after.items() if place > before[booking_id])
    told = await _tell(uow, moved, "moved_back", before, after, reason=reason)
    for booking_id, act_id in told.items():
        rank = after[booking_id].rank
        await uow.announce(HoldMovedBack(subject_id=booking_id, rank=rank, act_id=act_id))


async def _tell(
    uow: UnitOfWork,
    moved: Sequence[UUID],
    act: str,
    before: Mapping[UUID, Place],
    after: Mapping[UUID, Place],
    *,
    reason: str = "",
) -> dict[UUID, UUID]:
    """Add to the stories of those who moved; return the ids of what was added."""
    if not moved:
        return {}
    states: Any = await uow.execute(
        select(Booking.id, Booking.status).where(
            Booking.organization_id == uow.tenant, Booking.id.in_(moved)
        )
    )
    status_of = dict(states.all())
    told: dict[UUID, UUID] = {}
    for booking_id in moved:
        place = after[booking_id]
        details = {
            "from": before[booking_id].rank,
            "rank": place.rank,
            "isBackup": place.is_backup,
        }
        told[booking_id] = await tell_of(
            uow, booking_id, status_of[booking_id], act, reason=reason, details=details
        )
    return told


async def places_of(uow: UnitOfWork, booking_ids: set[UUID]) -> dict[UUID, Place]:
    """Return where the holds stand; what is no hold is left out."""
    if not booking_ids:
        return {}
    stand = await standings(uow, booking_ids)
    return {
        booking_id: Place(rank, stand.is_backup(booking_id))
        for booking_id in booking_ids
        if (rank := stand.worst_of(booking_id)) is not None
    }
