"""Reading challenges, and which ranks are frozen."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.bookings.queries import get_booking
from houseful.hire.holds.models import Challenge, ChallengedHold, RankFreeze
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.venues import SpaceScope


async def get_challenge(
    uow: UnitOfWork, challenge_id: UUID, *, scope: SpaceScope = None
) -> Challenge:
    """Return the challenge; raises `NotFound`, also for who does not see its booking."""
    challenge = await uow.get(Challenge, challenge_id)
    await get_booking(uow, challenge.booking_id, scope=scope)
    return challenge


async def list_challenges(
    uow: UnitOfWork,
    *,
    window: Window,
    booking_id: UUID | None = None,
    status: str | None = None,
    scope: SpaceScope = None,
) -> tuple[list[Any], str | None]:
    """Return one page of challenges, perhaps those that a booking made or has to answer."""
    statement = select(Challenge).where(Challenge.organization_id == uow.tenant)
    if booking_id is not None:
        against = select(ChallengedHold.challenge_id).where(
            ChallengedHold.organization_id == uow.tenant, ChallengedHold.booking_id == booking_id
        )
        statement = statement.where(
            (Challenge.booking_id == booking_id) | Challenge.id.in_(against)
        )
    if status is not None:
        statement = statement.where(Challenge.status == status)
    if scope is not None:
        seen = select(Booking.id).where(
            Booking.organization_id == uow.tenant,
            Booking.spaces.any(BookingSpace.space_id.in_(scope)),
        )
        statement = statement.where(Challenge.booking_id.in_(seen))
    return await fetch_page(uow, statement, Challenge, window)


async def get_freeze(uow: UnitOfWork, freeze_id: UUID) -> RankFreeze:
    """Return the freeze; raises `NotFound`."""
    return await uow.get(RankFreeze, freeze_id)


async def list_freezes(
    uow: UnitOfWork,
    *,
    window: Window,
    venue_id: UUID | None = None,
    is_in_force: bool | None = None,
) -> tuple[list[Any], str | None]:
    """Return one page of freezes, perhaps of one venue, perhaps only those in force or over."""
    statement = select(RankFreeze).where(RankFreeze.organization_id == uow.tenant)
    if venue_id is not None:
        statement = statement.where(RankFreeze.venue_id == venue_id)
    if is_in_force is not None:
        lifted = RankFreeze.lifted_at
        statement = statement.where(lifted.is_(None) if is_in_force else lifted.is_not(None))
    return await fetch_page(uow, statement, RankFreeze, window)


async def freeze_in_force(
    uow: UnitOfWork, venue_id: UUID, *, to_stay: bool = False
) -> RankFreeze | None:
    """Return the freeze of the venue's ranks, if they are frozen now.

    With `to_stay` nobody lifts it before this transaction ends.
    """
    found = select(RankFreeze).where(
        RankFreeze.organization_id == uow.tenant,
        RankFreeze.venue_id == venue_id,
        RankFreeze.lifted_at.is_(None),
    )
    return await uow.first(found.with_for_update(read=True) if to_stay else found)
