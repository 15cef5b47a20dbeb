"""Taking back: one's own scans for a while, nobody's twice, never over what came after."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from houseful import scanning
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.identity import Actor
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Forbidden, NotFound
from houseful.scanning.reverts import STEWARDS_TIME
from tests.builders.accounts import a_house
from tests.builders.scanning import a_doorstep, actor_of, an_enrolled_device, to_the_doors

STEWARD = Actor("user", new_id())


async def test_an_entry_taken_back_lets_in_again(database: Database, clock: TravelClock) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    verdict = await door.scan(by=STEWARD)

    await door.run(scanning.revert_scan, verdict.scan_id, is_supervisor=False, by=STEWARD)

    assert await door.inside() == 0
    assert (await door.scan()).result == "ok"


async def test_taken_back_by_ten_at_once_it_is_taken_back_once(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    verdict = await door.scan()

    await asyncio.gather(
        *(door.run(scanning.revert_scan, verdict.scan_id, is_supervisor=True) for _ in range(10))
    )

    assert await door.inside() == 0
    figures = await door.run(scanning.door_figures, door.show.event_id)
    assert [(gate.entered, gate.left) for gate in figures.gates] == [(0, 0)]


async def test_an_exit_taken_back_leaves_them_inside(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    await door.scan()
    left = await door.scan(direction="out")

    await door.run(scanning.revert_scan, left.scan_id, is_supervisor=True)

    assert await door.inside() == 1
    assert (await door.scan()).result == "already_in"


async def test_what_has_been_followed_by_more_is_not_taken_back(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    to_the_doors(clock)
    entered = await door.scan()
    await door.scan(direction="out")
    refused = await door.scan(code="scribble")

    for scan_id in (entered.scan_id, refused.scan_id):
        with pytest.raises(scanning.NotRevertible):
            await door.run(scanning.revert_scan, scan_id, is_supervisor=True)
    with pytest.raises(NotFound):
        await door.run(scanning.revert_scan, new_id(), is_supervisor=True)
    assert await door.inside() == 0


async def test_stewards_take_back_their_own_and_not_for_long(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    device = actor_of(await an_enrolled_device(database, door.show.tenant))
    to_the_doors(clock)
    mine = await door.scan(by=device)

    with pytest.raises(Forbidden):
        await door.run(scanning.revert_scan, mine.scan_id, is_supervisor=False, by=STEWARD)
    clock.freeze(clock.now() + STEWARDS_TIME + timedelta(seconds=1))
    with pytest.raises(scanning.NotRevertible):
        await door.run(scanning.revert_scan, mine.scan_id, is_supervisor=False, by=device)
    await door.run(scanning.revert_scan, mine.scan_id, is_supervisor=True, by=STEWARD)
    assert await door.inside() == 0


async def test_nobody_takes_back_a_scan_of_another_house(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    rival = await a_house(database, "rival")
    to_the_doors(clock)
    verdict = await door.scan()

    with pytest.raises(NotFound):
        await database.run(
            rival.organization_id, scanning.revert_scan, verdict.scan_id, is_supervisor=True
        )
    assert await door.inside() == 1


acts = st.lists(st.sampled_from(["in", "out", "undo", "repeat", "late"]), max_size=12)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts)
async def test_whatever_stewards_do_the_door_agrees_with_a_plain_model(
    database: Database, clock: TravelClock, acts: list[str]
) -> None:
    """The model: inside or not, whether there was an entry, and what could be taken back."""
    door = await a_doorstep(database, f"house-{new_id().hex}")
    to_the_doors(clock)
    inside, entries = 0, 0
    last: tuple[Any, str] | None = None
    scans: list[scanning.Verdict] = []
    for act in acts:
        if act == "undo" and last is not None:
            await door.run(scanning.revert_scan, last[0], is_supervisor=True)
            inside, entries = (
                (inside - 1, entries - 1) if last[1] == "in" else (inside + 1, entries)
            )
            last = None
        elif act == "repeat" and scans:
            again = await door.scan(scan_id=scans[-1].scan_id)
            assert (again.result, again.is_repeat) == (scans[-1].result, True)
        elif act in {"in", "out", "late"}:
            direction = "out" if act == "out" else "in"
            is_late = act == "late"
            verdict = await door.scan(
                direction=direction, is_offline=is_late, scanned_at=clock.now()
            )
            scans.append(verdict)
            if direction == "out":
                expected = "exit_ok" if inside else "exit_without_entry"
            else:
                expected = "already_in" if inside else "ok_reentry" if entries else "ok"
            assert verdict.result == expected
            if expected in {"ok", "ok_reentry"}:
                inside, entries = inside + 1, entries + 1
                last = (verdict.scan_id, "in")
            elif expected == "exit_ok":
                inside -= 1
                last = (verdict.scan_id, "out")
        assert await door.inside() == inside
