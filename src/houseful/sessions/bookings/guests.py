"""Booking without an account: throttled, held to a few unpaid places, opened by a signed link."""

import hashlib
from uuid import UUID

from sqlalchemy import func, select

from houseful.accounts import count_attempt, too_many_attempts
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.origin import current_origin
from houseful.kernel.problems import TooManyRequests
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.queries import ShownBooking, show_booking
from houseful.sessions.bookings.schemas import NewGuestBooking
from houseful.sessions.bookings.taking import book
from houseful.sessions.bookings.wishes import ExtraWish, Wish
from houseful.sessions.catalogue.settings import read_settings
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.service import add_guest
from houseful.sessions.keys import booking_token
from houseful.sessions.problems import NotBookable

PER_ADDRESS = 30
PER_EMAIL = 10
PER_SESSION = 200
UNPAID_MAX = 3
SLOWLY = "Please pay for what you hold, or wait a little, and then try again."
"""Said whether too much was tried or too much is held: it tells nobody what an address has."""


async def count_guest(database: Database, session_id: UUID, email: str) -> None:
    """Count a guest's try by address, e-mail and session. Raises the 429 problem."""
    known = hashlib.sha256(email.strip().lower().encode()).hexdigest()

    async def count(uow: UnitOfWork) -> None:
        for name, limit in (
            (f"guest address {current_origin.get().address}", PER_ADDRESS),
            (f"guest email {known}", PER_EMAIL),
            (f"guest session {session_id}", PER_SESSION),
        ):
            await count_attempt(uow, name, limit=limit)

    try:
        await database.run(None, count)
    except TooManyRequests as problem:
        problem.detail = SLOWLY
        raise


async def book_as_guest(
    uow: UnitOfWork, key: bytes, session_id: UUID, data: NewGuestBooking
) -> ShownBooking:
    """Book a place for a guest: a customer without an account, whatever their address is.

    Raises as `book` does, and `TooManyRequests` while several places wait to be paid.
    """
    if not (await read_settings(uow)).takes_guests:
        raise NotBookable("Please sign in to book here.")
    await _require_few_unpaid(uow, data.email)
    guest = await add_guest(uow, name=data.name, email=data.email, phone=data.phone)
    wish = Wish(
        session_id=session_id,
        customer_id=guest.id,
        extras=[ExtraWish(one.extra_id, one.quantity) for one in data.extras],
        return_path=data.return_path,
    )
    booking = await book(uow, wish)
    return await show_booking(uow, booking, token=booking_token(key, booking.id))


async def _require_few_unpaid(uow: UnitOfWork, email: str) -> None:
    """Count what guests hold with an address: what who has an account holds is not for guests."""
    held = await uow.first(
        select(func.count())
        .select_from(SessionBooking)
        .join(
            CompanyCustomer,
            (CompanyCustomer.organization_id == SessionBooking.organization_id)
            & (CompanyCustomer.id == SessionBooking.customer_id),
        )
        .where(
            SessionBooking.organization_id == uow.tenant,
            SessionBooking.place == "held",
            func.lower(SessionBooking.contact_email) == email.strip().lower(),
            CompanyCustomer.user_id.is_(None),
        )
    )
    if held >= UNPAID_MAX:
        raise too_many_attempts(uow.now, PER_EMAIL, SLOWLY)
