"""Posting: the only way that money moves in the books."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, BigInteger, Text, Uuid, bindparam, select, text

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
        VALUES (:tenant, :id, :kind, :source_key, :subject_kind, :subject_id, :occurred_at, :memo,
            :reverses_id)
        ON CONFLICT (organization_id, source_key) DO NOTHING
        RETURNING organization_id, id
    ), line AS (
        SELECT * FROM unnest(:account_ids, :codes, :names, :kinds, :directions, :amounts)
            WITH ORDINALITY AS line (account_id, code, name, kind, direction, amount_minor, number)
    ), opened AS (
        INSERT INTO ledger_accounts (organization_id, id, code, currency, name, kind)
        SELECT DISTINCT entry.organization_id, account_id, code, CAST(:currency AS text), name, kind
        FROM entry, line ORDER BY code
        ON CONFLICT DO NOTHING
    )
    INSERT INTO postings (organization_id, entry_id, number, account_id, direction, amount_minor,
        currency)
    SELECT organization_id, id, number, account_id, direction, amount_minor, CAST(:currency AS text)
    FROM entry, line
    RETURNING entry_id
    """
).bindparams(
    bindparam("account_ids", type_=ARRAY(Uuid())),
    bindparam("amounts", type_=ARRAY(BigInteger())),
    *(bindparam(name, type_=ARRAY(Text())) for name in ("codes", "names", "kinds", "directions")),
)
"""The entry, what accounts it is the first to use, and its postings: nothing if posted before."""


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
    accounts = [CHART[line.account] for line in lines]
    posted = await uow.execute(
        _POST,
        {
            **msgspec.structs.asdict(entry),
            "tenant": uow.tenant,
            "id": new_id(),
            "occurred_at": uow.now,
            "account_ids": [account_id(uow.tenant, one.account, entry.currency) for one in lines],
            "codes": [line.account for line in lines],
            "names": [account.name for account in accounts],
            "kinds": [account.kind for account in accounts],
            "directions": [line.direction for line in lines],
            "amounts": [line.amount_minor for line in lines],
        },
    )
    entry_id: UUID | None = posted.scalars().first()
    return entry_id or await _posted_before(uow, entry.source_key)


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


async def _posted_before(uow: UnitOfWork, source_key: str) -> UUID:
    entry_id = await uow.first(
        select(JournalEntry.id).where(
            JournalEntry.organization_id == uow.tenant, JournalEntry.source_key == source_key
        )
    )
    assert entry_id is not None
    return entry_id
