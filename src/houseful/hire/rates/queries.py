"""Reading rate cards, add-ons and price lines."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from houseful.hire.bookings.queries import get_booking
from houseful.hire.rates.models import AddOn, Charge, RateCard
from houseful.hire.rates.service import charges_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.venues import SpaceScope

PageOf = tuple[list[Any], str | None]
Offer = TypeVar("Offer", RateCard, AddOn)


async def get_rate_card(uow: UnitOfWork, rate_card_id: UUID) -> RateCard:
    """Return the rate card; raises `NotFound`."""
    return await uow.get(RateCard, rate_card_id)


async def get_add_on(uow: UnitOfWork, add_on_id: UUID) -> AddOn:
    """Return the add-on; raises `NotFound`."""
    return await uow.get(AddOn, add_on_id)


async def list_rate_cards(
    uow: UnitOfWork,
    *,
    window: Window,
    venue_id: UUID | None = None,
    is_active: bool | None = None,
) -> PageOf:
    """Return one page of rate cards."""
    return await _list(uow, RateCard, window, venue_id, is_active)


async def list_add_ons(
    uow: UnitOfWork,
    *,
    window: Window,
    venue_id: UUID | None = None,
    is_active: bool | None = None,
) -> PageOf:
    """Return one page of add-ons."""
    return await _list(uow, AddOn, window, venue_id, is_active)


async def list_charges(
    uow: UnitOfWork, booking_id: UUID, *, scope: SpaceScope = None
) -> list[Charge]:
    """Return the booking's price lines that the caller sees. Raises `NotFound`."""
    booking = await get_booking(uow, booking_id, scope=scope)
    seen = {None, *(line.id for line in booking.spaces)}
    return [row for row in await charges_of(uow, booking_id) if row.booking_space_id in seen]


async def get_charge(uow: UnitOfWork, charge_id: UUID, *, scope: SpaceScope = None) -> Charge:
    """Return the price line; raises `NotFound`, also for who does not see its booking."""
    charge = await uow.get(Charge, charge_id)
    await get_booking(uow, charge.booking_id, scope=scope)
    return charge


async def _list(
    uow: UnitOfWork,
    table: type[Offer],
    window: Window,
    venue_id: UUID | None,
    is_active: bool | None,
) -> PageOf:
    statement = select(table).where(table.organization_id == uow.tenant)
    if venue_id is not None:
        statement = statement.where(table.venue_id == venue_id)
    if is_active is not None:
        statement = statement.where(table.is_active == is_active)
    return await fetch_page(uow, statement, table, window)
