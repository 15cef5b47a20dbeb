"""The door: never for the wrong event, never twice, always recorded."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select

from houseful import events, ticketing, venues
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.kernel.short_codes import short_code
from houseful.scanning.manifest import make_manifest
from houseful.scanning.models import Scan
from tests.builders.scanning import a_code, a_doorstep, actor_of, an_enrolled_device, to_the_doors
from tests.builders.ticketing import a_paid_order, a_show
from tests.builders.venues import a_gate, a_venue


async def test_a_ticket_lets_in_once_and_again_only_after_leaving(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)

    verdicts = [
        (await door.scan(direction=direction)).result
        for direction in ("out", "in", "in", "out", "in")
    ]

    assert verdicts == ["exit_without_entry", "ok", "already_in", "exit_ok", "ok_reentry"]
    assert await door.inside() == 1


async def test_twenty_gates_at_once_let_one_in(database: Database, clock: TravelClock) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)

    verdicts = await asyncio.gather(*(door.scan() for _ in range(20)))

    assert sorted(v.result for v in verdicts) == ["already_in"] * 19 + ["ok"]
    assert await door.inside() == 1


async def test_the_same_scan_gets_the_same_verdict_and_is_recorded_once(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    scan_id = new_id()

    verdicts = await asyncio.gather(*(door.scan(scan_id=scan_id) for _ in range(10)))

    async def recorded(uow: UnitOfWork) -> int:
        return await uow.first(select(func.count()).select_from(Scan))

    assert {verdict.result for verdict in verdicts} == {"ok"}
    assert sum(verdict.is_repeat for verdict in verdicts) == 9
    assert await door.run(recorded) == 1


async def test_before_its_time_a_ticket_does_not_let_in(database: Database) -> None:
    door = await a_doorstep(database)

    assert (await door.scan()).result == "not_yet_valid"


async def test_after_its_time_a_ticket_does_not_let_in(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    clock.freeze(clock.now() + timedelta(days=1))

    assert (await door.scan()).result == "expired"


async def test_a_ticket_of_another_event_does_not_let_in(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    other = await door.run(a_show, name="Another Evening", slug="another")
    to_the_doors(clock)

    assert (await door.scan(event_id=other.event_id)).result == "wrong_event"
    assert await door.inside() == 0


async def test_a_ticket_of_another_evening_of_the_series_says_so(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    series = await door.run(events.create_series, events.NewSeries(name="Evenings of Songs"))
    tonight = await door.run(a_show, name="Tonight", slug="tonight", series_id=series.id)
    tomorrow = await door.run(a_show, name="Tomorrow", slug="tomorrow", series_id=series.id)
    order = await a_paid_order(database, tomorrow, 1)

    async def public_id(uow: UnitOfWork) -> str:
        tickets = (await ticketing.show_order(uow, order.id)).tickets
        return tickets[0].public_id

    code = await door.run(public_id)
    to_the_doors(clock)

    assert (await door.scan(event_id=tonight.event_id, code=code)).result == "wrong_date"
    assert (await door.scan(event_id=tomorrow.event_id, code=code)).result == "ok"


async def test_a_gate_for_other_sections_sends_people_on(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    venue_id = await _venue_of(database, door.show.tenant, door.show.event_id)
    balcony = await door.run(a_gate, venue_id, settings={"sections": ["Balcony"]})
    anyone = await door.run(a_gate, venue_id, settings={"sections": [], "note": "ramp"})
    to_the_doors(clock)

    assert (await door.scan(gate_id=balcony.id)).result == "wrong_gate"
    assert (await door.scan(gate_id=anyone.id)).result == "ok"


async def test_what_is_not_ours_is_told_and_recorded(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    rival = await a_doorstep(database, "rival")
    to_the_doors(clock)
    tampered = door.code[:-3] + ("000" if door.code[-3:] != "000" else "111")

    assert (await door.scan(code="hello")).result == "unknown"
    assert (await door.scan(code=tampered)).result in {"bad_signature", "unknown"}
    assert (await door.scan(code=rival.code)).result == "bad_signature"
    assert await rival.inside() == 0


async def test_a_refunded_ticket_does_not_let_in(database: Database, clock: TravelClock) -> None:
    door = await a_doorstep(database)

    async def refund(uow: UnitOfWork) -> None:
        orders, _ = await ticketing.find_orders(uow, window=Window())
        await ticketing.refund_tickets(uow, orders[0].id, None, reason="changed their mind")

    await door.run(refund)
    to_the_doors(clock)

    assert (await door.scan()).result == "refunded"


async def test_a_cancelled_event_lets_nobody_in(database: Database, clock: TravelClock) -> None:
    door = await a_doorstep(database)
    await door.run(events.cancel_event, door.show.event_id, events.Cancellation(reason="Flood"))
    to_the_doors(clock)

    manifest = await door.run(make_manifest, "tests-" * 8, door.show.event_id)
    assert (await door.scan()).result == "canceled"
    assert msgspec.json.decode(manifest.payload)["sold"] == ""


async def test_a_typed_short_code_is_judged_as_the_square_is(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    other = await door.run(a_show, name="Another Evening", slug="another")
    refunded = await a_code(database, door.show, seat=4)
    await door.run(_refund, refunded)
    refunded_elsewhere = await a_code(database, other)
    valid_elsewhere = await a_code(database, other, seat=4)
    await door.run(_refund, refunded_elsewhere)
    to_the_doors(clock)

    for scanned, expected in (
        (valid_elsewhere, "wrong_event"),
        (refunded_elsewhere, "wrong_event"),
        (refunded, "refunded"),
        (door.code, "ok"),
    ):
        short = short_code(ticketing.read_code(scanned).fields.credential_id)
        typed = f" {short.lower().replace('0', 'o').replace('1', 'l')} "
        assert (await door.scan(code=typed)).result == expected
        by_square = "already_in" if expected == "ok" else expected
        assert (await door.scan(code=scanned)).result == by_square
        assert (await door.scan(code=f"{scanned.lower()}\r\n")).result == by_square
    assert (await door.scan(code="7K3QX-0M9TD")).result == "unknown"


async def test_another_house_does_not_know_a_short_code(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    rival = await a_doorstep(database, "rival")
    to_the_doors(clock)
    short = short_code(ticketing.read_code(rival.code).fields.credential_id)

    assert (await door.scan(code=short)).result == "unknown"


async def test_a_typed_public_id_is_as_good_as_the_code(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    seen = await door.scan(direction="out")
    assert seen.ticket is not None

    assert (await door.scan(code=f" {seen.ticket.public_id.lower()} ")).result == "ok"
    assert (await door.scan()).result == "already_in"


async def test_an_event_or_gate_that_is_not_there_is_refused(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    elsewhere = await door.run(a_venue, name="Elsewhere")
    gate = await door.run(a_gate, elsewhere.id)

    for name, value, pointer in (
        ("event_id", new_id(), "/eventId"),
        ("gate_id", new_id(), "/gateId"),
        ("gate_id", gate.id, "/gateId"),
        ("scan_session_id", new_id(), "/scanSessionId"),
    ):
        fields: dict[str, Any] = {name: value}
        with pytest.raises(Invalid) as refused:
            await door.scan(**fields)
        assert refused.value.fields["errors"][0]["pointer"] == pointer


async def test_a_wrong_clock_is_noted_and_no_reason_to_refuse(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    device = await an_enrolled_device(database, door.show.tenant)
    to_the_doors(clock)
    scan_id = new_id()

    verdict = await door.scan(
        by=actor_of(device), scan_id=scan_id, scanned_at=clock.now() - timedelta(hours=3)
    )

    scan: Scan = await door.run(_scan, scan_id)
    assert verdict.result == "ok"
    assert scan.device_id == device.device.id
    assert scan.details["skewSeconds"] == pytest.approx(-3 * 3600, abs=5)


async def _refund(uow: UnitOfWork, code: str) -> None:
    orders, _ = await ticketing.find_orders(uow, window=Window(), text=code)
    await ticketing.refund_tickets(uow, orders[0].id, None, reason="changed their mind")


async def _scan(uow: UnitOfWork, scan_id: UUID) -> Scan:
    return await uow.get(Scan, scan_id)


async def _venue_of(database: Database, tenant: UUID, event_id: UUID) -> UUID:
    event = await database.run(tenant, events.get_event, event_id)
    assert event.venue_id is not None
    venue: venues.Venue = await database.run(tenant, venues.get_venue, event.venue_id)
    return venue.id
