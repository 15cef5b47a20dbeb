"""Venues and their parts for tests."""

from typing import Any
from uuid import UUID

from houseful import venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id


async def a_venue(uow: UnitOfWork, **fields: Any) -> venues.Venue:
    """Make a venue in Berlin; the organisation must exist."""
    given = {"name": "The Playhouse", "timezone": "Europe/Berlin", "country_iso2": "DE"} | fields
    return await venues.create_venue(uow, venues.NewVenue(**given))


async def a_space(uow: UnitOfWork, venue_id: UUID | None = None, **fields: Any) -> venues.Space:
    """Make a space without buffers, in a new venue when none is named."""
    where = venue_id or (await a_venue(uow)).id
    given = {"name": "Great Hall", "code": f"S{new_id().hex[-8:]}"} | fields
    return await venues.create_space(uow, venues.NewSpace(venue_id=where, **given))


async def a_gate(uow: UnitOfWork, venue_id: UUID, **fields: Any) -> venues.Gate:
    """Make a gate of a venue."""
    given = {"name": "Main entrance", "code": f"G{new_id().hex[-8:]}"} | fields
    return await venues.create_gate(uow, venues.NewGate(venue_id=venue_id, **given))


async def a_section(uow: UnitOfWork, venue_id: UUID, **fields: Any) -> venues.VenueSection:
    """Make a section of a venue."""
    given = {"name": "Balcony", "code": f"B{new_id().hex[-8:]}"} | fields
    return await venues.create_section(uow, venues.NewSection(venue_id=venue_id, **given))
