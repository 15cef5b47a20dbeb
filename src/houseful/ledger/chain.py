"""The chain of the books: entries are sealed, each with its postings."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from houseful.kernel.chain import Chain
from houseful.kernel.database import UnitOfWork
from houseful.ledger.models import JournalEntry, LedgerBlock, LedgerUnsealed, Posting

SEALED_FIELDS = (
    *("id", "kind", "source_key", "subject_kind", "subject_id", "occurred_at", "memo"),
    "reverses_id",
)
SEALED_PARTS = ("number", "account_id", "direction", "amount_minor", "currency")
"""What the digest covers of an entry and of its postings. Changing it would break every chain."""


async def books_unsealed(uow: UnitOfWork) -> list[UUID]:
    """Return the organisations whose entries wait to be sealed."""
    return list(await uow.all(text("SELECT * FROM books_unsealed()")))


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


CHAIN = Chain(
    LedgerBlock,
    LedgerUnsealed.entry_id,
    _read_entries,
    written="journal_entries",
    name="ledger",
    entry="an entry",
    entries="entries",
)
seal_block = CHAIN.seal_block
verify_chain = CHAIN.verify
