"""Some spaces of a booking go another way than the rest: each part is a booking of its own then.

The holds keep their ranks: what moves to the other booking takes its priority along.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update

from houseful import audit
from houseful.calendar import claim_time, move_claims
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.bookings.problems import HoldContested
from houseful.hire.bookings.rules import SOFT_STATES
from houseful.hire.bookings.story import tell
from houseful.hire.bookings.times import requests_for
from houseful.hire.contracts.outdating import mark_outdated
from houseful.hire.deposits.following import follow_price
from houseful.hire.holds import contest
from houseful.hire.rates.models import Charge
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.venues import SpaceScope

SPLIT_STATES = SOFT_STATES | {"inquiry"}
_ALIKE = (
    "venue_id",
    "title",
    "purpose",
    "notes",
    "status",
    "timezone",
    "currency",
    "company_id",
    "person_id",
    "business_unit_id",
    "contact_name",
    "contact_email",
    "contact_phone",
    "hold_expires_at",
    "expiry_warned_at",
)


async def split_off(
    uow: UnitOfWork, booking: Booking, line_ids: Sequence[UUID], *, scope: SpaceScope = None
) -> Booking | None:
    """Give the named lines of a locked booking to a new one, alike in all else; return it.

    None when these are all of its lines. Its papers stay with the booking; price lines of the
    named spaces go along. Raises `Invalid` for lines that are not its own and for what is firm or
    over, and `HoldContested` while a challenge is open.
    """
    named = _named(booking, line_ids)
    if len(named) == len(booking.spaces):
        return None
    if await contest.is_contested(uow, booking.id):
        raise HoldContested("Answer the challenge before you part its spaces.")
    other = await _part(uow, booking, [line.id for line in named])
    if booking.status in SOFT_STATES:
        kept, moved = [
            await requests_for(uow, one, one.spaces, firm=False) for one in (booking, other)
        ]
        await move_claims(uow, "hire", booking.id, kept, scope=scope)
        await claim_time(uow, moved, scope=scope)
    await mark_outdated(uow, booking.id)
    await follow_price(uow, booking)
    for one, its_other in ((booking, other), (other, booking)):
        await tell(uow, one, "split", details={"bookingId": str(its_other.id)})
    return other


def rest_of(booking: Booking, line_ids: Sequence[UUID]) -> list[UUID]:
    """Return the lines of a booking that are not named."""
    named = {line.id for line in _named(booking, line_ids)}
    return [line.id for line in booking.spaces if line.id not in named]


def _named(booking: Booking, line_ids: Sequence[UUID]) -> list[BookingSpace]:
    if booking.status not in SPLIT_STATES:
        raise Invalid.at("/lineIds", f"What is {booking.status} goes one way, as a whole.")
    named = [line for line in booking.spaces if line.id in set(line_ids)]
    if len(named) != len(set(line_ids)):
        raise Invalid.at("/lineIds", "There is no such space in this booking.")
    return named


async def _part(uow: UnitOfWork, booking: Booking, line_ids: Sequence[UUID]) -> Booking:
    other = Booking(
        organization_id=uow.tenant,
        id=new_id(),
        **{name: getattr(booking, name) for name in _ALIKE},
    )
    await audit.add_row(uow, other, "hire.booking.split")
    for table, column in ((BookingSpace, BookingSpace.id), (Charge, Charge.booking_space_id)):
        await uow.execute(
            update(table)
            .where(table.organization_id == uow.tenant, column.in_(line_ids))
            .values(booking_id=other.id)
            .execution_options(synchronize_session=False)
        )
    for one in (booking, other):
        await uow.session.refresh(one, ["spaces"])
    return other
