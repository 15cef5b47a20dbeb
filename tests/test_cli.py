"""The command line: starting, ending, and being clear about mistakes."""

import os
import subprocess
import sys
from pathlib import Path

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


def test_a_server_that_is_not_there_is_told_without_a_traceback() -> None:
    answer = _houseful("migrate", HOUSEFUL_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")

    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
