"""Who wants to hear what: rooms subscribe to the facts of rooms below them.

A subscriber that writes takes the unit of work: its effect and the note that the fact was heard are
one transaction, so hearing twice has one effect. A subscriber that talks to the outside takes the
database, and keeps its own row that says where it stands.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.outbox import Fact

F = TypeVar("F", bound=Fact)
Inside = Callable[[UnitOfWork, F], Awaitable[None]]
Outside = Callable[[Database, UUID, F], Awaitable[None]]


class Subscriber(msgspec.Struct, frozen=True):
    """One function that hears one kind of fact; `name` is stable, it stands in the queue."""

    name: str
    fact_type: type[Fact]
    handle: Callable[..., Awaitable[None]]
    is_outside: bool


_by_kind: dict[str, dict[str, Subscriber]] = defaultdict(dict)


def subscribe(fact_type: type[F]) -> Callable[[Inside[F]], Inside[F]]:
    """Let `async def (uow, fact)` hear facts of this type, in a unit of work of their tenant."""

    def register(handle: Inside[F]) -> Inside[F]:
        _register(fact_type, handle, is_outside=False)
        return handle

    return register


def subscribe_outside(fact_type: type[F]) -> Callable[[Outside[F]], Outside[F]]:
    """Let `async def (database, organization_id, fact)` hear facts, outside any transaction."""

    def register(handle: Outside[F]) -> Outside[F]:
        _register(fact_type, handle, is_outside=True)
        return handle

    return register


def subscribers_of(kind: str) -> list[Subscriber]:
    """Return who hears facts of `kind`."""
    return list(_by_kind.get(kind, {}).values())


def subscriber_named(kind: str, name: str) -> Subscriber | None:
    """Return the subscriber, or None when this release no longer has it."""
    return _by_kind.get(kind, {}).get(name)


def _register(fact_type: type[Fact], handle: Callable[..., Any], *, is_outside: bool) -> None:
    module: str = handle.__module__
    name = f"{module.split('.')[1]}.{handle.__name__}"
    _by_kind[fact_type.kind()][name] = Subscriber(name, fact_type, handle, is_outside)
