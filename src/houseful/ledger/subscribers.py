"""What this room does by itself: it seals the books."""

import structlog

from houseful.kernel.database import Database
from houseful.kernel.jobs import chore
from houseful.ledger.chain import books_unsealed, seal_block

SEAL_EVERY_SECONDS = 60

log = structlog.get_logger(__name__)


@chore(every_seconds=SEAL_EVERY_SECONDS)
async def seal_books(database: Database) -> None:
    """Seal what waits, and log each head: whoever keeps the logs can prove the chain."""
    for organization_id in await database.run(None, books_unsealed):
        while block := await database.run(organization_id, seal_block):
            log.info(
                "ledger_block_sealed",
                organization=str(organization_id),
                number=block.number,
                digest=block.digest.hex(),
            )
