"""Signing on our own page: one link a signer, consent, a signature, and the evidence of it all."""

from uuid import UUID

import msgspec

from houseful.hire.contracts.acts import acts_of, note_act
from houseful.hire.contracts.facts import ContractEnded, ContractSigned
from houseful.hire.contracts.files import PDF, files_of, keep_file, newest_file, read_file
from houseful.hire.contracts.models import Contract, ContractFile, ContractSigner
from houseful.hire.contracts.outdating import bring_up_to_date_by
from houseful.hire.contracts.paper import signed_pdf
from houseful.hire.contracts.problems import LinkSpent
from houseful.hire.contracts.sending import invite_next, link_token
from houseful.hire.contracts.service import enter, fresh
from houseful.hire.contracts.signatures import CONSENT, checked_strokes
from houseful.hire.contracts.states import CONTRACT, OUT_FOR_SIGNATURE
from houseful.hire.contracts.values import house_of
from houseful.hire.contracts.wording import fill_line
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, NotFound
from houseful.kernel.secrets import is_same

BROWSER_MAX_CHARACTERS = 300
NAME_MAX_CHARACTERS = 200
CONCLUDED_BY = {"complete": "completed", "overrule": "signed_all_the_same"}


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What a signer leaves; `document_hash` is that of the document they were shown."""

    kind: str
    strokes: str = ""
    name: str = ""
    has_consented: bool = False
    document_hash: str = ""
    address: str = ""
    browser: str = ""


class Desk(msgspec.Struct, frozen=True):
    """What a signer finds behind their link."""

    contract: Contract
    signer: ContractSigner
    is_open: bool


async def open_link(uow: UnitOfWork, secret: str, signer_id: UUID, token: str) -> Desk:
    """Return what the link leads to; noted as seen the first time.

    Raises `NotFound` for a link that never was, `LinkSpent` for one that was replaced.
    """
    contract, signer = await _prove(uow, secret, signer_id, token)
    is_open = _is_open(uow, contract, signer)
    if is_open and signer.status == "invited":
        signer.status = "viewed"
        signer.viewed_at = uow.now
        contract.status = CONTRACT.next(contract.status, "view")
        await note_act(
            uow,
            contract,
            "viewed",
            hash=contract.document_hash,
            details={"signer": str(signer.id)},
        )
    return Desk(contract, signer, is_open)


async def read_document(uow: UnitOfWork, secret: str, signer_id: UUID, token: str) -> ContractFile:
    """Return the document behind a link: what is to be signed, or what everybody has signed."""
    contract, _ = await _prove(uow, secret, signer_id, token)
    kind = "signed" if contract.status == "signed" else "document"
    file = await newest_file(uow, contract.id, kind)
    if file is None:
        raise NotFound
    return file


async def attachments_of(uow: UnitOfWork, contract_id: UUID) -> list[ContractFile]:
    """Return what belongs to the document, for whoever is to sign it."""
    return await files_of(uow, contract_id, kind="attachment")


async def read_attachment(
    uow: UnitOfWork, secret: str, signer_id: UUID, token: str, file_id: UUID
) -> ContractFile:
    """Return an attachment behind a link. Raises `NotFound` for any other file, `LinkSpent`."""
    contract, _ = await _prove(uow, secret, signer_id, token)
    file = await read_file(uow, contract.id, file_id)
    if file.kind != "attachment":
        raise NotFound
    return file


async def sign(
    uow: UnitOfWork, secret: str, signer_id: UUID, token: str, signature: Signature
) -> Contract:
    """Sign; when everybody has, the evidence is appended and the whole is kept by its hash.

    Raises `LinkSpent` once signed, over or late, and `Invalid` without consent or a signature.
    """
    contract, signer = await _prove(uow, secret, signer_id, token)
    if not _is_open(uow, contract, signer):
        raise LinkSpent
    _take(uow, contract, signer, signature)
    contract.status = CONTRACT.next(contract.status, "sign")
    await note_act(
        uow, contract, "signed", hash=contract.document_hash, details={"signer": str(signer.id)}
    )
    if all(one.status == "signed" for one in contract.signers):
        return await _complete(uow, contract)
    await invite_next(uow, contract)
    return await fresh(uow, contract)


async def decline(
    uow: UnitOfWork, secret: str, signer_id: UUID, token: str, reason: str
) -> Contract:
    """Refuse to sign: the contract has ended. Raises `LinkSpent` and `Invalid`."""
    contract, signer = await _prove(uow, secret, signer_id, token)
    if not _is_open(uow, contract, signer):
        raise LinkSpent
    said = reason.strip()[:500]
    if not said:
        raise Invalid.at("/reason", "Please say why, so that it can be put right.")
    signer.status = "declined"
    signer.decline_reason = said
    return await finish(uow, contract, "decline", "declined", said, signer=str(signer.id))


async def finish(
    uow: UnitOfWork, contract: Contract, act: str, done: str, reason: str = "", **details: str
) -> Contract:
    """End a contract that is out: declined, or expired; the contract is locked."""
    contract.ended_at = uow.now
    contract = await enter(uow, contract, act, done, reason, **details)
    await uow.announce(
        ContractEnded(
            subject_id=contract.id, booking_id=contract.booking_id, status=contract.status
        )
    )
    return contract


async def conclude(
    uow: UnitOfWork, contract: Contract, signed: bytes, act: str = "complete"
) -> Contract:
    """Keep the signed document by its hash, and say that everybody has signed.

    The act is `overrule` for one that had ended here, though all have signed at the provider.
    """
    file = await keep_file(
        uow, contract.id, "signed", _signed_name(contract), signed, media_type=PDF
    )
    contract.signed_hash = file.hash
    contract.signed_at = uow.now
    contract.ended_at = None
    contract = await enter(uow, contract, act, CONCLUDED_BY[act])
    if contract.parent_id is not None:
        await bring_up_to_date_by(uow, contract)
    await uow.announce(
        ContractSigned(
            subject_id=contract.id,
            booking_id=contract.booking_id,
            is_addendum=contract.parent_id is not None,
        )
    )
    return contract


async def _complete(uow: UnitOfWork, contract: Contract) -> Contract:
    document = await newest_file(uow, contract.id, "document")
    assert document is not None, "what is signed was sent"
    signed = await signed_pdf(
        await house_of(uow), contract, document.content, await acts_of(uow, contract.id)
    )
    return await conclude(uow, contract, signed)


async def _prove(
    uow: UnitOfWork, secret: str, signer_id: UUID, token: str
) -> tuple[Contract, ContractSigner]:
    known = await uow.get(ContractSigner, signer_id)
    contract = await uow.get(Contract, known.contract_id, lock=True)
    signer = await uow.get(ContractSigner, signer_id, lock=True)
    if is_same(token, link_token(secret, signer.id, signer.link_number)):
        return contract, signer
    if any(
        is_same(token, link_token(secret, signer.id, number))
        for number in range(1, signer.link_number)
    ):
        raise LinkSpent("A newer link was sent to you: please use that one.")
    raise NotFound


def _is_open(uow: UnitOfWork, contract: Contract, signer: ContractSigner) -> bool:
    """Whether the signer can sign now: its time may be up before that is noted."""
    is_in_time = contract.expires_at is None or uow.now < contract.expires_at
    is_asked = signer.status in {"invited", "viewed"}
    return contract.status in OUT_FOR_SIGNATURE and is_in_time and is_asked


def _take(
    uow: UnitOfWork, contract: Contract, signer: ContractSigner, signature: Signature
) -> None:
    if not signature.has_consented:
        raise Invalid.at("/consent", "Please confirm that you have read and agree.")
    if not is_same(signature.document_hash, contract.document_hash):
        raise Invalid.at("/documentHash", "The document has changed: please read it again.")
    name = " ".join(signature.name.split())[:NAME_MAX_CHARACTERS]
    if not name:
        raise Invalid.at("/name", "Please type your name.")
    if signature.kind == "drawn":
        signer.signature = checked_strokes(signature.strokes)
    elif signature.kind != "typed":
        raise Invalid.at("/kind", "Draw your signature, or type your name.")
    signer.signature_kind = signature.kind
    signer.signed_name = name
    signer.consent = CONSENT
    signer.address = signature.address or uow.origin.address
    signer.browser = signature.browser[:BROWSER_MAX_CHARACTERS]
    signer.document_hash = contract.document_hash
    signer.signed_at = uow.now
    signer.status = "signed"


def _signed_name(contract: Contract) -> str:
    title = fill_line(contract.title, contract.values)
    kept = "".join(one if one.isalnum() or one in " -_" else " " for one in title)
    return f"{' '.join(kept.split())[:70] or 'contract'} (signed).pdf"
