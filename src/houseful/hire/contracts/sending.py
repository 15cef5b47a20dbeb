"""Sending: the document is made once, kept by its hash, and whoever is next is invited."""

from uuid import UUID

from houseful import audit
from houseful.hire.contracts.acts import note_act
from houseful.hire.contracts.facts import (
    AgreementReminded,
    ContractSending,
    ContractSent,
    SignerInvited,
    SignerReminded,
)
from houseful.hire.contracts.files import PDF, files_of, keep_file
from houseful.hire.contracts.models import Contract, ContractSigner
from houseful.hire.contracts.paper import contract_pdf
from houseful.hire.contracts.problems import (
    PlaceholdersOpen,
    SignaturesUnavailable,
    SignersMissing,
)
from houseful.hire.contracts.states import CONTRACT, OUT_FOR_SIGNATURE
from houseful.hire.contracts.values import house_of, values_of
from houseful.hire.contracts.wording import fill_line, missing_in
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Conflict, Invalid, NotFound
from houseful.kernel.secrets import derive_key, keyed_digest

TOKEN_CHARACTERS = 43


async def check_complete(uow: UnitOfWork, contract: Contract) -> dict[str, str]:
    """Return the values of all placeholders. Raises `SignersMissing` and `PlaceholdersOpen`."""
    if not contract.signers:
        raise SignersMissing
    values = await values_of(uow, contract)
    missing = missing_in([contract.title, contract.body], values)
    if missing:
        raise PlaceholdersOpen(f"Without a value: {', '.join(missing)}.", missing=missing)
    return values


async def send_contract(
    uow: UnitOfWork, contract_id: UUID, *, has_service: bool = False
) -> Contract:
    """Make the document, keep it by its hash, and let it go out.

    On the local signing page it is out at once; a signature service takes it from `sending` on.
    Raises `IllegalTransition`, `SignersMissing`, `PlaceholdersOpen`, `SignaturesUnavailable` unless
    the service `has_service` is connected, and `Invalid` when it has expired already.
    """
    contract = await uow.get(Contract, contract_id, lock=True)
    status = CONTRACT.next(contract.status, "send")
    if contract.provider != "local" and not has_service:
        raise SignaturesUnavailable
    if contract.expires_at is not None and contract.expires_at <= uow.now:
        raise Invalid.at("/expiresAt", "It would have expired already.")
    values = await check_complete(uow, contract)
    attachments = await files_of(uow, contract_id, kind="attachment")
    content = await contract_pdf(await house_of(uow), contract, values, attachments)
    title = fill_line(contract.title, values)
    name = f"{_file_name(title)}.pdf"
    document = await keep_file(uow, contract_id, "document", name, content, media_type=PDF)
    contract.values = values
    contract.document_hash = document.hash
    contract.status = status
    contract.status_reason = ""
    await audit.record(uow, "hire.contract.sent", contract, sentence=f"sent the contract {title}")
    await note_act(uow, contract, "sent", hash=document.hash)
    if contract.provider == "local":
        await mark_sent(uow, contract)
        await invite_next(uow, contract)
    else:
        await uow.announce(ContractSending(subject_id=contract.id, booking_id=contract.booking_id))
    await uow.flush()
    return contract


async def mark_sent(uow: UnitOfWork, contract: Contract) -> None:
    """Note that the contract is out for signature; the contract is locked."""
    contract.status = CONTRACT.next(contract.status, "deliver")
    contract.sent_at = uow.now
    contract.reminded_at = uow.now
    await uow.announce(ContractSent(subject_id=contract.id, booking_id=contract.booking_id))
    await uow.flush()


async def invite_next(uow: UnitOfWork, contract: Contract) -> None:
    """Invite everybody whose turn it is: all, or in sequential order the next one."""
    waiting = [signer for signer in contract.signers if signer.status == "waiting"]
    if contract.signing_order == "sequential":
        has_open = any(signer.status in {"invited", "viewed"} for signer in contract.signers)
        waiting = [] if has_open else waiting[:1]
    for signer in waiting:
        signer.status = "invited"
        await give_link(uow, contract, signer)


async def resend_link(uow: UnitOfWork, contract_id: UUID, signer_id: UUID) -> Contract:
    """Give a signer a new link; the one before holds no longer. Raises `Conflict`."""
    contract = await uow.get(Contract, contract_id, lock=True)
    signer = find_signer(contract, signer_id)
    if contract.status not in OUT_FOR_SIGNATURE or signer.status not in {"invited", "viewed"}:
        raise Conflict("It is not this signer's turn.")
    if contract.provider != "local":
        raise Conflict("The signature service sends these links.")
    await give_link(uow, contract, signer)
    await note_act(uow, contract, "link_renewed", details={"signer": str(signer.id)})
    return contract


async def remind_signers(uow: UnitOfWork, contract_id: UUID) -> Contract:
    """Remind everybody whose turn it is. Raises `Conflict` when nobody is asked to sign."""
    contract = await uow.get(Contract, contract_id, lock=True)
    asked = [signer for signer in contract.signers if signer.status in {"invited", "viewed"}]
    if contract.status not in OUT_FOR_SIGNATURE or not asked:
        raise Conflict("Nobody is asked to sign now.")
    contract.reminded_at = uow.now
    await note_act(uow, contract, "reminded")
    if contract.provider != "local":
        await uow.announce(AgreementReminded(subject_id=contract.id))
    else:
        number = int(uow.now.timestamp())
        for signer in asked:
            await uow.announce(
                SignerReminded(
                    subject_id=contract.id,
                    signer_id=signer.id,
                    link_number=signer.link_number,
                    number=number,
                )
            )
    return contract


def link_token(secret: str, signer_id: UUID, link_number: int) -> str:
    """Return the token of a signer's link; it is derived, so that only its number is stored."""
    key = derive_key(secret, "signing links")
    return keyed_digest(key, "signer", str(signer_id), str(link_number))[:TOKEN_CHARACTERS]


async def give_link(uow: UnitOfWork, contract: Contract, signer: ContractSigner) -> None:
    """Let a signer have a new link, which goes to their address; the one before holds no longer."""
    signer.link_number += 1
    signer.unreachable_at = None
    signer.invited_at = uow.now
    await uow.flush()
    await uow.announce(
        SignerInvited(subject_id=contract.id, signer_id=signer.id, link_number=signer.link_number)
    )


def find_signer(contract: Contract, signer_id: UUID) -> ContractSigner:
    """Return who of the contract's signers that is. Raises `NotFound`."""
    for signer in contract.signers:
        if signer.id == signer_id:
            return signer
    raise NotFound("This person does not sign this contract.")


def _file_name(title: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in title)
    return " ".join(kept.split())[:80] or "contract"
