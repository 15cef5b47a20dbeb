"""The command line: starting, ending, and being clear about mistakes."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from houseful.kernel import embedded
from houseful.kernel.database import Database
from houseful.kernel.runtime import DATABASE_NAME
from tests.builders.accounts import House
from tests.builders.ticketing import a_show
from tests.conftest import TestCluster
from tests.server import Server, free_port, running_server

WAITERS = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'users'::regclass"


def _houseful(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "houseful", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose database runs while the test lasts: a command joins it."""
    with embedded.shared(tmp_path / "postgres"):
        yield tmp_path


def test_a_database_is_examined_made_and_examined_again(kept: Path) -> None:
    here = {"HOUSEFUL_DATA_DIRECTORY": str(kept)}

    empty = _houseful("doctor", **here)
    assert empty.returncode == 1, empty.stderr
    assert "houseful migrate" in empty.stderr
    assert "Traceback" not in empty.stderr

    assert _houseful("migrate", **here).returncode == 0
    sound = _houseful("doctor", **here)
    assert sound.returncode == 0, sound.stderr

    cluster = embedded.running(kept / "postgres")
    assert cluster is not None
    with psycopg.connect(cluster.url("postgres", DATABASE_NAME)) as connection:
        connection.execute("ALTER TABLE orders NO FORCE ROW LEVEL SECURITY")
    broken = _houseful("doctor", **here)
    assert broken.returncode == 1
    assert "row-level security is forced on every tenant table: orders" in broken.stderr


def test_an_administrator_is_created_once(kept: Path) -> None:
    def create(password: str) -> "subprocess.CompletedProcess[str]":
        return _houseful(
            *("create-admin", "--email", "ada@example.org", "--name", "Ada"),
            *("--password", password),
            HOUSEFUL_DATA_DIRECTORY=str(kept),
        )

    poor, made, again = create("password"), create("seven bridges wide"), create("seven more wide")

    assert [poor.returncode, made.returncode, again.returncode] == [1, 0, 1], made.stderr
    assert "Traceback" not in poor.stderr + again.stderr


def test_a_port_that_is_taken_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = _houseful(
            "serve",
            HOUSEFUL_PORT=str(taken.getsockname()[1]),
            HOUSEFUL_DATA_DIRECTORY=str(tmp_path),
        )

    assert answer.returncode == 1
    assert "HOUSEFUL_PORT" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "demo", "doctor", "shell"])
@pytest.mark.parametrize(
    "url", ["nonsense", "postgresql://houseful_app@127.0.0.1:1/houseful"], ids=["bad", "dead"]
)
def test_no_command_answers_a_wrong_address_with_a_traceback(command: str, url: str) -> None:
    answer = _houseful(command, HOUSEFUL_DATABASE_URL=url)

    assert answer.returncode == 1
    assert "houseful:" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_directory_that_nobody_may_write_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    answer = _houseful("migrate", HOUSEFUL_DATA_DIRECTORY=str(tmp_path / "file"))

    assert answer.returncode == 1
    assert "houseful:" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_serve_ends_cleanly_on_ctrl_c(server: Server) -> None:
    assert server.stop() in {0, 130}


async def test_a_request_that_is_being_answered_is_answered_before_the_server_ends(
    test_cluster: TestCluster, database_name: str, server: Server
) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        with psycopg.connect(test_cluster.owner_url(database_name)) as lock:
            lock.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
            asked = asyncio.create_task(
                client.post(
                    "/api/v1/auth/sign-in", json={"email": "a@example.org", "password": "wrong"}
                )
            )
            while not lock.execute(WAITERS).fetchall():  # noqa: ASYNC110 (no event tells it)
                await asyncio.sleep(0.02)
            server.interrupt()
            await asyncio.sleep(0.5)  # the server has heard of it, and still waits
            assert not asked.done()
        answer = await asked

    assert answer.status_code == 401
    assert server.stop() in {0, 130}


async def test_who_follows_the_seats_is_sent_home_when_the_server_ends(
    database: Database, house: House, server: Server
) -> None:
    await database.run(house.organization_id, a_show)
    path = f"/api/client/events/an-evening-of-songs/availability/stream?organization={house.slug}"
    async with (
        httpx.AsyncClient(base_url=server.url, timeout=60) as client,
        client.stream("GET", path) as followed,
    ):
        lines = followed.aiter_lines()
        assert await anext(lines) == ": here"
        server.interrupt()
        async for _ in lines:  # a stream that was cut off would raise
            pass

    assert await asyncio.to_thread(server.stop) in {0, 130}


def _counted(figures: str, path: str) -> float:
    """Sum the requests to a path, whatever process answered them."""
    return sum(
        float(line.rsplit(" ", 1)[1])
        for line in figures.splitlines()
        if line.startswith("houseful_http_requests_total") and path in line
    )


def test_several_web_processes_serve_one_house(
    test_cluster: TestCluster, database_name: str, tmp_path: Path
) -> None:
    urls = test_cluster.app_url(database_name), test_cluster.owner_url(database_name)
    with running_server(*urls, tmp_path, "--workers", "2") as server:
        answers = [httpx.get(f"{server.url}/readyz", timeout=60).status_code for _ in range(20)]
        figures = httpx.get(f"{server.url}/metrics", timeout=60).text
        ended = server.stop()

    assert answers == [200] * 20
    assert _counted(figures, "readyz") >= len(answers)
    assert "houseful_jobs{" in figures
    assert ended in {0, 130}


def test_the_demo_is_loaded_once_and_prints_its_sign_ins(kept: Path) -> None:
    here = {"HOUSEFUL_DATA_DIRECTORY": str(kept)}

    first, second = (_houseful("demo", **here) for _ in range(2))

    assert first.returncode == 0, first.stderr
    assert "owner@lantern.example" in first.stderr
    assert first.stderr == second.stderr


def test_the_embedded_database_is_stopped(tmp_path: Path) -> None:
    embedded.start(tmp_path / "postgres", durable=False)

    stopped = _houseful("stop", HOUSEFUL_DATA_DIRECTORY=str(tmp_path))

    assert stopped.returncode == 0, stopped.stderr
    assert embedded.running(tmp_path / "postgres") is None
    assert _houseful("stop", HOUSEFUL_DATA_DIRECTORY=str(tmp_path)).returncode == 0


def test_who_is_told_to_end_while_starting_leaves_no_database_running(tmp_path: Path) -> None:
    starting = subprocess.Popen(
        [sys.executable, "-m", "houseful", "serve"],
        env={
            **os.environ,
            "HOUSEFUL_DATA_DIRECTORY": str(tmp_path),
            "HOUSEFUL_PORT": str(free_port()),
        },
        stderr=subprocess.PIPE,
    )
    while embedded.running(tmp_path / "postgres") is None:
        assert starting.poll() is None, starting.communicate()
        time.sleep(0.05)  # waiting for another process: there is no clock to inject
    starting.terminate()
    _, told = starting.communicate(timeout=60)

    assert starting.returncode in {0, 130}
    assert b"Traceback" not in told
    assert embedded.running(tmp_path / "postgres") is None


def test_dead_letters_are_listed_and_a_number_that_is_none_is_told(kept: Path) -> None:
    here = {"HOUSEFUL_DATA_DIRECTORY": str(kept)}

    none = _houseful("dead-letters", **here)
    unknown = _houseful("dead-letters", "7", "--retry", **here)

    assert (none.returncode, "0 in all" in none.stderr) == (0, True)
    assert (unknown.returncode, "No dead letter has the number 7" in unknown.stderr) == (1, True)


def test_the_document_can_be_printed() -> None:
    printed = _houseful("openapi")

    assert printed.returncode == 0, printed.stderr
    assert '"openapi": "3.1.0"' in printed.stdout


def test_a_wrong_setting_is_told_without_a_traceback(tmp_path: Path) -> None:
    answer = _houseful("migrate", HOUSEFUL_PORT="eighty", HOUSEFUL_DATA_DIRECTORY=str(tmp_path))

    assert answer.returncode == 1
    assert "HOUSEFUL_" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_production_refuses_to_start_half_configured(tmp_path: Path) -> None:
    answer = _houseful(
        "serve", HOUSEFUL_ENVIRONMENT="production", HOUSEFUL_DATA_DIRECTORY=str(tmp_path)
    )

    assert answer.returncode == 1
    assert "HOUSEFUL_SECRET" in answer.stderr
    assert "Traceback" not in answer.stderr
