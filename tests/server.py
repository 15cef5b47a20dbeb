"""A real server of its own process, for what only a real server shows."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 180
STOP_SECONDS = 60
PATIENCE_SECONDS = 12


class Server:
    """`houseful serve` on a test's database; can be killed and started again."""

    def __init__(
        self,
        app_url: str,
        owner_url: str,
        directory: Path,
        *,
        arguments: Sequence[str] = (),
        **settings: str,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = app_url
        self.log = directory / "server.log"
        self._directory = directory
        self._arguments = ["serve", *arguments]
        self._environment = {
            **os.environ,
            "HOUSEFUL_ENVIRONMENT": "test",
            "HOUSEFUL_DATABASE_URL": app_url,
            "HOUSEFUL_DATABASE_OWNER_URL": owner_url,
            "HOUSEFUL_DATA_DIRECTORY": str(directory),
            "HOUSEFUL_SECRET": "tests-" * 8,
            "HOUSEFUL_PORT": str(self.port),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._is_interrupted = False
        self._impatience = threading.Timer(0, str)

    def start(self) -> None:
        """Start, and wait until it is ready."""
        self._is_interrupted = False
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "houseful", *self._arguments],
                env=self._environment,
                cwd=self._directory,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)  # waiting for another process: there is no clock to inject

    def is_ready(self) -> bool:
        """Whether `/readyz` says so."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """End the server and its workers as a power cut would."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def interrupt(self) -> None:
        """Ask it to end, as Ctrl-C would, once, and do not wait."""
        assert self._process is not None
        if not self._is_interrupted and self._process.poll() is None:
            self._is_interrupted = True
            os.killpg(self._process.pid, signal.SIGINT)
            self._impatience = threading.Timer(PATIENCE_SECONDS, self._ask_where_it_is)
            self._impatience.start()

    def _ask_where_it_is(self) -> None:
        """Let every process of it say what its threads do, for whoever reads why a test failed."""
        assert self._process is not None
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGUSR1)
            time.sleep(1)  # it writes at once, but is another process
            print(self.log.read_text())  # noqa: T201 (pytest shows it beside the failure)

    def stop(self) -> int:
        """End it as Ctrl-C would; return its exit code."""
        assert self._process is not None
        self.interrupt()
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        finally:
            self._impatience.cancel()


@contextmanager
def running_server(
    app_url: str, owner_url: str, directory: Path, *arguments: str, **settings: str
) -> Generator[Server]:
    """Start a server, and stop it at the end."""
    server = Server(app_url, owner_url, directory, arguments=arguments, **settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
