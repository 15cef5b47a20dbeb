"""What the kernel forgets: facts that were handed over, who heard them, and remembered answers.

A delivery is kept for longer than a fact can be tried again, or hearing twice would act twice.
"""

from datetime import timedelta

from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.idempotency import KEPT_DAYS
from houseful.kernel.jobs import chore

FORGET_EVERY_SECONDS = 3600
BATCH_MAX = 5_000
KEPT = {
    "outbox": timedelta(days=7),
    "idempotency_keys": timedelta(days=KEPT_DAYS),
    "fact_deliveries": timedelta(days=30),
}
"""For how long the rows of each table are kept."""


@chore(every_seconds=FORGET_EVERY_SECONDS)
async def forget_what_was_delivered(database: Database) -> None:
    """Remove what is over, in every organisation, a batch at a time."""
    for table in KEPT:
        while await database.run(None, _forget, table) == BATCH_MAX:
            pass


async def _forget(uow: UnitOfWork, table: str) -> int:
    gone = await uow.execute(
        f"SELECT {table}_forget(:before, :how_many)",
        {"before": uow.now - KEPT[table], "how_many": BATCH_MAX},
    )
    return int(gone.scalar_one())
