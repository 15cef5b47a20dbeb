"""Whoever confirms a hold behind others takes the spaces from them: that is said, and not slipped.

Firm bookings are not passed over: with them in the way nothing can be confirmed at all.
"""

from collections.abc import Collection
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.problems import OthersAhead
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.states import OUT_FOR_SIGNATURE
from houseful.hire.holds.ranks import queue_around
from houseful.hire.holds.reordering import titles_of
from houseful.hire.holds.rules import seniors_of
from houseful.hire.holds.schemas import PassedView
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope


async def ids_ahead(uow: UnitOfWork, booking: Booking) -> set[UUID]:
    """Return the holds that are ahead of a hold; who is joint with it is not."""
    return seniors_of((await queue_around(uow, booking.id)).held, booking.id)


async def passed_over(
    uow: UnitOfWork, ids: Collection[UUID], *, scope: SpaceScope = None
) -> list[PassedView]:
    """Return who would be passed over, by name as far as `scope` sees them, the named first."""
    if not ids:
        return []
    titles = await titles_of(uow, ids, scope)
    out = set(
        await uow.all(
            select(Contract.booking_id).where(
                Contract.organization_id == uow.tenant,
                Contract.booking_id.in_(ids),
                Contract.status.in_(OUT_FOR_SIGNATURE),
            )
        )
    )
    found = [
        PassedView(
            booking_id=each if each in titles else None,
            title=titles.get(each, ""),
            is_out_for_signature=each in out,
        )
        for each in ids
    ]
    return sorted(found, key=lambda one: (not one.title, one.title, str(one.booking_id)))


async def require_said(
    uow: UnitOfWork, ids: Collection[UUID], *, is_said: bool, scope: SpaceScope
) -> None:
    """Raise `OthersAhead`, naming them, unless it was said that they are passed over."""
    if is_said or not ids:
        return
    ahead = await passed_over(uow, ids, scope=scope)
    raise OthersAhead(
        f"{words_for(ahead)} Say that they are passed over.", ahead=msgspec.to_builtins(ahead)
    )


def words_for(ahead: Collection[PassedView]) -> str:
    """Return a sentence that says who is passed over, and whose contract is out for signature."""
    named = [
        (one.title + (" (its contract is out for signature)" if one.is_out_for_signature else ""))
        for one in ahead
        if one.title
    ]
    strangers = len(ahead) - len(named)
    if strangers:
        named.append("somebody else" if strangers == 1 else f"{strangers} others")
    return f"Ahead in the queue: {', '.join(named)}."
