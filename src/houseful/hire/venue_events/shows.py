"""Which show a booking is for: the calendar lets that one stand in what was hired for it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select

from houseful import events
from houseful.calendar import dedicate_claims
from houseful.hire.bookings.models import Booking
from houseful.hire.venue_events.models import VenueEvent, VenueEventBooking
from houseful.kernel.database import UnitOfWork
from houseful.venues import SpaceScope


async def show_of(uow: UnitOfWork, booking: Booking) -> UUID | None:
    """Return the show that the booking is for, if it names one, or its venue event does."""
    return (await shows_of(uow, [booking])).get(booking.id)


async def own_show_of(uow: UnitOfWork, booking: Booking) -> UUID | None:
    """Return the show that the booking is for, if it is this organisation's: its books tell of it.

    Also when it was not the booking that named it, but the venue's event that was linked to it.
    """
    show = (await night_of(uow, booking.id)).show
    return show.id if show is not None else None


class BookedNight(msgspec.Struct, frozen=True):
    """What a booking is for: its venue event, and the show when it is this organisation's."""

    venue_event_id: UUID | None
    show: events.ShownEvent | None


async def night_of(uow: UnitOfWork, booking_id: UUID) -> BookedNight:
    """Return what the booking is for, as far as it is known; raises `NotFound`."""
    booking = await uow.get(Booking, booking_id)
    show_id = await show_of(uow, booking)
    shows = await events.events_by_id(uow, [show_id] if show_id else [])
    venue_event_id = await uow.first(
        select(VenueEventBooking.venue_event_id).where(
            VenueEventBooking.organization_id == uow.tenant,
            VenueEventBooking.booking_id == booking_id,
        )
    )
    return BookedNight(venue_event_id, shows.get(show_id) if show_id else None)


async def is_called_off(uow: UnitOfWork, booking_id: UUID) -> bool:
    """Whether what the booking is for was cancelled, as its venue event or its show says."""
    night = await night_of(uow, booking_id)
    if night.show is not None and night.show.status == "cancelled":
        return True
    if night.venue_event_id is None:
        return False
    return (await uow.get(VenueEvent, night.venue_event_id)).status == "cancelled"


async def shows_of(uow: UnitOfWork, bookings: Collection[Booking]) -> dict[UUID, UUID]:
    """Return the shows that bookings are for, in one query for all."""
    rows: Any = await uow.execute(
        select(VenueEventBooking.booking_id, VenueEvent.promoter_event_id)
        .join(
            VenueEvent,
            (VenueEvent.organization_id == VenueEventBooking.organization_id)
            & (VenueEvent.id == VenueEventBooking.venue_event_id),
        )
        .where(
            VenueEventBooking.organization_id == uow.tenant,
            VenueEventBooking.booking_id.in_([booking.id for booking in bookings]),
        )
    )
    linked: dict[UUID, str | None] = dict(rows.all())
    shows = {one.id: _show(one, linked.get(one.id)) for one in bookings}
    return {booking_id: show_id for booking_id, show_id in shows.items() if show_id is not None}


async def bookings_for(uow: UnitOfWork, event_id: UUID) -> list[UUID]:
    """Return the bookings that are for a show, whoever linked the two."""
    linked = (
        select(VenueEventBooking.booking_id)
        .join(
            VenueEvent,
            (VenueEvent.organization_id == VenueEventBooking.organization_id)
            & (VenueEvent.id == VenueEventBooking.venue_event_id),
        )
        .where(
            VenueEventBooking.organization_id == uow.tenant,
            VenueEvent.promoter_event_id == str(event_id),
        )
    )
    named = or_(
        Booking.event_id == event_id,
        Booking.promoter_event_id == str(event_id),
        Booking.id.in_(linked),
    )
    return list(
        await uow.all(select(Booking.id).where(Booking.organization_id == uow.tenant, named))
    )


async def dedicate(uow: UnitOfWork, booking: Booking, *, scope: SpaceScope = None) -> None:
    """Let the booking's time be for its show, as it is linked now.

    Raises `SpaceTaken` when another show stands in it that it was for until now.
    """
    await dedicate_claims(uow, "hire", booking.id, await show_of(uow, booking), scope=scope)


async def promoter_event_of(uow: UnitOfWork, booking_id: UUID) -> str | None:
    """Return the promoter's event that the booking's venue event refers to, if it does."""
    return await uow.first(
        select(VenueEvent.promoter_event_id)
        .join(
            VenueEventBooking,
            (VenueEventBooking.organization_id == VenueEvent.organization_id)
            & (VenueEventBooking.venue_event_id == VenueEvent.id),
        )
        .where(
            VenueEventBooking.organization_id == uow.tenant,
            VenueEventBooking.booking_id == booking_id,
        )
    )


def _show(booking: Booking, linked: str | None) -> UUID | None:
    return booking.event_id or _as_uuid(booking.promoter_event_id or linked)


def _as_uuid(event_id: str | None) -> UUID | None:
    """Return the id as ours are; a legacy object id is nobody's show here."""
    try:
        return UUID(event_id) if event_id else None
    except ValueError:
        return None
