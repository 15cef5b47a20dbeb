"""The database and the unit of work: one transaction, for one tenant, at one instant."""

import asyncio
import random
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Collection,
    Generator,
    Sequence,
)
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

import asyncpg
import msgspec
import structlog
from sqlalchemy import Executable, Result, Table, event, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm.exc import StaleDataError

from houseful.kernel.clock import Clock, SystemClock
from houseful.kernel.identity import SYSTEM, Actor
from houseful.kernel.ids import new_id
from houseful.kernel.origin import Origin, current_origin
from houseful.kernel.outbox import Fact, OutboxRow
from houseful.kernel.problems import NotFound, Unavailable, VersionMismatch
from houseful.kernel.tables import Base, TenantKey

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row", bound=TenantKey)

TRANSIENT_STATES = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: the whole transaction may be repeated."""

ATTEMPTS_MAX = 5
POOL_WAIT_SECONDS = 5
STATEMENT_TIMEOUT_MS = 30_000
PREPARED_MAX = 500
"""Statements that a connection keeps prepared; a day's work has more than the driver's 100."""
COMPILED_MAX = 2_000
"""Statements that a process keeps compiled; all rooms together have more than the usual 500."""

log = structlog.get_logger(__name__)
_BEGIN = text("SELECT now() FROM set_config('houseful.tenant', :tenant, true)")


class UnitOfWork:
    """One transaction of one tenant, begun and ended by `Database`, never by a use case.

    `now` is the instant of the transaction; `actor` is who acts, and `origin` the request that asks
    for it; `tenant` is the organisation, or None for the few use cases that touch global tables
    only.
    """

    def __init__(
        self,
        session: AsyncSession,
        *,
        tenant: UUID | None,
        actor: Actor,
        now: datetime,
        origin: Origin,
    ) -> None:
        self.session = session
        self._tenant = tenant
        self.actor = actor
        self.now = now
        self.origin = origin
        self._read: list[object] = []
        self._last: list[tuple[Table, dict[str, Any]]] = []

    @property
    def tenant(self) -> UUID:
        """The organisation this unit of work is bound to."""
        assert self._tenant is not None, "this use case needs an organisation"
        return self._tenant

    @property
    def has_tenant(self) -> bool:
        """Whether an organisation is set at all."""
        return self._tenant is not None

    @contextmanager
    def acting(self, actor: Actor, origin: Origin) -> Generator[None]:
        """Let `actor` be who acts meanwhile: a lane's unit of work acts for many."""
        mine = self.actor, self.origin
        self.actor, self.origin = actor, origin
        try:
            yield
        finally:
            self.actor, self.origin = mine

    def add(self, *rows: object) -> None:
        """Add new rows; they are written at the next flush."""
        self.session.add_all(rows)

    async def flush(self) -> None:
        """Write what is pending, so that the database can object now."""
        await self.session.flush()

    async def get(self, table: type[Row], row_id: UUID, *, lock: bool = False) -> Row:
        """Return the tenant's row, locked for update if asked; raises `NotFound`.

        What this unit of work has read is not read again, unless it is to be locked.
        """
        row = await self.session.get(
            table, (self.tenant, row_id), with_for_update=lock or None, populate_existing=lock
        )
        if row is None:
            raise NotFound
        return self.remember(row)

    def remember(self, row: T) -> T:
        """Keep a row that was read, so that it is not read again in this unit of work."""
        self._read.append(row)
        return row

    async def get_many(self, table: type[Row], row_ids: Collection[UUID]) -> dict[UUID, Row]:
        """Return those of the tenant's rows that there are, by id, in one query at most."""
        session = self.session
        known = {
            row_id: session.identity_map.get(session.identity_key(table, (self.tenant, row_id)))
            for row_id in row_ids
        }
        found: dict[UUID, Any] = {row_id: row for row_id, row in known.items() if row is not None}
        missing = [row_id for row_id in known if row_id not in found]
        if missing:
            rows = await self.all(
                select(table).where(table.organization_id == self.tenant, table.id.in_(missing))
            )
            found |= {row.id: row for row in rows}
        self._read += found.values()
        return found

    async def get_version(self, table: type[Row], row_id: UUID, version: int) -> Row:
        """Return the row locked, if it still has `version`; else raises `VersionMismatch`."""
        row = await self.get(table, row_id, lock=True)
        if getattr(row, "version", version) != version:
            raise VersionMismatch(current=getattr(row, "version", None))
        return row

    async def all(self, statement: Executable) -> Sequence[Any]:
        """Return the single column, or entity, of each row of `statement`."""
        return (await self.session.execute(statement)).scalars().all()

    async def first(self, statement: Executable) -> Any:
        """Return the single column of the first row of `statement`, or None."""
        return (await self.session.execute(statement)).scalars().first()

    async def execute(self, statement: Executable | str, parameters: Any = None) -> Result[Any]:
        """Run a statement; SQL text may be given as it is, with `:name` parameters."""
        executable = text(statement) if isinstance(statement, str) else statement
        return await self.session.execute(executable, parameters)

    def write_last(self, table: type[Base], **values: Any) -> None:
        """Write a row when all else is written: what is only ever added, and read by others.

        Rows of one table are one statement, however many they are.
        """
        self._last.append((cast("Table", table.__table__), values))

    async def announce(self, *facts: Fact) -> None:
        """Write facts to the outbox: delivered if, and only if, this transaction commits."""
        for fact in facts:
            self.write_last(
                OutboxRow,
                organization_id=self.tenant,
                id=new_id(),
                kind=fact.kind(),
                subject_id=fact.subject_id,
                payload=msgspec.to_builtins(fact),
                occurred_at=self.now,
            )

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Let what is done inside come to nothing when it fails, and the rest stand."""
        before = len(self._last)
        try:
            async with self.session.begin_nested():
                yield
        except BaseException:
            del self._last[before:]
            raise

    async def finish(self) -> None:
        """Write what is pending, and then what is to be written last; `Database` calls it."""
        await self.session.flush()
        rows_of: dict[Table, list[dict[str, Any]]] = {}
        for table, values in self._last:
            rows_of.setdefault(table, []).append(values)
        self._last.clear()
        for table, rows in rows_of.items():
            await self.session.execute(insert(table), rows)


UseCase = Callable[Concatenate[UnitOfWork, P], Awaitable[T]]


class Database:
    """The pools, and the only two ways in: `run` a use case, or open a `unit_of_work`."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        pool_size: int = 16,
        lane_pool_size: int = 4,
    ) -> None:
        self.url = url
        self.clock: Clock = clock or SystemClock()
        self._lane_pool_size = lane_pool_size
        self._lane_pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._before_close: list[Callable[[], Awaitable[None]]] = []
        self._kept: dict[Any, Any] = {}
        self.engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=lambda: asyncpg.connect(url, server_settings=connection_settings()),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS,
            connect_args={"prepared_statement_cache_size": PREPARED_MAX},
            query_cache_size=COMPILED_MAX,
            json_serializer=_to_json,
            json_deserializer=msgspec.json.decode,
        )
        event.listen(self.engine.sync_engine, "handle_error", _name_pool_exhaustion)

    async def lane_pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        """Return the pool of plain asyncpg connections that the lanes use, opened on demand."""
        if self._lane_pool is None:
            self._lane_pool = await asyncpg.create_pool(
                self.url,
                min_size=1,
                max_size=self._lane_pool_size,
                server_settings=connection_settings(),
            )
        return self._lane_pool

    def keep(self, make: "Callable[[Database], T]") -> T:
        """Return what `make` makes of this database, made once: a lane, a cache of this process."""
        if make not in self._kept:
            self._kept[make] = make(self)
        return self._kept[make]

    def provide(self, service: object) -> None:
        """Let `service` be found by its class, by who has only the database: subscribers."""
        self._kept[type(service)] = service

    def provided(self, kind: type[T]) -> T:
        """Return the service of this class; `LookupError` when none was provided."""
        return self._kept[kind]

    def before_close(self, act: Callable[[], Awaitable[None]]) -> None:
        """Let `act` finish its work before the connections close: lanes, boards."""
        self._before_close.append(act)

    async def close(self) -> None:
        """Let what was registered finish, then close every connection."""
        while self._before_close:
            await self._before_close.pop()()
        await self.engine.dispose()
        if self._lane_pool is not None:
            await self._lane_pool.close()
            self._lane_pool = None

    @asynccontextmanager
    async def unit_of_work(
        self, tenant: UUID | None, *, actor: Actor = SYSTEM
    ) -> AsyncGenerator[UnitOfWork]:
        """Begin a transaction bound to `tenant`; commit at the end, roll back on any error."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            instant = await _begin(session, tenant)
            uow = UnitOfWork(
                session,
                tenant=tenant,
                actor=actor,
                now=self.clock.at(instant),
                origin=current_origin.get(),
            )
            try:
                yield uow
                await uow.finish()
            except StaleDataError as error:
                raise VersionMismatch from error

    async def run(
        self,
        tenant: UUID | None,
        use_case: UseCase[P, T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `use_case` in its own unit of work as the system, repeating it when it is safe."""
        return await self.run_as(SYSTEM, tenant, use_case, *args, **kwargs)

    async def run_as(
        self,
        actor: Actor,
        tenant: UUID | None,
        use_case: UseCase[P, T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `use_case` for `actor`; after a deadlock or serialization failure, once more.

        A failure to commit whose outcome is unknown is never repeated.
        """

        async def attempt() -> T:
            async with self.unit_of_work(tenant, actor=actor) as uow:
                return await use_case(uow, *args, **kwargs)

        return await repeat_when_transient(attempt)


class _ConnectionWasCut(Unavailable):
    """The connection was dead before anything was asked of it: another one may do."""


async def _begin(session: AsyncSession, tenant: UUID | None) -> datetime:
    """Bind the transaction to the tenant, and return its instant."""
    try:
        instant = await session.scalar(_BEGIN, {"tenant": str(tenant) if tenant else ""})
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _ConnectionWasCut(headers={"retry-after": "1"}) from error
        raise
    assert instant is not None
    return instant


async def repeat_when_transient(attempt: Callable[[], Awaitable[T]]) -> T:
    """Await `attempt()`, again after a deadlock or serialization failure, at most five times.

    Also where the connection from the pool was dead: the database was started anew meanwhile.
    """
    for number in range(1, ATTEMPTS_MAX + 1):
        try:
            return await attempt()
        except _ConnectionWasCut:
            if number == ATTEMPTS_MAX:
                raise
        except DBAPIError as error:
            if sqlstate(error) not in TRANSIENT_STATES:
                raise
            if number == ATTEMPTS_MAX:
                raise Unavailable(headers={"retry-after": "1"}) from error
            log.info("transaction_repeated", attempt=number, sqlstate=sqlstate(error))
            await asyncio.sleep(random.uniform(0.5, 1.5) * 0.01 * 2**number)  # noqa: S311 (jitter)
    raise AssertionError("unreachable")


def sqlstate(error: BaseException) -> str:
    """Return the SQLSTATE of a database error, or an empty text."""
    original = getattr(error, "orig", None) or error
    return str(getattr(original, "sqlstate", "") or "")


def constraint_of(error: BaseException) -> str:
    """Return the name of the constraint that an error says was violated, or an empty text."""
    link: BaseException | None = error
    while link is not None:
        name = getattr(link, "constraint_name", None)
        if name:
            return str(name)
        link = getattr(link, "orig", None) or link.__cause__
    return ""


def connection_settings() -> dict[str, str]:
    """Return what every connection of the application asks the server for."""
    return {
        "application_name": "houseful",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
    }


def _to_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _name_pool_exhaustion(context: Any) -> None:
    if isinstance(context.original_exception, TimeoutError):
        context.chained_exception = Unavailable(headers={"retry-after": "1"})
