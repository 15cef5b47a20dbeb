"""The ways through a venue over HTTP: sections to find one's place, gates to come in by."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists, StillInUse
from houseful.kernel.http import Caller, ExpectedVersion, Page, delete, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.venues import queries, service
from houseful.venues.schemas import (
    GateChanges,
    GateView,
    NewGate,
    NewSection,
    SectionChanges,
    SectionView,
)
from houseful.venues.scopes import require_whole_house

VenueId = Annotated[UUID | None, QueryParameter(name="venueId")]


@get(
    "/api/v1/sections",
    permission="venue.sections.read",
    module="venue",
    summary="List the sections",
)
async def list_sections(
    caller: Caller, window: Window, venue_id: VenueId = None
) -> Page[SectionView]:
    """List the sections, of one venue or of all."""
    return await caller.read_page(
        queries.list_sections, window=window, view=SectionView, venue_id=venue_id
    )


@post(
    "/api/v1/sections",
    permission="venue.sections.create",
    module="venue",
    summary="Add a section",
    raises=[AlreadyExists],
)
async def create_section(caller: Caller, data: NewSection) -> Response[SectionView]:
    """Add a section: for finding one's way, for reports, for the door's figures."""
    require_whole_house(caller.access.space_ids)
    return await caller.create(
        service.create_section, data, view=SectionView, at="/api/v1/sections"
    )


@get(
    "/api/v1/sections/{section_id:uuid}",
    permission="venue.sections.read",
    module="venue",
    summary="Read a section",
)
async def read_section(caller: Caller, section_id: UUID) -> Response[SectionView]:
    """Read one section."""
    return await caller.read(queries.get_section, section_id, view=SectionView)


@patch(
    "/api/v1/sections/{section_id:uuid}",
    permission="venue.sections.update",
    module="venue",
    summary="Change a section",
    raises=[AlreadyExists],
)
async def update_section(
    caller: Caller, section_id: UUID, data: SectionChanges, expected_version: ExpectedVersion
) -> Response[SectionView]:
    """Change what is given; the rest stays."""
    require_whole_house(caller.access.space_ids)
    return await caller.change(
        service.update_section, section_id, expected_version, data, view=SectionView
    )


@delete(
    "/api/v1/sections/{section_id:uuid}",
    permission="venue.sections.delete",
    module="venue",
    summary="Remove a section",
    raises=[StillInUse],
)
async def remove_section(caller: Caller, section_id: UUID) -> None:
    """Remove a section that nothing refers to."""
    require_whole_house(caller.access.space_ids)
    await caller.remove(service.remove_section, section_id)


@get("/api/v1/gates", permission="venue.gates.read", module="venue", summary="List the gates")
async def list_gates(caller: Caller, window: Window, venue_id: VenueId = None) -> Page[GateView]:
    """List the gates, of one venue or of all."""
    return await caller.read_page(
        queries.list_gates, window=window, view=GateView, venue_id=venue_id
    )


@post(
    "/api/v1/gates",
    permission="venue.gates.create",
    module="venue",
    summary="Add a gate",
    raises=[AlreadyExists],
)
async def create_gate(caller: Caller, data: NewGate) -> Response[GateView]:
    """Add a gate: a way in, where tickets are scanned."""
    require_whole_house(caller.access.space_ids)
    return await caller.create(service.create_gate, data, view=GateView, at="/api/v1/gates")


@get(
    "/api/v1/gates/{gate_id:uuid}",
    permission="venue.gates.read",
    module="venue",
    summary="Read a gate",
)
async def read_gate(caller: Caller, gate_id: UUID) -> Response[GateView]:
    """Read one gate."""
    return await caller.read(queries.get_gate, gate_id, view=GateView)


@patch(
    "/api/v1/gates/{gate_id:uuid}",
    permission="venue.gates.update",
    module="venue",
    summary="Change a gate",
    raises=[AlreadyExists],
)
async def update_gate(
    caller: Caller, gate_id: UUID, data: GateChanges, expected_version: ExpectedVersion
) -> Response[GateView]:
    """Change what is given; the rest stays."""
    require_whole_house(caller.access.space_ids)
    return await caller.change(service.update_gate, gate_id, expected_version, data, view=GateView)


@delete(
    "/api/v1/gates/{gate_id:uuid}",
    permission="venue.gates.delete",
    module="venue",
    summary="Remove a gate",
    raises=[StillInUse],
)
async def remove_gate(caller: Caller, gate_id: UUID) -> None:
    """Remove a gate that nothing refers to."""
    require_whole_house(caller.access.space_ids)
    await caller.remove(service.remove_gate, gate_id)


handlers = [
    list_sections,
    create_section,
    read_section,
    update_section,
    remove_section,
    list_gates,
    create_gate,
    read_gate,
    update_gate,
    remove_gate,
]
