"""Checking in by scan: a booking's code, read at the desk or by a device at the door."""

from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import NotFound
from houseful.kernel.secrets import is_same, keyed_digest
from houseful.kernel.short_codes import is_meant, may_be_meant, short_code_bits
from houseful.sessions.bookings.attending import mark_attendance
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.queries import ShownBooking, booking_of_session, show_booking
from houseful.sessions.catalogue.queries import shown_session
from houseful.sessions.problems import CodeNotValid
from houseful.venues import SpaceScope

PREFIX = "HS"
ID_CHARACTERS = 32
MARK_CHARACTERS = 16
WHY_NOT = {
    "held": "This place is not paid for yet.",
    "expired": "This place was not paid for in time, and is gone.",
    "cancelled": "This booking was cancelled.",
    "late_cancelled": "This booking was cancelled.",
    "seller_cancelled": "The house cancelled this booking.",
}


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who has checked in; `was_in` when they had already: the first time stands."""

    shown: ShownBooking
    was_in: bool


def check_in_code(key: bytes, booking_id: UUID) -> str:
    """Return what a booking's QR code says: capitals and digits, which make a small code."""
    name = booking_id.hex.upper()
    return f"{PREFIX}{name}{_mark(key, name)}"


async def check_in_by_code(
    uow: UnitOfWork,
    key: bytes,
    code: str,
    *,
    session_id: UUID | None = None,
    scope: SpaceScope = None,
) -> CheckIn:
    """Check in who holds a code, perhaps for one session only; scanning again is harmless.

    The code may be the square's, or the booking's short code as people type it.

    Raises `CodeNotValid` with the reason, `IllegalTransition` when it is too early or too late, and
    `NotFound` for a session that is not there.
    """
    if session_id is not None:
        await shown_session(uow, session_id, scope=scope)
    try:
        booking_id = await _booking_meant(uow, key, code)
        booking = await uow.get(SessionBooking, booking_id)
        await booking_of_session(uow, booking.session_id, booking_id, scope=scope)
    except NotFound as unknown:
        raise CodeNotValid("This is not a booking of this house.") from unknown
    shown = await show_booking(uow, booking)
    if session_id is not None and booking.session_id != session_id:
        raise CodeNotValid(f"This is for {shown.session.name}, at another time.")
    if booking.place != "confirmed":
        raise CodeNotValid(WHY_NOT[booking.place])
    was_in = booking.attendance == "attended"
    device_id = uow.actor.id if uow.actor.kind == "device" else None
    booking = await mark_attendance(uow, booking_id, "check_in", device_id=device_id)
    return CheckIn(shown=await show_booking(uow, booking), was_in=was_in)


async def _booking_meant(uow: UnitOfWork, key: bytes, code: str) -> UUID:
    """Return the booking that a code names, or a short code means, if there is exactly one."""
    bits = short_code_bits(code)
    if bits is None:
        return _read(key, code)
    near = await uow.all(
        select(SessionBooking.id).where(
            SessionBooking.organization_id == uow.tenant, may_be_meant(SessionBooking.id, bits)
        )
    )
    meant = [id_ for id_ in near if is_meant(id_, bits)]
    if len(meant) != 1:
        raise NotFound
    return meant[0]


def _read(key: bytes, code: str) -> UUID:
    """Return the booking that a code names. Raises `CodeNotValid` for one that we did not make."""
    text = "".join(code.split()).upper()
    name, mark = text[len(PREFIX) : len(PREFIX) + ID_CHARACTERS], text[-MARK_CHARACTERS:]
    is_whole = text.startswith(PREFIX) and len(text) == len(PREFIX) + ID_CHARACTERS + len(mark)
    if not is_whole or not text.isascii() or not is_same(mark, _mark(key, name)):
        raise CodeNotValid("This code was not made here.")
    return UUID(hex=name)


def _mark(key: bytes, name: str) -> str:
    return keyed_digest(key, "check in", name)[:MARK_CHARACTERS].upper()
