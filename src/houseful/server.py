"""The web process: what each Granian worker runs.

The application is built before the workers are forked, while the database still starts: they share
its memory, and are there at once.
"""

import asyncio
import faulthandler
import gc
import os
import signal
from functools import partial
from types import FrameType
from typing import Any

import uvloop
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from litestar import Litestar
from sqlalchemy.orm import configure_mappers

from houseful.app import build_app, connect
from houseful.kernel.database import Database
from houseful.kernel.jobs import Worker
from houseful.kernel.logs import configure_logs
from houseful.kernel.runtime import DatabaseUrls, load_secret
from houseful.kernel.settings import Settings, load_settings
from houseful.ticketing import seat_boards
from houseful.web.templating import warm

BACKLOG = 2048
GRACE_SECONDS = 30
"""How long what is under way has when the end is told; each of our own steps is shorter."""
WITH_WORKER = "HOUSEFUL_SERVE_WITH_WORKER"
GARBAGE_THRESHOLDS = (20_000, 20, 50)
"""What is made for a request dies with it: to look for cycles less often costs no memory."""

_ahead: list[Litestar] = []


def build_ahead(settings: Settings) -> None:
    """Build the application for the web processes that this one will fork."""
    _ahead.append(_build(settings))


def serve(settings: Settings, urls: DatabaseUrls, *, workers: int, with_worker: bool) -> None:
    """Serve until SIGINT or SIGTERM, then let running requests finish."""
    os.environ["HOUSEFUL_DATABASE_URL"] = urls.app
    os.environ["HOUSEFUL_DATABASE_OWNER_URL"] = urls.owner
    os.environ["HOUSEFUL_SECRET"] = load_secret(settings)
    os.environ[WITH_WORKER] = "1" if with_worker else ""
    faulthandler.register(signal.SIGUSR1)  # the web processes are forked from this one
    Granian(
        "houseful.server:create",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=workers,
        backlog=BACKLOG,
        workers_kill_timeout=GRACE_SECONDS,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()


def create() -> Litestar:
    """Build the application of one web process, from the environment that `serve` set."""
    settings = load_settings()
    configure_logs(settings)
    database = open_pool(settings, settings.database_url)
    app = _ahead.pop() if _ahead else _build(settings)
    connect(app, settings, database)
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    app.on_startup.append(partial(_end_streams_when_told, database))
    if os.environ.get(WITH_WORKER):
        _work_beside(app, database)
    return app


def _build(settings: Settings) -> Litestar:
    """Build the application, and what the first to ask would wait for: who is ready is quick."""
    app = build_app(settings.max_body_bytes)
    configure_mappers()
    warm()
    return app


def open_pool(settings: Settings, url: str) -> Database:
    """Open the application's way into the database, sized as the settings say."""
    return Database(
        url, pool_size=settings.database_pool_size, lane_pool_size=settings.lane_pool_size
    )


def work(settings: Settings, urls: DatabaseUrls) -> None:
    """Run a worker without web, until SIGINT or SIGTERM."""

    async def run() -> None:
        database = open_pool(settings, urls.app)
        connect(build_app(settings.max_body_bytes), settings, database)
        try:
            await Worker(database).run()
        finally:
            await database.close()

    uvloop.run(run())


async def _end_streams_when_told(database: Database) -> None:
    """Send home who watches seats as soon as this process is told to end.

    Granian waits for every answer that is under way, and a stream would never be done. Its own
    handlers stay: they hang on the loop's wake-up, not on the functions that are replaced here.
    """
    loop = asyncio.get_running_loop()
    ending: list[asyncio.Task[None]] = []

    def end() -> None:
        ending.append(asyncio.create_task(seat_boards(database).close()))

    for number in (signal.SIGINT, signal.SIGTERM):
        former = signal.getsignal(number)

        def told(told_by: int, frame: FrameType | None, former: Any = former) -> None:
            loop.call_soon_threadsafe(end)
            if callable(former):
                former(told_by, frame)

        signal.signal(number, told)


def _work_beside(app: Litestar, database: Database) -> None:
    running: list[asyncio.Task[None]] = []

    async def start() -> None:
        running.append(asyncio.create_task(Worker(database).run()))

    async def stop() -> None:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    app.on_startup.append(start)
    app.on_shutdown.insert(0, stop)
