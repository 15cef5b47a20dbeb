"""Contracts that go out through the service: handed over once, then brought up to its truth."""

from datetime import timedelta
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects.postgresql import insert

from houseful import audit
from houseful.hire.contracts.acts import note_act
from houseful.hire.contracts.addresses import note_unreachable
from houseful.hire.contracts.adobe_sign.client import (
    AdobeSign,
    NotReady,
    ServiceRefused,
    SignerToAsk,
)
from houseful.hire.contracts.adobe_sign.reading import Reading, read_agreement
from houseful.hire.contracts.facts import AgreementReported
from houseful.hire.contracts.files import PDF, attachments_of, keep_file, newest_file
from houseful.hire.contracts.models import Contract, ProviderMessage
from houseful.hire.contracts.sending import mark_sent
from houseful.hire.contracts.service import enter, fresh
from houseful.hire.contracts.signing import conclude, finish
from houseful.hire.contracts.states import CONTRACT, OUT_FOR_SIGNATURE
from houseful.hire.contracts.wording import fill_line
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id

PROVIDER = "adobe_sign"
WATCHED = OUT_FOR_SIGNATURE | {"sending"}
ENDED_HERE = frozenset({"voided", "expired"})
"""Ended by our clock or our office: at the service all may have signed just before."""
DONE_BY = {"decline": "declined", "expire": "expired", "void": "voided"}
TOO_LATE = "Not signed in time."
POLL_AFTER = timedelta(minutes=10)
LATE_NEWS = timedelta(hours=72)
"""How long the service goes on telling what it could not tell at once."""
log = structlog.get_logger(__name__)


class Attached(msgspec.Struct, frozen=True):
    """A file that goes out with the contract."""

    name: str
    content: bytes
    media_type: str


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """What the service is given."""

    contract_id: UUID
    agreement_id: str | None
    name: str
    document: bytes
    attachments: list[Attached]
    signers: list[SignerToAsk]
    contract: Contract


async def hand_over(
    database: Database, organization_id: UUID, contract_id: UUID, service: AdobeSign
) -> None:
    """Give a contract that is being sent to the service, once; then see how far it is.

    After a crash or a time-out in between, the agreement is looked for before another is made. A
    refusal is told on the contract; when the service is unreachable, this raises, to be repeated.
    """
    what = await database.run(organization_id, _prepare, contract_id)
    if what is None:
        return
    try:
        agreement_id = what.agreement_id or await _agreement_of(service, what)
    except ServiceRefused as refusal:
        await database.run(organization_id, _note_refusal, contract_id, str(refusal))
        return
    if await database.run(organization_id, _note_agreement, contract_id, agreement_id) == "voided":
        await recall(database, organization_id, contract_id, service)
        return
    await bring_up_to_date(database, organization_id, contract_id, service)


async def bring_up_to_date(
    database: Database,
    organization_id: UUID,
    contract_id: UUID,
    service: AdobeSign,
    *,
    recalled_as: str = "",
) -> None:
    """Read the service's truth and let the contract follow; harmless however often.

    With `recalled_as` a recall was our own doing, and is the act that it says.
    """
    agreement_id = await database.run(organization_id, _agreement_id, contract_id)
    if agreement_id is None:
        return
    reading = read_agreement(await service.read_agreement(agreement_id))
    if recalled_as and reading.act == "void":
        reading = msgspec.structs.replace(reading, act=recalled_as, reason=TOO_LATE)
    signed = trail = b""
    if reading.act == "complete":
        try:
            signed = await service.combined_document(agreement_id)
            trail = await service.audit_trail(agreement_id)
        except NotReady:
            log.info("signed_document_not_ready", contract=str(contract_id))
            return
    await database.run(organization_id, follow, contract_id, reading, signed, trail)


async def follow(
    uow: UnitOfWork, contract_id: UUID, reading: Reading, signed: bytes, trail: bytes
) -> Contract:
    """Move the contract to where the service is; what has ended stays ended, unless all signed."""
    contract = await uow.get(Contract, contract_id, lock=True)
    if contract.status in ENDED_HERE and reading.act == "complete":
        return await _conclude(uow, contract, reading, signed, trail, act="overrule")
    if contract.status not in WATCHED or not reading.act:
        return contract
    if reading.act == "fail":
        return await enter(uow, contract, "fail", "send_failed", reading.reason)
    if contract.status == "sending":
        if reading.act == "void":
            return await enter(uow, contract, "fail", "send_failed", reading.reason)
        await mark_sent(uow, contract)
    if reading.act == "complete":
        return await _conclude(uow, contract, reading, signed, trail)
    await _note_members(uow, contract, reading)
    if reading.act in DONE_BY:
        return await finish(uow, contract, reading.act, DONE_BY[reading.act], reading.reason)
    if reading.act in {"view", "sign"}:
        status = CONTRACT.next(contract.status, reading.act)
        if status != contract.status:
            return await enter(uow, contract, reading.act, f"{reading.act}ed")
    return await fresh(uow, contract)


async def note_message(
    uow: UnitOfWork, agreement_id: str, message_id: str, kind: str
) -> UUID | None:
    """Put down a message of the service, once; return the contract that it is about, if new.

    What it says is not believed: the contract is brought up to date afterwards.
    """
    contract_id: UUID | None = await uow.first(
        select(Contract.id).where(
            Contract.organization_id == uow.tenant,
            Contract.provider_agreement_id == agreement_id,
        )
    )
    if contract_id is None:
        return None
    added = await uow.execute(
        insert(ProviderMessage)
        .values(
            organization_id=uow.tenant,
            id=new_id(),
            provider=PROVIDER,
            message_id=message_id,
            contract_id=contract_id,
            kind=kind,
            received_at=uow.now,
        )
        .on_conflict_do_nothing(index_elements=["organization_id", "provider", "message_id"])
        .returning(ProviderMessage.id)
    )
    if added.first() is None:
        return None
    await uow.announce(AgreementReported(subject_id=contract_id))
    return contract_id


async def expire_at_the_service(
    database: Database, organization_id: UUID, contract_id: UUID, service: AdobeSign
) -> None:
    """End an agreement whose time is up, unless all have signed meanwhile: they are asked first."""
    agreement_id = await database.run(organization_id, _agreement_id, contract_id)
    if agreement_id is not None:
        await service.cancel(agreement_id, TOO_LATE)
        await bring_up_to_date(
            database, organization_id, contract_id, service, recalled_as="expire"
        )


async def recall(
    database: Database, organization_id: UUID, contract_id: UUID, service: AdobeSign
) -> None:
    """Recall the agreement of a contract that the office has voided.

    Who signed before the recall came has signed: then the contract is signed after all.
    """

    async def read(uow: UnitOfWork) -> tuple[str | None, str]:
        contract = await uow.get(Contract, contract_id)
        return contract.provider_agreement_id, contract.status_reason

    agreement_id, reason = await database.run(organization_id, read)
    if agreement_id is not None:
        await service.cancel(agreement_id, reason)
        await bring_up_to_date(database, organization_id, contract_id, service)


async def remind(
    database: Database, organization_id: UUID, contract_id: UUID, service: AdobeSign
) -> None:
    """Let the service remind whose turn it is to sign a contract that is out."""
    agreement_id = await database.run(organization_id, _agreement_id, contract_id)
    if agreement_id is not None:
        await service.remind(agreement_id)


async def silent_contracts(uow: UnitOfWork) -> list[UUID]:
    """Return the contracts at the service of which nothing was heard for a while.

    Those that ended here are asked about, too, as long as late news may come.
    """
    has_ended_lately = and_(
        Contract.status.in_(ENDED_HERE), Contract.ended_at > uow.now - LATE_NEWS
    )
    return await _at_the_service(
        uow,
        or_(Contract.status.in_(WATCHED), has_ended_lately),
        Contract.updated_at <= uow.now - POLL_AFTER,
    )


async def overdue_contracts(uow: UnitOfWork) -> list[UUID]:
    """Return the contracts at the service whose time is up."""
    return await _at_the_service(
        uow, Contract.status.in_(OUT_FOR_SIGNATURE), Contract.expires_at <= uow.now
    )


async def _at_the_service(uow: UnitOfWork, *conditions: ColumnElement[bool]) -> list[UUID]:
    return list(
        await uow.all(
            select(Contract.id)
            .where(
                Contract.organization_id == uow.tenant,
                Contract.provider == PROVIDER,
                Contract.provider_agreement_id.is_not(None),
                *conditions,
            )
            .order_by(Contract.id)
        )
    )


async def _conclude(
    uow: UnitOfWork,
    contract: Contract,
    reading: Reading,
    signed: bytes,
    trail: bytes,
    act: str = "complete",
) -> Contract:
    await _note_members(uow, contract, reading)
    await keep_file(uow, contract.id, "audit_trail", "Audit trail.pdf", trail, media_type=PDF)
    return await conclude(uow, contract, signed, act)


async def _agreement_of(service: AdobeSign, what: Handover) -> str:
    external_id = str(what.contract_id)
    found = await service.find_agreement(external_id)
    if found is not None:
        return found
    document = Attached(what.name, what.document, PDF)
    documents = [
        await service.upload(each.name, each.content, media_type=each.media_type)
        for each in (document, *what.attachments)
    ]
    return await service.create_agreement(
        external_id=external_id,
        name=what.name.removesuffix(".pdf"),
        documents=documents,
        signers=what.signers,
        expires_at=what.contract.expires_at,
    )


async def _prepare(uow: UnitOfWork, contract_id: UUID) -> Handover | None:
    contract = await uow.get(Contract, contract_id)
    document = await newest_file(uow, contract_id, "document")
    if contract.status != "sending" or document is None:
        return None
    is_sequence = contract.signing_order == "sequential"
    return Handover(
        contract_id=contract_id,
        agreement_id=contract.provider_agreement_id,
        name=f"{fill_line(contract.title, contract.values)[:100]}.pdf",
        document=document.content,
        attachments=[
            Attached(file.name, file.content, file.media_type)
            for file in await attachments_of(uow, contract_id)
        ],
        signers=[
            SignerToAsk(signer.email, signer.position if is_sequence else 1)
            for signer in contract.signers
        ],
        contract=contract,
    )


async def _note_agreement(uow: UnitOfWork, contract_id: UUID, agreement_id: str) -> str:
    contract = await uow.get(Contract, contract_id, lock=True)
    if contract.provider_agreement_id is None:
        contract.provider_agreement_id = agreement_id
        await audit.record(uow, "hire.contract.handed_over", contract)
        await note_act(uow, contract, "handed_over", details={"agreement": agreement_id})
    return contract.status


async def _note_refusal(uow: UnitOfWork, contract_id: UUID, reason: str) -> None:
    contract = await uow.get(Contract, contract_id, lock=True)
    if CONTRACT.allows(contract.status, "fail"):
        await enter(uow, contract, "fail", "send_failed", reason[:500])


async def _agreement_id(uow: UnitOfWork, contract_id: UUID) -> str | None:
    contract = await uow.get(Contract, contract_id)
    is_of_interest = contract.status in WATCHED | ENDED_HERE
    return contract.provider_agreement_id if is_of_interest else None


async def _note_members(uow: UnitOfWork, contract: Contract, reading: Reading) -> None:
    for signer in contract.signers:
        address = signer.email.lower()
        if address in reading.signed and signer.status != "signed":
            signer.status = "signed"
            signer.signed_at = uow.now
            signer.signature_kind = "provider"
            signer.document_hash = contract.document_hash
        elif signer.status == "waiting":
            signer.status = "invited"
            signer.invited_at = uow.now
        if address in reading.viewed and signer.status == "invited":
            signer.status = "viewed"
            signer.viewed_at = uow.now
        if address in reading.bounced and signer.status in {"invited", "viewed"}:
            await note_unreachable(uow, contract, signer)
    await uow.flush()
