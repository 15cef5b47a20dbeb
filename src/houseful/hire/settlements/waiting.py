"""When a night can be agreed on: once it has taken place, or will not."""

from datetime import datetime

import msgspec

from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import ENDED_STATES, OVER_STATES, over_from
from houseful.hire.contracts.values import house_of, write_time
from houseful.hire.settlements.models import Settlement
from houseful.hire.settlements.problems import NightNotOver
from houseful.hire.venue_events.shows import is_called_off
from houseful.kernel.database import UnitOfWork
from houseful.kernel.locales import english_of


class Opening(msgspec.Struct, frozen=True):
    """From when both sides can agree, and the zone whose clock says so."""

    at: datetime
    timezone: str


async def opening_of(uow: UnitOfWork, settlement: Settlement) -> Opening | None:
    """Return from when both sides can agree; None when they can now, or have."""
    if settlement.status != "draft":
        return None
    booking = await uow.get(Booking, settlement.booking_id)
    if booking.status in ENDED_STATES | OVER_STATES or await is_called_off(uow, booking.id):
        return None
    opens_at = over_from(booking.starts_at, booking.ends_at)
    return Opening(opens_at, booking.timezone) if uow.now < opens_at else None


async def require_over(uow: UnitOfWork, settlement: Settlement) -> None:
    """Raise `NightNotOver`, saying from when it can be agreed on by the venue's clock."""
    opening = await opening_of(uow, settlement)
    if opening is not None:
        house = await house_of(uow)
        when = write_time(opening.at, opening.timezone, english_of(house.locale))
        raise NightNotOver(f"Both sides can agree from {when}.", opensAt=opening.at.isoformat())
