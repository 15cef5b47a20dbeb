"""The door: never for the wrong event, never twice, always recorded."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from houseful import ticketing
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.scanning.models import Scan
from houseful.scanning.service import Attempt, Verdict, occupancy, scan_ticket
from tests.builders.accounts import a_house
from tests.builders.ticketing import VAULT, Show, a_paid_order, a_show


async def _sold(database: Database, slug: str = "playhouse") -> tuple[Show, str]:
    """Sell one seat in a new house; return the show and the ticket's code."""
    house = await a_house(database, slug)
    show = await database.run(house.organization_id, a_show)
    order = await a_paid_order(database, show, 3)
    shown = await database.run(show.tenant, ticketing.order_with_codes, VAULT, order.id)
    return show, next(iter(shown.codes.values()))


async def _scan(
    database: Database, show: Show, code: str, direction: Any = "in", scan_id: UUID | None = None
) -> Verdict:
    attempt = Attempt(
        scan_id=scan_id or new_id(), event_id=show.event_id, code=code, direction=direction
    )
    return await database.run(show.tenant, scan_ticket, attempt)


def _to_the_doors(clock: TravelClock) -> None:
    """It is 18:00 UTC in a month, when the builders' events begin."""
    clock.freeze((clock.now() + timedelta(days=30)).replace(hour=18, minute=0))


async def test_a_ticket_lets_in_once_and_again_only_after_leaving(
    database: Database, clock: TravelClock
) -> None:
    show, code = await _sold(database)
    _to_the_doors(clock)

    verdicts = [
        (await _scan(database, show, code, direction)).result
        for direction in ("out", "in", "in", "out", "in")
    ]

    assert verdicts == ["exit_without_entry", "ok", "already_in", "exit_ok", "ok_reentry"]
    assert await database.run(show.tenant, occupancy, show.event_id) == 1


async def test_twenty_gates_at_once_let_one_in(database: Database, clock: TravelClock) -> None:
    show, code = await _sold(database)
    _to_the_doors(clock)

    verdicts = await asyncio.gather(*(_scan(database, show, code) for _ in range(20)))

    assert sorted(v.result for v in verdicts) == ["already_in"] * 19 + ["ok"]


async def test_the_same_scan_gets_the_same_verdict_and_is_recorded_once(
    database: Database, clock: TravelClock
) -> None:
    show, code = await _sold(database)
    _to_the_doors(clock)
    scan_id = new_id()

    verdicts = await asyncio.gather(
        *(_scan(database, show, code, scan_id=scan_id) for _ in range(10))
    )

    async def recorded(uow: UnitOfWork) -> int:
        return await uow.first(select(func.count()).select_from(Scan))

    assert {verdict.result for verdict in verdicts} == {"ok"}
    assert sum(verdict.is_repeat for verdict in verdicts) == 9
    assert await database.run(show.tenant, recorded) == 1


async def test_before_its_time_a_ticket_does_not_let_in(database: Database) -> None:
    show, code = await _sold(database)

    assert (await _scan(database, show, code)).result == "not_yet_valid"


async def test_a_ticket_of_another_event_does_not_let_in(
    database: Database, clock: TravelClock
) -> None:
    show, code = await _sold(database)
    other = await database.run(show.tenant, a_show, name="Another Evening", slug="another")
    _to_the_doors(clock)

    assert (await _scan(database, other, code)).result == "wrong_event"


async def test_what_is_not_ours_is_told_and_recorded(
    database: Database, clock: TravelClock
) -> None:
    show, code = await _sold(database)
    stranger, foreign = await _sold(database, "rival")
    _to_the_doors(clock)
    tampered = code[:-3] + ("000" if code[-3:] != "000" else "111")

    assert (await _scan(database, show, "hello")).result == "unknown"
    assert (await _scan(database, show, tampered)).result in {"bad_signature", "unknown"}
    assert (await _scan(database, show, foreign)).result == "bad_signature"
    assert await database.run(stranger.tenant, occupancy, stranger.event_id) == 0


async def test_a_refunded_ticket_does_not_let_in(database: Database, clock: TravelClock) -> None:
    house = await a_house(database)
    show = await database.run(house.organization_id, a_show)
    order = await a_paid_order(database, show, 3)
    shown = await database.run(show.tenant, ticketing.order_with_codes, VAULT, order.id)
    code = next(iter(shown.codes.values()))
    await database.run(
        show.tenant, ticketing.refund_tickets, order.id, None, reason="changed their mind"
    )
    _to_the_doors(clock)

    assert (await _scan(database, show, code)).result == "refunded"
