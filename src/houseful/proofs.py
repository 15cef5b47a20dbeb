"""The proofs: what must hold in every organisation, asked each night and whenever somebody wants.

`houseful doctor` asks them at once; what a night found is kept, and told in the office, in the log
and in the metrics.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from houseful import calendar, ledger, payments, sessions, ticketing
from houseful.accounts import organization_ids, organization_of
from houseful.audit import ProofRun, keep_proof, last_proof, verify_chain
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore, see_to_each

LOOK_EVERY_SECONDS = 600
AT_NIGHT = time(3)
"""In the organisation's own zone."""
STATEMENT_TIMEOUT = "10min"

Proof = Callable[[UnitOfWork], Awaitable[Sequence[object]]]

PROOFS: Mapping[str, Proof] = {
    "the audit log is as it was written": verify_chain,
    "the books are as they were written": ledger.verify_chain,
    "every journal entry balances": ledger.unbalanced_entries,
    "payments, refunds and the books agree": payments.violations,
    "tickets, orders, places and sales agree": ticketing.violations,
    "places, passes, wallets and the books agree": sessions.faults,
    "spaces are compiled to their cells": calendar.miscompiled_spaces,
}
"""What must hold in every organisation; each returns its violations."""

log = structlog.get_logger(__name__)


@chore(every_seconds=LOOK_EVERY_SECONDS)
async def prove_at_night(database: Database) -> None:
    """Prove each organisation once a night, or as soon after it as a worker runs.

    Where none has run for hours, what time has ended meanwhile is swept first.
    """

    async def prove_house(organization_id: UUID) -> None:
        await ticketing.stop_overdue_payments(database, organization_id)
        while await database.run(organization_id, ticketing.sweep):
            pass
        run = await database.run(organization_id, prove_if_due)
        if run is not None and run.violations:
            log.error("proof_failed", organization=str(organization_id), violations=run.violations)

    await see_to_each(await database.run(None, organization_ids), prove_house)


async def prove_if_due(uow: UnitOfWork) -> ProofRun | None:
    """Prove the organisation unless somebody has since its last night, or does so now."""
    mine = await uow.execute(
        "SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))",
        {"name": f"proof:{uow.tenant}"},
    )
    if not mine.scalar_one():
        return None
    zone = ZoneInfo((await organization_of(uow)).timezone)
    last = await last_proof(uow)
    if last is not None and last.proved_at >= last_night(uow.now, zone):
        return None
    return await prove(uow)


async def prove(uow: UnitOfWork) -> ProofRun:
    """Ask every proof now, and keep what was found."""
    await uow.execute(
        "SELECT set_config('statement_timeout', :most, true)", {"most": STATEMENT_TIMEOUT}
    )
    violations = [
        f"{subject}: {violation}"
        for subject, proof in PROOFS.items()
        for violation in await proof(uow)
    ]
    return await keep_proof(uow, violations)


def last_night(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when it was last the hour of proofs in a zone."""
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), AT_NIGHT, zone)
    return today if today <= local else today - timedelta(days=1)
