"""Posting: the only way that money moves in the books."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, BigInteger, Text, Uuid, bindparam, select, text

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.ledger.chart import CHART
from houseful.ledger.models import JournalEntry
from houseful.ledger.problems import AlreadyReversed
from houseful.ledger.queries import lines_of
from houseful.ledger.rules import Line, account_id, checked, reversed_lines

_POST = text(
    """
    WITH entry AS (
        INSERT INTO journal_entries (organization_id, id, kind, source_key, subject_kind,
            subject_id, occurred_at, memo, reverses_id)
        SELECT :tenant, e.id, e.kind, e.source_key, e.subject_kind, e.subject_id, :occurred_at,
            e.memo, e.reverses_id
        FROM unnest(:ids, :entry_kinds, :source_keys, :subject_kinds, :subject_ids, :memos,
            :reversed_ids)
            AS e(id, kind, source_key, subject_kind, subject_id, memo, reverses_id)
        ON CONFLICT (organization_id, source_key) DO NOTHING
        RETURNING organization_id, id, source_key
    ), line AS (
        SELECT * FROM unnest(:entry_ids, :numbers, :account_ids, :codes, :names, :kinds,
            :directions, :amounts, :currencies)
            AS line(entry_id, number, account_id, code, name, kind, direction, amount_minor,
                currency)
    ), opened AS (
        INSERT INTO ledger_accounts (organization_id, id, code, currency, name, kind)
        SELECT DISTINCT entry.organization_id, line.account_id, line.code, line.currency,
            line.name, line.kind
        FROM entry JOIN line ON line.entry_id = entry.id ORDER BY line.code, line.currency
        ON CONFLICT DO NOTHING
    ), posted AS (
        INSERT INTO postings (organization_id, entry_id, number, account_id, direction,
            amount_minor, currency)
        SELECT entry.organization_id, entry.id, line.number, line.account_id, line.direction,
            line.amount_minor, line.currency
        FROM entry JOIN line ON line.entry_id = entry.id
    )
    SELECT source_key, id FROM entry
    """
).bindparams(
    *(
        bindparam(name, type_=ARRAY(Uuid()))
        for name in ("ids", "subject_ids", "reversed_ids", "entry_ids", "account_ids")
    ),
    *(bindparam(name, type_=ARRAY(BigInteger())) for name in ("numbers", "amounts")),
    *(
        bindparam(name, type_=ARRAY(Text()))
        for name in ("entry_kinds", "source_keys", "subject_kinds", "memos", "codes", "names")
    ),
    *(bindparam(name, type_=ARRAY(Text())) for name in ("kinds", "directions", "currencies")),
)
"""The entries, what accounts they are the first to use, and their postings, each posted once."""


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
    return (await post_all(uow, [entry]))[0]


async def post_all(uow: UnitOfWork, entries: Sequence[Entry]) -> list[UUID]:
    """Post entries, in one statement, and return their ids in the same order; see `post`."""
    if not entries:
        return []
    ids = [new_id() for _ in entries]
    lines = [
        (entry_id, number, line, entry.currency)
        for entry_id, entry in zip(ids, entries, strict=True)
        for number, line in enumerate(checked(entry.lines), start=1)
    ]
    posted = await uow.execute(
        _POST,
        {
            "tenant": uow.tenant,
            "occurred_at": uow.now,
            "ids": ids,
            "entry_kinds": [entry.kind for entry in entries],
            "source_keys": [entry.source_key for entry in entries],
            "subject_kinds": [entry.subject_kind for entry in entries],
            "subject_ids": [entry.subject_id for entry in entries],
            "memos": [entry.memo for entry in entries],
            "reversed_ids": [entry.reverses_id for entry in entries],
            "entry_ids": [entry_id for entry_id, _, _, _ in lines],
            "numbers": [number for _, number, _, _ in lines],
            "account_ids": [
                account_id(uow.tenant, line.account, currency) for _, _, line, currency in lines
            ],
            "codes": [line.account for _, _, line, _ in lines],
            "names": [CHART[line.account].name for _, _, line, _ in lines],
            "kinds": [CHART[line.account].kind for _, _, line, _ in lines],
            "directions": [line.direction for _, _, line, _ in lines],
            "amounts": [line.amount_minor for _, _, line, _ in lines],
            "currencies": [currency for _, _, _, currency in lines],
        },
    )
    by_source: dict[str, UUID] = {row.source_key: row.id for row in posted}
    return [
        by_source.get(entry.source_key) or await _posted_before(uow, entry.source_key)
        for entry in entries
    ]


async def reverse(uow: UnitOfWork, entry_id: UUID, *, reason: str) -> JournalEntry:
    """Take an entry back with one of its own, and note who did. Raises `AlreadyReversed`."""
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
    return await note_by_hand(uow, reversal_id)


async def note_by_hand(uow: UnitOfWork, entry_id: UUID) -> JournalEntry:
    """Note in the audit log who posted an entry that no trade of its own explains; return it."""
    entry = await uow.get(JournalEntry, entry_id)
    await audit.record(uow, "ledger.entry.created", entry, sentence=entry.memo)
    return entry


async def _posted_before(uow: UnitOfWork, source_key: str) -> UUID:
    entry_id = await uow.first(
        select(JournalEntry.id).where(
            JournalEntry.organization_id == uow.tenant, JournalEntry.source_key == source_key
        )
    )
    assert entry_id is not None
    return entry_id
