"""What this room does by itself: it seals the books."""

from houseful.kernel.database import Database
from houseful.kernel.jobs import chore
from houseful.ledger.chain import CHAIN, books_unsealed

SEAL_EVERY_SECONDS = 60


@chore(every_seconds=SEAL_EVERY_SECONDS)
async def seal_books(database: Database) -> None:
    """Seal what waits."""
    await CHAIN.seal_waiting(database, await database.run(None, books_unsealed))
