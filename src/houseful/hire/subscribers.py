"""What time does to bookings by itself: holds expire, challenges are decided, nights are over."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from houseful.hire.bookings import zone_rules
from houseful.hire.bookings.life import complete_booking
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import LIFE
from houseful.hire.contracts import moving
from houseful.hire.contracts import subscribers as contracts
from houseful.hire.deposits import subscribers as deposits
from houseful.hire.holds import subscribers as holds
from houseful.hire.holds.service import (
    decide_challenge,
    expire_hold,
    lapse_challenge,
    warn_of_expiry,
)
from houseful.hire.settlements import subscribers as settlements
from houseful.hire.venue_events import subscribers as venue_events
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore, see_to_each

CHECK_EVERY_SECONDS = 15
PAPERS = (zone_rules, contracts, moving, deposits, holds, venue_events, settlements)
"""Their subscribers and chores are registered by being imported."""


@chore(every_seconds=CHECK_EVERY_SECONDS)
async def do_what_is_due(database: Database) -> None:
    """Do what is due in any organisation, each thing in its own transaction."""

    async def do(due: tuple[UUID, str, UUID]) -> None:
        organization_id, act, subject_id = due
        await database.run(organization_id, ACTS[act], subject_id)

    await see_to_each(await database.run(None, _due), do)


async def complete_when_over(uow: UnitOfWork, booking_id: UUID) -> None:
    """Complete a booking whose time is over; harmless twice, and in parallel."""
    booking = await uow.get(Booking, booking_id)
    if LIFE.allows(booking.status, "complete"):
        await complete_booking(uow, booking_id)


async def _due(uow: UnitOfWork) -> list[tuple[UUID, str, UUID]]:
    found: Any = await uow.execute(
        "SELECT organization_id, act, subject_id FROM hire_due(:at)", {"at": uow.now}
    )
    return [tuple(row) for row in found]


ACTS: Mapping[str, Callable[[UnitOfWork, UUID], Awaitable[None]]] = {
    "expire": expire_hold,
    "warn": warn_of_expiry,
    "complete": complete_when_over,
    "decide": decide_challenge,
    "lapse": lapse_challenge,
}
