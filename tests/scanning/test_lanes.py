"""What many gates ask at once is judged together, and still each ticket lets in once."""

import asyncio
from typing import Any

from sqlalchemy import event, func, select

from houseful import scanning, ticketing
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import Actor
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from houseful.scanning.models import InOutEvent, Presence, Scan
from tests.builders.scanning import Doorstep, a_doorstep, to_the_doors
from tests.builders.ticketing import VAULT, a_paid_order

STEWARD = Actor("user", new_id())


async def codes_of(database: Database, door: Doorstep, how_many: int) -> list[str]:
    order = await a_paid_order(database, door.show, *range(10, 10 + how_many))
    shown = await door.run(ticketing.order_with_codes, VAULT, order.id)
    return list(shown.codes.values())


def attempt(door: Doorstep, code: str, **given: Any) -> scanning.Attempt:
    fields: dict[str, Any] = {"scan_id": new_id(), "event_id": door.show.event_id, "code": code}
    return scanning.Attempt(**fields | given)


async def test_a_crowd_at_many_gates_comes_in_once_each(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    codes = await codes_of(database, door, 8)
    to_the_doors(clock)

    verdicts = await asyncio.gather(
        *(
            scanning.scan_quickly(database, door.show.tenant, STEWARD, attempt(door, code))
            for _ in range(5)
            for code in codes
        )
    )

    async def sums(uow: UnitOfWork) -> tuple[int, int, int]:
        return (
            await uow.first(select(func.count()).select_from(Scan)),
            await uow.first(select(func.sum(InOutEvent.people))),
            await uow.first(select(func.sum(Presence.inside))),
        )

    assert sorted(verdict.result for verdict in verdicts) == ["already_in"] * 32 + ["ok"] * 8
    assert await door.run(sums) == (40, 8, 8)


async def test_of_one_group_each_has_its_own_answer(database: Database, clock: TravelClock) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    repeated = attempt(door, door.code)
    asked = [
        repeated,
        attempt(door, door.code, event_id=new_id()),
        attempt(door, "nonsense"),
        repeated,
        attempt(door, door.code, direction="out"),
        attempt(door, door.code),
    ]

    answers = await door.run(
        scanning.judge_attempts, [scanning.Asked(STEWARD, each) for each in asked]
    )

    assert isinstance(answers[1], Invalid)
    assert [
        (answer.result, answer.is_repeat)
        for answer in answers
        if isinstance(answer, scanning.Verdict)
    ] == [
        ("ok", False),
        ("unknown", False),
        ("ok", True),
        ("exit_ok", False),
        ("ok_reentry", False),
    ]
    assert await door.inside() == 1


async def test_a_group_costs_as_many_statements_as_one(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    codes = await codes_of(database, door, 8)
    to_the_doors(clock)
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    async def judge(scanned: list[str]) -> int:
        statements.clear()
        asked = [scanning.Asked(STEWARD, attempt(door, code)) for code in scanned]
        await door.run(scanning.judge_attempts, asked)
        return len(statements)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    alone = await judge(codes[:1])
    together = await judge(codes[1:])
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)

    assert together <= alone
