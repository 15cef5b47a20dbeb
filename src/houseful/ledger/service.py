"""Posting: the only way that money moves in the books."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import insert as plain_insert
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.ledger.chart import CHART
from houseful.ledger.models import JournalEntry, LedgerAccount, Posting
from houseful.ledger.problems import AlreadyReversed
from houseful.ledger.queries import lines_of
from houseful.ledger.rules import Line, account_id, checked, reversed_lines


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry to be posted; `source_key` makes posting it twice harmless."""

    kind: str
    source_key: str
    subject_kind: str
    subject_id: UUID
    currency: str
    lines: Sequence[Line]
    memo: str = ""
    reverses_id: UUID | None = None


async def post(uow: UnitOfWork, entry: Entry) -> UUID:
    """Post an entry and return its id; of one posted before, the first one's.

    Raises `UnbalancedEntry`; the database refuses what would slip past.
    """
    lines = checked(entry.lines)
    entry_id = new_id()
    posted = await uow.execute(
        insert(JournalEntry)
        .values(
            organization_id=uow.tenant,
            id=entry_id,
            kind=entry.kind,
            source_key=entry.source_key,
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
            occurred_at=uow.now,
            memo=entry.memo,
            reverses_id=entry.reverses_id,
        )
        .on_conflict_do_nothing(index_elements=["organization_id", "source_key"])
        .returning(JournalEntry.id)
    )
    if posted.first() is None:
        return await _posted_before(uow, entry.source_key)
    await _open_accounts(uow, lines, entry.currency)
    await uow.execute(
        plain_insert(Posting),
        [
            {
                "organization_id": uow.tenant,
                "entry_id": entry_id,
                "number": number,
                "account_id": account_id(uow.tenant, line.account, entry.currency),
                "direction": line.direction,
                "amount_minor": line.amount_minor,
                "currency": entry.currency,
            }
            for number, line in enumerate(lines, start=1)
        ],
    )
    return entry_id


async def reverse(uow: UnitOfWork, entry_id: UUID, *, reason: str) -> JournalEntry:
    """Take an entry back with one of its own. Raises `AlreadyReversed`."""
    entry = await uow.get(JournalEntry, entry_id)
    taken_back = await uow.first(
        select(JournalEntry.id).where(
            JournalEntry.organization_id == uow.tenant, JournalEntry.reverses_id == entry_id
        )
    )
    if taken_back is not None:
        raise AlreadyReversed
    lines, currency = await lines_of(uow, entry_id)
    reversal_id = await post(
        uow,
        Entry(
            kind="reversal",
            source_key=f"reversal:{entry_id}",
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
            currency=currency,
            lines=reversed_lines(lines),
            memo=reason,
            reverses_id=entry_id,
        ),
    )
    return await uow.get(JournalEntry, reversal_id)


async def _open_accounts(uow: UnitOfWork, lines: Sequence[Line], currency: str) -> None:
    await uow.execute(
        insert(LedgerAccount)
        .values(
            [
                {
                    "organization_id": uow.tenant,
                    "id": account_id(uow.tenant, code, currency),
                    "code": code,
                    "currency": currency,
                    "name": CHART[code].name,
                    "kind": CHART[code].kind,
                }
                for code in sorted({line.account for line in lines})
            ]
        )
        .on_conflict_do_nothing()
    )


async def _posted_before(uow: UnitOfWork, source_key: str) -> UUID:
    entry_id = await uow.first(
        select(JournalEntry.id).where(
            JournalEntry.organization_id == uow.tenant, JournalEntry.source_key == source_key
        )
    )
    assert entry_id is not None
    return entry_id
