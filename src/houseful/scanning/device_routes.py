"""Devices and their duty over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists
from houseful.kernel.http import Caller, ExpectedVersion, Page, delete, get, patch, post
from houseful.kernel.http.listing import Window
from houseful.scanning import devices, duty
from houseful.scanning.manifest import manifest_key
from houseful.scanning.problems import DeviceRevoked, EnrolCodeInvalid
from houseful.scanning.schemas import (
    AssignmentView,
    DeviceChanges,
    DeviceView,
    EnrolledView,
    Enrolment,
    EnrolmentCodeView,
    NewAssignment,
    NewDevice,
    NewSession,
    SessionView,
)

EventId = Annotated[UUID | None, QueryParameter(name="eventId")]
DeviceId = Annotated[UUID | None, QueryParameter(name="deviceId")]
Status = Annotated[str | None, QueryParameter(max_length=20)]
SUPERVISOR = "scanning.scans.update"


@get(
    "/api/v1/devices",
    permission="scanning.devices.read",
    module="ticketing",
    summary="List the devices",
)
async def list_devices(caller: Caller, window: Window, status: Status = None) -> Page[DeviceView]:
    """List the scanners, with when each was last seen."""
    return await caller.read_page(
        devices.list_devices, window=window, view=DeviceView, status=status
    )


@post(
    "/api/v1/devices",
    permission="scanning.devices.create",
    module="ticketing",
    summary="Add a device",
    raises=[AlreadyExists],
)
async def create_device(caller: Caller, data: NewDevice) -> Response[DeviceView]:
    """Add a scanner. It can do nothing until a code enrols it."""
    return await caller.create(
        devices.create_device, data.name, view=DeviceView, at="/api/v1/devices"
    )


@get(
    "/api/v1/devices/{device_id:uuid}",
    permission="scanning.devices.read",
    module="ticketing",
    summary="Read a device",
)
async def read_device(caller: Caller, device_id: UUID) -> Response[DeviceView]:
    """Read one device; its ETag is what a change must name."""
    return await caller.read(devices.get_device, device_id, view=DeviceView)


@patch(
    "/api/v1/devices/{device_id:uuid}",
    permission="scanning.devices.update",
    module="ticketing",
    summary="Rename a device",
    raises=[AlreadyExists],
)
async def update_device(
    caller: Caller, device_id: UUID, data: DeviceChanges, expected_version: ExpectedVersion
) -> Response[DeviceView]:
    """Give a device another name."""
    return await caller.change(
        devices.rename_device, device_id, expected_version, data, view=DeviceView
    )


@post(
    "/api/v1/devices/{device_id:uuid}/enrolment-code",
    status=200,
    permission="scanning.devices.update",
    module="ticketing",
    summary="Make a device's enrolment code",
    raises=[DeviceRevoked],
)
async def create_enrolment_code(caller: Caller, device_id: UUID) -> EnrolmentCodeView:
    """Make a code that enrols the device once, within a quarter of an hour; it replaces others."""
    made = await caller.run(devices.make_enrolment_code, device_id)
    assert made.device.enrol_until is not None
    return EnrolmentCodeView(
        device_id=device_id, code=made.code, enrol_until=made.device.enrol_until
    )


@post(
    "/api/v1/devices/{device_id:uuid}/revoke",
    status=200,
    permission="scanning.devices.update",
    module="ticketing",
    summary="Put a device out of service",
)
async def revoke_device(caller: Caller, device_id: UUID) -> Response[DeviceView]:
    """Put a device out of service, at once and for good."""
    return await caller.change(devices.revoke_device, device_id, view=DeviceView)


@post(
    "/api/v1/devices/enrol",
    status=200,
    summary="Enrol a device",
    raises=[EnrolCodeInvalid],
)
async def enrol_device(request: Request[Any, Any, Any], data: Enrolment) -> EnrolledView:
    """Exchange the code for the device's own key, which is told this once."""
    enrolled = await devices.enrol_device(request.app.state.database, data.code)
    return EnrolledView(
        device_id=enrolled.device.id,
        organization_id=enrolled.device.organization_id,
        name=enrolled.device.name,
        key=enrolled.key,
        manifest_key=manifest_key(request.app.state.secret),
    )


@get(
    "/api/v1/gate-assignments",
    permission="scanning.gates.read",
    module="ticketing",
    summary="List where devices stand",
)
async def list_assignments(
    caller: Caller, window: Window, event_id: EventId = None, device_id: DeviceId = None
) -> Page[AssignmentView]:
    """List the assignments of devices to gates; a device sees its own."""
    is_device = caller.identity.actor.kind == "device"
    return await caller.read_page(
        duty.list_assignments,
        window=window,
        view=AssignmentView,
        event_id=event_id,
        device_id=caller.identity.actor.id if is_device else device_id,
    )


@post(
    "/api/v1/gate-assignments",
    permission="scanning.gates.create",
    module="ticketing",
    summary="Assign a device to a gate",
    raises=[DeviceRevoked],
)
async def create_assignment(caller: Caller, data: NewAssignment) -> Response[AssignmentView]:
    """Say where a device stands for an event; it replaces where it was to stand."""
    return await caller.create(
        duty.assign_device,
        device_id=data.device_id,
        event_id=data.event_id,
        gate_id=data.gate_id,
        view=AssignmentView,
        at="/api/v1/gate-assignments",
    )


@delete(
    "/api/v1/gate-assignments/{assignment_id:uuid}",
    permission="scanning.gates.delete",
    module="ticketing",
    summary="Remove an assignment",
)
async def remove_assignment(caller: Caller, assignment_id: UUID) -> None:
    """Let the device stand wherever it is needed."""
    await caller.remove(duty.remove_assignment, assignment_id)


@get(
    "/api/v1/scan-sessions",
    permission="scanning.scans.read",
    module="ticketing",
    summary="List who scanned where",
)
async def list_scan_sessions(
    caller: Caller, window: Window, event_id: EventId = None
) -> Page[SessionView]:
    """List the times that devices and people scanned at gates."""
    return await caller.read_page(
        duty.list_sessions, window=window, view=SessionView, event_id=event_id
    )


@post(
    "/api/v1/scan-sessions",
    permission="scanning.scans.create",
    module="ticketing",
    summary="Begin to scan at a gate",
)
async def start_scan_session(caller: Caller, data: NewSession) -> Response[SessionView]:
    """Begin at a gate; what the same device or person did at another ends."""
    return await caller.create(
        duty.start_session,
        event_id=data.event_id,
        gate_id=data.gate_id,
        view=SessionView,
        at="/api/v1/scan-sessions",
    )


@post(
    "/api/v1/scan-sessions/{session_id:uuid}/end",
    status=200,
    permission="scanning.scans.create",
    module="ticketing",
    summary="End a session",
)
async def end_scan_session(caller: Caller, session_id: UUID) -> Response[SessionView]:
    """Say that nobody scans there any more."""
    return await caller.change(
        duty.end_session,
        session_id,
        is_supervisor=caller.access.allows(SUPERVISOR),
        view=SessionView,
    )


handlers = [
    list_devices,
    create_device,
    read_device,
    update_device,
    create_enrolment_code,
    revoke_device,
    enrol_device,
    list_assignments,
    create_assignment,
    remove_assignment,
    list_scan_sessions,
    start_scan_session,
    end_scan_session,
]
