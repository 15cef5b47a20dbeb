"""What time does to contracts: they expire, and who has not signed is reminded."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Integer, and_, cast, func, or_, select

from houseful.accounts import organization_ids
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.sending import remind_signers
from houseful.hire.contracts.signing import finish
from houseful.hire.contracts.states import OUT_FOR_SIGNATURE
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.problems import Conflict

BATCH_MAX = 200


async def tend_contracts(database: Database) -> None:
    """Expire and remind what is due, each contract in a transaction of its own."""
    for organization_id in await database.run(None, organization_ids):
        for contract_id in await database.run(organization_id, _due):
            await database.run(organization_id, tend_contract, contract_id)


async def tend_contract(uow: UnitOfWork, contract_id: UUID) -> None:
    """Expire the contract, or remind its signers, if it is time; harmless twice.

    What is at a signature service expires there, where the last may be signing just now.
    """
    contract = await uow.get(Contract, contract_id, lock=True)
    if contract.status not in OUT_FOR_SIGNATURE:
        return
    if contract.expires_at is not None and contract.expires_at <= uow.now:
        if contract.provider == "local":
            await finish(uow, contract, "expire", "expired", "Not signed in time.")
        return
    pause = timedelta(days=contract.remind_every_days)
    if pause and contract.reminded_at is not None and contract.reminded_at + pause <= uow.now:
        try:
            await remind_signers(uow, contract_id)
        except Conflict:
            contract.reminded_at = uow.now


async def _due(uow: UnitOfWork) -> list[UUID]:
    is_over = and_(Contract.expires_at <= uow.now, Contract.provider == "local")
    is_silent = and_(
        Contract.remind_every_days > 0,
        Contract.reminded_at
        + func.make_interval(0, 0, 0, cast(Contract.remind_every_days, Integer))
        <= uow.now,
    )
    return list(
        await uow.all(
            select(Contract.id)
            .where(
                Contract.organization_id == uow.tenant,
                Contract.status.in_(OUT_FOR_SIGNATURE),
                or_(is_over, is_silent),
            )
            .order_by(Contract.id)
            .limit(BATCH_MAX)
        )
    )
