"""Slow clients keep nobody else waiting; who finds no connection to the database is told so."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import psycopg
import pytest

from houseful.kernel import database as databases
from houseful.kernel.database import Database
from houseful.kernel.settings import Settings
from tests.api import Api, open_api, problem_of
from tests.builders.accounts import PASSWORD, House, a_house
from tests.conftest import TestCluster
from tests.server import Server, running_server

SLOW = 40
POOL = 2


@pytest.fixture
async def tenants(database: Database) -> House:
    """A house in the test's database, with its people."""
    return await a_house(database)


@pytest.fixture
def small_server(test_cluster: TestCluster, database_name: str, tmp_path: Path) -> Iterator[Server]:
    """A server with very few connections to its database."""
    with running_server(
        test_cluster.app_url(database_name),
        test_cluster.owner_url(database_name),
        tmp_path,
        HOUSEFUL_DATABASE_POOL_SIZE=str(POOL),
    ) as server:
        yield server


@pytest.fixture
async def narrow(
    settings: Settings,
    test_cluster: TestCluster,
    database_name: str,
    tenants: House,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Api]:
    """The application with very few connections, for which nobody waits long."""
    monkeypatch.setattr(databases, "POOL_WAIT_SECONDS", 0.3)
    database = Database(test_cluster.app_url(database_name), pool_size=POOL)
    async with open_api(settings, database, tenants) as api:
        yield api


async def test_slow_clients_keep_nobody_else_waiting(small_server: Server, tenants: House) -> None:
    body = json.dumps({"email": tenants.email("owner"), "password": PASSWORD}).encode()
    async with AsyncExitStack() as stack:
        slow = [await _begin_slowly(small_server, body, stack) for _ in range(SLOW)]
        async with httpx.AsyncClient(base_url=small_server.url, timeout=30) as quick:
            answers = await asyncio.gather(*(_sign_in(quick, tenants) for _ in range(2 * POOL)))
        reader, writer = slow[0]
        writer.write(body[len(body) // 2 :])
        await writer.drain()
        finished = await asyncio.wait_for(reader.readline(), 30)

    assert [answer.status_code for answer in answers] == [200] * (2 * POOL)
    assert b" 200 " in finished


async def test_without_a_connection_the_answer_says_when_to_come_again(
    narrow: Api, test_cluster: TestCluster, database_name: str
) -> None:
    owner = await narrow.as_("owner")
    with psycopg.connect(test_cluster.owner_url(database_name)) as lock:
        lock.execute("LOCK TABLE venues")
        stuck = [asyncio.create_task(owner.get("/api/v1/venues")) for _ in range(POOL)]
        await _until_stuck(test_cluster, database_name)
        refused = await owner.get("/api/v1/venues")
        is_alive = await narrow.guest().get("/healthz")
        lock.rollback()
    served = await asyncio.gather(*stuck)
    after = await owner.get("/api/v1/venues")

    problem = problem_of(refused)
    assert (refused.status_code, problem["type"]) == (503, "urn:houseful:problem:unavailable")
    assert refused.headers["retry-after"] == "1"
    assert problem["requestId"]
    assert is_alive.status_code == 200
    assert [answer.status_code for answer in (*served, after)] == [200] * (POOL + 1)


async def _begin_slowly(
    server: Server, body: bytes, stack: AsyncExitStack
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send the head and half of the body of a sign-in, and no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    stack.callback(writer.close)
    head = (
        "POST /api/v1/auth/sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[: len(body) // 2])
    await writer.drain()
    return reader, writer


async def _sign_in(client: httpx.AsyncClient, house: House) -> httpx.Response:
    return await client.post(
        "/api/v1/auth/sign-in", json={"email": house.email("owner"), "password": PASSWORD}
    )


async def _until_stuck(test_cluster: TestCluster, database_name: str) -> None:
    """Wait until every connection of the application waits for the lock."""
    with psycopg.connect(test_cluster.owner_url(database_name), autocommit=True) as connection:
        for _ in range(1000):
            waiting = connection.execute(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                " WHERE NOT l.granted AND a.datname = current_database()"
            ).fetchone()
            if waiting is not None and waiting[0] == POOL:
                return
            await asyncio.sleep(0.02)  # waiting for the database: there is no clock to inject
    raise AssertionError("the connections are not taken")
