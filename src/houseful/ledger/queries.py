"""Reads of the books."""

from collections.abc import Collection, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, case, func, select

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.ledger.chart import CHART
from houseful.ledger.models import JournalEntry, LedgerAccount, Posting
from houseful.ledger.rules import Line


class Balance(msgspec.Struct, rename="camel"):
    """An account's turnover in minor units; `balance_minor` grows on the account's normal side."""

    code: str
    name: str
    kind: str
    currency: str
    debit_minor: int
    credit_minor: int
    balance_minor: int


async def trial_balance(
    uow: UnitOfWork, *, since: datetime | None = None, until: datetime | None = None
) -> list[Balance]:
    """Return every account's turnover and balance, by currency and code.

    With `since`, only what was posted from then on counts.
    """
    debits = func.sum(case((Posting.direction == "debit", Posting.amount_minor), else_=0))
    credits_ = func.sum(case((Posting.direction == "credit", Posting.amount_minor), else_=0))
    statement = (
        select(LedgerAccount.code, LedgerAccount.currency, debits, credits_)
        .join(
            Posting,
            (Posting.organization_id == LedgerAccount.organization_id)
            & (Posting.account_id == LedgerAccount.id),
        )
        .where(LedgerAccount.organization_id == uow.tenant)
        .group_by(LedgerAccount.code, LedgerAccount.currency)
        .order_by(LedgerAccount.currency, LedgerAccount.code)
    )
    if since is not None or until is not None:
        statement = statement.join(
            JournalEntry,
            (JournalEntry.organization_id == Posting.organization_id)
            & (JournalEntry.id == Posting.entry_id),
        ).where(*_within(since, until))
    rows: Sequence[Any] = (await uow.execute(statement)).all()
    return [_balance(*row) for row in rows]


async def turnover_of(
    uow: UnitOfWork, subject_kind: str, subject_ids: Collection[UUID], currency: str
) -> dict[str, int]:
    """Return, by account, what the entries about some subjects credit less what they debit."""
    amount = Posting.amount_minor
    signed = case((Posting.direction == "credit", amount), else_=-amount)
    found = await uow.execute(
        select(LedgerAccount.code, func.sum(signed))
        .select_from(JournalEntry)
        .join(
            Posting,
            (Posting.organization_id == JournalEntry.organization_id)
            & (Posting.entry_id == JournalEntry.id),
        )
        .join(
            LedgerAccount,
            (LedgerAccount.organization_id == Posting.organization_id)
            & (LedgerAccount.id == Posting.account_id),
        )
        .where(
            JournalEntry.organization_id == uow.tenant,
            JournalEntry.subject_kind == subject_kind,
            JournalEntry.subject_id.in_(subject_ids),
            Posting.currency == currency,
        )
        .group_by(LedgerAccount.code)
    )
    rows: Sequence[Any] = found.all()
    return {code: int(total) for code, total in rows}


async def balance_of(uow: UnitOfWork, code: str, currency: str) -> int:
    """Return an account's balance in a currency, in minor units, on its normal side."""
    of_account = select(LedgerAccount.id).where(
        LedgerAccount.organization_id == uow.tenant,
        LedgerAccount.code == code,
        LedgerAccount.currency == currency,
    )
    side = CHART[code].normal_side
    signed = case((Posting.direction == side, Posting.amount_minor), else_=-Posting.amount_minor)
    total = await uow.first(
        select(func.coalesce(func.sum(signed), 0)).where(
            Posting.organization_id == uow.tenant, Posting.account_id.in_(of_account)
        )
    )
    return int(total)


async def lines_of(uow: UnitOfWork, entry_id: UUID) -> tuple[list[Line], str]:
    """Return an entry's lines and currency."""
    entry = await read_entry(uow, entry_id)
    lines = [
        Line(posting["account"], posting["direction"], posting["amountMinor"])
        for posting in entry.postings
    ]
    return lines, entry.postings[0]["currency"]


async def read_entry(uow: UnitOfWork, entry_id: UUID) -> SimpleNamespace:
    """Return an entry with its postings; raises `NotFound`."""
    entry = await uow.get(JournalEntry, entry_id)
    return (await _with_postings(uow, [entry]))[0]


async def find_entries(
    uow: UnitOfWork,
    *,
    window: Window,
    kind: str | None = None,
    account: str | None = None,
    subject_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[list[Any], str | None]:
    """Return one page of entries with their postings."""
    statement = select(JournalEntry).where(
        JournalEntry.organization_id == uow.tenant, *_within(since, until)
    )
    if kind is not None:
        statement = statement.where(JournalEntry.kind == kind)
    if subject_id is not None:
        statement = statement.where(JournalEntry.subject_id == subject_id)
    if account is not None:
        of_account = (
            select(Posting.entry_id)
            .join(
                LedgerAccount,
                (LedgerAccount.organization_id == Posting.organization_id)
                & (LedgerAccount.id == Posting.account_id),
            )
            .where(Posting.organization_id == uow.tenant, LedgerAccount.code == account)
        )
        statement = statement.where(JournalEntry.id.in_(of_account))
    entries, cursor = await fetch_page(uow, statement, JournalEntry, window)
    return await _with_postings(uow, entries), cursor


async def reversal_of(uow: UnitOfWork, entry_id: UUID) -> UUID | None:
    """Return the id of the entry that takes this one back, or None."""
    return await uow.first(
        select(JournalEntry.id).where(
            JournalEntry.organization_id == uow.tenant, JournalEntry.reverses_id == entry_id
        )
    )


def _within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if since is not None:
        bounds.append(JournalEntry.occurred_at >= since)
    if until is not None:
        bounds.append(JournalEntry.occurred_at < until)
    return bounds


async def _with_postings(uow: UnitOfWork, entries: list[JournalEntry]) -> list[SimpleNamespace]:
    rows = await uow.execute(
        select(Posting, LedgerAccount.code)
        .join(
            LedgerAccount,
            (LedgerAccount.organization_id == Posting.organization_id)
            & (LedgerAccount.id == Posting.account_id),
        )
        .where(
            Posting.organization_id == uow.tenant,
            Posting.entry_id.in_([entry.id for entry in entries]),
        )
        .order_by(Posting.entry_id, Posting.number)
    )
    postings: dict[UUID, list[dict[str, Any]]] = {entry.id: [] for entry in entries}
    pairs: Sequence[Any] = rows.all()
    for posting, code in pairs:
        postings[posting.entry_id].append(
            {
                "account": code,
                "accountName": CHART[code].name,
                "direction": posting.direction,
                "amountMinor": posting.amount_minor,
                "currency": posting.currency,
            }
        )
    columns = JournalEntry.__table__.columns.keys()
    return [
        SimpleNamespace(
            **{name: getattr(entry, name) for name in columns}, postings=postings[entry.id]
        )
        for entry in entries
    ]


def _balance(code: str, currency: str, debit_minor: Any, credit_minor: Any) -> Balance:
    account = CHART[code]
    difference = int(debit_minor) - int(credit_minor)
    return Balance(
        code,
        account.name,
        account.kind,
        currency,
        int(debit_minor),
        int(credit_minor),
        difference if account.normal_side == "debit" else -difference,
    )
