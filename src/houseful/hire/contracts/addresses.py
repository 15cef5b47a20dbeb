"""Mail that does not reach who is to sign: it is seen, put right, and sent again."""

from uuid import UUID

from houseful import audit
from houseful.hire.contracts.acts import note_act
from houseful.hire.contracts.facts import SignerUnreachable
from houseful.hire.contracts.models import Contract, ContractSigner
from houseful.hire.contracts.schemas import SignerAddress
from houseful.hire.contracts.sending import find_signer, give_link
from houseful.hire.contracts.states import OUT_FOR_SIGNATURE
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Conflict, Invalid

UNSIGNED = frozenset({"waiting", "invited", "viewed"})


async def note_unreachable(uow: UnitOfWork, contract: Contract, signer: ContractSigner) -> None:
    """Note that mail does not reach a signer of a locked contract; told once."""
    if signer.unreachable_at is not None:
        return
    signer.unreachable_at = uow.now
    await note_act(uow, contract, "unreachable", details={"signer": str(signer.id)})
    await uow.announce(SignerUnreachable(subject_id=contract.id, signer_id=signer.id))


async def note_bounce(uow: UnitOfWork, signer_id: UUID, link_number: int) -> None:
    """Note that our own mail with a link did not arrive; one that was replaced says nothing."""
    known = await uow.get(ContractSigner, signer_id)
    contract = await uow.get(Contract, known.contract_id, lock=True)
    signer = find_signer(contract, signer_id)
    if signer.link_number == link_number and signer.status in {"invited", "viewed"}:
        await note_unreachable(uow, contract, signer)


async def correct_address(
    uow: UnitOfWork, contract_id: UUID, signer_id: UUID, data: SignerAddress
) -> Contract:
    """Write to another address from now on: who is asked to sign gets a new link there.

    Raises `NotFound`, `Invalid` for another signer's address, and `Conflict` unless it is out on
    our own page and not signed; what is at a signature service is voided and corrected instead.
    """
    contract = await uow.get(Contract, contract_id, lock=True)
    signer = find_signer(contract, signer_id)
    if contract.status not in OUT_FOR_SIGNATURE or signer.status not in UNSIGNED:
        raise Conflict("Nobody is asked to sign at this address now.")
    if contract.provider != "local":
        raise Conflict(
            "The signature service has the old address: void the contract and correct it."
        )
    email = data.email.strip()
    if any(one.email.lower() == email.lower() for one in contract.signers if one is not signer):
        raise Invalid.at("/email", "Each signer needs an address of their own.")
    signer.email, signer.unreachable_at = email, None
    if signer.status != "waiting":
        await give_link(uow, contract, signer)
    await audit.record(uow, "hire.contract.address_corrected", contract)
    await note_act(uow, contract, "address_corrected", details={"signer": str(signer.id)})
    return contract
