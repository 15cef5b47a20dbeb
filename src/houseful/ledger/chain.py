"""The chain of the books: entries are sealed in blocks, as acts of the audit log are.

Sealing runs after the postings, in a transaction of its own, so that no sale waits for another one.
What is changed, removed or slipped in behind our back no longer fits the digests.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text

from houseful.audit import BLOCK_ENTRIES_MAX, FIRST_PREVIOUS, digest_block
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.ledger.models import JournalEntry, LedgerBlock, LedgerUnsealed, Posting

SEALED_FIELDS = (
    *("id", "kind", "source_key", "subject_kind", "subject_id", "occurred_at", "memo"),
    "reverses_id",
)
SEALED_PARTS = ("number", "account_id", "direction", "amount_minor", "currency")
"""What the digest covers of an entry and of its postings. Changing it would break every chain."""

_OUTSIDE = """
    SELECT (SELECT count(*) FROM journal_entries WHERE organization_id = :tenant)
        - (SELECT count(*) FROM ledger_unsealed WHERE organization_id = :tenant)
        - (SELECT coalesce(sum(cardinality(entry_ids)), 0) FROM ledger_blocks
            WHERE organization_id = :tenant)
"""


async def seal_block(uow: UnitOfWork) -> LedgerBlock | None:
    """Seal the entries that wait, a block at most; return it, if there is one."""
    await uow.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))",
        {"name": f"ledger chain:{uow.tenant}"},
    )
    ids = await _take_waiting(uow)
    if not ids:
        return None
    last = await chain_head(uow)
    number = last.number + 1 if last is not None else 1
    previous = last.digest if last is not None else FIRST_PREVIOUS
    block = LedgerBlock(
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


async def chain_head(uow: UnitOfWork) -> LedgerBlock | None:
    """Return the newest block, or None."""
    return await uow.first(
        select(LedgerBlock)
        .where(LedgerBlock.organization_id == uow.tenant)
        .order_by(LedgerBlock.number.desc())
        .limit(1)
    )


async def verify_chain(uow: UnitOfWork) -> list[str]:
    """Return what no longer fits: an empty list when the books are as they were written."""
    faults: list[str] = []
    number, previous = 0, FIRST_PREVIOUS
    while block := await _block(uow, after=number):
        if block.number != number + 1:
            faults.append(f"ledger blocks {number + 1} to {block.number - 1} are missing")
        elif block.previous_digest != previous:
            faults.append(f"ledger block {block.number} does not continue the one before")
        entries = await _read_entries(uow, block.entry_ids)
        if len(entries) != len(block.entry_ids):
            faults.append(f"ledger block {block.number}: entries are missing")
        elif digest_block(block.number, block.previous_digest, entries) != block.digest:
            faults.append(f"ledger block {block.number}: an entry was changed")
        number, previous = block.number, block.digest
        uow.session.expunge(block)
    outside = (await uow.execute(_OUTSIDE, {"tenant": uow.tenant})).scalar_one()
    if outside:
        faults.append(f"{outside} entries stand outside of the ledger chain")
    return faults


async def books_unsealed(uow: UnitOfWork) -> list[UUID]:
    """Return the organisations whose entries wait to be sealed."""
    return list(await uow.all(text("SELECT * FROM books_unsealed()")))


async def _take_waiting(uow: UnitOfWork) -> list[UUID]:
    waiting = (
        select(LedgerUnsealed.entry_id)
        .where(LedgerUnsealed.organization_id == uow.tenant)
        .order_by(LedgerUnsealed.entry_id)
        .limit(BLOCK_ENTRIES_MAX)
    )
    taken = await uow.all(
        delete(LedgerUnsealed)
        .where(LedgerUnsealed.organization_id == uow.tenant, LedgerUnsealed.entry_id.in_(waiting))
        .returning(LedgerUnsealed.entry_id)
    )
    return sorted(taken)


async def _block(uow: UnitOfWork, *, after: int) -> LedgerBlock | None:
    return await uow.first(
        select(LedgerBlock)
        .where(LedgerBlock.organization_id == uow.tenant, LedgerBlock.number > after)
        .order_by(LedgerBlock.number)
        .limit(1)
    )


async def _read_entries(uow: UnitOfWork, ids: Sequence[UUID]) -> list[list[Any]]:
    """Return of each entry its sealed fields and its postings, in the ids' order."""
    lines: dict[UUID, list[Any]] = defaultdict(list)
    postings = await uow.execute(
        select(Posting.entry_id, *(getattr(Posting, name) for name in SEALED_PARTS))
        .where(Posting.organization_id == uow.tenant, Posting.entry_id.in_(ids))
        .order_by(Posting.entry_id, Posting.number)
    )
    for entry_id, *line in postings:
        lines[entry_id].append(line)
    entries = await uow.execute(
        select(*(getattr(JournalEntry, name) for name in SEALED_FIELDS))
        .where(JournalEntry.organization_id == uow.tenant, JournalEntry.id.in_(ids))
        .order_by(JournalEntry.id)
    )
    return [[*entry, lines[entry.id]] for entry in entries]
