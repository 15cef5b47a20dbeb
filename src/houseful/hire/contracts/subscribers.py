"""What contracts hear, and what time does to them at the signature service."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from houseful.accounts import organization_ids
from houseful.hire.contracts.adobe_sign.client import (
    AdobeSign,
    ServiceRefused,
    ServiceUnreachable,
)
from houseful.hire.contracts.adobe_sign.service import (
    PROVIDER,
    bring_up_to_date,
    expire_at_the_service,
    hand_over,
    overdue_contracts,
    recall,
    remind,
    silent_contracts,
)
from houseful.hire.contracts.chores import tend_contracts
from houseful.hire.contracts.facts import (
    AgreementReminded,
    AgreementReported,
    ContractEnded,
    ContractSending,
)
from houseful.hire.contracts.models import Contract
from houseful.hire.services import services_of
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore
from houseful.kernel.states import IllegalAct
from houseful.kernel.subscriptions import subscribe_outside

TEND_EVERY_SECONDS = 60
POLL_EVERY_SECONDS = 600
EXPIRE_EVERY_SECONDS = 60

log = structlog.get_logger(__name__)

chore(every_seconds=TEND_EVERY_SECONDS)(tend_contracts)


@subscribe_outside(ContractSending)
async def hand_contract_over(
    database: Database, organization_id: UUID, fact: ContractSending
) -> None:
    """Give a contract to the signature service."""
    service = services_of(database).adobe_sign
    if service is not None:
        await hand_over(database, organization_id, fact.subject_id, service)


@subscribe_outside(AgreementReported)
async def read_agreement_again(
    database: Database, organization_id: UUID, fact: AgreementReported
) -> None:
    """Read the service's truth, since it says that there is news."""
    service = services_of(database).adobe_sign
    if service is not None:
        await bring_up_to_date(database, organization_id, fact.subject_id, service)


@subscribe_outside(AgreementReminded)
async def remind_at_the_service(
    database: Database, organization_id: UUID, fact: AgreementReminded
) -> None:
    """Let the signature service remind who has not signed; what has ended there needs it not."""
    service = services_of(database).adobe_sign
    if service is None:
        return
    try:
        await remind(database, organization_id, fact.subject_id, service)
    except ServiceRefused as refusal:
        log.warning("not_reminded", contract=str(fact.subject_id), problem=str(refusal))


@subscribe_outside(ContractEnded)
async def recall_agreement(database: Database, organization_id: UUID, fact: ContractEnded) -> None:
    """Recall at the service what the office has voided."""
    service = services_of(database).adobe_sign
    if fact.status != "voided" or service is None:
        return

    async def is_there(uow: UnitOfWork) -> bool:
        return (await uow.get(Contract, fact.subject_id)).provider == PROVIDER

    if await database.run(organization_id, is_there):
        await recall(database, organization_id, fact.subject_id, service)


@chore(every_seconds=POLL_EVERY_SECONDS)
async def ask_about_silent_contracts(database: Database) -> None:
    """Ask the service about contracts of which nothing was heard: its messages can be lost."""
    await _see_to_each(database, silent_contracts, bring_up_to_date)


@chore(every_seconds=EXPIRE_EVERY_SECONDS)
async def expire_what_is_at_the_service(database: Database) -> None:
    """End the agreements whose time is up; while the service is silent they stay out."""
    await _see_to_each(database, overdue_contracts, expire_at_the_service)


async def _see_to_each(
    database: Database,
    find: Callable[[UnitOfWork], Awaitable[list[UUID]]],
    see_to: Callable[[Database, UUID, UUID, AdobeSign], Awaitable[None]],
) -> None:
    """See to each contract at the service; what goes wrong with one keeps none of the others."""
    service = services_of(database).adobe_sign
    if service is None:
        return
    for organization_id in await database.run(None, organization_ids):
        for contract_id in await database.run(organization_id, find):
            try:
                await see_to(database, organization_id, contract_id, service)
            except (ServiceRefused, ServiceUnreachable, IllegalAct) as problem:
                log.warning("agreement_unknown", contract=str(contract_id), problem=str(problem))
