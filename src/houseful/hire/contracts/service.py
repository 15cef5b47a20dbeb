"""Use cases of contracts before they go out, and after: draft, approve, void, terminate."""

from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy.orm.attributes import flag_modified

from houseful import audit
from houseful.hire.bookings.models import Booking
from houseful.hire.contracts.acts import note_act
from houseful.hire.contracts.facts import ContractEnded
from houseful.hire.contracts.files import attach_bytes, attachments_of
from houseful.hire.contracts.models import Contract, ContractTemplate
from houseful.hire.contracts.problems import ContractFixed, TemplateNotPublished
from houseful.hire.contracts.schemas import (
    ContractChanges,
    Correction,
    Ending,
    NewContract,
    SignerBody,
    signers_of,
)
from houseful.hire.contracts.sending import check_complete
from houseful.hire.contracts.states import CONTRACT
from houseful.hire.contracts.values import title_of
from houseful.hire.deals.models import Deal
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Conflict, Invalid

ENDED_BY = {"void": "voided", "terminate": "terminated"}


async def create_contract(uow: UnitOfWork, data: NewContract) -> Contract:
    """Draft a contract from a template's published wording, or with one of its own.

    With `parent_id` it is an addendum of a signed contract. Raises `NotFound`, `Invalid`,
    `TemplateNotPublished`, and `Conflict` for an addendum to what is not signed.
    """
    title, body, template_version_id = await _wording(uow, data)
    _check_signers(data.signers)
    _check_expiry(uow, data.expires_at)
    booking_id = data.booking_id
    if booking_id is not None:
        await uow.get(Booking, booking_id)
    if data.deal_id is not None:
        deal = await uow.get(Deal, data.deal_id)
        booking_id = booking_id or deal.booking_id
    if data.parent_id is not None:
        booking_id = await _parents_booking(uow, data.parent_id, booking_id)
    contract_id = new_id()
    contract = Contract(
        organization_id=uow.tenant,
        id=contract_id,
        title=title,
        body=body,
        values=dict(data.values),
        booking_id=booking_id,
        deal_id=data.deal_id,
        template_version_id=template_version_id,
        parent_id=data.parent_id,
        signing_order=data.signing_order,
        provider=data.provider,
        expires_at=data.expires_at,
        remind_every_days=data.remind_every_days,
        signers=signers_of(contract_id, uow.tenant, data.signers),
    )
    await audit.add_row(uow, contract, "hire.contract.created")
    await note_act(uow, contract, "drafted")
    return await fresh(uow, contract)


async def update_contract(
    uow: UnitOfWork, contract_id: UUID, expected_version: int, changes: ContractChanges
) -> Contract:
    """Change a draft. Raises `VersionMismatch`, `ContractFixed` and `Invalid`."""
    contract = await uow.get_version(Contract, contract_id, expected_version)
    if contract.status != "draft":
        raise ContractFixed(status=contract.status)
    if changes.expires_at is not UNSET:
        _check_expiry(uow, changes.expires_at)
    for name in changes.__struct_fields__:
        value = getattr(changes, name)
        if value is UNSET or name == "signers":
            continue
        setattr(contract, name, value)
    if changes.signers is not UNSET:
        await _replace_signers(uow, contract, changes.signers)
    flag_modified(contract, "status")
    await audit.record(uow, "hire.contract.updated", contract)
    return await fresh(uow, contract)


async def submit_contract(uow: UnitOfWork, contract_id: UUID) -> Contract:
    """Ask for approval. Raises `IllegalTransition`, `SignersMissing` and `PlaceholdersOpen`."""
    contract = await uow.get(Contract, contract_id, lock=True)
    CONTRACT.next(contract.status, "submit")
    await check_complete(uow, contract)
    return await enter(uow, contract, "submit", "submitted")


async def approve_contract(uow: UnitOfWork, contract_id: UUID) -> Contract:
    """Let the contract go out. Raises `IllegalTransition`."""
    contract = await uow.get(Contract, contract_id, lock=True)
    return await enter(uow, contract, "approve", "approved")


async def return_contract(uow: UnitOfWork, contract_id: UUID, data: Ending) -> Contract:
    """Give it back to be rewritten. Raises `IllegalTransition`."""
    contract = await uow.get(Contract, contract_id, lock=True)
    return await enter(uow, contract, "return", "returned", data.reason)


async def void_contract(uow: UnitOfWork, contract_id: UUID, data: Ending) -> Contract:
    """End a contract that is not signed; its links hold no longer. Raises `IllegalTransition`."""
    return await end_contract(uow, contract_id, "void", data.reason)


async def terminate_contract(uow: UnitOfWork, contract_id: UUID, data: Ending) -> Contract:
    """End a signed contract; what was signed stays. Raises `IllegalTransition`."""
    return await end_contract(uow, contract_id, "terminate", data.reason)


async def correct_contract(uow: UnitOfWork, contract_id: UUID, data: Correction) -> Contract:
    """Void what is out, and draft its successor: the same words, files, signers and time.

    `addresses` are other ones of signers, by their ids. Raises `IllegalTransition`, `Invalid`.
    """
    old = await end_contract(uow, contract_id, "void", data.reason)
    if data.addresses.keys() - {signer.id for signer in old.signers}:
        raise Invalid.at("/addresses", "There is somebody who does not sign this contract.")
    is_to_come = old.expires_at is not None and old.expires_at > uow.now
    new = await create_contract(
        uow,
        NewContract(
            title=old.title,
            body=old.body,
            booking_id=old.booking_id,
            deal_id=old.deal_id,
            parent_id=old.parent_id,
            values=dict(old.values),
            signers=[
                SignerBody(
                    name=signer.name,
                    email=data.addresses.get(signer.id, signer.email),
                    role=signer.role,
                )
                for signer in old.signers
            ],
            signing_order=_order(old.signing_order),
            provider=_provider(old.provider),
            expires_at=old.expires_at if is_to_come else None,
            remind_every_days=old.remind_every_days,
        ),
    )
    for file in await attachments_of(uow, old.id):
        await attach_bytes(uow, new.id, file.name, file.content)
    new.corrects_id = old.id
    new.template_version_id = old.template_version_id
    return await fresh(uow, new)


async def end_contract(uow: UnitOfWork, contract_id: UUID, act: str, reason: str) -> Contract:
    """End a contract by an act of the office, and tell it. Raises `IllegalTransition`."""
    contract = await uow.get(Contract, contract_id, lock=True)
    contract.ended_at = uow.now
    contract = await enter(uow, contract, act, ENDED_BY[act], reason)
    await uow.announce(
        ContractEnded(
            subject_id=contract.id, booking_id=contract.booking_id, status=contract.status
        )
    )
    return contract


async def enter(
    uow: UnitOfWork, contract: Contract, act: str, done: str, reason: str = "", **details: Any
) -> Contract:
    """Move the contract to the state that the act leads to, and write it down."""
    title = await title_of(uow, contract)
    contract.status = CONTRACT.next(contract.status, act)
    contract.status_reason = reason
    await audit.record(
        uow, f"hire.contract.{done}", contract, sentence=f"{done} the contract {title}"
    )
    hash_ = contract.signed_hash or contract.document_hash
    await note_act(
        uow, contract, done, hash=hash_, details=details | ({"reason": reason} if reason else {})
    )
    return await fresh(uow, contract)


async def fresh(uow: UnitOfWork, contract: Contract) -> Contract:
    """Write what is pending, and return the contract as it now is."""
    await uow.flush()
    await uow.session.refresh(contract, ["signers", "values", "version"])
    return contract


async def _wording(uow: UnitOfWork, data: NewContract) -> tuple[str, str, UUID | None]:
    if data.template_id is None:
        if data.title is None or data.body is None:
            raise Invalid.at("/templateId", "Name a template, or give a title and a wording.")
        return data.title, data.body, None
    template = await uow.get(ContractTemplate, data.template_id)
    version = template.published
    if version is None or not template.is_active:
        raise TemplateNotPublished
    return data.title or version.title, data.body or version.body, version.id


async def _parents_booking(
    uow: UnitOfWork, parent_id: UUID, booking_id: UUID | None
) -> UUID | None:
    parent = await uow.get(Contract, parent_id)
    if parent.status != "signed":
        raise Conflict("An addendum is to a contract that is signed.")
    if booking_id is not None and booking_id != parent.booking_id:
        raise Invalid.at("/bookingId", "An addendum is about its contract's booking.")
    return parent.booking_id


async def _replace_signers(uow: UnitOfWork, contract: Contract, signers: list[SignerBody]) -> None:
    _check_signers(signers)
    contract.signers.clear()
    await uow.flush()
    contract.signers.extend(signers_of(contract.id, uow.tenant, signers))


def _check_signers(signers: list[SignerBody]) -> None:
    seen: set[str] = set()
    for place, signer in enumerate(signers):
        address = signer.email.strip().lower()
        if address in seen:
            raise Invalid.at(
                f"/signers/{place}/email", "Each signer needs an address of their own."
            )
        seen.add(address)


def _check_expiry(uow: UnitOfWork, expires_at: Any) -> None:
    if expires_at is not None and expires_at <= uow.now:
        raise Invalid.at("/expiresAt", "This time is past.")


def _order(text: str) -> Any:
    return text


def _provider(text: str) -> Any:
    return text
