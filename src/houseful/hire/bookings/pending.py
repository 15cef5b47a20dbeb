"""What of hire is stuck until somebody decides: conflicts, and challenges past their time."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.bookings.rules import SOFT_STATES
from houseful.hire.holds.models import Challenge
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope

SHOWN_MAX = 20


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """Bookings by id and title."""

    in_conflict: list[tuple[UUID, str]]
    undecided: list[tuple[UUID, str]]


async def pending_hire(uow: UnitOfWork, *, scope: SpaceScope = None) -> Pending:
    """Return what waits for somebody, of the spaces that the caller sees."""
    mine = [Booking.organization_id == uow.tenant]
    if scope is not None:
        mine.append(Booking.spaces.any(BookingSpace.space_id.in_(scope)))
    of_booking = select(Booking.id, Booking.title).where(*mine).order_by(Booking.id)
    conflicts = of_booking.where(
        Booking.conflict_at.is_not(None), Booking.status.in_(SOFT_STATES)
    ).limit(SHOWN_MAX)
    undecided = (
        of_booking.join(
            Challenge,
            (Challenge.organization_id == Booking.organization_id)
            & (Challenge.booking_id == Booking.id),
        )
        .where(Challenge.status == "open", Challenge.escalated_at.is_not(None))
        .limit(SHOWN_MAX)
    )
    return Pending(
        in_conflict=await _named(uow, conflicts),
        undecided=await _named(uow, undecided),
    )


async def _named(uow: UnitOfWork, statement: Any) -> list[tuple[UUID, str]]:
    rows: Any = await uow.execute(statement)
    return [(booking_id, title) for booking_id, title in rows]
