"""The books: trial balance, and down to each entry."""

from collections import defaultdict
from typing import Any

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.ledger import Balance, find_entries, trial_balance
from houseful.web.guards import Office
from houseful.web.office.shell import office_page
from houseful.web.pages import show
from houseful.web.visits import Visit

ENTRIES_SHOWN = 50


@show("/office/{organization:str}/ledger", Office("ledger.entries.read", module="finance"))
async def show_ledger(visit: Visit, account: str | None = None) -> Response[Any]:
    """Show the trial balance, and the latest entries, of one account or of all."""

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(limit=ENTRIES_SHOWN, is_newest_first=True)
        entries, _ = await find_entries(uow, window=window, account=account)
        return {"accounts": await trial_balance(uow), "entries": entries}

    found = await visit.run(read)
    return office_page(
        visit,
        "ledger.html",
        here="/ledger",
        heading="Ledger",
        account_code=account or "",
        totals=_totals(found["accounts"]),
        **found,
    )


def _totals(accounts: list[Balance]) -> list[tuple[str, int, int]]:
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for account in accounts:
        totals[account.currency][0] += account.debit_minor
        totals[account.currency][1] += account.credit_minor
    return [(currency, debit, credit) for currency, (debit, credit) in totals.items()]


handlers = [show_ledger]
