"""The application as a client of its API sees it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import httpx
from litestar import Litestar

from houseful.app import build_app, connect
from houseful.kernel.database import Database
from houseful.kernel.settings import Settings
from tests.builders.accounts import PASSWORD, House


class Api:
    """Makes clients: a guest's, or a member's with their credentials."""

    def __init__(self, app: Litestar, house: House) -> None:
        self.app = app
        self.house = house
        self._open: list[httpx.AsyncClient] = []

    def guest(self, **headers: str) -> httpx.AsyncClient:
        """A client without credentials."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://testserver",
            headers=headers,
        )
        self._open.append(client)
        return client

    async def as_(self, role: str, house: House | None = None) -> httpx.AsyncClient:
        """A client signed in as the house's member with this role."""
        where = house or self.house
        return await self.as_person(where.email(role), where)

    async def as_person(self, email: str, house: House | None = None) -> httpx.AsyncClient:
        """A client signed in as whoever has this address, acting for the house."""
        tokens = await self.guest().post(
            "/api/v1/auth/sign-in", json={"email": email, "password": PASSWORD}
        )
        assert tokens.status_code == 200, tokens.text
        return self.guest(
            **{
                "authorization": f"Bearer {tokens.json()['accessToken']}",
                "x-org": str((house or self.house).organization_id),
            }
        )

    async def close(self) -> None:
        """Close every client."""
        for client in self._open:
            await client.aclose()


@asynccontextmanager
async def open_api(
    settings: Settings, database: Database, house: House
) -> AsyncGenerator[Api, None]:
    """Connect the application to a test's database."""
    app = _application(settings.max_body_bytes)
    connect(app, settings, database)
    async with _running(app):
        api = Api(app, house)
        yield api
        await api.close()


@cache
def _application(max_body_bytes: int) -> Litestar:
    """Build the application once a worker: one test at a time has it."""
    return build_app(max_body_bytes)


@asynccontextmanager
async def _running(app: Litestar) -> AsyncGenerator[None]:
    """Keep the application's lifespan in one task: a fixture begins and ends in two."""
    started, ended = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await ended.wait()

    life = asyncio.create_task(live())
    waiting = asyncio.create_task(started.wait())
    await asyncio.wait({life, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if life.done():
        await life
    yield
    ended.set()
    await life


def problem_of(response: httpx.Response) -> dict[str, Any]:
    """Return the problem document of an answer that must be one."""
    assert response.headers["content-type"].startswith("application/problem+json"), response.text
    return response.json()
