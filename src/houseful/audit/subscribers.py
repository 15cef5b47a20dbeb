"""What this room does by itself: it seals the log."""

import structlog

from houseful.audit.chain import organizations_unsealed, seal_block
from houseful.kernel.database import Database
from houseful.kernel.jobs import chore

SEAL_EVERY_SECONDS = 60

log = structlog.get_logger(__name__)


@chore(every_seconds=SEAL_EVERY_SECONDS)
async def seal_audit_log(database: Database) -> None:
    """Seal what waits, and log each head: whoever keeps the logs can prove the chain."""
    for organization_id in await database.run(None, organizations_unsealed):
        while block := await database.run(organization_id, seal_block):
            log.info(
                "audit_block_sealed",
                organization=str(organization_id),
                number=block.number,
                digest=block.digest.hex(),
            )
