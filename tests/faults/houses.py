"""A house on a server of its own, whose power can be cut."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from houseful import ledger, payments
from houseful.kernel import embedded
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.migrating import APP_ROLE
from houseful.kernel.runtime import DATABASE_NAME, app_password, cluster_directory
from houseful.kernel.settings import Settings
from tests.builders.ticketing import SECRET
from tests.server import Server

WAIT_SECONDS = 90


class ServedHouse:
    """`houseful serve` on a data directory of its own, with its own PostgreSQL."""

    def __init__(self, directory: Path) -> None:
        self.settings = Settings(environment="test", data_directory=directory, secret=SECRET)
        self.server = Server("", "", directory)

    def database(self, clock: TravelClock | None = None) -> Database:
        """Open the application's way into the database that the server runs on."""
        cluster = embedded.running(cluster_directory(self.settings))
        assert cluster is not None
        url = cluster.url(APP_ROLE, DATABASE_NAME, app_password(self.settings))
        return Database(url, clock=clock)

    def kill_postgres(self) -> None:
        """End PostgreSQL as a power cut would: its processes get no chance to write anything."""
        pid_file = next(cluster_directory(self.settings).rglob("postmaster.pid"))
        postmaster = int(pid_file.read_text().splitlines()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in [postmaster, *map(int, children)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


async def settled(database: Database, tenant: UUID, references: Iterable[str]) -> None:
    """Wait until the house has heard every message that it took."""

    async def unsettled(uow: UnitOfWork) -> int:
        return await uow.first(
            select(func.count())
            .select_from(payments.Transaction)
            .where(
                payments.Transaction.organization_id == uow.tenant,
                payments.Transaction.provider_payment_id.in_(list(references)),
                payments.Transaction.status == "pending",
            )
        )

    for _ in range(WAIT_SECONDS * 10):
        if not await database.run(tenant, unsettled):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("payments that were acknowledged have not been settled")


async def not_charged(uow: UnitOfWork) -> int:
    """Return what the books have more than the card was charged and not given back."""
    charged = await uow.execute(
        "SELECT coalesce(sum(paid_minor - refunded_minor), 0) FROM sandbox_payments"
        " WHERE organization_id = :tenant",
        {"tenant": uow.tenant},
    )
    booked = sum(
        account.balance_minor
        for account in await ledger.trial_balance(uow)
        if account.code == ledger.chart.PROVIDER_CLEARING
    )
    return booked - int(charged.scalar_one())
