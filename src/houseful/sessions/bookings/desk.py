"""What staff do with bookings: book for somebody, take cash, mark, call off, settle."""

from uuid import UUID

import msgspec

from houseful import venues
from houseful.kernel.database import UnitOfWork
from houseful.payments import take_at_till
from houseful.sessions.bookings import attending, billing, cancelling, standing
from houseful.sessions.bookings.line import set_priority
from houseful.sessions.bookings.models import SessionBooking, WaitingEntry
from houseful.sessions.bookings.money import PAYABLE_KIND
from houseful.sessions.bookings.queries import (
    SessionSheet,
    ShownBooking,
    booking_of_session,
    read_sheet,
    show_booking,
)
from houseful.sessions.bookings.schemas import (
    AttendanceBody,
    CallOff,
    DebtBody,
    DeskBooking,
    Taking,
)
from houseful.sessions.bookings.taking import book, quote
from houseful.sessions.bookings.waiting import join_waiting_list
from houseful.sessions.bookings.waiting_schemas import WaitingPriority
from houseful.sessions.bookings.wishes import ExtraWish, Wish
from houseful.sessions.catalogue.changing import change_sessions
from houseful.sessions.catalogue.models import SessionSeries
from houseful.sessions.catalogue.queries import shown_session
from houseful.sessions.catalogue.scheduling import create_session
from houseful.sessions.catalogue.schemas import NewSession, SessionCancellation, SessionChanges
from houseful.sessions.covering import CASH, Bill, Cover
from houseful.sessions.customers.models import CompanyCustomer, SlotAttendee
from houseful.sessions.customers.schemas import NewSlotAttendee
from houseful.sessions.customers.service import attendee_for
from houseful.venues import SpaceScope

TERMINAL = "terminal"


async def announce_session(
    uow: UnitOfWork, data: NewSession, *, scope: SpaceScope = None
) -> SessionSheet:
    """Announce a session and return its sheet."""
    session = await create_session(uow, data, scope=scope)
    return await read_sheet(uow, session.id)


async def change_session(
    uow: UnitOfWork,
    session_id: UUID,
    version: int,
    data: SessionChanges,
    *,
    scope: SpaceScope = None,
) -> SessionSheet:
    """Change a session, and perhaps those that follow; return its sheet."""
    changed = await change_sessions(uow, session_id, version, data, scope=scope)
    sheet = await read_sheet(uow, session_id)
    return msgspec.structs.replace(sheet, kept_own=changed.kept_own)


async def cancel_session(
    uow: UnitOfWork,
    session_id: UUID,
    version: int,
    data: SessionCancellation,
    *,
    scope: SpaceScope = None,
) -> SessionSheet:
    """Call off a session, and perhaps those that follow; return its sheet."""
    await cancelling.call_off_sessions(uow, session_id, version, data, scope=scope)
    return await read_sheet(uow, session_id)


async def book_at_desk(
    uow: UnitOfWork, session_id: UUID, data: DeskBooking, *, scope: SpaceScope = None
) -> ShownBooking:
    """Book for a customer; what pass and wallet do not cover is paid in cash, or by a card."""
    await shown_session(uow, session_id, scope=scope)
    booking = await book(uow, _wish(session_id, data))
    if booking.money == "awaiting":
        provider = TERMINAL if data.takes_card else CASH
        await take_at_till(
            uow, PAYABLE_KIND, booking.id, provider=provider, reference=data.reference
        )
    return await show_booking(uow, booking)


async def quote_at_desk(
    uow: UnitOfWork, session_id: UUID, data: DeskBooking, *, scope: SpaceScope = None
) -> tuple[Bill, Cover]:
    """Return what a booking at the desk would be paid with, without doing anything."""
    await shown_session(uow, session_id, scope=scope)
    return await quote(uow, _wish(session_id, data))


async def wait_at_desk(
    uow: UnitOfWork, session_id: UUID, customer_id: UUID, *, scope: SpaceScope = None
) -> WaitingEntry:
    """Put a customer on the waiting list of a full session, as `join_waiting_list` does."""
    await shown_session(uow, session_id, scope=scope)
    return await join_waiting_list(uow, session_id, customer_id)


async def prioritise(
    uow: UnitOfWork,
    session_id: UUID,
    entry_id: UUID,
    data: WaitingPriority,
    *,
    scope: SpaceScope = None,
) -> WaitingEntry:
    """Let somebody who waits go before those with a lower priority."""
    await shown_session(uow, session_id, scope=scope)
    return await set_priority(uow, session_id, entry_id, data.priority)


async def mark(
    uow: UnitOfWork,
    session_id: UUID,
    booking_id: UUID,
    data: AttendanceBody,
    *,
    scope: SpaceScope = None,
) -> ShownBooking:
    """Note that somebody came, or did not."""
    await booking_of_session(uow, session_id, booking_id, scope=scope)
    return await show_booking(uow, await attending.mark_attendance(uow, booking_id, data.mark))


async def call_off(
    uow: UnitOfWork,
    session_id: UUID,
    booking_id: UUID,
    data: CallOff,
    *,
    scope: SpaceScope = None,
) -> ShownBooking:
    """Cancel a booking for the house."""
    await booking_of_session(uow, session_id, booking_id, scope=scope)
    return await show_booking(uow, await cancelling.call_off_booking(uow, booking_id, data.reason))


async def take_money_for(
    uow: UnitOfWork,
    session_id: UUID,
    booking_id: UUID,
    data: Taking,
    *,
    scope: SpaceScope = None,
) -> ShownBooking:
    """Take cash, or a card, for a place that is held, or a debt. Raises `NothingToPay`."""
    await booking_of_session(uow, session_id, booking_id, scope=scope)
    provider = TERMINAL if data.payment == "card_terminal" else CASH
    await take_at_till(uow, PAYABLE_KIND, booking_id, provider=provider, reference=data.reference)
    return await show_booking(uow, await uow.get(SessionBooking, booking_id))


async def end_debt(uow: UnitOfWork, booking_id: UUID, data: DebtBody) -> ShownBooking:
    """Let a debt end without money."""
    act = billing.waive_debt if data.act == "waive" else billing.write_off_debt
    return await show_booking(uow, await act(uow, booking_id, data.reason))


async def give_standing_place(
    uow: UnitOfWork, series_id: UUID, data: NewSlotAttendee, *, scope: SpaceScope = None
) -> SlotAttendee:
    """Give somebody a place in every session of a series."""
    venues.require_space(scope, (await uow.get(SessionSeries, series_id)).space_id)
    customer = await uow.get(CompanyCustomer, data.customer_id)
    attendee = await attendee_for(uow, customer, data.attendee_id)
    return await standing.add_slot_attendee(uow, series_id, customer.id, attendee.id)


def _wish(session_id: UUID, data: DeskBooking) -> Wish:
    return Wish(
        session_id=session_id,
        customer_id=data.customer_id,
        attendee_id=data.attendee_id,
        extras=[ExtraWish(one.extra_id, one.quantity) for one in data.extras],
        payment=data.payment(),
        by_staff=True,
    )
