"""Use cases of venue events: the three ways in, changing them, and linking a promoter."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from houseful import audit, venues
from houseful.directory import party_names
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import FIRM_STATES, OVER_STATES, SOFT_STATES
from houseful.hire.bookings.service import lock_bookings
from houseful.hire.venue_events.models import VenueEvent, VenueEventBooking
from houseful.hire.venue_events.problems import AlreadyLinked, PromoterEventTaken
from houseful.hire.venue_events.queries import bookings_of, held_by, show
from houseful.hire.venue_events.schemas import (
    NewVenueEvent,
    ShownVenueEvent,
    VenueEventChanges,
)
from houseful.hire.venue_events.shows import dedicate
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Conflict, Invalid

FOLLOWING = frozenset({"planned", "confirmed", "cancelled"})
"""States in which a venue event goes where its bookings go."""

PLACEHOLDER_FIELDS = (
    "placeholder_promoter_name",
    "placeholder_promoter_email",
    "placeholder_notes",
)


async def create_venue_event(uow: UnitOfWork, data: NewVenueEvent) -> ShownVenueEvent:
    """Refer to a promoter's event, or hold its place. Raises `PromoterEventTaken` and `Invalid`.

    That the promoter's event exists was asked before.
    """
    _check_reference(data)
    _check_times(data.start_at, data.end_at)
    await _check_spaces(uow, data.space_ids)
    event = VenueEvent(
        organization_id=uow.tenant,
        id=new_id(),
        promoter_event_id=data.promoter_event_id,
        is_placeholder=data.placeholder,
        placeholder_promoter_name=data.placeholder_promoter_name.strip(),
        placeholder_promoter_email=data.placeholder_promoter_email,
        placeholder_notes=data.placeholder_notes,
        title=data.title,
        description=data.description,
        status=data.status,
        start_at=data.start_at,
        end_at=data.end_at,
        space_ids=[str(space_id) for space_id in data.space_ids],
    )
    try:
        await audit.add_row(uow, event, "hire.venue_event.created")
    except audit.AlreadyExists as error:
        raise await _taken(uow, data.promoter_event_id) from error
    return await show(uow, event)


async def update_venue_event(
    uow: UnitOfWork, venue_event_id: UUID, expected_version: int, changes: VenueEventChanges
) -> ShownVenueEvent:
    """Change what is given. Raises `VersionMismatch` and `Invalid`."""
    event = await uow.get_version(VenueEvent, venue_event_id, expected_version)
    for name in changes.__struct_fields__:
        value: Any = getattr(changes, name)
        if value is UNSET:
            continue
        if name in PLACEHOLDER_FIELDS and not event.is_placeholder:
            raise Invalid.at(f"/{_camel(name)}", "This is no placeholder any more.")
        if name == "placeholder_promoter_name" and not value.strip():
            raise Invalid.at("/placeholderPromoterName", "Say who the promoter is.")
        if name == "space_ids":
            await _check_spaces(uow, value)
            value = [str(space_id) for space_id in value]
        setattr(event, name, value)
    _check_times(event.start_at, event.end_at)
    await audit.record(uow, "hire.venue_event.updated", event)
    await uow.flush()
    return await show(uow, event)


async def link_promoter(
    uow: UnitOfWork, venue_event_id: UUID, promoter_event_id: str, *, merge: bool = False
) -> ShownVenueEvent:
    """Say which promoter's event a placeholder is; the same again changes nothing.

    Where another venue event refers to it already, `merge` moves the bookings there and lets this
    one point to it. Raises `AlreadyLinked`, and `PromoterEventTaken` without `merge`.
    """
    holder = await held_by(uow, promoter_event_id)
    bookings = await lock_bookings(uow, (await bookings_of(uow, [venue_event_id]))[venue_event_id])
    rows = await _locked(uow, {venue_event_id, holder or venue_event_id})
    event = rows[venue_event_id]
    if event.merged_into_id is not None:
        return await _merged_before(uow, event, promoter_event_id)
    if event.promoter_event_id == promoter_event_id:
        return await show(uow, event)
    if event.promoter_event_id is not None:
        raise AlreadyLinked(promoterEventId=event.promoter_event_id)
    if holder is not None:
        if not merge:
            raise PromoterEventTaken(venueEventId=str(holder))
        shown = await _merge(uow, event, rows[holder])
        await _dedicate(uow, bookings)
        return shown
    event.promoter_event_id = promoter_event_id
    event.is_placeholder = False
    event.placeholder_booking_id = None
    try:
        async with uow.session.begin_nested():
            await audit.record(
                uow, "hire.venue_event.linked", event, sentence="linked the event to its promoter"
            )
    except IntegrityError as error:
        raise PromoterEventTaken from error
    await _dedicate(uow, bookings)
    return await show(uow, event)


async def sync_booking_event(uow: UnitOfWork, booking_id: UUID) -> VenueEvent:
    """Return the venue event of a booking, made when there is none, and linked back to it.

    It is looked for in this order: the one it is linked to, the event or the promoter's event that
    the booking names, a placeholder of its own. Harmless twice, and in parallel.
    """
    booking = await uow.get(Booking, booking_id, lock=True)
    linked = await _event_of(uow, booking_id)
    if linked is not None:
        return await uow.get(VenueEvent, linked)
    named = str(booking.event_id) if booking.event_id else booking.promoter_event_id
    event_id = await _found_or_made(uow, booking, named)
    uow.add(
        VenueEventBooking(
            organization_id=uow.tenant, booking_id=booking.id, venue_event_id=event_id
        )
    )
    await uow.flush()
    return await uow.get(VenueEvent, event_id)


async def follow_bookings(uow: UnitOfWork, booking_id: UUID, status: str | None = None) -> None:
    """Let the booking's venue event be when and where its bookings are, and of a status with them.

    What the venue says of it stays where it still fits; what was merged or is over stays as it is.
    It is cancelled, or over, with the last of its bookings. Harmless twice.
    """
    linked = await _event_of(uow, booking_id)
    if linked is None:
        return
    event = await uow.get(VenueEvent, linked, lock=True)
    booking_ids = (await bookings_of(uow, [event.id]))[event.id]
    bookings = [await uow.get(Booking, one) for one in booking_ids]
    alive = [one for one in bookings if one.status in SOFT_STATES | FIRM_STATES]
    if event.status not in FOLLOWING:
        return
    if alive:
        _follow_times(event, alive)
    if status is not None and not any(_outlasts(one, status) for one in alive):
        event.status = status
    if uow.session.is_modified(event):
        await audit.record(uow, "hire.venue_event.updated", event, sentence="followed its booking")
        await uow.flush()


def _outlasts(booking: Booking, status: str) -> bool:
    """Whether a booking that is alive keeps the venue event from ending so."""
    is_over = booking.status in OVER_STATES
    return status == "cancelled" or (status == "completed" and not is_over)


def _follow_times(event: VenueEvent, bookings: Sequence[Booking]) -> None:
    starts = min(one.starts_at for one in bookings)
    ends = max(one.ends_at for one in bookings)
    spaces = list(dict.fromkeys(str(line.space_id) for one in bookings for line in one.spaces))
    if event.start_at is None or event.start_at < starts or (event.end_at or ends) > ends:
        event.start_at, event.end_at = starts, ends
    if not event.space_ids or not set(event.space_ids) <= set(spaces):
        event.space_ids = spaces


async def _dedicate(uow: UnitOfWork, bookings: Sequence[Booking]) -> None:
    for booking in bookings:
        await dedicate(uow, booking)


async def _event_of(uow: UnitOfWork, booking_id: UUID) -> UUID | None:
    return await uow.first(
        select(VenueEventBooking.venue_event_id).where(
            VenueEventBooking.organization_id == uow.tenant,
            VenueEventBooking.booking_id == booking_id,
        )
    )


async def _found_or_made(uow: UnitOfWork, booking: Booking, named: str | None) -> UUID:
    promoter = "" if named else await _customer(uow, booking)
    column = VenueEvent.promoter_event_id if named else VenueEvent.placeholder_booking_id
    made = await uow.execute(
        insert(VenueEvent)
        .values(
            organization_id=uow.tenant,
            id=new_id(),
            version=1,
            promoter_event_id=named,
            is_placeholder=named is None,
            placeholder_promoter_name=promoter,
            placeholder_promoter_email="" if named else booking.contact_email,
            placeholder_notes="",
            placeholder_booking_id=None if named else booking.id,
            title=booking.title,
            description="",
            status="confirmed",
            start_at=booking.starts_at,
            end_at=booking.ends_at,
            space_ids=[str(line.space_id) for line in booking.spaces],
        )
        .on_conflict_do_nothing()
        .returning(VenueEvent.id)
    )
    new = made.scalar_one_or_none()
    if new is not None:
        event = await uow.get(VenueEvent, new)
        await audit.record(uow, "hire.venue_event.created", event)
        return event.id
    wanted = named or booking.id
    found: VenueEvent | None = await uow.first(
        select(VenueEvent).where(VenueEvent.organization_id == uow.tenant, column == wanted)
    )
    assert found is not None, "the insert met a row of this reference"
    return found.merged_into_id or found.id


async def _customer(uow: UnitOfWork, booking: Booking) -> str:
    """Return who hired the spaces: they are the promoter, as far as the house knows."""
    parties = [one for one in (booking.company_id, booking.person_id) if one is not None]
    names = await party_names(uow, parties)
    known = [names[one] for one in parties if one in names]
    return known[0] if known else booking.contact_name or booking.title


async def _locked(uow: UnitOfWork, ids: set[UUID]) -> dict[UUID, VenueEvent]:
    """Return the rows, locked in the order of their ids."""
    return {row_id: await uow.get(VenueEvent, row_id, lock=True) for row_id in sorted(ids)}


async def _merge(uow: UnitOfWork, event: VenueEvent, into: VenueEvent) -> ShownVenueEvent:
    await uow.execute(
        update(VenueEventBooking)
        .where(
            VenueEventBooking.organization_id == uow.tenant,
            VenueEventBooking.venue_event_id == event.id,
        )
        .values(venue_event_id=into.id)
    )
    event.merged_into_id = into.id
    event.status = "cancelled"
    await audit.record(
        uow,
        "hire.venue_event.merged",
        event,
        sentence="merged a placeholder into its promoter's event",
    )
    await uow.flush()
    return await show(uow, into)


async def _merged_before(
    uow: UnitOfWork, event: VenueEvent, promoter_event_id: str
) -> ShownVenueEvent:
    assert event.merged_into_id is not None
    into = await uow.get(VenueEvent, event.merged_into_id)
    if into.promoter_event_id != promoter_event_id:
        raise AlreadyLinked(promoterEventId=into.promoter_event_id)
    return await show(uow, into)


async def _taken(uow: UnitOfWork, promoter_event_id: str | None) -> Conflict:
    holder = await held_by(uow, promoter_event_id or "")
    return PromoterEventTaken(venueEventId=str(holder) if holder else None)


async def _check_spaces(uow: UnitOfWork, space_ids: list[UUID]) -> None:
    known = await venues.spaces_by_id(uow, space_ids)
    for space_id in space_ids:
        if space_id not in known:
            await venues.get_space(uow, space_id)


def _check_reference(data: NewVenueEvent) -> None:
    if (data.promoter_event_id is not None) == data.placeholder:
        raise Invalid.at(
            "/promoterEventId", "Give exactly one: promoterEventId, or placeholder as true."
        )
    if data.placeholder and not data.placeholder_promoter_name.strip():
        raise Invalid.at("/placeholderPromoterName", "Say who the promoter is.")
    if not data.placeholder and any(getattr(data, name) for name in PLACEHOLDER_FIELDS):
        raise Invalid.at("/placeholder", "Only a placeholder says who the promoter is.")


def _check_times(start_at: Any, end_at: Any) -> None:
    if start_at is not None and end_at is not None and start_at >= end_at:
        raise Invalid.at("/endAt", "It ends after it begins.")


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)
