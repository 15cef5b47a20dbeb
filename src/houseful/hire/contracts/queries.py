"""Reading contracts, and previewing them."""

from uuid import UUID

from sqlalchemy import select

from houseful.hire.contracts.acts import acts_of
from houseful.hire.contracts.files import files_of
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.paper import contract_pdf, wording_pdf
from houseful.hire.contracts.schemas import ActView, ContractStory, FileView
from houseful.hire.contracts.templates import get_template
from houseful.hire.contracts.values import house_of, known_values, values_of
from houseful.hire.contracts.wording import missing_in
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page


async def get_contract(uow: UnitOfWork, contract_id: UUID) -> Contract:
    """Return the contract with its signers; raises `NotFound`."""
    return await uow.get(Contract, contract_id)


async def list_contracts(
    uow: UnitOfWork,
    *,
    window: Window,
    booking_id: UUID | None = None,
    deal_id: UUID | None = None,
    parent_id: UUID | None = None,
    status: str | None = None,
) -> tuple[list[Contract], str | None]:
    """Return one page of contracts."""
    statement = select(Contract).where(Contract.organization_id == uow.tenant)
    for column, wanted in (
        (Contract.booking_id, booking_id),
        (Contract.deal_id, deal_id),
        (Contract.parent_id, parent_id),
        (Contract.status, status),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    return await fetch_page(uow, statement, Contract, window)


async def story_of(uow: UnitOfWork, contract_id: UUID) -> ContractStory:
    """Return what happened to a contract, its files, and what it still asks for."""
    contract = await get_contract(uow, contract_id)
    values = await values_of(uow, contract)
    return ContractStory(
        missing=missing_in([contract.title, contract.body], values),
        known=await known_values(uow, contract),
        files=[FileView.of(file) for file in await files_of(uow, contract_id)],
        acts=[ActView.of(act) for act in await acts_of(uow, contract_id)],
    )


async def preview(uow: UnitOfWork, contract_id: UUID) -> bytes:
    """Return the contract as PDF as it stands; what has no value yet is marked."""
    contract = await get_contract(uow, contract_id)
    attachments = await files_of(uow, contract_id, kind="attachment")
    note = "" if contract.document_hash else "Draft: not yet sent"
    return await contract_pdf(
        await house_of(uow), contract, await values_of(uow, contract), attachments, note=note
    )


async def preview_template(uow: UnitOfWork, template_id: UUID) -> bytes:
    """Return the newest wording of a template as PDF, with its placeholders marked."""
    version = (await get_template(uow, template_id)).current
    house = await house_of(uow)
    return await wording_pdf(house, version.title, version.body, {"house.name": house.name})
