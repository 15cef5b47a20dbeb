"""Reading challenges."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.bookings.queries import get_booking
from houseful.hire.holds.models import Challenge, ChallengedHold
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
