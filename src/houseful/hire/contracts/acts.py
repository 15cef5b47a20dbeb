"""The ledger of a contract's acts: what happened, who did it, and to which document."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful.hire.contracts.models import Contract, ContractAct
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id


async def note_act(
    uow: UnitOfWork,
    contract: Contract,
    act: str,
    *,
    hash: str = "",  # noqa: A002 (the word that everybody uses)
    details: dict[str, Any] | None = None,
) -> None:
    """Write an act down; it can be neither changed nor removed."""
    uow.add(
        ContractAct(
            organization_id=uow.tenant,
            id=new_id(),
            contract_id=contract.id,
            at=uow.now,
            actor_kind=uow.actor.kind,
            actor_id=uow.actor.id,
            act=act,
            status=contract.status,
            hash=hash,
            details=details or {},
        )
    )
    await uow.flush()


async def acts_of(uow: UnitOfWork, contract_id: UUID) -> list[ContractAct]:
    """Return what happened to a contract, in its order."""
    return list(
        await uow.all(
            select(ContractAct)
            .where(
                ContractAct.organization_id == uow.tenant, ContractAct.contract_id == contract_id
            )
            .order_by(ContractAct.at, ContractAct.id)
        )
    )
