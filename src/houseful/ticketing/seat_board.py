"""The state of every seat of an event, as this process last saw it: for maps, never for decisions.

A board is loaded once; after that it reads what was touched since. Every row says which transaction
touched it last, and reading again from the oldest transaction that was still open at the reading
before misses nothing. Expired holds are a matter of looking at the clock.
"""

import asyncio
import base64
import hashlib
import time
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import msgspec
import structlog

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import NotFound, Unavailable

FREE, HELD, SOLD, NOT_FOR_SALE = range(4)
FRESH_SECONDS = 0.1
POLL_SECONDS = 0.2
HISTORY_MAX = 256
WATCHERS_MAX = 5_000
BOARDS_MAX = 200

_SEATS = """
    SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint AS horizon, e.layout_id,
        s.seat_number, s.blocked, s.ticket_id IS NOT NULL AS is_sold, s.held_until
    FROM event_sales e
    LEFT JOIN event_seats s ON s.organization_id = e.organization_id AND s.event_id = e.event_id
        AND s.touched >= :since
    WHERE e.organization_id = :tenant AND e.event_id = :event
"""
_AREAS = """
    SELECT p.id, p.capacity - p.sold - p.held + coalesce((
        SELECT sum(k.quantity) FROM pool_holds k
        WHERE k.organization_id = p.organization_id AND k.pool_id = p.id AND k.expires_at <= :now
    ), 0)::bigint AS available
    FROM event_pools p
    WHERE p.organization_id = :tenant AND p.event_id = :event
    ORDER BY p.id
"""

log = structlog.get_logger(__name__)


class Delta(msgspec.Struct, frozen=True):
    """What changed from one version to the next: seats with their new states, areas with theirs."""

    number: int
    version: str
    changes: list[tuple[int, int]]
    areas: dict[UUID, int]


class SeatBoard:
    """One event's seats and areas. `states[n]` is the state of seat number n."""

    def __init__(self, tenant: UUID, event_id: UUID) -> None:
        self.tenant = tenant
        self.event_id = event_id
        self.layout_id: UUID | None = None
        self.states = bytearray()
        self.areas: dict[UUID, int] = {}
        self.version = ""
        self.number = 0
        self._held_until: dict[int, float] = {}
        self._horizon = 0
        self._history: deque[Delta] = deque(maxlen=HISTORY_MAX)
        self._changed = asyncio.Event()

    @property
    def packed(self) -> str:
        """Every state in two bits, seat 0 in the lowest bits of the first byte, as base64."""
        return base64.b64encode(pack(self.states)).decode()

    def is_free(self, seat_number: int) -> bool:
        """Whether the seat looked free."""
        return 0 <= seat_number < len(self.states) and self.states[seat_number] == FREE

    async def read(self, uow: UnitOfWork) -> None:
        """Read what was touched since the last time. Raises `NotFound` when nothing is on sale."""
        where = {"tenant": uow.tenant, "event": self.event_id}
        seats: list[Any] = list((await uow.execute(_SEATS, where | {"since": self._horizon})).all())
        if not seats:
            raise NotFound("This event has nothing on sale.")
        areas: list[Any] = list((await uow.execute(_AREAS, where | {"now": uow.now})).all())
        if self._horizon and seats[0].layout_id != self.layout_id:
            self._forget()
            await self.read(uow)
            return
        self.layout_id = seats[0].layout_id
        self._take_in(seats, {row.id: row.available for row in areas}, uow.now.timestamp())
        self._horizon = seats[0].horizon

    def since(self, number: int) -> list[Delta] | None:
        """Return what changed after the delta of this number, or None when that is forgotten."""
        if number == self.number:
            return []
        if number > self.number or not self._history or self._history[0].number > number + 1:
            return None
        return [delta for delta in self._history if delta.number > number]

    def number_of(self, version: str) -> int | None:
        """Return the newest number that had this version, or None when it is forgotten."""
        if version == self.version:
            return self.number
        return next((d.number for d in reversed(self._history) if d.version == version), None)

    async def wait(self, seconds: float) -> bool:
        """Wait for a change, at most so long; return whether there was one."""
        try:
            return await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return False

    def wake(self) -> None:
        """Let everybody who waits look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _forget(self) -> None:
        self._horizon = 0
        self._held_until.clear()
        self._history.clear()
        self.states = bytearray()

    def _take_in(self, rows: list[Any], areas: dict[UUID, int], now: float) -> None:
        before = bytes(self.states)
        for row in rows:
            if row.seat_number is not None:
                self._set(row)
        changed = {row.seat_number for row in rows if row.seat_number is not None}
        for number in [n for n, until in self._held_until.items() if until <= now]:
            del self._held_until[number]
            self.states[number] = FREE
            changed.add(number)
        changes: list[tuple[int, int]] = [
            (number, self.states[number])
            for number in sorted(changed)
            if number >= len(before) or before[number] != self.states[number]
        ]
        moved = {key: left for key, left in areas.items() if self.areas.get(key) != left}
        is_first = not self.version
        if not (changes or moved or is_first or self.areas.keys() != areas.keys()):
            return
        self.areas = areas
        self.version = _version(self.states, areas)
        self.number += 1
        if not is_first:
            self._history.append(Delta(self.number, self.version, changes, moved))
        self.wake()

    def _set(self, row: Any) -> None:
        number = row.seat_number
        if number >= len(self.states):
            missing = number + 1 - len(self.states)
            self.states.extend(bytes([NOT_FOR_SALE]) * missing)
        self._held_until.pop(number, None)
        if row.is_sold:
            self.states[number] = SOLD
        elif row.blocked:
            self.states[number] = NOT_FOR_SALE
        elif row.held_until is not None:
            self.states[number] = HELD
            self._held_until[number] = row.held_until.timestamp()
        else:
            self.states[number] = FREE


class SeatBoards:
    """This process's boards, each kept fresh while somebody looks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._boards: OrderedDict[tuple[UUID, UUID], SeatBoard] = OrderedDict()
        self._read_at: dict[tuple[UUID, UUID], float] = {}
        self._locks: dict[tuple[UUID, UUID], asyncio.Lock] = {}
        self._pollers: dict[tuple[UUID, UUID], asyncio.Task[None]] = {}
        self._watchers: dict[tuple[UUID, UUID], int] = {}
        self.is_closing = False

    async def fresh(self, tenant: UUID, event_id: UUID, *, at_once: bool = False) -> SeatBoard:
        """Return the board, not older than `FRESH_SECONDS`; with `at_once`, read it now."""
        key = tenant, event_id
        async with self._locks.setdefault(key, asyncio.Lock()):
            board = self._boards.get(key)
            age = time.monotonic() - self._read_at.get(key, 0.0)
            if board is not None and age < FRESH_SECONDS and not at_once:
                return board
            if board is None:
                board = SeatBoard(tenant, event_id)
            await self._database.run(tenant, board.read)
            self._boards[key] = board
            self._boards.move_to_end(key)
            self._read_at[key] = time.monotonic()
        self._drop_old()
        return board

    @asynccontextmanager
    async def watch(self, tenant: UUID, event_id: UUID) -> AsyncGenerator[SeatBoard]:
        """Keep the board fresh while this is open. Raises `Unavailable` when too many watch."""
        self.require_room()
        board = await self.fresh(tenant, event_id)
        key = tenant, event_id
        self._watchers[key] = self._watchers.get(key, 0) + 1
        if key not in self._pollers:
            self._pollers[key] = asyncio.create_task(self._poll(key))
        try:
            yield board
        finally:
            self._watchers[key] -= 1
            if not self._watchers[key]:
                del self._watchers[key]
                if (poller := self._pollers.pop(key, None)) is not None:
                    poller.cancel()

    def require_room(self) -> None:
        """Raise `Unavailable` when no more can watch."""
        if self.is_closing or sum(self._watchers.values()) >= WATCHERS_MAX:
            raise Unavailable("Too many are watching.", headers={"retry-after": "5"})

    async def close(self) -> None:
        """Stop looking; who watches is sent home."""
        self.is_closing = True
        for board in self._boards.values():
            board.wake()
        pollers = list(self._pollers.values())
        self._pollers.clear()
        for poller in pollers:
            poller.cancel()
        await asyncio.gather(*pollers, return_exceptions=True)

    async def _poll(self, key: tuple[UUID, UUID]) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.fresh(*key)
            except Exception as error:
                log.warning("seat_board_not_read", event=str(key[1]), exc_info=error)
                await asyncio.sleep(1)

    def _drop_old(self) -> None:
        while len(self._boards) > BOARDS_MAX:
            idle = next((key for key in self._boards if key not in self._watchers), None)
            if idle is None:
                return
            for kept in (self._boards, self._read_at, self._locks):
                kept.pop(idle, None)  # type: ignore[union-attr]


def seat_boards(database: Database) -> SeatBoards:
    """Return this process's boards of the database."""
    return database.keep(_make_boards)


def _make_boards(database: Database) -> SeatBoards:
    boards = SeatBoards(database)
    database.before_close(boards.close)
    return boards


def pack(states: bytes | bytearray) -> bytes:
    """Pack states of two bits, four to a byte, the first in the lowest bits."""
    padded = bytes(states) + bytes(-len(states) % 4)
    packed = 0
    for place in range(4):
        packed |= int.from_bytes(padded[place::4], "little") << 2 * place
    return packed.to_bytes(len(padded) // 4, "little")


def _version(states: bytes | bytearray, areas: dict[UUID, int]) -> str:
    digest = hashlib.blake2b(states, digest_size=9)
    for key, left in areas.items():
        digest.update(key.bytes + left.to_bytes(8, "big", signed=True))
    return base64.urlsafe_b64encode(digest.digest()).decode()
