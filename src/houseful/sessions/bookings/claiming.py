"""Claiming: what somebody booked as a guest comes into their account.

An e-mail address alone joins nobody to anybody: it takes the link that was mailed to the address,
and who opens it signed in and says so. Then bookings move, and the guest's record goes into the
account's: one person is one customer.
"""

from collections.abc import Sequence

from sqlalchemy import func, select

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.identity import Identity
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.queries import ShownBooking, me_of, show_bookings
from houseful.sessions.customers.merging import merge_guest
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.keys import proven_address
from houseful.sessions.states import LIVE_PLACES


async def claimable_bookings(uow: UnitOfWork, key: bytes, proof: str) -> list[ShownBooking]:
    """Return what was booked by guests with the proven address. Raises `LinkInvalid`."""
    guests = await _guests_at(uow, proven_address(key, proof, uow.now))
    return await show_bookings(uow, await _bookings_of(uow, guests))


async def claim_bookings(uow: UnitOfWork, key: bytes, proof: str, identity: Identity) -> int:
    """Give what guests booked with the proven address to the signed-in person; return how many.

    Claiming again is harmless: nothing is left to move. Raises `LinkInvalid`.
    """
    guests = await _guests_at(uow, proven_address(key, proof, uow.now))
    me = await me_of(uow, identity)
    bookings = await _bookings_of(uow, guests)
    mine = await _sessions_with_a_place(uow, me)
    known = {guest.id: guest for guest in guests}
    for booking in bookings:
        booking.customer_id = me.id
        guest = known.get(booking.attendee_id)
        if guest is None:
            continue
        is_live = booking.place in LIVE_PLACES
        if is_live and booking.session_id in mine:
            continue
        booking.attendee_id = me.id
        if is_live:
            mine.add(booking.session_id)
    await uow.flush()
    for booking in bookings:
        await audit.record(uow, "sessions.booking.claimed", booking)
    for guest in guests:
        await merge_guest(uow, guest, me)
    return len(bookings)


async def _guests_at(uow: UnitOfWork, address: str) -> Sequence[CompanyCustomer]:
    return await uow.all(
        select(CompanyCustomer)
        .where(
            CompanyCustomer.organization_id == uow.tenant,
            CompanyCustomer.user_id.is_(None),
            CompanyCustomer.guardian_id.is_(None),
            func.lower(CompanyCustomer.email) == address.lower(),
        )
        .order_by(CompanyCustomer.id)
        .with_for_update()
    )


async def _bookings_of(
    uow: UnitOfWork, guests: Sequence[CompanyCustomer]
) -> Sequence[SessionBooking]:
    return await uow.all(
        select(SessionBooking)
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.customer_id.in_([guest.id for guest in guests]),
        )
        .order_by(SessionBooking.id)
        .with_for_update()
    )


async def _sessions_with_a_place(uow: UnitOfWork, me: CompanyCustomer) -> set[object]:
    return set(
        await uow.all(
            select(SessionBooking.session_id).where(
                SessionBooking.organization_id == uow.tenant,
                SessionBooking.attendee_id == me.id,
                SessionBooking.place.in_(LIVE_PLACES),
            )
        )
    )
