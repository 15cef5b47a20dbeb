"""Copies: what this process has read and may use again for a while. Never an authority."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Copies(Generic[Key, Value]):
    """Reads by key, and keeps what was read; a crowd that asks at once waits for one reading.

    A copy is handed out while it was at most `seconds` old when it was asked for, or for ever where
    `seconds` is None: then the key names something that does not change. The `at_most` newest used
    are kept. A reading that fails is not kept, and each who waits tries for themselves.
    """

    def __init__(
        self,
        read: Callable[[Key], Awaitable[Value]],
        *,
        at_most: int,
        seconds: float | None = None,
    ) -> None:
        self.seconds = seconds
        self._read = read
        self._at_most = at_most
        self._kept: OrderedDict[Key, tuple[float, Value]] = OrderedDict()
        self._readings: dict[Key, asyncio.Lock] = {}

    async def get(self, key: Key) -> Value:
        """Return the copy, read now if there is none that is fresh enough."""
        asked_at = time.monotonic()
        found = self._fresh(key, asked_at)
        if found is not None:
            return found[1]
        lock = self._readings.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                found = self._fresh(key, asked_at)
                if found is None:
                    found = time.monotonic(), await self._read(key)
                    self._keep(key, found)
                return found[1]
        finally:
            if not lock.locked():
                self._readings.pop(key, None)

    def forget(self, key: Key) -> None:
        """Read it anew when it is asked for next."""
        self._kept.pop(key, None)

    def _fresh(self, key: Key, asked_at: float) -> tuple[float, Value] | None:
        found = self._kept.get(key)
        if found is None or (self.seconds is not None and asked_at - found[0] >= self.seconds):
            return None
        self._kept.move_to_end(key)
        return found

    def _keep(self, key: Key, found: tuple[float, Value]) -> None:
        self._kept[key] = found
        self._kept.move_to_end(key)
        while len(self._kept) > self._at_most:
            self._kept.popitem(last=False)
