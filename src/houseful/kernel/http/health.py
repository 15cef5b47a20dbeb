"""Is it alive, is it ready, how does it do: for whoever watches over it."""

from typing import Any

import litestar
from litestar import Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from houseful.kernel.database import Database
from houseful.kernel.problems import Unavailable
from houseful.kernel.schema import current_revision, newest_revision


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
async def metrics() -> Response[bytes]:
    """Give the figures in Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


handlers = [healthz, readyz, metrics]
