"""The books: trial balance, down to each account, each entry, and what it is the entry of."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response
from litestar.params import Parameter, QueryParameter

from houseful.audit import last_proof
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, provide_window
from houseful.kernel.problems import Invalid, NotFound, Problem
from houseful.ledger import (
    Balance,
    chart,
    find_entries,
    read_entry,
    reversal_of,
    reverse,
    trial_balance,
)
from houseful.web.guards import Office
from houseful.web.office.ledger_csv import balance_csv, csv_answer, entries_csv
from houseful.web.office.ledger_subjects import paths_of_subjects
from houseful.web.office.shell import Crumb, back_to, confirm_page, next_page, office_page
from houseful.web.pages import act, show, told
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/ledger"
LEDGER = Crumb("/ledger", "Ledger")
READ = Office("ledger.entries.read", module="finance")
POST = Office("ledger.entries.create", module="finance")
PAGE_SIZE = 50
REASON_MAX = 500

Day = Annotated[str, QueryParameter(max_length=10)]
Code = Annotated[str, Parameter(max_length=4)]
Cursor = Annotated[str | None, QueryParameter(max_length=64)]
FromDay = Annotated[str, QueryParameter(name="from", max_length=10)]
UntilDay = Annotated[str, QueryParameter(name="until", max_length=10)]


class Period(msgspec.Struct, frozen=True):
    """Days of the books, both included, in the house's own zone; empty means open."""

    first: str
    last: str
    since: datetime | None
    until: datetime | None

    @property
    def query(self) -> dict[str, str]:
        """What an address says to mean this period."""
        return {
            name: value for name, value in (("from", self.first), ("until", self.last)) if value
        }


@show(PATH, READ)
async def show_ledger(
    visit: Visit,
    account: Annotated[str, QueryParameter(max_length=4)] = "",
    subject: Annotated[UUID | None, QueryParameter()] = None,
    first: FromDay = "",
    last: UntilDay = "",
    cursor: Cursor = None,
) -> Response[Any]:
    """Show the trial balance, and the entries: of one account, of one thing, or all."""
    period = _period(visit, first, last)
    window = Window(PAGE_SIZE, provide_window(cursor=cursor).after, is_newest_first=True)

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        entries, further = await find_entries(
            uow,
            window=window,
            account=account or None,
            subject_id=subject,
            since=period.since,
            until=period.until,
        )
        balances = await trial_balance(uow, since=period.since, until=period.until)
        return {
            "accounts": balances,
            "proof": await last_proof(uow),
            "entries": entries,
            "further": further,
            "subject_paths": await paths_of_subjects(
                uow, visit, {entry.subject_id: entry.subject_kind for entry in entries}
            ),
        }

    found = await visit.run(read)
    known = chart.CHART.get(account)
    return office_page(
        visit,
        "ledger.html",
        here="/ledger",
        heading=f"{account} {known.name}" if known else "Ledger",
        crumbs=(LEDGER,) if known or subject else (),
        account_code=account if known else "",
        subject=subject,
        period=period,
        totals=_totals(found["accounts"]),
        query=urlencode(({"account": account} if account else {}) | period.query),
        next_path=next_page(
            found.pop("further"),
            account=account,
            subject=str(subject or ""),
            **period.query,
        ),
        **found,
    )


@show(PATH + "/trial-balance.csv", READ)
async def download_balance(visit: Visit, first: FromDay = "", last: UntilDay = "") -> Response[Any]:
    """Send the trial balance for a spreadsheet."""
    period = _period(visit, first, last)
    balances = await visit.run(trial_balance, since=period.since, until=period.until)
    return csv_answer(balance_csv(balances), "trial-balance.csv")


@show(PATH + "/entries.csv", READ)
async def download_entries(
    visit: Visit,
    account: Annotated[str, QueryParameter(max_length=4)] = "",
    first: FromDay = "",
    last: UntilDay = "",
) -> Response[Any]:
    """Send the entries, one posting a line, for a spreadsheet."""
    period = _period(visit, first, last)
    text = await visit.run(
        entries_csv,
        zone=visit.organization.timezone,
        account=account or None,
        since=period.since,
        until=period.until,
    )
    return csv_answer(text, f"entries{'-' + account if account else ''}.csv")


@show(PATH + "/entries/{entry_id:uuid}", READ)
async def show_entry(visit: Visit, entry_id: UUID) -> Response[Any]:
    """Show one entry with its postings, and what it belongs to."""

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        entry = await read_entry(uow, entry_id)
        return {
            "entry": entry,
            "subject_paths": await paths_of_subjects(
                uow, visit, {entry.subject_id: entry.subject_kind}
            ),
            "reversal_id": await reversal_of(uow, entry_id),
        }

    found = await visit.run(read)
    return office_page(
        visit,
        "entry.html",
        here="/ledger",
        heading=found["entry"].kind.replace("_", " ").capitalize(),
        crumbs=(LEDGER,),
        **found,
    )


@show(PATH + "/entries/{entry_id:uuid}/reverse", POST)
async def ask_to_reverse(visit: Visit, entry_id: UUID) -> Response[Any]:
    """Ask before an entry is taken back."""
    return await _ask_to_reverse(visit, entry_id)


@act(PATH + "/entries/{entry_id:uuid}/reverse", POST)
async def reverse_entry(visit: Visit, entry_id: UUID) -> Response[Any]:
    """Take an entry back with one of its own."""
    reason = (await visit.form()).get("reason", "").strip()[:REASON_MAX]
    try:
        if not reason:
            raise Invalid.at("/reason", "Please say why: it stands in the books.")
        reversal = await visit.run(reverse, entry_id, reason=reason)
    except Problem as problem:
        return await _ask_to_reverse(visit, entry_id, told(problem), reason)
    return back_to(visit, f"/ledger/entries/{reversal.id}", "The entry was taken back by this one.")


async def _ask_to_reverse(
    visit: Visit, entry_id: UUID, message: str = "", reason: str = ""
) -> Response[Any]:
    entry = await visit.run(read_entry, entry_id)
    return confirm_page(
        visit,
        here="/ledger",
        heading="Reverse this entry?",
        crumbs=(
            LEDGER,
            Crumb(f"/ledger/entries/{entry_id}", entry.kind.replace("_", " ").capitalize()),
        ),
        consequences=(
            "A new entry with the sides exchanged is posted.",
            "The first one stays: books are never rewritten.",
            "No money moves, and no ticket changes. To give money back, refund the order instead.",
        ),
        label="Reverse the entry",
        reason=reason,
        reason_hint="Stands in the books",
        message=message,
    )


def _period(visit: Visit, first: str, last: str) -> Period:
    zone = ZoneInfo(visit.organization.timezone)
    begin, end = _day(first), _day(last)
    return Period(
        first if begin else "",
        last if end else "",
        datetime.combine(begin, datetime.min.time(), zone) if begin else None,
        datetime.combine(end + timedelta(days=1), datetime.min.time(), zone) if end else None,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotFound("There is no such day.") from error
    if found is not None and not 1970 <= found.year < 2200:
        raise NotFound("There is no such day in these books.")
    return found


def _totals(accounts: list[Balance]) -> list[tuple[str, int, int]]:
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for account in accounts:
        totals[account.currency][0] += account.debit_minor
        totals[account.currency][1] += account.credit_minor
    return [(currency, debit, credit) for currency, (debit, credit) in totals.items()]


handlers = [
    show_ledger,
    download_balance,
    download_entries,
    show_entry,
    ask_to_reverse,
    reverse_entry,
]
