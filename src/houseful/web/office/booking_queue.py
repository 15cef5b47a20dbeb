"""What a booking's page says of others: who is ahead, who challenges, and who can be told."""

from collections.abc import Sequence
from typing import Any

from houseful.hire import BookingView
from houseful.hire.bookings.rules import EDITABLE_STATES
from houseful.hire.customers.reaching import holder_of
from houseful.hire.holds.keeping import is_place_kept
from houseful.hire.holds.reordering import explain_ranks, neighbours_of, titles_of
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope


async def queue_of(
    uow: UnitOfWork, booking: BookingView, challenges: Sequence[Any], scope: SpaceScope
) -> dict[str, Any]:
    """Return what the page says of a booking's place in the queue, as far as `scope` sees others.

    While a challenge is open its order is not changed.
    """
    is_to_come = booking.status in EDITABLE_STATES
    return {
        "standing": await explain_ranks(uow, booking.id, scope=scope) if booking.rank else None,
        "neighbours": await neighbours_of(uow, booking.id, scope=scope) if booking.rank else [],
        "challengers": await titles_of(uow, {one.booking_id for one in challenges}, scope),
        "is_contested": any(one.status == "open" for one in challenges),
        "is_place_kept": not is_to_come and await is_place_kept(uow, booking.id),
        "is_unreachable": is_to_come and not (await holder_of(uow, booking.id)).email,
    }
