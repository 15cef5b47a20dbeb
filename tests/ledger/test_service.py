"""Posting: balanced, append-only, harmless twice."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from houseful.kernel.database import Database, UnitOfWork, sqlstate
from houseful.kernel.ids import new_id
from houseful.ledger import Entry, credit, debit, post, reverse, trial_balance, unbalanced_entries
from houseful.ledger.problems import AlreadyReversed


def _sale(amount: int = 1000, source_key: str = "") -> Entry:
    subject_id = new_id()
    return Entry(
        kind="sale",
        source_key=source_key or f"sale:{subject_id}",
        subject_kind="order",
        subject_id=subject_id,
        currency="EUR",
        lines=[debit("1000", amount), credit("2000", amount)],
    )


async def _balances(uow: UnitOfWork) -> dict[str, int]:
    return {account.code: account.balance_minor for account in await trial_balance(uow)}


async def test_a_sale_is_in_the_trial_balance(database: Database) -> None:
    tenant = new_id()

    await database.run(tenant, post, _sale(1040))

    assert await database.run(tenant, _balances) == {"1000": 1040, "2000": 1040}
    assert await database.run(tenant, unbalanced_entries) == []


async def test_posting_twice_has_one_effect_even_at_once(database: Database) -> None:
    tenant = new_id()
    entry = _sale(source_key="sale:once")

    ids = await asyncio.gather(*(database.run(tenant, post, entry) for _ in range(20)))

    assert len(set(ids)) == 1
    assert (await database.run(tenant, _balances))["1000"] == 1000


async def test_a_reversal_takes_it_back_once(database: Database) -> None:
    tenant = new_id()
    entry_id = await database.run(tenant, post, _sale())

    await database.run(tenant, reverse, entry_id, reason="typed twice")

    assert await database.run(tenant, _balances) == {"1000": 0, "2000": 0}
    with pytest.raises(AlreadyReversed):
        await database.run(tenant, reverse, entry_id, reason="again")


async def _insert_raw(uow: UnitOfWork, entry_id: UUID, number: int, amount: int) -> None:
    await uow.execute(
        "INSERT INTO postings (organization_id, entry_id, number, account_id, direction,"
        " amount_minor, currency) SELECT organization_id, :entry, :number, id, 'debit', :amount,"
        " currency FROM ledger_accounts WHERE code = '1000'",
        {"entry": entry_id, "number": number, "amount": amount},
    )


async def test_the_database_refuses_an_entry_without_balance(database: Database) -> None:
    tenant = new_id()
    await database.run(tenant, post, _sale())

    async def slip_past(uow: UnitOfWork) -> None:
        entry_id = await post(uow, _sale())
        await _insert_raw(uow, entry_id, 9, 5)

    with pytest.raises(DBAPIError, match="does not balance"):
        await database.run(tenant, slip_past)

    assert (await database.run(tenant, _balances))["1000"] == 1000


async def test_nothing_is_added_to_an_entry_later(database: Database) -> None:
    tenant = new_id()
    entry_id = await database.run(tenant, post, _sale())

    with pytest.raises(DBAPIError, match="an entry is complete"):
        await database.run(tenant, _insert_raw, entry_id, 9, 5)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE postings SET amount_minor = amount_minor + 1",
        "DELETE FROM postings",
        "UPDATE journal_entries SET memo = 'other'",
        "DELETE FROM journal_entries",
        "TRUNCATE journal_entries, postings",
    ],
)
async def test_the_books_are_append_only(database: Database, statement: str) -> None:
    tenant = new_id()
    await database.run(tenant, post, _sale())

    async def change(uow: UnitOfWork) -> None:
        await uow.execute(statement)

    with pytest.raises(DBAPIError) as raised:
        await database.run(tenant, change)

    assert sqlstate(raised.value) == "42501"


async def test_an_entry_can_be_posted_inside_a_savepoint(database: Database) -> None:
    tenant = new_id()

    async def inside(uow: UnitOfWork) -> None:
        async with uow.session.begin_nested():
            await post(uow, _sale())

    await database.run(tenant, inside)

    assert (await database.run(tenant, _balances))["1000"] == 1000
