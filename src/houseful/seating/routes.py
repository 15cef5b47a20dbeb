"""Layouts over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import StillInUse
from houseful.kernel.http import Caller, ExpectedVersion, Page, delete, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import TooLarge
from houseful.seating import geometry, importing, queries, service
from houseful.seating.problems import LayoutIncomplete, LayoutPublished, NotASeatingPlan
from houseful.seating.schemas import Geometry, LayoutView, SeatChanges, SeatView, SectionView

VenueId = Annotated[UUID | None, QueryParameter(name="venueId")]
EventId = Annotated[UUID | None, QueryParameter(name="eventId")]
FamilyId = Annotated[UUID | None, QueryParameter(name="familyId")]
Status = Annotated[str | None, QueryParameter(pattern="^(draft|published|retired)$")]
LayoutName = Annotated[str, QueryParameter(name="name", max_length=200)]
SectionLabel = Annotated[str | None, QueryParameter(max_length=200)]
CategoryKey = Annotated[str | None, QueryParameter(max_length=120)]


@get(
    "/api/v1/layouts",
    permission="seating.layouts.read",
    module="ticketing",
    summary="List the layouts",
)
async def list_layouts(
    caller: Caller,
    window: Window,
    status: Status = None,
    event_id: EventId = None,
    venue_id: VenueId = None,
    family_id: FamilyId = None,
) -> Page[LayoutView]:
    """List layouts; those of one `familyId` are versions of the same plan."""
    return await caller.read_page(
        queries.list_layouts,
        window=window,
        view=LayoutView,
        status=status,
        event_id=event_id,
        venue_id=venue_id,
        family_id=family_id,
    )


@get(
    "/api/v1/layouts/{layout_id:uuid}",
    permission="seating.layouts.read",
    module="ticketing",
    summary="Read a layout",
)
async def read_layout(caller: Caller, layout_id: UUID) -> Response[LayoutView]:
    """Read one layout, with the report of what its import had to repair."""
    return await caller.read(queries.get_layout, layout_id, view=LayoutView)


@post(
    "/api/v1/layouts/import",
    permission="seating.layouts.create",
    module="ticketing",
    summary="Import a seating plan",
    raises=[NotASeatingPlan],
)
async def import_layout(
    caller: Caller, name: LayoutName = "", venue_id: VenueId = None, event_id: EventId = None
) -> Response[LayoutView]:
    """Import a seats.io chart or a pretix seating plan: the body is the file, at most 25 MiB.

    The layout is a draft; `repairReport` says what had to be changed.
    """
    raw = await caller.request.body()
    if len(raw) > importing.FILE_MAX_BYTES:
        raise TooLarge("A seating plan has at most 25 MiB.")
    read = await service.read_plan(raw)
    return await caller.create(
        service.create_layout,
        read,
        name=name,
        venue_id=venue_id,
        event_id=event_id,
        view=LayoutView,
        at="/api/v1/layouts",
    )


@post(
    "/api/v1/layouts/{layout_id:uuid}/publish",
    status=200,
    permission="seating.layouts.publish",
    module="ticketing",
    summary="Publish a layout",
    raises=[LayoutIncomplete, LayoutPublished],
)
async def publish_layout(caller: Caller, layout_id: UUID) -> Response[LayoutView]:
    """Make a draft final, so that it can be put on sale."""
    return await caller.change(service.publish_layout, layout_id, view=LayoutView)


@post(
    "/api/v1/layouts/{layout_id:uuid}/retire",
    status=200,
    permission="seating.layouts.publish",
    module="ticketing",
    summary="Retire a layout",
    raises=[LayoutIncomplete],
)
async def retire_layout(caller: Caller, layout_id: UUID) -> Response[LayoutView]:
    """Offer a published layout no longer for new events."""
    return await caller.change(service.retire_layout, layout_id, view=LayoutView)


@post(
    "/api/v1/layouts/{layout_id:uuid}/new-version",
    permission="seating.layouts.create",
    module="ticketing",
    summary="Begin a new version",
)
async def begin_layout_version(caller: Caller, layout_id: UUID) -> Response[LayoutView]:
    """Begin the next version of a layout: a draft that is a copy of it."""
    return await caller.create(
        service.new_version, layout_id, view=LayoutView, at="/api/v1/layouts"
    )


@delete(
    "/api/v1/layouts/{layout_id:uuid}",
    permission="seating.layouts.create",
    module="ticketing",
    summary="Remove a draft",
    raises=[LayoutPublished, StillInUse],
)
async def remove_layout(caller: Caller, layout_id: UUID) -> None:
    """Remove a draft with all that it is made of."""
    await caller.remove(service.remove_layout, layout_id)


@get(
    "/api/v1/layouts/{layout_id:uuid}/sections",
    permission="seating.layouts.read",
    module="ticketing",
    summary="List a layout's sections",
)
async def list_layout_sections(
    caller: Caller, layout_id: UUID, window: Window
) -> Page[SectionView]:
    """List the parts of the house that people name."""
    return await caller.read_page(queries.list_sections, layout_id, window=window, view=SectionView)


@get(
    "/api/v1/layouts/{layout_id:uuid}/seats",
    permission="seating.layouts.read",
    module="ticketing",
    summary="List a layout's seats",
)
async def list_layout_seats(
    caller: Caller,
    layout_id: UUID,
    window: Window,
    section: SectionLabel = None,
    category: CategoryKey = None,
) -> Page[SeatView]:
    """List seats, of one section or category if asked."""
    return await caller.read_page(
        queries.list_seats,
        layout_id,
        window=window,
        view=SeatView,
        section=section,
        category=category,
    )


@get(
    "/api/v1/layouts/{layout_id:uuid}/geometry",
    permission="seating.layouts.read",
    module="ticketing",
    summary="Read a layout for drawing",
)
async def read_layout_geometry(caller: Caller, layout_id: UUID) -> Response[Geometry]:
    """Read where everything is, in little room; with If-None-Match, 304 while nothing changed."""
    return await geometry.answer_geometry(
        caller.database, caller.organization_id, caller.request, layout_id
    )


@patch(
    "/api/v1/layouts/{layout_id:uuid}/seats",
    permission="seating.layouts.update",
    module="ticketing",
    summary="Change seats of a draft",
    raises=[LayoutPublished],
)
async def change_layout_seats(
    caller: Caller, layout_id: UUID, data: SeatChanges, expected_version: ExpectedVersion
) -> Response[LayoutView]:
    """Give seats another category, flags or base price; If-Match names the layout's revision."""
    return await caller.change(
        service.change_seats, layout_id, expected_version, data, view=LayoutView
    )


handlers = [
    list_layouts,
    read_layout,
    import_layout,
    publish_layout,
    retire_layout,
    begin_layout_version,
    remove_layout,
    list_layout_sections,
    list_layout_seats,
    read_layout_geometry,
    change_layout_seats,
]
