"""The door over HTTP: scans, their figures and incidents; devices are in `device_routes.py`."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful import events
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, Page, get, post
from houseful.kernel.http.listing import Window
from houseful.scanning import device_routes, incidents, queries, reverts, service
from houseful.scanning.batch import scan_each
from houseful.scanning.lanes import scan_quickly
from houseful.scanning.manifest import ManifestView, make_manifest
from houseful.scanning.problems import NotRevertible
from houseful.scanning.scan_schemas import (
    BatchView,
    NewScan,
    ScanBatch,
    ScanRecordView,
    ScanView,
)
from houseful.scanning.schemas import IncidentView, OccupancyView, Resolution, RevertView

EventId = Annotated[UUID | None, QueryParameter(name="eventId")]
DeviceId = Annotated[UUID | None, QueryParameter(name="deviceId")]
ScanResult = Annotated[str | None, QueryParameter(name="result", max_length=40)]
IsResolved = Annotated[bool | None, QueryParameter(name="isResolved")]
SUPERVISOR = "scanning.scans.update"


@post(
    "/api/v1/scans",
    status=200,
    permission="scanning.scans.create",
    module="ticketing",
    summary="Scan a ticket",
)
async def create_scan(caller: Caller, data: NewScan) -> Response[ScanView]:
    """Judge a ticket at the door; every attempt is recorded, a repeat gets the first verdict."""
    if "idempotency-key" in caller.request.headers:
        return await caller.change(service.scan_ticket, data.attempt(), view=ScanView)
    verdict = await scan_quickly(
        caller.database, caller.organization_id, caller.identity.actor, data.attempt()
    )
    return Response(ScanView.of(verdict))


@post(
    "/api/v1/scans/batch",
    status=200,
    permission="scanning.scans.create",
    module="ticketing",
    summary="Scan several tickets",
)
async def create_scans(caller: Caller, data: ScanBatch) -> BatchView:
    """Upload what was scanned without a network: each scan is judged and answered by itself.

    Sent again, it does no harm: a scan that is known gets its first verdict.
    """
    actor = caller.identity.actor
    items = await scan_each(caller.database, caller.organization_id, actor, data.scans)
    return BatchView(items=items)


@get(
    "/api/v1/scans",
    permission="scanning.scans.read",
    module="ticketing",
    summary="List the scans",
)
async def list_scans(
    caller: Caller,
    window: Window,
    event_id: EventId = None,
    device_id: DeviceId = None,
    result: ScanResult = None,
) -> Page[ScanRecordView]:
    """List every attempt, whatever came of it."""
    return await caller.read_page(
        queries.list_scans,
        window=window,
        view=ScanRecordView,
        event_id=event_id,
        device_id=device_id,
        result=result,
    )


@post(
    "/api/v1/scans/{scan_id:uuid}/revert",
    status=200,
    permission="scanning.scans.create",
    module="ticketing",
    summary="Take a scan back",
    raises=[NotRevertible],
)
async def revert_scan(caller: Caller, scan_id: UUID) -> Response[RevertView]:
    """Say that nobody came in, or left, after all. Stewards: their own scans, for five minutes."""
    return await caller.change(
        reverts.revert_scan,
        scan_id,
        is_supervisor=caller.access.allows(SUPERVISOR),
        view=RevertView,
    )


@get(
    "/api/v1/manifest",
    permission="scanning.scans.create",
    module="ticketing",
    summary="Read what judges tickets without a network",
)
async def read_manifest(
    caller: Caller, event_id: Annotated[UUID, QueryParameter(name="eventId")]
) -> ManifestView:
    """Read an event's signed manifest: the public keys of its codes, which hold, who is inside."""
    secret: str = caller.request.app.state.secret
    return await caller.run(make_manifest, secret, event_id)


@get(
    "/api/v1/promoter/events/{event_id:uuid}/occupancy",
    permission="scanning.scans.read",
    module="ticketing",
    summary="Read who is inside",
)
async def read_occupancy(caller: Caller, event_id: UUID) -> OccupancyView:
    """Read how many are inside, of how many tickets, and what each gate did."""

    async def read(uow: UnitOfWork) -> OccupancyView:
        await events.get_event(uow, event_id)
        return OccupancyView.of(await queries.door_figures(uow, event_id))

    return await caller.run(read)


@get(
    "/api/v1/scan-incidents",
    permission="scanning.scans.read",
    module="ticketing",
    summary="List the incidents at the door",
)
async def list_incidents(
    caller: Caller, window: Window, event_id: EventId = None, is_resolved: IsResolved = None
) -> Page[IncidentView]:
    """List who is inside though the verdict would have kept them out."""
    return await caller.read_page(
        incidents.list_incidents,
        window=window,
        view=IncidentView,
        event_id=event_id,
        is_resolved=is_resolved,
    )


@post(
    "/api/v1/scan-incidents/{incident_id:uuid}/resolve",
    status=200,
    permission="scanning.scans.update",
    module="ticketing",
    summary="Settle an incident",
)
async def resolve_incident(
    caller: Caller, incident_id: UUID, data: Resolution
) -> Response[IncidentView]:
    """Say what was done about it."""
    return await caller.change(
        incidents.resolve_incident, incident_id, data.resolution, view=IncidentView
    )


handlers = [
    create_scan,
    create_scans,
    list_scans,
    revert_scan,
    read_manifest,
    read_occupancy,
    list_incidents,
    resolve_incident,
    *device_routes.handlers,
]
