"""What payments does when time has passed, or a refund was approved."""

from datetime import timedelta
from uuid import UUID

from houseful.accounts import organization_ids
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore
from houseful.kernel.subscriptions import subscribe_outside
from houseful.payments.facts import RefundApproved
from houseful.payments.refunds import submit_refund
from houseful.payments.service import pending_payments, settle

RECONCILE_AFTER = timedelta(seconds=30)


@subscribe_outside(RefundApproved)
async def send_refund(database: Database, organization_id: UUID, fact: RefundApproved) -> None:
    """Send an approved refund to its provider."""
    await submit_refund(database, organization_id, fact.subject_id)


@chore(every_seconds=20)
async def reconcile(database: Database) -> None:
    """Ask the providers about payments that nobody has brought news of."""

    async def waiting(uow: UnitOfWork) -> list[tuple[str, str]]:
        return await pending_payments(uow, uow.now - RECONCILE_AFTER)

    for organization_id in await database.run(None, organization_ids):
        for provider, reference in await database.run(organization_id, waiting):
            await settle(database, organization_id, provider, reference)
