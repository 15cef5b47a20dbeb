"""How to make one of each of the door's things; see `resources.py`."""

from uuid import UUID

from houseful import scanning
from houseful.kernel.http.listing import Window
from houseful.kernel.identity import Actor
from houseful.kernel.ids import new_id
from tests.builders.scanning import a_device
from tests.security.places import Place, makes, once


@once
async def the_device(place: Place) -> scanning.Device:
    return await a_device(place.database, place.house.organization_id)


@makes("device_id")
async def a_device_id(place: Place) -> UUID:
    return (await the_device(place)).id


@makes("assignment_id")
async def an_assignment_id(place: Place) -> UUID:
    given = {
        "device_id": await a_device_id(place),
        "event_id": await place.find("event_id"),
        "gate_id": await place.find("gate_id"),
    }
    return (await place.run(scanning.assign_device, **given)).id


@makes("session_id", under="/api/v1/scan-sessions")
@makes("scan_session_id")
async def a_scan_session_id(place: Place) -> UUID:
    steward = Actor("device", await a_device_id(place))
    tenant, event_id = place.house.organization_id, await place.find("event_id")
    session = await place.database.run_as(
        steward, tenant, scanning.start_session, event_id=event_id
    )
    return session.id


@makes("scan_id", under="/api/v1/scans/{scan_id}")
@makes("scan_id", under="/door/{organization}/scans/{scan_id}")
@once
async def a_scan_id(place: Place) -> UUID:
    attempt = scanning.Attempt(
        scan_id=new_id(),
        event_id=await place.find("event_id"),
        code="nobody's",
        is_offline=True,
        offline_result="ok",
    )
    return (await place.run(scanning.scan_ticket, attempt)).scan_id


@makes("incident_id")
async def an_incident_id(place: Place) -> UUID:
    await a_scan_id(place)
    incidents, _ = await place.run(scanning.list_incidents, window=Window())
    return incidents[0].id
