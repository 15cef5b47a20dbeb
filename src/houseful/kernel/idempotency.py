"""Idempotency keys: the second identical request gets the first one's answer, and does nothing.

The row is written in the business transaction, so the answer is remembered if, and only if, the
effect is. Problems are not remembered: nothing happened.
"""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import (
    BadRequest,
    IdempotencyKeyRequired,
    IdempotencyKeyReused,
    RequestInProgress,
)
from houseful.kernel.tables import Base

V = TypeVar("V")

KEY_MAX_CHARACTERS = 255
KEPT_DAYS = 7


class IdempotencyKey(Base):
    """One remembered answer; kept for `KEPT_DAYS`."""

    __tablename__ = "idempotency_keys"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    answer: Mapped[bytes]
    created_at: Mapped[datetime]


async def remember_answer(
    uow: UnitOfWork,
    act: Callable[[], Awaitable[V]],
    *,
    view: type[V],
    method: str,
    path: str,
    body: bytes,
    key: str | None,
    is_required: bool,
) -> V:
    """Run `act` once for `key`, and return its answer, or the one remembered.

    Raises `IdempotencyKeyRequired` without a key where `is_required`, `IdempotencyKeyReused` when
    the key came with another request, `RequestInProgress` while the first one runs.
    """
    if key is None:
        if is_required:
            raise IdempotencyKeyRequired
        return await act()
    if not 1 <= len(key) <= KEY_MAX_CHARACTERS:
        raise BadRequest(f"An Idempotency-Key has 1 to {KEY_MAX_CHARACTERS} characters.")
    await _lock(uow, key)
    fingerprint = hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).digest()
    remembered = await uow.first(
        select(IdempotencyKey).where(
            IdempotencyKey.organization_id == uow.tenant,
            IdempotencyKey.principal == uow.actor.principal,
            IdempotencyKey.key == key,
        )
    )
    if remembered is not None:
        if remembered.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return msgspec.json.decode(remembered.answer, type=view)
    answer = await act()
    uow.add(
        IdempotencyKey(
            organization_id=uow.tenant,
            principal=uow.actor.principal,
            key=key,
            fingerprint=fingerprint,
            answer=msgspec.json.encode(answer),
            created_at=uow.now,
        )
    )
    return answer


async def _lock(uow: UnitOfWork, key: str) -> None:
    name = f"idempotency:{uow.tenant}:{uow.actor.principal}:{key}"
    result = await uow.execute(
        "SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))", {"name": name}
    )
    if not result.scalar_one():
        raise RequestInProgress(headers={"retry-after": "1"})
