"""What payments does when time has passed, a refund was approved or a provider has sent word."""

from datetime import timedelta
from uuid import UUID

import structlog

from houseful.accounts import organization_ids
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore
from houseful.kernel.problems import Problem
from houseful.kernel.subscriptions import subscribe_outside
from houseful.payments.callbacks import look_into
from houseful.payments.facts import ProviderNoticeReceived, RefundApproved
from houseful.payments.refunds import submit_refund
from houseful.payments.service import settle, waiting_payments

RECONCILE_AFTER = timedelta(seconds=30)
RECONCILE_FOR = timedelta(days=3)
"""As long as providers themselves repeat their messages."""

log = structlog.get_logger(__name__)


@subscribe_outside(RefundApproved)
async def send_refund(database: Database, organization_id: UUID, fact: RefundApproved) -> None:
    """Send an approved refund to its provider; again later, while the provider does not answer."""
    await submit_refund(database, organization_id, fact.subject_id)


@subscribe_outside(ProviderNoticeReceived)
async def heed_notice(
    database: Database, organization_id: UUID, fact: ProviderNoticeReceived
) -> None:
    """Ask the provider about the payment that it sent word of."""
    await look_into(database, organization_id, fact.subject_id)


@chore(every_seconds=20)
async def reconcile(database: Database) -> None:
    """Ask the providers about payments that nobody has brought news of."""

    async def waiting(uow: UnitOfWork) -> list[tuple[str, str]]:
        return await waiting_payments(
            uow, since=uow.now - RECONCILE_FOR, before=uow.now - RECONCILE_AFTER
        )

    for organization_id in await database.run(None, organization_ids):
        for provider, reference in await database.run(organization_id, waiting):
            try:
                await settle(database, organization_id, provider, reference)
            except Problem as problem:
                log.warning("payment_not_reconciled", payment=reference, problem=problem.kind)
