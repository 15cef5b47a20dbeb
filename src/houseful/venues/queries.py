"""Reading venues, spaces, sections and gates."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.venues.models import Gate, Space, Venue, VenueSection
from houseful.venues.scopes import SpaceScope, require_space

PageOf = tuple[list[Any], str | None]


async def get_venue(uow: UnitOfWork, venue_id: UUID) -> Venue:
    """Return the venue; raises `NotFound`."""
    return await uow.get(Venue, venue_id)


async def get_space(uow: UnitOfWork, space_id: UUID, *, scope: SpaceScope = None) -> Space:
    """Return the space; raises `NotFound`, also for who does not see it."""
    require_space(scope, space_id)
    return await uow.get(Space, space_id)


async def get_section(uow: UnitOfWork, section_id: UUID) -> VenueSection:
    """Return the section; raises `NotFound`."""
    return await uow.get(VenueSection, section_id)


async def get_gate(uow: UnitOfWork, gate_id: UUID) -> Gate:
    """Return the gate; raises `NotFound`."""
    return await uow.get(Gate, gate_id)


async def venues_by_id(uow: UnitOfWork, venue_ids: Collection[UUID]) -> dict[UUID, Venue]:
    """Return those of the venues that there are, by id, in one query."""
    return await uow.get_many(Venue, venue_ids)


async def spaces_by_id(uow: UnitOfWork, space_ids: Collection[UUID]) -> dict[UUID, Space]:
    """Return those of the spaces that there are, by id, in one query."""
    return await uow.get_many(Space, space_ids)


async def active_spaces(
    uow: UnitOfWork, *, venue_id: UUID | None = None, scope: SpaceScope = None
) -> list[Space]:
    """Return the spaces in use, of one venue or of all, by name."""
    statement = select(Space).where(Space.organization_id == uow.tenant, Space.is_active)
    if venue_id is not None:
        statement = statement.where(Space.venue_id == venue_id)
    if scope is not None:
        statement = statement.where(Space.id.in_(scope))
    return list(await uow.all(statement.order_by(Space.name, Space.id)))


async def gates_of(uow: UnitOfWork, venue_id: UUID) -> list[Gate]:
    """Return the venue's gates, by name."""
    statement = (
        select(Gate)
        .where(Gate.organization_id == uow.tenant, Gate.venue_id == venue_id)
        .order_by(Gate.name, Gate.id)
    )
    return list(await uow.all(statement))


async def gates_by_id(uow: UnitOfWork, gate_ids: Collection[UUID]) -> dict[UUID, Gate]:
    """Return those of the gates that there are, by id, in one query."""
    return await uow.get_many(Gate, gate_ids)


async def list_venues(uow: UnitOfWork, *, window: Window, name: str | None = None) -> PageOf:
    """Return one page of venues, perhaps those whose name contains `name`."""
    statement = select(Venue).where(Venue.organization_id == uow.tenant)
    if name:
        statement = statement.where(Venue.name.icontains(name, autoescape=True))
    return await fetch_page(uow, statement, Venue, window)


async def list_spaces(
    uow: UnitOfWork,
    *,
    window: Window,
    venue_id: UUID | None = None,
    parent_space_id: UUID | None = None,
    is_active: bool | None = None,
    scope: SpaceScope = None,
) -> PageOf:
    """Return one page of the spaces that the caller sees."""
    statement = select(Space).where(Space.organization_id == uow.tenant)
    if venue_id is not None:
        statement = statement.where(Space.venue_id == venue_id)
    if parent_space_id is not None:
        statement = statement.where(Space.parent_space_id == parent_space_id)
    if is_active is not None:
        statement = statement.where(Space.is_active == is_active)
    if scope is not None:
        statement = statement.where(Space.id.in_(scope))
    return await fetch_page(uow, statement, Space, window)


async def list_sections(uow: UnitOfWork, *, window: Window, venue_id: UUID | None = None) -> PageOf:
    """Return one page of sections."""
    statement = select(VenueSection).where(VenueSection.organization_id == uow.tenant)
    if venue_id is not None:
        statement = statement.where(VenueSection.venue_id == venue_id)
    return await fetch_page(uow, statement, VenueSection, window)


async def list_gates(uow: UnitOfWork, *, window: Window, venue_id: UUID | None = None) -> PageOf:
    """Return one page of gates."""
    statement = select(Gate).where(Gate.organization_id == uow.tenant)
    if venue_id is not None:
        statement = statement.where(Gate.venue_id == venue_id)
    return await fetch_page(uow, statement, Gate, window)


def wholes_of(spaces: Sequence[Space]) -> list[Space]:
    """Return those of the spaces that are part of none of the others: together they are all."""
    ids = {space.id for space in spaces}
    return [space for space in spaces if space.parent_space_id not in ids]


async def space_parents(uow: UnitOfWork) -> dict[UUID, UUID | None]:
    """Return every space of the organisation, with the space that it is a part of."""
    pairs: Any = await uow.execute(
        select(Space.id, Space.parent_space_id).where(Space.organization_id == uow.tenant)
    )
    return dict(pairs.all())
