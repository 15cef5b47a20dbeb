"""The door over HTTP."""

from uuid import UUID

from litestar import Response

from houseful import events, ticketing, venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, get, post
from houseful.kernel.problems import Invalid, NotFound
from houseful.scanning import service
from houseful.scanning.schemas import NewScan, OccupancyView, ScanView


@post(
    "/api/v1/scans",
    status=200,
    permission="scanning.scans.create",
    module="ticketing",
    summary="Scan a ticket",
)
async def create_scan(caller: Caller, data: NewScan) -> Response[ScanView]:
    """Judge a ticket at the door; every attempt is recorded, a repeat gets the first verdict."""

    async def scan(uow: UnitOfWork) -> service.Verdict:
        try:
            await events.get_event(uow, data.event_id)
        except NotFound as error:
            raise Invalid.at("/eventId", "There is no such event here.") from error
        try:
            if data.gate_id is not None:
                await venues.get_gate(uow, data.gate_id)
        except NotFound as error:
            raise Invalid.at("/gateId", "There is no such gate here.") from error
        return await service.scan_ticket(uow, data.attempt())

    return await caller.change(scan, view=ScanView)


@get(
    "/api/v1/promoter/events/{event_id:uuid}/occupancy",
    permission="scanning.scans.read",
    module="ticketing",
    summary="Read who is inside",
)
async def read_occupancy(caller: Caller, event_id: UUID) -> OccupancyView:
    """Read how many are inside, of how many tickets."""

    async def read(uow: UnitOfWork) -> OccupancyView:
        await events.get_event(uow, event_id)
        return OccupancyView(
            event_id=event_id,
            inside=await service.occupancy(uow, event_id),
            tickets=await ticketing.count_tickets(uow, event_id),
        )

    return await caller.run(read)


handlers = [create_scan, read_occupancy]
