"""The worker alone is killed, in the middle of refunding an event: another one goes on with it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from houseful import events, ledger, payments, ticketing
from houseful.app import build_app
from houseful.kernel import jobs
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from tests.builders.accounts import a_house
from tests.builders.ticketing import Show, a_paid_order, a_show
from tests.conftest import TestCluster

ORDERS = 20
DONE_WHEN_BUSY = 3
PATIENCE_SECONDS = 60


@pytest.fixture
def worker(
    test_cluster: TestCluster, database_name: str, tmp_path: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """`houseful worker`, alone."""
    environment = {
        **os.environ,
        "HOUSEFUL_ENVIRONMENT": "test",
        "HOUSEFUL_DATABASE_URL": test_cluster.app_url(database_name),
        "HOUSEFUL_DATABASE_OWNER_URL": test_cluster.owner_url(database_name),
        "HOUSEFUL_DATA_DIRECTORY": str(tmp_path),
        "HOUSEFUL_SECRET": "tests-" * 8,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "houseful", "worker"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


async def test_another_worker_goes_on_where_one_was_killed(
    database: Database,
    worker: "subprocess.Popen[bytes]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build_app(1)  # so that all subscribers are known here, too
    owner = await a_house(database)
    show: Show = await database.run(owner.organization_id, a_show, rows=2)
    for seat in range(ORDERS):
        await a_paid_order(database, show, seat)
    await database.run(
        show.tenant, events.cancel_event, show.event_id, events.Cancellation(reason="Storm")
    )

    await database.run(show.tenant, ticketing.start_refunds, show.event_id, reason="Storm")
    await _until(database, show, lambda run: run.done >= DONE_WHEN_BUSY)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    middle = await _progress(database, show)
    monkeypatch.setattr(jobs, "STALLED_AFTER_SECONDS", 1)
    monkeypatch.setattr(jobs, "RESCUE_EVERY_SECONDS", 0.2)
    another = asyncio.create_task(Worker(database).run())
    await _until(database, show, lambda run: run.sent == ORDERS)
    another.cancel()
    await asyncio.gather(another, return_exceptions=True)
    after = await _progress(database, show)

    assert DONE_WHEN_BUSY <= middle.done < ORDERS, "it was killed in the middle"
    assert (after.total, after.done, after.failed) == (ORDERS, ORDERS, 0)
    assert await database.run(show.tenant, _wrong) == []
    assert await database.run(show.tenant, _left_in_the_books) == {}


async def _progress(database: Database, show: Show) -> ticketing.RefundRunView:
    found = await database.run(show.tenant, ticketing.find_run, show.event_id)
    assert found is not None
    return found


async def _until(database: Database, show: Show, is_so: Callable[..., bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so(await _progress(database, show)):
        assert time.monotonic() < deadline, "nobody works any more"
        await asyncio.sleep(0.01)  # waiting for another process: there is no clock to inject


async def _wrong(uow: UnitOfWork) -> list[str]:
    return [
        *await ticketing.violations(uow),
        *await payments.violations(uow),
        *await ledger.unbalanced_entries(uow),
    ]


async def _left_in_the_books(uow: UnitOfWork) -> dict[str, int]:
    balances = await ledger.trial_balance(uow)
    return {one.code: one.balance_minor for one in balances if one.balance_minor}
