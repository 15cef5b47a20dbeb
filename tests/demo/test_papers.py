"""The demo has papers in every drawer: nobody's first look at one is an empty list."""

from houseful import ledger
from houseful.demo import settle_season
from houseful.demo.hire import book_season
from houseful.demo.house import build_house
from houseful.demo.promoter import put_on_nights
from houseful.hire.contracts.queries import list_contracts
from houseful.hire.deals.queries import list_deals
from houseful.hire.deposits.queries import list_deposits
from houseful.hire.deposits.schemas import DepositView
from houseful.hire.settlements.queries import list_settlements
from houseful.hire.venue_events.queries import list_venue_events
from houseful.kernel.database import Database
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.ids import new_id
from houseful.ticketing import Vault
from tests.builders.ticketing import SECRET


async def test_every_kind_of_paper_is_there_and_the_books_balance(database: Database) -> None:
    tenant = new_id()
    spaces = await database.run(tenant, build_house)
    await database.run(tenant, book_season, spaces)
    promoter = await put_on_nights(database, Vault(SECRET))
    await settle_season(database, tenant, SECRET, promoter)

    window = Window(limit=LIMIT_MAX)
    async with database.unit_of_work(tenant) as uow:
        deals, _ = await list_deals(uow, window=window)
        contracts, _ = await list_contracts(uow, window=window)
        deposits, _ = await list_deposits(uow, window=window)
        settlements, _ = await list_settlements(uow, window=window)
        events, _ = await list_venue_events(uow, window=window)
        unbalanced = await ledger.unbalanced_entries(uow)

    assert {deal.current.status for deal in deals} == {"draft", "offered", "accepted"}
    assert max(deal.number for deal in deals) == 2
    assert {contract.status for contract in contracts} == {
        *("draft", "in_approval", "sent", "partially_signed", "voided", "signed"),
    }
    assert any(contract.parent_id for contract in contracts)
    assert {one.deposit.status for one in deposits} == {
        *("expected", "invoiced", "partially_paid", "paid", "waived", "refunded", "forfeited"),
    }
    assert any(DepositView.of(one).is_overdue for one in deposits)
    assert sorted(one.status for one in settlements) == ["agreed", "draft", "paid"]
    assert {one.outcome["grossMinor"] > 0 for one in settlements if one.promoter_event_id} == {True}
    assert {one.event.is_placeholder for one in events} == {True, False}
    assert unbalanced == []
