"""Use cases of venues, and of their sections and gates."""

from uuid import UUID

from msgspec import UNSET, UnsetType
from sqlalchemy import func, select

from houseful import accounts, audit, directory
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.venues.models import Gate, Venue, VenueSection, VenueType
from houseful.venues.problems import VenueLimitReached
from houseful.venues.schemas import (
    GateChanges,
    NewGate,
    NewSection,
    NewVenue,
    SectionChanges,
    VenueChanges,
)

PLACE_FIELDS = frozenset({"country", "country_iso2", "city"})


async def create_venue(uow: UnitOfWork, data: NewVenue) -> Venue:
    """Create a venue of the organisation. Raises `VenueLimitReached` and `Invalid`."""
    await _require_room_for_another(uow)
    await _check(uow, data)
    venue = Venue(
        organization_id=uow.tenant,
        id=new_id(),
        activated_at=uow.now,
        **{name: getattr(data, name) for name in data.__struct_fields__},
    )
    await _resolve_place(uow, venue)
    return await audit.add_row(uow, venue, "venues.venue.created")


async def update_venue(
    uow: UnitOfWork, venue_id: UUID, expected_version: int, changes: VenueChanges
) -> Venue:
    """Change what is given; a changed place is resolved anew. Raises `Invalid`."""
    await _check(uow, changes)
    venue = await uow.get_version(Venue, venue_id, expected_version)
    given = {
        name: value
        for name in changes.__struct_fields__
        if (value := getattr(changes, name)) is not UNSET
    }
    for name, value in given.items():
        setattr(venue, name, value)
    if PLACE_FIELDS & given.keys():
        await _resolve_place(uow, venue)
    await audit.record(uow, "venues.venue.updated", venue)
    await uow.flush()
    return venue


async def remove_venue(uow: UnitOfWork, venue_id: UUID) -> None:
    """Remove a venue that nothing refers to. Raises `StillInUse`."""
    await audit.remove_row(uow, Venue, venue_id, "venues.venue.removed")


async def create_section(uow: UnitOfWork, data: NewSection) -> VenueSection:
    """Add a section to a venue. Raises `NotFound` (venue) and `AlreadyExists` (code)."""
    await uow.get(Venue, data.venue_id)
    section = VenueSection(
        organization_id=uow.tenant,
        id=new_id(),
        venue_id=data.venue_id,
        name=data.name,
        code=data.code,
    )
    return await audit.add_row(uow, section, "venues.section.created")


async def update_section(
    uow: UnitOfWork, section_id: UUID, expected_version: int, changes: SectionChanges
) -> VenueSection:
    """Change what is given. Raises `AlreadyExists` (code)."""
    return await audit.change_row(
        uow, VenueSection, section_id, expected_version, changes, "venues.section.updated"
    )


async def remove_section(uow: UnitOfWork, section_id: UUID) -> None:
    """Remove a section that nothing refers to. Raises `StillInUse`."""
    await audit.remove_row(uow, VenueSection, section_id, "venues.section.removed")


async def create_gate(uow: UnitOfWork, data: NewGate) -> Gate:
    """Add a gate to a venue. Raises `NotFound` (venue) and `AlreadyExists` (code)."""
    await uow.get(Venue, data.venue_id)
    gate = Gate(
        organization_id=uow.tenant,
        id=new_id(),
        venue_id=data.venue_id,
        name=data.name,
        code=data.code,
        settings=data.settings,
    )
    return await audit.add_row(uow, gate, "venues.gate.created")


async def update_gate(
    uow: UnitOfWork, gate_id: UUID, expected_version: int, changes: GateChanges
) -> Gate:
    """Change what is given. Raises `AlreadyExists` (code)."""
    return await audit.change_row(
        uow, Gate, gate_id, expected_version, changes, "venues.gate.updated"
    )


async def remove_gate(uow: UnitOfWork, gate_id: UUID) -> None:
    """Remove a gate that nothing refers to. Raises `StillInUse`."""
    await audit.remove_row(uow, Gate, gate_id, "venues.gate.removed")


async def _require_room_for_another(uow: UnitOfWork) -> None:
    """Count under a lock, so that two at once do not both get the last place."""
    await uow.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))",
        {"name": f"venue-limit:{uow.tenant}"},
    )
    organization = await accounts.organization_of(uow)
    limit = accounts.VENUE_LIMIT_BY_PLAN.get(organization.plan, 1)
    owned = await uow.first(
        select(func.count()).select_from(Venue).where(Venue.organization_id == uow.tenant)
    )
    if owned >= limit:
        raise VenueLimitReached(f"Your plan includes {limit}.", venueLimit=limit)


async def _check(uow: UnitOfWork, data: NewVenue | VenueChanges) -> None:
    if not isinstance(data.timezone, UnsetType):
        accounts.check_timezone(data.timezone)
    if isinstance(data.venue_type_id, int):
        known = await uow.session.get(VenueType, data.venue_type_id)
        if known is None:
            raise Invalid.at("/venueTypeId", f"There is no venue type {data.venue_type_id}.")


async def _resolve_place(uow: UnitOfWork, venue: Venue) -> None:
    place = await directory.resolve_place(
        uow, country=venue.country, country_iso2=venue.country_iso2, city=venue.city
    )
    venue.country_id = place.country_id
    venue.city_id = place.city_id
