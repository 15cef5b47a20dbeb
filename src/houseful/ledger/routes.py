"""The books over HTTP."""

from collections import Counter
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, Page, get, post
from houseful.kernel.http.listing import Window
from houseful.kernel.ids import new_id
from houseful.ledger import queries, service
from houseful.ledger.problems import AlreadyReversed, UnbalancedEntry
from houseful.ledger.rules import Line
from houseful.ledger.schemas import EntryView, NewEntry, Reversal, TrialBalanceView


@get(
    "/api/v1/ledger/trial-balance",
    permission="ledger.entries.read",
    module="finance",
    summary="Read the trial balance",
)
async def read_trial_balance(
    caller: Caller,
    until: Annotated[datetime | None, QueryParameter(name="until")] = None,
) -> TrialBalanceView:
    """Read every account's turnover and balance."""

    async def read(uow: UnitOfWork) -> TrialBalanceView:
        accounts = await queries.trial_balance(uow, until=until)
        differences: Counter[str] = Counter()
        for account in accounts:
            differences[account.currency] += account.debit_minor - account.credit_minor
        return TrialBalanceView(accounts=accounts, is_balanced=not any(differences.values()))

    return await caller.run(read)


@get(
    "/api/v1/ledger/entries",
    permission="ledger.entries.read",
    module="finance",
    summary="List entries",
)
async def list_entries(
    caller: Caller,
    window: Window,
    kind: Annotated[str | None, QueryParameter(name="kind", max_length=40)] = None,
    account: Annotated[str | None, QueryParameter(name="account", max_length=4)] = None,
    subject_id: Annotated[UUID | None, QueryParameter(name="subjectId")] = None,
) -> Page[EntryView]:
    """List entries with their postings."""
    return await caller.read_page(
        queries.find_entries,
        window=window,
        view=EntryView,
        kind=kind,
        account=account,
        subject_id=subject_id,
    )


@get(
    "/api/v1/ledger/entries/{entry_id:uuid}",
    permission="ledger.entries.read",
    module="finance",
    summary="Read an entry",
)
async def read_entry(caller: Caller, entry_id: UUID) -> Response[EntryView]:
    """Read an entry with its postings."""
    return await caller.read(queries.read_entry, entry_id, view=EntryView)


@post(
    "/api/v1/ledger/entries",
    permission="ledger.entries.create",
    module="finance",
    with_key=True,
    summary="Post a manual entry",
    raises=[UnbalancedEntry],
)
async def create_entry(caller: Caller, data: NewEntry) -> Response[EntryView]:
    """Post an entry by hand: it balances, and says why."""

    async def post_it(uow: UnitOfWork) -> object:
        subject_id = new_id()
        entry_id = await service.post(
            uow,
            service.Entry(
                kind="manual",
                source_key=f"manual:{subject_id}",
                subject_kind="manual",
                subject_id=subject_id,
                currency=data.currency,
                lines=[Line(p.account, p.direction, p.amount_minor) for p in data.postings],
                memo=data.memo,
            ),
        )
        await service.note_by_hand(uow, entry_id)
        return await queries.read_entry(uow, entry_id)

    return await caller.create(post_it, view=EntryView, at="/api/v1/ledger/entries")


@post(
    "/api/v1/ledger/entries/{entry_id:uuid}/reverse",
    permission="ledger.entries.create",
    module="finance",
    with_key=True,
    summary="Reverse an entry",
    raises=[AlreadyReversed],
)
async def reverse_entry(caller: Caller, entry_id: UUID, data: Reversal) -> Response[EntryView]:
    """Take an entry back with one of its own."""

    async def reverse_it(uow: UnitOfWork) -> object:
        reversal = await service.reverse(uow, entry_id, reason=data.reason)
        return await queries.read_entry(uow, reversal.id)

    return await caller.create(reverse_it, view=EntryView, at="/api/v1/ledger/entries")


handlers = [read_trial_balance, list_entries, read_entry, create_entry, reverse_entry]
