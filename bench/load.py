"""A load that costs little itself: requests prepared beforehand, over kept-alive connections."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

HOST = "127.0.0.1"
ANSWER_SECONDS_MAX = 30


class Outcome(msgspec.Struct):
    """How many were answered with which status, how fast, and the bodies that came."""

    seconds: float
    statuses: Counter[int]
    latencies: list[float]
    bodies: list[bytes]

    @property
    def rate(self) -> float:
        """How many succeeded a second."""
        return sum(n for status, n in self.statuses.items() if status < 300) / self.seconds

    def latency_ms(self, share: float) -> float:
        """Return the time within which this share was answered."""
        return sorted(self.latencies)[int((len(self.latencies) - 1) * share)] * 1000


def post(path: str, body: Any, **headers: str) -> bytes:
    """Return the bytes of a POST of JSON."""
    content = json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        f"host: {HOST}",
        "content-type: application/json",
        f"content-length: {len(content)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


def get(path: str) -> bytes:
    """Return the bytes of a GET."""
    return f"GET {path} HTTP/1.1\r\nhost: {HOST}\r\n\r\n".encode()


async def send_all(port: int, requests: Iterable[bytes], *, clients: int) -> Outcome:
    """Send every request, each once, from several clients; keep what was answered."""
    waiting = iter(requests)
    outcome = Outcome(0, Counter(), [], [])

    async def client() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        for request in waiting:
            begun = time.perf_counter()
            writer.write(request)
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                status, body = await _answer(reader)
            outcome.latencies.append(time.perf_counter() - begun)
            outcome.statuses[status] += 1
            outcome.bodies.append(body)
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    outcome.seconds = time.perf_counter() - started
    return outcome


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
    length = _length(head)
    return int(head[0].split()[1]), await reader.readexactly(length)


def _length(head: Sequence[bytes]) -> int:
    for line in head:
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
