"""Duty: where a device is to stand, and where it does."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from houseful import events, scanning
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.http.listing import Window
from houseful.kernel.identity import Actor
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Forbidden, Invalid
from houseful.scanning.duty import list_sessions
from houseful.scanning.models import ScanSession
from houseful.scanning.queries import list_scans
from tests.builders.scanning import (
    Doorstep,
    a_device,
    a_doorstep,
    actor_of,
    an_enrolled_device,
    to_the_doors,
)
from tests.builders.venues import a_gate, a_venue


async def _a_gate(door: Doorstep, name: str = "Main") -> UUID:
    event = await door.run(events.get_event, door.show.event_id)
    return (await door.run(a_gate, event.venue_id, name=name)).id


async def _sessions(door: Doorstep) -> list[ScanSession]:
    found, _ = await door.run(list_sessions, window=Window())
    return found


async def test_a_device_is_assigned_and_moved(database: Database) -> None:
    door = await a_doorstep(database)
    device = await a_device(database, door.show.tenant)
    main, side = await _a_gate(door), await _a_gate(door, "Side")

    for gate_id in (main, main, side):
        await door.run(
            scanning.assign_device,
            device_id=device.id,
            event_id=door.show.event_id,
            gate_id=gate_id,
        )

    (assignment,), _ = await door.run(scanning.list_assignments, window=Window())
    assert assignment.gate_id == side


async def test_a_gate_of_another_venue_and_a_revoked_device_are_refused(
    database: Database,
) -> None:
    door = await a_doorstep(database)
    device = await a_device(database, door.show.tenant)
    elsewhere = await door.run(a_venue, name="Elsewhere")
    far = (await door.run(a_gate, elsewhere.id)).id
    place: dict[str, Any] = {"device_id": device.id, "event_id": door.show.event_id}

    with pytest.raises(Invalid):
        await door.run(scanning.assign_device, **place, gate_id=far)
    with pytest.raises(Invalid):
        await door.run(scanning.start_session, event_id=new_id(), by=Actor("device", device.id))
    await door.run(scanning.revoke_device, device.id)
    with pytest.raises(scanning.DeviceRevoked):
        await door.run(scanning.assign_device, **place, gate_id=await _a_gate(door))


async def test_one_works_at_one_gate_at_a_time_however_often_it_is_said(
    database: Database,
) -> None:
    door = await a_doorstep(database)
    device = actor_of(await an_enrolled_device(database, door.show.tenant))
    main, side = await _a_gate(door), await _a_gate(door, "Side")

    async def begin(gate_id: UUID) -> UUID:
        session = await door.run(
            scanning.start_session, event_id=door.show.event_id, gate_id=gate_id, by=device
        )
        return session.id

    first = set(await asyncio.gather(*(begin(main) for _ in range(5))))
    second = await begin(side)

    assert len(first) == 1
    sessions = {session.id: session for session in await _sessions(door)}
    assert sessions[first.pop()].ended_at is not None
    assert sessions[second].ended_at is None


async def test_scans_belong_to_the_session_in_which_they_are_made(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    device = actor_of(await an_enrolled_device(database, door.show.tenant))
    to_the_doors(clock)
    session = await door.run(scanning.start_session, event_id=door.show.event_id, by=device)

    await door.scan(by=device)
    await door.scan()

    scans, _ = await door.run(list_scans, window=Window())
    assert [scan.scan_session_id for scan in scans] == [session.id, None]


async def test_only_oneself_or_a_supervisor_ends_a_session(database: Database) -> None:
    door = await a_doorstep(database)
    device = actor_of(await an_enrolled_device(database, door.show.tenant))
    session = await door.run(scanning.start_session, event_id=door.show.event_id, by=device)

    with pytest.raises(Forbidden):
        await door.run(scanning.end_session, session.id, by=Actor("user", new_id()))
    ended = await door.run(scanning.end_session, session.id, by=device)
    again = await door.run(scanning.end_session, session.id, is_supervisor=True)

    assert ended.ended_at == again.ended_at


async def test_a_revoked_device_works_nowhere(database: Database) -> None:
    door = await a_doorstep(database)
    enrolled = await an_enrolled_device(database, door.show.tenant)
    await door.run(scanning.start_session, event_id=door.show.event_id, by=actor_of(enrolled))

    await door.run(scanning.revoke_device, enrolled.device.id)

    (session,) = await _sessions(door)
    assert session.ended_at is not None


async def test_each_gate_is_counted_by_itself(database: Database, clock: TravelClock) -> None:
    door = await a_doorstep(database)
    main, side = await _a_gate(door), await _a_gate(door, "Side")
    to_the_doors(clock)

    await door.scan(gate_id=main)
    await door.scan(gate_id=side)
    await door.scan(gate_id=side, direction="out")

    figures: scanning.DoorFigures = await door.run(scanning.door_figures, door.show.event_id)
    assert (figures.inside, figures.tickets) == (0, 1)
    counted = {gate.name: (gate.entered, gate.left) for gate in figures.gates}
    assert counted == {"Main": (1, 0), "Side": (0, 1)}
    assert [gate.scans_per_minute for gate in figures.gates] == [0.2, 0.4]
