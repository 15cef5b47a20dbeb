"""How long holds and offers last, unless a challenge says so."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from houseful import venues
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.states import OUT_FOR_SIGNATURE
from houseful.hire.holds.ranks import standings
from houseful.hire.holds.rules import by_the_night, expiry_of, read_policy
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid
from houseful.venues import Venue

HALF_SIGNED_FOR = timedelta(days=1)


def next_expiry(
    uow: UnitOfWork, venue: Venue, lines: Sequence[BookingSpace], wanted: datetime | None
) -> datetime:
    """Return when the hold falls away: as wanted, or as the venue's policy says.

    Never later than it begins, whoever wants it.
    """
    starts_at = min(line.starts_at for line in lines)
    if wanted is not None:
        require_to_come(uow, wanted)
        return by_the_night(wanted, starts_at, uow.now)
    return expiry_of(read_policy(venue.settings), uow.now, starts_at, timezone=venue.timezone)


def require_to_come(uow: UnitOfWork, wanted: datetime) -> None:
    """Raise `Invalid` for a hold that is to fall away in the past."""
    if wanted <= uow.now:
        raise Invalid.at("/holdExpiresAt", "A hold cannot expire in the past.")


async def expire_by_rank(uow: UnitOfWork, booking: Booking, placed_at: datetime) -> datetime | None:
    """Return when a hold falls away that is in its rank since then; None where ranks are alike.

    Ranks are known once the hold is written.
    """
    venue = await venues.get_venue(uow, booking.venue_id)
    policy = read_policy(venue.settings)
    if not policy.rank_hours:
        return None
    rank = (await standings(uow, [booking.id])).worst_of(booking.id)
    return expiry_of(policy, placed_at, booking.starts_at, timezone=venue.timezone, rank=rank or 1)


async def offered_until(uow: UnitOfWork, booking: Booking) -> datetime:
    """Return how long an offer lasts that is made now: as a contract that is out, or as usual."""
    venue = await venues.get_venue(uow, booking.venue_id)
    usual = uow.now + timedelta(hours=read_policy(venue.settings).offer_hours)
    ends = [one.expires_at for one in await _out(uow, booking) if one.expires_at is not None]
    return max(uow.now, min(max(ends, default=usual), booking.starts_at))


async def out_until(uow: UnitOfWork, booking: Booking) -> datetime | None:
    """Return until when an offer lasts whose time is over, for its contract; None for no longer.

    A contract lasts as long as it says; one that somebody has signed already, a day more each time.
    """
    ends = [
        one.expires_at or uow.now + HALF_SIGNED_FOR
        for one in await _out(uow, booking)
        if one.expires_at is not None or one.status == "partially_signed"
    ]
    until = min(max(ends, default=uow.now), booking.starts_at)
    return until if until > uow.now else None


async def _out(uow: UnitOfWork, booking: Booking) -> Sequence[Contract]:
    return await uow.all(
        select(Contract).where(
            Contract.organization_id == uow.tenant,
            Contract.booking_id == booking.id,
            Contract.parent_id.is_(None),
            Contract.status.in_(OUT_FOR_SIGNATURE | {"sending"}),
        )
    )
