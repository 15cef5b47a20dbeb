"""The books for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window, provide_window
from houseful.ledger import Balance, find_entries
from houseful.web.office.forms import write_amount

ENTRIES_MAX = 50_000
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def balance_csv(balances: Iterable[Balance]) -> str:
    """Write a trial balance."""
    head = ("account", "name", "kind", "currency", "debit", "credit", "balance")
    return _write(
        head,
        (
            (
                one.code,
                one.name,
                one.kind,
                one.currency,
                write_amount(one.debit_minor, one.currency),
                write_amount(one.credit_minor, one.currency),
                write_amount(one.balance_minor, one.currency),
            )
            for one in balances
        ),
    )


async def entries_csv(
    uow: UnitOfWork,
    *,
    zone: str,
    account: str | None,
    since: datetime | None,
    until: datetime | None,
) -> str:
    """Write entries, the oldest first, one posting a line; at most `ENTRIES_MAX` entries."""
    head = ("at", "entry", "kind", "memo", "of", "id", "account", "name", "currency")
    rows: list[Sequence[str]] = []
    cursor: str | None = None
    for _ in range(ENTRIES_MAX // LIMIT_MAX):
        window = Window(LIMIT_MAX, provide_window(cursor=cursor).after)
        entries, cursor = await find_entries(
            uow, window=window, account=account, since=since, until=until
        )
        rows += [line for entry in entries for line in _lines(entry, zone)]
        if cursor is None:
            break
    return _write((*head, "debit", "credit"), rows)


def csv_answer(text: str, name: str) -> Response[bytes]:
    """Answer with a file that only this visitor may keep; spreadsheets see that it is UTF-8."""
    return Response(
        text.encode("utf-8-sig"),
        media_type="text/csv",
        headers={
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="{name}"',
        },
    )


def _lines(entry: Any, zone: str) -> list[Sequence[str]]:
    at = entry.occurred_at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    first = (at, str(entry.id), entry.kind, _harmless(entry.memo), entry.subject_kind)
    lines: list[Sequence[str]] = []
    for posting in entry.postings:
        amount = write_amount(posting["amountMinor"], posting["currency"])
        sides = (amount, "") if posting["direction"] == "debit" else ("", amount)
        place = (posting["account"], posting["accountName"], posting["currency"])
        lines.append((*first, str(entry.subject_id), *place, *sides))
    return lines


def _harmless(text: str) -> str:
    """Keep a spreadsheet from reading what somebody wrote as a formula."""
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def _write(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
