"""The chain: acts are sealed in blocks, each under a digest that covers the block before it.

Sealing runs after the acts, in a transaction of its own, so that no act waits for another one. What
is changed, removed or slipped in behind our back no longer fits the digests. Who rewrites the whole
chain is found by comparing its head with one that was logged or noted elsewhere.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, text

from houseful.audit.models import (
    AuditBlock,
    AuditLog,
    AuditUnsealed,
    ChangeSetLog,
    UserActionLog,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id

BLOCK_ENTRIES_MAX = 1000
FIRST_PREVIOUS = bytes(32)
SEALED_FIELDS = (
    *("id", "at", "actor_kind", "actor_id", "action", "resource_type", "resource_id"),
    *("network", "request_id"),
)
"""What the digest covers of an act, in this order. Changing it would break every chain."""

_OUTSIDE = """
    SELECT (SELECT count(*) FROM audit_log WHERE organization_id = :tenant)
        - (SELECT count(*) FROM audit_unsealed WHERE organization_id = :tenant)
        - (SELECT coalesce(sum(cardinality(entry_ids)), 0) FROM audit_blocks
            WHERE organization_id = :tenant)
"""


async def seal_block(uow: UnitOfWork) -> AuditBlock | None:
    """Seal the acts that wait, at most `BLOCK_ENTRIES_MAX`; return the block, if there is one."""
    await uow.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))",
        {"name": f"audit chain:{uow.tenant}"},
    )
    ids = await _take_waiting(uow)
    if not ids:
        return None
    last = await chain_head(uow)
    number = last.number + 1 if last is not None else 1
    previous = last.digest if last is not None else FIRST_PREVIOUS
    block = AuditBlock(
        organization_id=uow.tenant,
        id=new_id(),
        number=number,
        sealed_at=uow.now,
        entry_ids=ids,
        previous_digest=previous,
        digest=digest_block(number, previous, await _read_entries(uow, ids)),
    )
    uow.add(block)
    await uow.flush()
    return block


async def chain_head(uow: UnitOfWork) -> AuditBlock | None:
    """Return the newest block, or None."""
    return await uow.first(
        select(AuditBlock)
        .where(AuditBlock.organization_id == uow.tenant)
        .order_by(AuditBlock.number.desc())
        .limit(1)
    )


async def verify_chain(uow: UnitOfWork) -> list[str]:
    """Return what no longer fits: an empty list when the log is as it was written."""
    faults: list[str] = []
    number, previous = 0, FIRST_PREVIOUS
    while block := await _block(uow, after=number):
        if block.number != number + 1:
            faults.append(f"audit blocks {number + 1} to {block.number - 1} are missing")
        elif block.previous_digest != previous:
            faults.append(f"audit block {block.number} does not continue the one before")
        entries = await _read_entries(uow, block.entry_ids)
        if len(entries) != len(block.entry_ids):
            faults.append(f"audit block {block.number}: acts are missing")
        elif digest_block(block.number, block.previous_digest, entries) != block.digest:
            faults.append(f"audit block {block.number}: an act was changed")
        number, previous = block.number, block.digest
        uow.session.expunge(block)
    outside = (await uow.execute(_OUTSIDE, {"tenant": uow.tenant})).scalar_one()
    if outside:
        faults.append(f"{outside} acts stand outside of the audit chain")
    return faults


def digest_block(number: int, previous: bytes, entries: Iterable[Sequence[Any]]) -> bytes:
    """Return the digest of a block of acts, as `_read_entries` gives them."""
    document = [number, previous.hex(), list(entries)]
    return hashlib.sha256(msgspec.json.encode(document, order="deterministic")).digest()


async def organizations_unsealed(uow: UnitOfWork) -> list[UUID]:
    """Return the organisations whose acts wait to be sealed."""
    return list(await uow.all(text("SELECT * FROM organizations_unsealed()")))


async def _take_waiting(uow: UnitOfWork) -> list[UUID]:
    waiting = (
        select(AuditUnsealed.audit_log_id)
        .where(AuditUnsealed.organization_id == uow.tenant)
        .order_by(AuditUnsealed.audit_log_id)
        .limit(BLOCK_ENTRIES_MAX)
    )
    taken = await uow.all(
        delete(AuditUnsealed)
        .where(
            AuditUnsealed.organization_id == uow.tenant,
            AuditUnsealed.audit_log_id.in_(waiting),
        )
        .returning(AuditUnsealed.audit_log_id)
    )
    return sorted(taken)


async def _block(uow: UnitOfWork, *, after: int) -> AuditBlock | None:
    return await uow.first(
        select(AuditBlock)
        .where(AuditBlock.organization_id == uow.tenant, AuditBlock.number > after)
        .order_by(AuditBlock.number)
        .limit(1)
    )


async def _read_entries(uow: UnitOfWork, ids: Sequence[UUID]) -> list[list[Any]]:
    """Return of each act its sealed fields, its changes and its sentences, in the ids' order."""
    changes = await _parts(uow, ChangeSetLog, ChangeSetLog.changes, ids)
    sentences = await _parts(uow, UserActionLog, UserActionLog.sentence, ids)
    columns = [getattr(AuditLog, name) for name in SEALED_FIELDS]
    acts = await uow.execute(
        select(*columns)
        .where(AuditLog.organization_id == uow.tenant, AuditLog.id.in_(ids))
        .order_by(AuditLog.id)
    )
    return [[*act, changes[act.id], sentences[act.id]] for act in acts]


async def _parts(
    uow: UnitOfWork, table: Any, column: Any, ids: Sequence[UUID]
) -> dict[UUID, list[Any]]:
    rows = await uow.execute(
        select(table.audit_log_id, column.label("part"))
        .where(table.organization_id == uow.tenant, table.audit_log_id.in_(ids))
        .order_by(table.id)
    )
    parts: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        parts[row.audit_log_id].append(row.part)
    return parts
