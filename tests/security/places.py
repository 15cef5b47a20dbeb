"""A place: one organisation with things in it, made when they are first asked for."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import psycopg
from psycopg import sql

from houseful.kernel.database import Database
from tests.builders.accounts import House

T = TypeVar("T")
Make = Callable[["Place"], Awaitable[T]]

makers: dict[tuple[str, str], Make[Any]] = {}

NOT_TENANTS = ("alembic_version", "rate_counters", "countries", "cities")
"""That somebody knocked is written down; the atlas nobody can change."""


class Place:
    """An organisation, and what has been made in it."""

    def __init__(self, database: Database, house: House) -> None:
        self.database = database
        self.house = house
        self.made: dict[Any, Any] = {}

    async def run(self, use_case: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Run a use case of the organisation."""
        return await self.database.run(self.house.organization_id, use_case, *args, **kwargs)

    async def find(self, name: str, path: str = "") -> Any:
        """Return what a route at `path` calls `name`; raises `KeyError` where nobody makes it."""
        return await maker_of(name, path)(self)

    async def everything(self) -> set[str]:
        """Make all there is, and return every id."""
        return {str(await make(self)) for make in makers.values()}


def makes(*names: str, under: str = "") -> Callable[[Make[T]], Make[T]]:
    """Register how the thing of this name is made, for all addresses or those `under` a path.

    Each place has one of it, also for makers that call each other.
    """

    def register(make: Make[T]) -> Make[T]:
        made = once(make)
        for name in names:
            makers[name, under] = made
        return made

    return register


def once(make: Make[T]) -> Make[T]:
    """Let each place have one of it."""

    async def made(place: Place) -> T:
        if make not in place.made:
            place.made[make] = await make(place)
        return place.made[make]

    return made


def maker_of(name: str, path: str) -> Make[Any]:
    """Return the most particular maker of a name for a route; raises `KeyError`."""
    fitting = [under for known, under in makers if known == name and path.startswith(under)]
    if not fitting:
        raise KeyError(name)
    return makers[name, max(fitting, key=len)]


class Content:
    """The content of the database, all organisations', as its owner sees it."""

    def __init__(self, connection: "psycopg.Connection[tuple[str, str]]") -> None:
        self._connection = connection
        tables = connection.execute(
            "SELECT tablename, '' FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT LIKE 'procrastinate%%' AND NOT tablename = ANY(%s)"
            " ORDER BY tablename",
            [list(NOT_TENANTS)],
        ).fetchall()
        one = sql.SQL(
            "SELECT {name}, md5(string_agg(md5(t::text), '' ORDER BY t::text)) FROM {table} t"
        )
        self._digests = sql.SQL(" UNION ALL ").join(
            one.format(name=sql.Literal(name), table=sql.Identifier(name)) for name, _ in tables
        )
        self._written = ""
        self._seen: dict[str, str] = {}
        self.changes()

    def changes(self) -> list[str]:
        """Return the tables whose content is not what it was when this was asked last."""
        written = self._connection.execute("SELECT pg_current_wal_insert_lsn()::text, ''")
        if (position := written.fetchall()[0][0]) == self._written:
            return []
        now = dict(self._connection.execute(self._digests).fetchall())
        changed = [table for table, digest in now.items() if digest != self._seen.get(table)]
        self._written, self._seen = position, now
        return changed
