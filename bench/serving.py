"""A server to measure, and a load that costs little itself."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS_MAX = 60


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


PORT = _free_port()


@contextmanager
def serving(directory: Path, *options: str) -> Generator[tuple[str, float, int]]:
    """Serve from `directory`; yields the address, the seconds until ready, and the process id."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "HOUSEFUL_DATA_DIRECTORY": str(directory),
        "HOUSEFUL_PORT": str(PORT),
        "HOUSEFUL_LOG_LEVEL": "error",
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "houseful", "serve", *options],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{PORT}"
    try:
        while not _is_ready(address):
            if process.poll() is not None or time.perf_counter() - started > START_SECONDS_MAX:
                raise RuntimeError("The server did not start.")
            time.sleep(0.01)
        yield address, time.perf_counter() - started, process.pid
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()


async def requests_per_second(path: str, *, clients: int, seconds: float) -> float:
    """Send GETs over kept-alive connections, one after the other on each; return the rate."""
    deadline = time.perf_counter() + seconds
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

    async def client() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        answered = 0
        while time.perf_counter() < deadline:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.lower().splitlines()
                if line.startswith(b"content-length")
            )
            await reader.readexactly(length)
            answered += 1
        writer.close()
        return answered

    return sum(await asyncio.gather(*(client() for _ in range(clients)))) / seconds


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=1) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
