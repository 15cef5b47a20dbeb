"""Reading bookings: of a session, of a customer, who owes."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.identity import Identity
from houseful.kernel.problems import NotFound
from houseful.sessions.bookings.line import position_of
from houseful.sessions.bookings.models import RefundRequest, SessionBooking, WaitingEntry
from houseful.sessions.catalogue.queries import ShownSession, sessions_by_id, shown_session
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.service import customer_of_user, customers_by_id
from houseful.sessions.keys import check_token
from houseful.sessions.states import LIVE_PLACES
from houseful.venues import SpaceScope


class ShownBooking(msgspec.Struct, frozen=True, kw_only=True):
    """A booking with its session and the name of who attends."""

    booking: SessionBooking
    session: ShownSession
    attendee_name: str
    refund_request_id: UUID | None = None
    token: str = ""


class SessionSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A session with all that concerns it."""

    session: ShownSession
    bookings: list[ShownBooking]
    waiting: list[tuple[WaitingEntry, int]]
    names: dict[UUID, str]
    """Who waits, by the attendee's id."""
    kept_own: int = 0
    """After a change: how many sessions that it was for keep what they have of their own."""

    @property
    def active_bookings_count(self) -> int:
        """How many places are held or confirmed."""
        return sum(one.booking.place in LIVE_PLACES for one in self.bookings)

    @property
    def version(self) -> int:
        """The session's."""
        return self.session.version


async def read_sheet(
    uow: UnitOfWork, session_id: UUID, *, scope: SpaceScope = None
) -> SessionSheet:
    """Return a session with its bookings and its waiting list. Raises `NotFound`."""
    session = await shown_session(uow, session_id, scope=scope)
    bookings = await uow.all(
        select(SessionBooking)
        .where(
            SessionBooking.organization_id == uow.tenant, SessionBooking.session_id == session_id
        )
        .order_by(SessionBooking.id)
        .execution_options(populate_existing=True)
    )
    waiting = await _waiting(uow, session_id)
    people = await customers_by_id(uow, {one.attendee_id for one, _ in waiting})
    return SessionSheet(
        session=session,
        bookings=await show_bookings(uow, bookings),
        waiting=waiting,
        names={one.id: one.name for one in people.values()},
    )


async def show_bookings(
    uow: UnitOfWork, bookings: Sequence[SessionBooking], *, token: str = ""
) -> list[ShownBooking]:
    """Return bookings with their sessions and names, in a fixed number of queries."""
    sessions = await sessions_by_id(uow, {one.session_id for one in bookings})
    people = await customers_by_id(uow, {one.attendee_id for one in bookings})
    requests = await _requests_of(uow, [one.id for one in bookings])
    return [
        ShownBooking(
            booking=one,
            session=sessions[one.session_id],
            attendee_name=people[one.attendee_id].name,
            refund_request_id=requests.get(one.id),
            token=token,
        )
        for one in bookings
    ]


async def show_booking(
    uow: UnitOfWork, booking: SessionBooking, *, token: str = ""
) -> ShownBooking:
    """Return a booking with its session and names."""
    return (await show_bookings(uow, [booking], token=token))[0]


async def sessions_of_bookings(uow: UnitOfWork, booking_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the session's id of each of the bookings that there are, by the booking's id."""
    return {
        booking.id: booking.session_id
        for booking in (await uow.get_many(SessionBooking, booking_ids)).values()
    }


async def booking_of_session(
    uow: UnitOfWork, session_id: UUID, booking_id: UUID, *, scope: SpaceScope = None
) -> SessionBooking:
    """Return a session's booking; raises `NotFound`, also for who does not see the space."""
    await shown_session(uow, session_id, scope=scope)
    booking = await uow.get(SessionBooking, booking_id)
    if booking.session_id != session_id:
        raise NotFound
    return booking


async def me_of(uow: UnitOfWork, identity: Identity) -> CompanyCustomer:
    """Return what a signed-in person is here."""
    assert identity.actor.id is not None
    return await customer_of_user(uow, identity.actor.id, name=identity.name, email=identity.email)


async def my_booking(uow: UnitOfWork, identity: Identity, booking_id: UUID) -> SessionBooking:
    """Return a booking of the signed-in person; raises `NotFound` for anybody else's."""
    me = await me_of(uow, identity)
    booking = await uow.get(SessionBooking, booking_id)
    if booking.customer_id != me.id:
        raise NotFound
    return booking


async def my_bookings(
    uow: UnitOfWork, identity: Identity, *, window: Window, session_id: UUID | None = None
) -> tuple[list[Any], str | None]:
    """Return one page of the signed-in person's bookings, perhaps those of a session."""
    me = await me_of(uow, identity)
    return await bookings_of_customer(uow, me.id, window=window, session_id=session_id)


async def bookings_of_customer(
    uow: UnitOfWork, customer_id: UUID, *, window: Window, session_id: UUID | None = None
) -> tuple[list[Any], str | None]:
    """Return one page of a customer's bookings, perhaps those of a session."""
    theirs = select(SessionBooking).where(
        SessionBooking.organization_id == uow.tenant, SessionBooking.customer_id == customer_id
    )
    if session_id is not None:
        theirs = theirs.where(SessionBooking.session_id == session_id)
    rows, cursor = await fetch_page(uow, theirs, SessionBooking, window)
    return await show_bookings(uow, rows), cursor


async def my_waiting(
    uow: UnitOfWork, identity: Identity, *, window: Window
) -> tuple[list[Any], str | None]:
    """Return what the signed-in person waits for, or waited."""
    me = await me_of(uow, identity)
    mine = select(WaitingEntry).where(
        WaitingEntry.organization_id == uow.tenant, WaitingEntry.customer_id == me.id
    )
    rows, cursor = await fetch_page(uow, mine, WaitingEntry, window)
    return [(one, await position_of(uow, one)) for one in rows], cursor


async def guest_booking(
    uow: UnitOfWork, key: bytes, booking_id: UUID, token: str
) -> SessionBooking:
    """Return the booking that a guest's link opens. Raises `NotFound`."""
    check_token(key, booking_id, token)
    return await uow.get(SessionBooking, booking_id)


async def live_bookings(uow: UnitOfWork, session_id: UUID) -> list[SessionBooking]:
    """Return the bookings of a session that have a place."""
    return list(
        await uow.all(
            select(SessionBooking)
            .where(
                SessionBooking.organization_id == uow.tenant,
                SessionBooking.session_id == session_id,
                SessionBooking.place.in_(LIVE_PLACES),
            )
            .order_by(SessionBooking.id)
        )
    )


async def entry_of_booking(uow: UnitOfWork, booking_id: UUID) -> WaitingEntry | None:
    """Return who waited for what became this booking, or None."""
    return await uow.first(
        select(WaitingEntry).where(
            WaitingEntry.organization_id == uow.tenant, WaitingEntry.booking_id == booking_id
        )
    )


async def closed_waits(uow: UnitOfWork, session_id: UUID) -> list[WaitingEntry]:
    """Return who waited for a session until it was over, or called off, and was offered nothing."""
    return list(
        await uow.all(
            select(WaitingEntry)
            .where(
                WaitingEntry.organization_id == uow.tenant,
                WaitingEntry.session_id == session_id,
                WaitingEntry.status == "closed",
                WaitingEntry.booking_id.is_(None),
            )
            .order_by(WaitingEntry.id)
        )
    )


async def list_debts(
    uow: UnitOfWork, *, window: Window, customer_id: UUID | None = None
) -> tuple[list[Any], str | None]:
    """Return one page of bookings that are owed for, perhaps a customer's."""
    owed = select(SessionBooking).where(
        SessionBooking.organization_id == uow.tenant, SessionBooking.money == "due"
    )
    if customer_id is not None:
        owed = owed.where(SessionBooking.customer_id == customer_id)
    rows, cursor = await fetch_page(uow, owed, SessionBooking, window)
    return await show_bookings(uow, rows), cursor


async def _waiting(uow: UnitOfWork, session_id: UUID) -> list[tuple[WaitingEntry, int]]:
    rows: Sequence[WaitingEntry] = await uow.all(
        select(WaitingEntry)
        .where(WaitingEntry.organization_id == uow.tenant, WaitingEntry.session_id == session_id)
        .order_by(WaitingEntry.priority.desc(), WaitingEntry.sequence)
    )
    places = iter(range(1, len(rows) + 1))
    return [(one, next(places) if one.status == "waiting" else 0) for one in rows]


async def _requests_of(uow: UnitOfWork, booking_ids: Collection[UUID]) -> dict[UUID, UUID]:
    rows: Any = await uow.execute(
        select(RefundRequest.booking_id, RefundRequest.id).where(
            RefundRequest.organization_id == uow.tenant,
            RefundRequest.booking_id.in_(booking_ids),
        )
    )
    return dict(rows.all())
