"""Is it alive, is it ready, how does it do: for whoever watches over it."""

import os
from contextlib import suppress
from typing import Any

import litestar
from litestar import Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Gauge,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Problem, Unavailable
from houseful.kernel.schema import current_revision, newest_revision
from houseful.kernel.settings import SHARED_FIGURES

JOB_STATES = {"todo": "waiting", "doing": "running", "failed": "dead"}

jobs = Gauge(
    "houseful_jobs",
    "Jobs in the queue; dead ones have been given up.",
    ("state",),
    multiprocess_mode="mostrecent",
)
facts_pending = Gauge(
    "houseful_facts_pending",
    "Facts that wait to be handed to the queue.",
    multiprocess_mode="mostrecent",
)

proof_violations = Gauge(
    "houseful_proof_violations",
    "What the last nightly proofs found wrong, in all organisations.",
    multiprocess_mode="mostrecent",
)
proof_age_seconds = Gauge(
    "houseful_proof_age_seconds",
    "How long ago the organisation was proved that waits longest; 0 before the first night.",
    multiprocess_mode="mostrecent",
)


@litestar.get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@litestar.get("/readyz", include_in_schema=False)
async def readyz(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Say that the database answers and is migrated; 503 otherwise."""
    database: Database = request.app.state.database
    async with database.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        revision = await connection.run_sync(current_revision)
    if revision != newest_revision():
        raise Unavailable("The database is not migrated.", headers={"retry-after": "2"})
    return {"status": "ready", "revision": revision or ""}


@litestar.get("/metrics", include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the figures in Prometheus' text format; of the queue only while the database answers."""
    with suppress(DBAPIError, OSError, PoolTimeoutError, Problem):
        await request.app.state.database.run(None, _measure_queue)
    return Response(generate_latest(_all_processes()), media_type=CONTENT_TYPE_LATEST)


def _all_processes() -> CollectorRegistry:
    """Return the figures of every web process; `houseful serve` lets several share theirs."""
    if SHARED_FIGURES not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return registry


async def _measure_queue(uow: UnitOfWork) -> None:
    counted = await uow.execute(
        "SELECT status::text, count(*) AS jobs FROM procrastinate_jobs GROUP BY 1"
    )
    counts = {row.status: row.jobs for row in counted}
    for status, label in JOB_STATES.items():
        jobs.labels(label).set(counts.get(status, 0))
    pending = await uow.execute("SELECT outbox_pending()")
    facts_pending.set(pending.scalar_one())
    proofs = (await uow.execute("SELECT violations, oldest_at FROM proof_figures()")).one()
    proof_violations.set(proofs.violations)
    proof_age_seconds.set((uow.now - proofs.oldest_at).total_seconds() if proofs.oldest_at else 0)


handlers = [healthz, readyz, metrics]
