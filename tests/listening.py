"""An application of this test's own, over real HTTP, for what comes from outside."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from granian.server.embed import Server


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """Serve the application in this loop; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = Server(app, address="127.0.0.1", port=port, interface="asgi", log_enabled=False)
    serving = asyncio.create_task(server.serve())
    url = f"http://127.0.0.1:{port}"
    try:
        await _until_it_answers(url, serving)
        yield url
    finally:
        server.stop()
        await serving


async def _until_it_answers(url: str, serving: asyncio.Task[Any]) -> None:
    async with httpx.AsyncClient() as client:
        while not serving.done():
            try:
                await client.get(url)
            except httpx.TransportError:
                await asyncio.sleep(0.02)
            else:
                return
    await serving
