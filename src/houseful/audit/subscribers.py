"""What this room does by itself: it seals the log."""

from houseful.audit.chain import CHAIN, organizations_unsealed
from houseful.kernel.database import Database
from houseful.kernel.jobs import chore

SEAL_EVERY_SECONDS = 60


@chore(every_seconds=SEAL_EVERY_SECONDS)
async def seal_audit_log(database: Database) -> None:
    """Seal what waits."""
    await CHAIN.seal_waiting(database, await database.run(None, organizations_unsealed))
