"""The command line: starting, ending, and being clear about mistakes."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from houseful.kernel import embedded
from houseful.kernel.runtime import DATABASE_NAME
from tests.server import Server


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
