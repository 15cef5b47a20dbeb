"""What a night proved of an organisation: kept, so that whoever asks by day is told."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, delete, select
from sqlalchemy.orm import Mapped

from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.tables import Base, TenantKey

KEPT = timedelta(days=90)


class ProofRun(TenantKey, Base):
    """Every rule was asked at an instant; `violations` are sentences, none when all held."""

    __tablename__ = "proof_runs"
    __table_args__ = (Index("proof_runs_proved_at_idx", "organization_id", "proved_at"),)

    proved_at: Mapped[datetime]
    violations: Mapped[list[Any]]


async def keep_proof(uow: UnitOfWork, violations: list[str]) -> ProofRun:
    """Keep what was found now, and forget what is older than `KEPT`."""
    await uow.execute(
        delete(ProofRun).where(
            ProofRun.organization_id == uow.tenant, ProofRun.proved_at < uow.now - KEPT
        )
    )
    run = ProofRun(
        organization_id=uow.tenant, id=new_id(), proved_at=uow.now, violations=violations
    )
    uow.add(run)
    await uow.flush()
    return run


async def last_proof(uow: UnitOfWork) -> ProofRun | None:
    """Return what was proved last, or None before the first night."""
    return await uow.first(
        select(ProofRun)
        .where(ProofRun.organization_id == uow.tenant)
        .order_by(ProofRun.proved_at.desc())
        .limit(1)
    )
