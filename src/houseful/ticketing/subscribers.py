"""What ticketing does when time has passed."""

from houseful.accounts import organization_ids
from houseful.kernel.database import Database
from houseful.kernel.jobs import chore
from houseful.ticketing.orders.sweeping import stop_overdue_payments, sweep

SWEEP_EVERY_SECONDS = 15


@chore(every_seconds=SWEEP_EVERY_SECONDS)
async def sweep_all(database: Database) -> None:
    """Expire unpaid orders and holds of every organisation, once nobody can pay for them."""
    for organization_id in await database.run(None, organization_ids):
        await stop_overdue_payments(database, organization_id)
        while await database.run(organization_id, sweep):
            pass
