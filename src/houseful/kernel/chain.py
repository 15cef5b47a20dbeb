"""Chains: what was written is sealed in blocks, each under a digest that covers the block before.

Sealing runs after the writing, in a transaction of its own, so that nobody who writes waits for
another. What is changed, removed or slipped in behind our back no longer fits the digests. Who
rewrites a whole chain is found by comparing its head with one that was logged or noted elsewhere.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import ARRAY, Uuid, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.tables import TenantKey

BLOCK_ENTRIES_MAX = 250
"""So few that whoever asks for a page meanwhile does not wait for a block to be read and hashed."""
FIRST_PREVIOUS = bytes(32)


class Block(TenantKey):
    """Some entries under one digest, which also covers the block before."""

    __tablename__: ClassVar[str]

    number: Mapped[int]
    sealed_at: Mapped[datetime]
    entry_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    previous_digest: Mapped[bytes]
    digest: Mapped[bytes]


log = structlog.get_logger(__name__)

B = TypeVar("B", bound=Block)
ReadEntries = Callable[[UnitOfWork, Sequence[UUID]], Awaitable[list[list[Any]]]]


class Chain(Generic[B]):
    """One chain a tenant, of what a room writes and never changes.

    `waiting` is the column with the ids of what is not sealed yet, written by a trigger; `read`
    returns all that the digest covers of each entry, in the ids' order: changing what it returns
    would break every chain. `name` and `entries` are what people read of it.
    """

    def __init__(
        self,
        block: type[B],
        waiting: Any,
        read: ReadEntries,
        *,
        written: str,
        name: str,
        entry: str,
        entries: str,
    ) -> None:
        self._block = block
        self._waiting = waiting
        self._read = read
        self._name = name
        self._sealed = f"{name}_block_sealed"
        self._entry = entry
        self._entries = entries
        self._outside = text(
            f"""
            SELECT (SELECT count(*) FROM {written} WHERE organization_id = :tenant)
                - (SELECT count(*) FROM {waiting.class_.__tablename__}
                    WHERE organization_id = :tenant)
                - (SELECT coalesce(sum(cardinality(entry_ids)), 0) FROM {block.__tablename__}
                    WHERE organization_id = :tenant)
            """  # noqa: S608 (names of our own tables)
        )

    async def seal_block(self, uow: UnitOfWork) -> B | None:
        """Seal what waits, at most `BLOCK_ENTRIES_MAX`; return the block, if there is one."""
        await uow.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))",
            {"name": f"{self._name} chain:{uow.tenant}"},
        )
        ids = await self._take_waiting(uow)
        if not ids:
            return None
        last = await self.head(uow)
        number = last.number + 1 if last is not None else 1
        previous = last.digest if last is not None else FIRST_PREVIOUS
        make: Any = self._block  # what a mapped class takes is not known of its base
        block: B = make(
            organization_id=uow.tenant,
            id=new_id(),
            number=number,
            sealed_at=uow.now,
            entry_ids=ids,
            previous_digest=previous,
            digest=_digest(number, previous, await self._read(uow, ids)),
        )
        uow.add(block)
        await uow.flush()
        return block

    async def seal_waiting(self, database: Database, organization_ids: Iterable[UUID]) -> None:
        """Seal all that waits, and log each head: whoever keeps the logs can prove the chain."""
        for organization_id in organization_ids:
            while block := await database.run(organization_id, self.seal_block):
                log.info(
                    self._sealed,
                    organization=str(organization_id),
                    number=block.number,
                    digest=block.digest.hex(),
                )

    async def head(self, uow: UnitOfWork) -> B | None:
        """Return the newest block, or None."""
        return await uow.first(
            select(self._block)
            .where(self._block.organization_id == uow.tenant)
            .order_by(self._block.number.desc())
            .limit(1)
        )

    async def verify(self, uow: UnitOfWork) -> list[str]:
        """Return what no longer fits: an empty list when all is as it was written."""
        faults: list[str] = []
        number, previous = 0, FIRST_PREVIOUS
        while block := await self._next(uow, after=number):
            name = f"{self._name} block {block.number}"
            if block.number != number + 1:
                faults.append(f"{self._name} blocks {number + 1} to {block.number - 1} are missing")
            elif block.previous_digest != previous:
                faults.append(f"{name} does not continue the one before")
            entries = await self._read(uow, block.entry_ids)
            if len(entries) != len(block.entry_ids):
                faults.append(f"{name}: {self._entries} are missing")
            elif _digest(block.number, block.previous_digest, entries) != block.digest:
                faults.append(f"{name}: {self._entry} was changed")
            number, previous = block.number, block.digest
            uow.session.expunge(block)
        outside = (await uow.execute(self._outside, {"tenant": uow.tenant})).scalar_one()
        if outside:
            faults.append(f"{outside} {self._entries} stand outside of the {self._name} chain")
        return faults

    async def _take_waiting(self, uow: UnitOfWork) -> list[UUID]:
        table, id_ = self._waiting.class_, self._waiting
        waiting = (
            select(id_)
            .where(table.organization_id == uow.tenant)
            .order_by(id_)
            .limit(BLOCK_ENTRIES_MAX)
        )
        return sorted(
            await uow.all(
                delete(table)
                .where(table.organization_id == uow.tenant, id_.in_(waiting))
                .returning(id_)
            )
        )

    async def _next(self, uow: UnitOfWork, *, after: int) -> B | None:
        return await uow.first(
            select(self._block)
            .where(self._block.organization_id == uow.tenant, self._block.number > after)
            .order_by(self._block.number)
            .limit(1)
        )


def _digest(number: int, previous: bytes, entries: Iterable[Sequence[Any]]) -> bytes:
    document = [number, previous.hex(), list(entries)]
    return hashlib.sha256(msgspec.json.encode(document, order="deterministic")).digest()
