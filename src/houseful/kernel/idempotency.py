"""Idempotency keys: the second identical request gets the first one's answer, and does nothing.

The row is written in the business transaction, so the answer is remembered if, and only if, the
effect is. Problems are not remembered: nothing happened.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select, text, tuple_
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import (
    BadRequest,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    Problem,
    RequestInProgress,
)
from houseful.kernel.tables import Base

V = TypeVar("V")

KEY_MAX_CHARACTERS = 255
KEPT_DAYS = 7

_LOCK = text(
    """
    SELECT pg_try_advisory_xact_lock(hashtextextended(asked.name, 0))
    FROM unnest(cast(:names AS text[])) WITH ORDINALITY AS asked(name, number)
    ORDER BY asked.number
    """
)


class IdempotencyKey(Base):
    """One remembered answer; kept for `KEPT_DAYS`."""

    __tablename__ = "idempotency_keys"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    answer: Mapped[bytes]
    created_at: Mapped[datetime]


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A request that may come again: whose it is, under which key, and what it asks for."""

    principal: str
    key: str
    fingerprint: bytes


def asking(
    principal: str, *, method: str, path: str, body: bytes, key: str | None, is_required: bool
) -> Asking | None:
    """Return what is asked under a key, or None without one.

    Raises `IdempotencyKeyRequired` without a key where `is_required`, and `BadRequest`.
    """
    if key is None:
        if is_required:
            raise IdempotencyKeyRequired
        return None
    if not 1 <= len(key) <= KEY_MAX_CHARACTERS:
        raise BadRequest(f"An Idempotency-Key has 1 to {KEY_MAX_CHARACTERS} characters.")
    parts = method.encode(), path.encode(), canonical(body)
    return Asking(
        principal=principal, key=key, fingerprint=hashlib.sha256(b"\0".join(parts)).digest()
    )


def canonical(body: bytes) -> bytes:
    """Return the same bytes for the same JSON, however it is spaced and ordered; others as is."""
    try:
        return msgspec.json.encode(msgspec.json.decode(body), order="sorted")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body


async def remember_answer(
    uow: UnitOfWork, act: Callable[[], Awaitable[V]], asked: Asking | None, *, view: type[V]
) -> V:
    """Run `act` once for what is asked, and return its answer, or the one remembered.

    Raises `IdempotencyKeyReused` when the key came with another request, `RequestInProgress` while
    the first one runs.
    """
    if asked is None:
        return await act()
    (remembered,) = await recall(uow, [asked])
    if isinstance(remembered, Problem):
        raise remembered
    if remembered is not None:
        return msgspec.json.decode(remembered, type=view)
    answer = await act()
    remember(uow, asked, msgspec.json.encode(answer))
    return answer


async def recall(uow: UnitOfWork, group: Sequence[Asking | None]) -> list[bytes | Problem | None]:
    """Return, in the same order, what is remembered of each; None where it is to be done now.

    The keys stay locked until the end of this unit of work. What is refused is a problem:
    `IdempotencyKeyReused`, and `RequestInProgress`, also for the second of two in one group.
    """
    keyed = list(dict.fromkeys((one.principal, one.key) for one in group if one is not None))
    if not keyed:
        return [None for _ in group]
    names = [f"idempotency:{uow.tenant}:{principal}:{key}" for principal, key in keyed]
    locks = await uow.execute(_LOCK, {"names": names})
    locked = dict(zip(keyed, locks.scalars(), strict=True))
    known = await uow.all(
        select(IdempotencyKey).where(
            IdempotencyKey.organization_id == uow.tenant,
            tuple_(IdempotencyKey.principal, IdempotencyKey.key).in_(keyed),
        )
    )
    remembered = {(row.principal, row.key): row for row in known}
    return [None if one is None else _recalled(one, locked, remembered) for one in group]


def remember(uow: UnitOfWork, asked: Asking, answer: bytes) -> None:
    """Keep an answer, if and only if this unit of work comes to anything."""
    uow.write_last(
        IdempotencyKey,
        organization_id=uow.tenant,
        principal=asked.principal,
        key=asked.key,
        fingerprint=asked.fingerprint,
        answer=answer,
        created_at=uow.now,
    )


def _recalled(
    one: Asking,
    locked: dict[tuple[str, str], bool],
    remembered: dict[tuple[str, str], IdempotencyKey],
) -> bytes | Problem | None:
    place = one.principal, one.key
    before = remembered.get(place)
    if before is not None:
        return before.answer if before.fingerprint == one.fingerprint else IdempotencyKeyReused()
    if not locked[place]:
        return RequestInProgress(headers={"retry-after": "1"})
    locked[place] = False
    return None
