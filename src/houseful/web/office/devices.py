"""Devices: the phones at the door. Added, enrolled, assigned, renamed, put out of service."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from houseful import events, scanning, venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, Problem
from houseful.kernel.qr import qr_svg
from houseful.web.guards import Office
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/devices"
DEVICE = PATH + "/{device_id:uuid}"
HERE = "/devices"
MODULE = "ticketing"
BEFORE = timedelta(days=1)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@show("/office/{organization:str}/door", Office("scanning.scans.create", module=MODULE))
async def go_to_the_door(visit: Visit) -> Response[Any]:
    """Lead to where tickets are scanned."""
    return Redirect(f"/door/{visit.organization.slug}")


@show(PATH, Office("scanning.devices.read", module=MODULE))
async def show_devices(visit: Visit) -> Response[Any]:
    """Show every device, who let people in against the verdict, and the form to add one."""
    return await _devices(visit)


@act(PATH, Office("scanning.devices.create", module=MODULE))
async def add_device(visit: Visit) -> Response[Any]:
    """Add a device, and show the code that enrols it; sent twice, it is the same device."""
    form = await visit.form()
    device_id = _id(form.get("device", "")) or new_id()

    async def add(uow: UnitOfWork) -> str:
        device = await scanning.create_device(uow, _name(form), device_id=device_id)
        return (await scanning.make_enrolment_code(uow, device.id)).code

    try:
        code = await visit.run(add)
    except Problem as problem:
        return await _devices(visit, message=told(problem), name=form.get("name", ""))
    return await _device(visit, device_id, code=code)


@show(DEVICE, Office("scanning.devices.read", module=MODULE))
async def show_device(visit: Visit, device_id: UUID) -> Response[Any]:
    """Show one device, and what can be done with it."""
    return await _device(visit, device_id)


@act(DEVICE + "/code", Office("scanning.devices.update", module=MODULE))
async def make_code(visit: Visit, device_id: UUID) -> Response[Any]:
    """Show a new code that enrols the device."""
    await visit.form()
    try:
        made = await visit.run(scanning.make_enrolment_code, device_id)
    except scanning.DeviceRevoked as problem:
        return await _device(visit, device_id, message=told(problem))
    return await _device(visit, device_id, code=made.code)


@act(DEVICE + "/rename", Office("scanning.devices.update", module=MODULE))
async def rename(visit: Visit, device_id: UUID) -> Response[Any]:
    """Give the device another name."""
    form = await visit.form()

    async def change(uow: UnitOfWork) -> None:
        device = await scanning.get_device(uow, device_id)
        changes = scanning.DeviceChanges(name=_name(form))
        await scanning.rename_device(uow, device_id, device.version, changes)

    try:
        await visit.run(change)
    except Problem as problem:
        return await _device(visit, device_id, message=told(problem))
    return back_to(visit, f"{HERE}/{device_id}", "The device was renamed.")


@act(DEVICE + "/revoke", Office("scanning.devices.update", module=MODULE))
async def revoke(visit: Visit, device_id: UUID) -> Response[Any]:
    """Put the device out of service."""
    await visit.form()
    device: scanning.Device = await visit.run(scanning.revoke_device, device_id)
    return back_to(visit, HERE, f"{device.name} is out of service.")


@act(DEVICE + "/assign", Office("scanning.gates.create", module=MODULE))
async def assign(visit: Visit, device_id: UUID) -> Response[Any]:
    """Say at which gate the device stands for an event."""
    form = await visit.form()
    event_id, gate_id = _id(form.get("event", "")), _id(form.get("gate", ""))
    if event_id is None or gate_id is None:
        return await _device(visit, device_id, message="Please choose an event and a gate.")
    try:
        await visit.run(
            scanning.assign_device, device_id=device_id, event_id=event_id, gate_id=gate_id
        )
    except Problem as problem:
        return await _device(visit, device_id, message=told(problem))
    return back_to(visit, f"{HERE}/{device_id}", "The device has its gate.")


@act(
    DEVICE + "/assignments/{assignment_id:uuid}/remove",
    Office("scanning.gates.delete", module=MODULE),
)
async def remove_assignment(visit: Visit, device_id: UUID, assignment_id: UUID) -> Response[Any]:
    """Let the device stand wherever it is needed."""
    await visit.form()
    await visit.run(scanning.remove_assignment, assignment_id, device_id=device_id)
    return back_to(visit, f"{HERE}/{device_id}", "The device may stand anywhere again.")


@act(
    "/office/{organization:str}/scan-incidents/{incident_id:uuid}/resolve",
    Office("scanning.scans.update", module=MODULE),
)
async def resolve_incident(visit: Visit, incident_id: UUID) -> Response[Any]:
    """Say that somebody looked at it, and what they did."""
    form = await visit.form()
    await visit.run(scanning.resolve_incident, incident_id, form.get("resolution", "")[:500])
    return back_to(visit, HERE, "The incident is settled.")


async def _devices(visit: Visit, *, message: str = "", name: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        newest = Window(limit=LIMIT_MAX, is_newest_first=True)
        devices, _ = await scanning.list_devices(uow, window=newest)
        incidents, _ = await scanning.list_incidents(uow, window=newest, is_resolved=False)
        shown = await events.events_by_id(uow, {incident.event_id for incident in incidents})
        devices.sort(key=lambda device: (device.status == "revoked", device.name.casefold()))
        return {"devices": devices, "incidents": incidents, "events": shown}

    return office_page(
        visit,
        "devices.html",
        here=HERE,
        heading="Devices",
        message=message,
        name=name,
        device_id=new_id(),
        **await visit.run(read),
    )


async def _device(
    visit: Visit, device_id: UUID, *, message: str = "", code: str = ""
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        device = await scanning.get_device(uow, device_id)
        window = Window(limit=LIMIT_MAX)
        assignments, _ = await scanning.list_assignments(uow, window=window, device_id=device_id)
        near, _ = await events.list_events(uow, window=window, from_at=uow.now - BEFORE)
        gates, _ = await venues.list_gates(uow, window=window)
        offered = [event for event in near if event.is_public]
        return {
            "device": device,
            "assignments": assignments,
            "offered": sorted(offered, key=lambda event: event.start_at or uow.now),
            "events": await events.events_by_id(uow, {one.event_id for one in assignments}),
            "gates": gates,
            "gates_by_id": await venues.gates_by_id(uow, {one.gate_id for one in assignments}),
        }

    found = await visit.run(read)
    address = f"{visit.settings.base_url}/door#code={code}"
    return office_page(
        visit,
        "device.html",
        here=HERE,
        heading=found["device"].name,
        crumbs=(Crumb(HERE, "Devices"),),
        message=message,
        code=code,
        qr=qr_svg(address) if code else "",
        door=f"{visit.settings.base_url}/door",
        is_only_here=urlsplit(visit.settings.base_url).hostname in LOOPBACK,
        **found,
    )


def _name(form: dict[str, str]) -> str:
    name = form.get("name", "").strip()
    if not 1 <= len(name) <= 80:
        raise Invalid.at("/name", "Please give a name of at most 80 characters.")
    return name


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


handlers = [
    go_to_the_door,
    show_devices,
    add_device,
    show_device,
    make_code,
    rename,
    revoke,
    assign,
    remove_assignment,
    resolve_incident,
]
