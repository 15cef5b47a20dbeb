"""How many balanced entries a second, one transaction each, beside pgbench's floor."""

import asyncio
import time
from pathlib import Path

from bench.pgbench import transactions_per_second
from bench.report import Figure
from houseful.kernel import embedded
from houseful.kernel.database import Database
from houseful.kernel.ids import new_id
from houseful.kernel.runtime import DATABASE_NAME, open_database, prepare
from houseful.kernel.settings import Settings
from houseful.ledger import Entry, credit, debit, post

ENTRIES = 3000
CLIENTS = 16
SECONDS = 4


async def measure(directory: Path) -> list[Figure]:
    """Post entries from several clients at once."""
    settings = Settings(data_directory=directory)
    with open_database(settings) as urls:
        await asyncio.to_thread(prepare, settings, urls)
        database = Database(urls.app, pool_size=CLIENTS)
        tenant = new_id()
        await database.run(tenant, post, _sale())
        rate = await _posting_rate(database, tenant)
        await database.close()
        cluster = embedded.running(directory / "postgres")
        assert cluster is not None
        floor = await asyncio.to_thread(
            transactions_per_second,
            cluster.url(cluster.superuser, DATABASE_NAME),
            _SCRIPT.format(tenant=tenant),
            clients=CLIENTS,
            seconds=SECONDS,
        )
    return [Figure(f"entries, one transaction each, {CLIENTS} clients", rate, "/s", floor)]


async def _posting_rate(database: Database, tenant: object) -> float:
    waiting = iter(range(ENTRIES))

    async def client() -> None:
        for _ in waiting:
            await database.run(tenant, post, _sale())  # type: ignore[arg-type]

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return ENTRIES / (time.perf_counter() - started)


def _sale() -> Entry:
    subject_id = new_id()
    return Entry(
        kind="sale",
        source_key=f"bench:{subject_id}",
        subject_kind="bench",
        subject_id=subject_id,
        currency="EUR",
        lines=[debit("1000", 1040), credit("2000", 1000), credit("4000", 25), credit("2100", 15)],
    )


_SCRIPT = """
BEGIN;
SELECT set_config('houseful.tenant', '{tenant}', true);
WITH entry AS (
    INSERT INTO journal_entries
        (organization_id, id, kind, source_key, subject_kind, subject_id, occurred_at, memo)
    VALUES ('{tenant}', uuidv7(), 'sale', gen_random_uuid()::text, 'bench', uuidv7(), now(), '')
    RETURNING organization_id, id
)
INSERT INTO postings
    (organization_id, entry_id, number, account_id, direction, amount_minor, currency)
SELECT entry.organization_id, entry.id, number, account.id, side, amount, 'EUR'
FROM entry, (VALUES (1, '1000', 'debit', 1040), (2, '2000', 'credit', 1000),
    (3, '4000', 'credit', 25), (4, '2100', 'credit', 15)) AS line (number, code, side, amount)
JOIN ledger_accounts account ON account.code = line.code
    AND account.organization_id = '{tenant}';
COMMIT;
"""
