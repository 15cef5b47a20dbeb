"""The application as a client of its API sees it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from litestar import Litestar

from houseful.app import create_app
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
        tokens = await self.guest().post(
            "/api/v1/auth/sign-in", json={"email": where.email(role), "password": PASSWORD}
        )
        assert tokens.status_code == 200, tokens.text
        return self.guest(
            **{
                "authorization": f"Bearer {tokens.json()['accessToken']}",
                "x-org": str(where.organization_id),
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
    """Build the application on a test's database."""
    api = Api(create_app(settings, database), house)
    yield api
    await api.close()


def problem_of(response: httpx.Response) -> dict[str, Any]:
    """Return the problem document of an answer that must be one."""
    assert response.headers["content-type"].startswith("application/problem+json"), response.text
    return response.json()
