"""Without a network: uploaded late, put where it belongs, conflicts kept and shown."""

import base64
import itertools
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select

from houseful import scanning, ticketing
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.ids import new_id
from houseful.scanning.batch import scan_each
from houseful.scanning.manifest import mark_of
from houseful.scanning.models import InOutEvent, Presence, ScanIncident
from tests.builders.scanning import (
    Doorstep,
    a_code,
    a_doorstep,
    actor_of,
    an_enrolled_device,
    to_the_doors,
)

SECRET = "tests-" * 8


def _kept(at: datetime, *, sent_at: datetime, result: str | None = "ok") -> dict[str, Any]:
    """What a device says of a scan that it judged by itself."""
    return {
        "is_offline": True,
        "offline_result": result,
        "scanned_at": at,
        "sent_at": sent_at,
    }


async def _incidents(door: Doorstep) -> list[ScanIncident]:
    found, _ = await door.run(scanning.list_incidents, window=Window())
    return found


async def test_who_was_let_in_without_a_network_is_inside_from_then_on(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    then = clock.now() - timedelta(minutes=10)

    first = await door.scan(**_kept(then, sent_at=clock.now()))

    assert first.result == "ok"
    assert not first.is_conflict
    assert (await door.scan()).result == "already_in"
    assert await _incidents(door) == []


async def test_two_gates_without_a_network_let_two_in_and_the_earlier_is_rightful(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    now = clock.now()
    later, earlier = new_id(), new_id()

    await door.scan(scan_id=later, **_kept(now - timedelta(minutes=5), sent_at=now))
    verdict = await door.scan(scan_id=earlier, **_kept(now - timedelta(minutes=9), sent_at=now))

    (incident,) = await _incidents(door)
    assert verdict.result == "already_in"
    assert verdict.is_conflict
    assert incident.kind == "double_entry"
    assert (incident.scan_id, incident.other_scan_id) == (earlier, later)
    assert incident.rightful_scan_id == earlier
    assert await door.inside() == 2


async def test_a_conflict_uploaded_again_is_one_conflict(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    await door.scan()
    kept = _kept(clock.now() - timedelta(minutes=1), sent_at=clock.now())
    scan_id = new_id()

    verdicts = [await door.scan(scan_id=scan_id, **kept) for _ in range(3)]

    assert [verdict.is_conflict for verdict in verdicts] == [True] * 3
    assert len(await _incidents(door)) == 1
    assert await door.inside() == 2


async def test_an_answer_that_was_lost_and_judged_alone_becomes_a_conflict(
    database: Database, clock: TravelClock
) -> None:
    """The server said no, the answer was lost, and the phone, not knowing better, said yes."""
    door = await a_doorstep(database)
    to_the_doors(clock)
    await door.scan()
    scan_id = new_id()
    assert (await door.scan(scan_id=scan_id)).result == "already_in"

    verdict = await door.scan(scan_id=scan_id, **_kept(clock.now(), sent_at=clock.now()))

    assert verdict.is_repeat
    assert verdict.is_conflict
    assert await door.inside() == 2


async def test_who_left_before_we_heard_that_they_came_is_outside(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    came = clock.now() - timedelta(minutes=10)
    assert (await door.scan(direction="out")).result == "exit_without_entry"

    assert (await door.scan(**_kept(came, sent_at=clock.now()))).result == "ok"

    assert await door.inside() == 0
    assert (await door.scan()).result == "ok_reentry"


async def test_a_wrong_clock_is_set_right_by_when_it_was_sent(
    database: Database, clock: TravelClock
) -> None:
    """A phone a day behind would have been too early: by our clock, it was in time."""
    door = await a_doorstep(database)
    to_the_doors(clock)
    behind = clock.now() - timedelta(days=1)

    verdict = await door.scan(**_kept(behind - timedelta(minutes=3), sent_at=behind))

    assert verdict.result == "ok"


async def test_somebody_with_a_forged_ticket_is_an_incident_and_not_counted(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)

    verdict = await door.scan(code="scribble", **_kept(clock.now(), sent_at=clock.now()))

    (incident,) = await _incidents(door)
    assert verdict.is_conflict
    assert (incident.kind, incident.result) == ("let_in_wrongly", "unknown")
    assert await door.inside() == 0


async def test_what_was_kept_out_is_no_incident(database: Database, clock: TravelClock) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    await door.scan()

    verdict = await door.scan(**_kept(clock.now(), sent_at=clock.now(), result="already_in"))

    assert not verdict.is_conflict
    assert await _incidents(door) == []


async def test_an_incident_is_settled_once(database: Database, clock: TravelClock) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    await door.scan(code="scribble", **_kept(clock.now(), sent_at=clock.now()))
    (incident,) = await _incidents(door)

    await door.run(scanning.resolve_incident, incident.id, " They paid at the till. ")
    again = await door.run(scanning.resolve_incident, incident.id, "Something else")

    assert again.resolution == "They paid at the till."
    open_ones, _ = await door.run(scanning.list_incidents, window=Window(), is_resolved=False)
    assert open_ones == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::4])
async def test_in_whatever_order_scans_arrive_the_moves_are_who_is_inside(
    database: Database, clock: TravelClock, order: tuple[int, ...]
) -> None:
    """Two phones without a network: in and out at one, in and again in at the other."""
    door = await a_doorstep(database)
    to_the_doors(clock)
    now = clock.now()
    attempts: list[dict[str, Any]] = [
        {"direction": "in", **_kept(now - timedelta(minutes=40), sent_at=now)},
        {
            "direction": "out",
            **_kept(now - timedelta(minutes=30), sent_at=now, result="exit_ok"),
        },
        {"direction": "in", **_kept(now - timedelta(minutes=20), sent_at=now)},
        {"direction": "in", **_kept(now - timedelta(minutes=10), sent_at=now)},
    ]

    for position in order:
        await door.scan(**attempts[position])

    async def sums(uow: UnitOfWork) -> tuple[int, int]:
        moves = await uow.first(select(func.sum(InOutEvent.people)))
        inside = await uow.first(select(func.sum(Presence.inside)))
        return int(moves), int(inside)

    assert await door.run(sums) == (2, 2)
    assert await door.inside() == 2


async def test_the_manifest_is_signed_and_knows_tickets_but_no_people(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    inside = await a_code(database, door.show, seat=5)
    to_the_doors(clock)
    await door.scan(code=inside)
    verdict = await door.scan(direction="out")
    assert verdict.ticket is not None

    signed = await door.run(scanning.make_manifest, SECRET, door.show.event_id)

    key = Ed25519PublicKey.from_public_bytes(_bytes(scanning.manifest_key(SECRET)))
    key.verify(_bytes(signed.signature), signed.payload.encode())
    with pytest.raises(InvalidSignature):
        key.verify(_bytes(signed.signature), signed.payload.replace("a", "b").encode())
    manifest = msgspec.json.decode(signed.payload)
    credential = ticketing.read_code(inside).fields.credential_id
    assert set(_marks(manifest["sold"])) == {
        mark_of(verdict.ticket.credential_id),
        mark_of(credential),
    }
    assert _marks(manifest["inside"]) == [mark_of(credential)]
    assert ticketing.read_code(inside).key_id in manifest["keys"]
    assert "Bea" not in signed.payload


async def test_the_manifest_leaves_out_what_no_longer_holds(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)

    async def void(uow: UnitOfWork) -> UUID:
        tickets, _ = await ticketing.find_tickets(uow, window=Window())
        await ticketing.void_ticket(uow, tickets[0].id, reason="lost")
        return tickets[0].id

    await door.run(void)
    signed = await door.run(scanning.make_manifest, SECRET, door.show.event_id)

    assert msgspec.json.decode(signed.payload)["sold"] == ""


async def test_each_scan_of_a_batch_has_its_own_answer(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    device = await an_enrolled_device(database, door.show.tenant)
    to_the_doors(clock)
    now = clock.now()

    def kept(minutes: int, **fields: Any) -> scanning.NewScan:
        given: dict[str, Any] = {
            "scan_id": new_id(),
            "event_id": door.show.event_id,
            "code": door.code,
            "scanned_at": now - timedelta(minutes=minutes),
            "sent_at": now,
            "is_offline": True,
            **fields,
        }
        return scanning.NewScan(**given)

    scans = [kept(1), kept(3), kept(2, event_id=new_id()), kept(4, code="?")]
    by = actor_of(device)
    first = await scan_each(database, door.show.tenant, by, scans)
    second = await scan_each(database, door.show.tenant, by, scans)

    assert [item.verdict.result if item.verdict else None for item in first] == [
        "already_in",
        "ok",
        None,
        "unknown",
    ]
    assert first[2].problem is not None
    assert first[2].problem["errors"][0]["pointer"] == "/eventId"
    assert [item.verdict.is_repeat if item.verdict else None for item in second] == [
        True,
        True,
        None,
        True,
    ]
    assert [item.scan_id for item in first] == [scan.scan_id for scan in scans]


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _marks(joined: str) -> list[str]:
    return [joined[at : at + 8] for at in range(0, len(joined), 8)]
