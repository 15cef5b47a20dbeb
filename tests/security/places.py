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

NOT_TENANTS = ("alembic_version", "rate_counters")
"""What a refused request may leave behind: that somebody knocked."""


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
    """Register how the thing of this name is made, for all addresses or those `under` a path."""

    def register(make: Make[T]) -> Make[T]:
        made = once(make)
        for name in names:
            makers[name, under] = made
        return make

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


def digest(owner_url: str) -> dict[str, str]:
    """Return a digest of every row of every table, of all organisations, seen by the owner."""
    with psycopg.connect(owner_url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT LIKE 'procrastinate%%' AND NOT tablename = ANY(%s)"
            " ORDER BY tablename",
            [list(NOT_TENANTS)],
        ).fetchall()
        one = sql.SQL(
            "SELECT {name}, md5(string_agg(md5(t::text), '' ORDER BY t::text)) FROM {table} t"
        )
        everything = sql.SQL(" UNION ALL ").join(
            one.format(name=sql.Literal(name), table=sql.Identifier(name)) for (name,) in tables
        )
        return {name: found or "" for name, found in connection.execute(everything)}
