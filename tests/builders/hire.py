"""Bookings for tests, in any state; hours count as in the calendar's builders."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from houseful import hire
from houseful.hire.bookings.schemas import (
    Because,
    Cancellation,
    Confirmation,
    NewBooking,
    Refusal,
    Release,
    SpaceWish,
)
from houseful.kernel.database import UnitOfWork
from tests.builders.calendar import at
from tests.builders.venues import a_space

ACTS: dict[str, tuple[Any, ...]] = {
    "offer": (hire.offer_booking, Because()),
    "contract": (hire.contract_booking,),
    "confirm": (hire.confirm_booking, Confirmation(reason="because", pass_over=True)),
    "unconfirm": (hire.unconfirm_booking, Refusal(reason="because")),
    "complete": (hire.complete_booking,),
    "close": (hire.close_booking,),
    "release": (hire.release_booking, Release()),
    "decline": (hire.decline_booking, Refusal(reason="because")),
    "lose": (hire.lose_booking, Refusal(reason="because")),
    "cancel": (hire.cancel_booking, Cancellation(reason="because")),
}

Wish = tuple[UUID, float, float]

WAYS = {
    "inquiry": (),
    "hold": (),
    "offered": ("offer",),
    "contracted": ("contract",),
    "confirmed": ("confirm",),
    "completed": ("confirm", "complete"),
    "closed": ("confirm", "complete", "close"),
    "released": ("release",),
    "declined": ("decline",),
    "lost": ("lose",),
    "cancelled": ("confirm", "cancel"),
}


def a_wish(space_id: UUID, start: float, end: float, **fields: Any) -> SpaceWish:
    """Want a space from one hour until another."""
    return SpaceWish(space_id=space_id, starts_at=at(start), ends_at=at(end), **fields)


async def a_booking(
    uow: UnitOfWork,
    wishes: Sequence[Wish] | None = None,
    *,
    in_state: str = "hold",
    **fields: Any,
) -> hire.BookingView:
    """Make a booking and lead it to a state; without wishes, of a new space from 18 to 22."""
    if wishes is None:
        wishes = [((await a_space(uow)).id, 18, 22)]
    given: dict[str, Any] = {
        "title": "Harvest Ball",
        "status": "inquiry" if in_state == "inquiry" else "hold",
        "spaces": [a_wish(*wish) for wish in wishes],
    } | fields
    booking = await hire.create_booking(uow, NewBooking(**given))
    for act in WAYS[in_state]:
        await do(uow, booking.id, act)
    return await hire.get_booking(uow, booking.id)


async def do(uow: UnitOfWork, booking_id: UUID, act: str) -> None:
    """Do one act of a booking's life, with a reason where needed; it is completed on its day."""
    use_case, *data = ACTS[act]
    now = uow.now
    if act == "complete":
        uow.now = (await hire.get_booking(uow, booking_id)).ends_at
    await use_case(uow, booking_id, *data)
    uow.now = now
