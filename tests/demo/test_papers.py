"""The demo has papers in every drawer: nobody's first look at one is an empty list."""

from houseful import ledger
from houseful.demo.hire import book_season
from houseful.demo.house import build_house
from houseful.demo.papers import draw_up_papers
from houseful.hire.contracts.queries import list_contracts
from houseful.hire.deals.queries import list_deals
from houseful.hire.deposits.queries import list_deposits
from houseful.hire.settlements.queries import list_settlements
from houseful.kernel.database import Database
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.ids import new_id


async def test_every_kind_of_paper_is_there_and_the_books_balance(database: Database) -> None:
    tenant = new_id()
    spaces = await database.run(tenant, build_house)
    await database.run(tenant, book_season, spaces)
    await database.run(tenant, draw_up_papers)

    window = Window(limit=LIMIT_MAX)
    async with database.unit_of_work(tenant) as uow:
        deals, _ = await list_deals(uow, window=window)
        contracts, _ = await list_contracts(uow, window=window)
        deposits, _ = await list_deposits(uow, window=window)
        settlements, _ = await list_settlements(uow, window=window)
        unbalanced = await ledger.unbalanced_entries(uow)

    assert {deal.current.status for deal in deals} == {"draft", "offered", "accepted"}
    assert {contract.status for contract in contracts} == {"draft", "in_approval", "sent"}
    assert {one.deposit.status for one in deposits} == {
        "expected",
        "invoiced",
        "partially_paid",
        "paid",
    }
    assert len(settlements) == 1
    assert unbalanced == []
