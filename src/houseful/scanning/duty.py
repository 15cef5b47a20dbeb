"""Duty: which gate a device is to stand at for an event, and the time that it really does."""

from uuid import UUID

from sqlalchemy import select

from houseful import audit, events, venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Forbidden, Invalid, NotFound
from houseful.scanning.models import Device, GateAssignment, ScanSession
from houseful.scanning.problems import DeviceRevoked


async def assign_device(
    uow: UnitOfWork, *, device_id: UUID, event_id: UUID, gate_id: UUID
) -> GateAssignment:
    """Say where the device stands for the event, in place of what was said before.

    Raises `Invalid` for what is not there, and `DeviceRevoked`.
    """
    await _check_device(uow, device_id)
    await find_place(uow, event_id, gate_id)
    found: GateAssignment | None = await uow.first(
        select(GateAssignment)
        .where(
            GateAssignment.organization_id == uow.tenant,
            GateAssignment.device_id == device_id,
            GateAssignment.event_id == event_id,
        )
        .with_for_update()
    )
    if found is not None:
        found.gate_id = gate_id
        await audit.record(uow, "scanning.assignment.moved", found)
        await uow.flush()
        return found
    assignment = GateAssignment(
        organization_id=uow.tenant,
        id=new_id(),
        device_id=device_id,
        event_id=event_id,
        gate_id=gate_id,
    )
    return await audit.add_row(uow, assignment, "scanning.assignment.created")


async def remove_assignment(
    uow: UnitOfWork, assignment_id: UUID, *, device_id: UUID | None = None
) -> None:
    """Let the device stand wherever it is needed. Raises `NotFound`, also for another device's."""
    assignment = await uow.get(GateAssignment, assignment_id)
    if device_id is not None and assignment.device_id != device_id:
        raise NotFound
    await audit.remove_row(uow, GateAssignment, assignment_id, "scanning.assignment.removed")


async def list_assignments(
    uow: UnitOfWork,
    *,
    window: Window,
    event_id: UUID | None = None,
    device_id: UUID | None = None,
) -> tuple[list[GateAssignment], str | None]:
    """Return one page of assignments."""
    statement = select(GateAssignment).where(GateAssignment.organization_id == uow.tenant)
    if event_id is not None:
        statement = statement.where(GateAssignment.event_id == event_id)
    if device_id is not None:
        statement = statement.where(GateAssignment.device_id == device_id)
    return await fetch_page(uow, statement, GateAssignment, window)


async def start_session(
    uow: UnitOfWork, *, event_id: UUID, gate_id: UUID | None = None
) -> ScanSession:
    """Begin to scan at a gate; what the same device or person did elsewhere ends.

    Begun again at the same place, it goes on. Raises `Invalid` for what is not there.
    """
    assert uow.actor.id is not None, "a session belongs to a device or a person"
    await find_place(uow, event_id, gate_id)
    await uow.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))",
        {"name": f"scan-session:{uow.tenant}:{uow.actor.id}"},
    )
    is_device = uow.actor.kind == "device"
    mine = ScanSession.device_id if is_device else ScanSession.user_id
    open_one: ScanSession | None = await uow.first(
        select(ScanSession).where(
            ScanSession.organization_id == uow.tenant,
            mine == uow.actor.id,
            ScanSession.ended_at.is_(None),
        )
    )
    if open_one is not None:
        if (open_one.event_id, open_one.gate_id) == (event_id, gate_id):
            return open_one
        open_one.ended_at = uow.now
        await uow.flush()
    session = ScanSession(
        organization_id=uow.tenant,
        id=new_id(),
        device_id=uow.actor.id if is_device else None,
        user_id=None if is_device else uow.actor.id,
        gate_id=gate_id,
        event_id=event_id,
        started_at=uow.now,
    )
    uow.add(session)
    await uow.flush()
    return session


async def end_session(
    uow: UnitOfWork, session_id: UUID, *, is_supervisor: bool = False
) -> ScanSession:
    """End a session; harmless when it is over. Raises `NotFound`, `Forbidden` for another's."""
    session = await uow.get(ScanSession, session_id, lock=True)
    if not is_supervisor and uow.actor.id not in {session.device_id, session.user_id}:
        raise Forbidden("Only a supervisor ends the session of somebody else.")
    if session.ended_at is None:
        session.ended_at = uow.now
        await uow.flush()
    return session


async def list_sessions(
    uow: UnitOfWork, *, window: Window, event_id: UUID | None = None
) -> tuple[list[ScanSession], str | None]:
    """Return one page of sessions."""
    statement = select(ScanSession).where(ScanSession.organization_id == uow.tenant)
    if event_id is not None:
        statement = statement.where(ScanSession.event_id == event_id)
    return await fetch_page(uow, statement, ScanSession, window)


async def find_place(
    uow: UnitOfWork, event_id: UUID, gate_id: UUID | None
) -> tuple[events.ShownEvent, venues.Gate | None]:
    """Return an event and a gate of its venue. Raises `Invalid`."""
    try:
        event = await events.get_event(uow, event_id)
    except NotFound as error:
        raise Invalid.at("/eventId", "There is no such event here.") from error
    if gate_id is None:
        return event, None
    gates = await venues.gates_by_id(uow, {gate_id})
    return event, check_gate(event, gates.get(gate_id))


def check_gate(event: events.ShownEvent, gate: venues.Gate | None) -> venues.Gate:
    """Return the gate, if it is one of the event's venue. Raises `Invalid`."""
    if gate is None:
        raise Invalid.at("/gateId", "There is no such gate here.")
    if event.venue_id is not None and gate.venue_id != event.venue_id:
        raise Invalid.at("/gateId", "This gate is at another venue.")
    return gate


async def _check_device(uow: UnitOfWork, device_id: UUID) -> None:
    device = await uow.session.get(Device, (uow.tenant, device_id))
    if device is None:
        raise Invalid.at("/deviceId", "There is no such device here.")
    if device.status == "revoked":
        raise DeviceRevoked
