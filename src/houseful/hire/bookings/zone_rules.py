"""When the rules of a zone change: what was agreed by the wall's clock stays at that hour.

Governments move the clocks at short notice. A booking keeps what the wall is to show; once this
installation knows the new rules, the instants of what is still to come are derived anew.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from houseful import audit
from houseful.accounts import organization_ids
from houseful.calendar import SpaceTaken, move_claims
from houseful.hire.bookings.facts import BookingMoved
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.bookings.rules import EDITABLE_STATES, FIRM_STATES, SOFT_STATES, wall_time
from houseful.hire.bookings.service import lock_booking
from houseful.hire.bookings.story import tell
from houseful.hire.bookings.times import requests_for
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore

LOOK_EVERY_SECONDS = 6 * 3600

log = structlog.get_logger(__name__)


@chore(every_seconds=LOOK_EVERY_SECONDS)
async def follow_zone_rules(database: Database) -> None:
    """Bring every booking that is to come back to the hours on its wall."""
    for organization_id in await database.run(None, organization_ids):
        for booking_id in await database.run(organization_id, bookings_off_the_wall):
            try:
                await database.run(organization_id, put_right, booking_id)
            except SpaceTaken as taken:
                log.warning("off_the_wall", booking=str(booking_id), problem=str(taken))


async def bookings_off_the_wall(uow: UnitOfWork) -> list[UUID]:
    """Return the bookings to come whose instants are no longer at the hours on their wall.

    In the order in which they do not run into each other: those that come to lie later begin with
    the last.
    """
    found: Any = await uow.execute(
        select(Booking.id, Booking.timezone, BookingSpace.starts_at, BookingSpace.starts_wall)
        .join(
            BookingSpace,
            (BookingSpace.organization_id == Booking.organization_id)
            & (BookingSpace.booking_id == Booking.id),
        )
        .where(
            Booking.organization_id == uow.tenant,
            Booking.status.in_(EDITABLE_STATES),
            BookingSpace.starts_at > uow.now,
        )
        .order_by(BookingSpace.starts_at)
    )
    later: list[UUID] = []
    earlier: list[UUID] = []
    for booking_id, timezone, at, wall in found:
        right = _at_the_wall(at, wall, timezone)
        if right > at:
            later.append(booking_id)
        elif right < at:
            earlier.append(booking_id)
    return list(dict.fromkeys([*reversed(later), *earlier]))


async def put_right(uow: UnitOfWork, booking_id: UUID) -> None:
    """Derive a booking's instants anew from its wall times; harmless twice.

    Raises `SpaceTaken` where something else is in the way: then nothing is changed.
    """
    booking = await lock_booking(uow, booking_id)
    if booking.status not in EDITABLE_STATES:
        return
    changed = [_put_line_right(line, booking.timezone) for line in booking.spaces]
    if not any(changed):
        return
    if booking.status in FIRM_STATES | SOFT_STATES:
        is_firm = booking.status in FIRM_STATES
        requests = await requests_for(uow, booking, booking.spaces, firm=is_firm)
        await move_claims(uow, "hire", booking.id, requests)
    flag_modified(booking, "status")  # the version must change with the spaces
    await audit.record(uow, "hire.booking.followed_zone", booking)
    await tell(uow, booking, "follow_zone", details={"timezone": booking.timezone})
    await uow.announce(BookingMoved(subject_id=booking.id))


def _put_line_right(line: BookingSpace, timezone: str) -> bool:
    """Bring a line back to its wall; return whether that changed it."""
    starts_at = _at_the_wall(line.starts_at, line.starts_wall, timezone)
    ends_at = _at_the_wall(line.ends_at, line.ends_wall, timezone)
    if (starts_at, ends_at) == (line.starts_at, line.ends_at):
        return False
    if ends_at <= starts_at:
        ends_at = starts_at + (line.ends_at - line.starts_at)
    line.usage = [_shifted(segment, starts_at - line.starts_at) for segment in line.usage]
    line.starts_at, line.ends_at = starts_at, ends_at
    return True


def _at_the_wall(at: datetime, wall: datetime, timezone: str) -> datetime:
    """Return when the wall shows this: the instant that is known, if it still is.

    Where the clocks now skip that time, it is as much later as they skip.
    """
    if wall_time(at, timezone) == wall:
        return at
    return wall.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def _shifted(segment: dict[str, Any], shift: timedelta) -> dict[str, Any]:
    moved = {name: datetime.fromisoformat(segment[name]) + shift for name in ("startsAt", "endsAt")}
    return segment | msgspec.to_builtins(moved)
