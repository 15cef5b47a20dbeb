"""Reading venue events, and what finance says of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful.hire.deposits.queries import deposits_of, finance_status
from houseful.hire.deposits.schemas import FinanceStatusView
from houseful.hire.venue_events.models import VenueEvent, VenueEventBooking
from houseful.hire.venue_events.schemas import ShownVenueEvent
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page


async def get_venue_event(uow: UnitOfWork, venue_event_id: UUID) -> ShownVenueEvent:
    """Return the venue event with its bookings; raises `NotFound`."""
    return await show(uow, await uow.get(VenueEvent, venue_event_id))


async def list_venue_events(
    uow: UnitOfWork,
    *,
    window: Window,
    is_placeholder: bool | None = None,
    status: str | None = None,
    from_at: datetime | None = None,
    until_at: datetime | None = None,
) -> tuple[list[Any], str | None]:
    """Return one page of venue events; those that were merged are left out."""
    statement = select(VenueEvent).where(
        VenueEvent.organization_id == uow.tenant, VenueEvent.merged_into_id.is_(None)
    )
    if is_placeholder is not None:
        statement = statement.where(VenueEvent.is_placeholder == is_placeholder)
    if status is not None:
        statement = statement.where(VenueEvent.status == status)
    if from_at is not None:
        statement = statement.where(VenueEvent.start_at >= from_at)
    if until_at is not None:
        statement = statement.where(VenueEvent.start_at < until_at)
    rows, cursor = await fetch_page(uow, statement, VenueEvent, window)
    bookings = await bookings_of(uow, [row.id for row in rows])
    return [ShownVenueEvent(row, bookings[row.id]) for row in rows], cursor


async def finance_status_of(
    uow: UnitOfWork, venue_event_id: UUID, *, is_linked: bool
) -> FinanceStatusView:
    """Return what finance says of the deposits of an event's bookings."""
    event = await get_venue_event(uow, venue_event_id)
    return finance_status(await deposits_of(uow, event.booking_ids), is_linked=is_linked)


async def bookings_of(uow: UnitOfWork, venue_event_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Return the bookings of venue events, in one query for all."""
    rows: Sequence[VenueEventBooking] = await uow.all(
        select(VenueEventBooking)
        .where(
            VenueEventBooking.organization_id == uow.tenant,
            VenueEventBooking.venue_event_id.in_(venue_event_ids),
        )
        .order_by(VenueEventBooking.booking_id)
    )
    found: dict[UUID, list[UUID]] = {event_id: [] for event_id in venue_event_ids}
    for row in rows:
        found[row.venue_event_id].append(row.booking_id)
    return found


async def held_by(uow: UnitOfWork, promoter_event_id: str) -> UUID | None:
    """Return the venue event that refers to a promoter's event, if there is one."""
    return await uow.first(
        select(VenueEvent.id).where(
            VenueEvent.organization_id == uow.tenant,
            VenueEvent.promoter_event_id == promoter_event_id,
        )
    )


async def show(uow: UnitOfWork, event: VenueEvent) -> ShownVenueEvent:
    """Return the venue event with its bookings."""
    return ShownVenueEvent(event, (await bookings_of(uow, [event.id]))[event.id])
