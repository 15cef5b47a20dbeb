"""A contract's life over HTTP: approved, sent, signed by whom, and how it ends."""

from uuid import UUID

from litestar import Response

from houseful.hire.contracts import addresses, sending, service
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.problems import (
    PlaceholdersOpen,
    SignaturesUnavailable,
    SignersMissing,
)
from houseful.hire.contracts.routes import AT, ONE
from houseful.hire.contracts.schemas import ContractView, Correction, Ending, SignerAddress
from houseful.hire.services import services_of
from houseful.hire.versions import seen
from houseful.kernel.http import Caller, StatedVersion, post
from houseful.kernel.problems import IllegalTransition, VersionMismatch


@post(
    ONE + "/submit",
    permission="venue.contracts.update",
    module="venue",
    summary="Ask for approval",
    status=200,
    raises=[VersionMismatch, IllegalTransition, PlaceholdersOpen, SignersMissing],
)
async def submit_contract(
    caller: Caller, contract_id: UUID, stated_version: StatedVersion
) -> Response[ContractView]:
    """Ask for approval; every placeholder has a value, and somebody is named to sign."""
    return await caller.change(
        seen(Contract, service.submit_contract, stated_version), contract_id, view=ContractView
    )


@post(
    ONE + "/approve",
    permission="venue.contracts.approve",
    module="venue",
    summary="Approve a contract",
    status=200,
    raises=[VersionMismatch, IllegalTransition],
)
async def approve_contract(
    caller: Caller, contract_id: UUID, stated_version: StatedVersion
) -> Response[ContractView]:
    """Let the contract go out."""
    return await caller.change(
        seen(Contract, service.approve_contract, stated_version), contract_id, view=ContractView
    )


@post(
    ONE + "/return",
    permission="venue.contracts.approve",
    module="venue",
    summary="Give a contract back",
    status=200,
    raises=[VersionMismatch, IllegalTransition],
)
async def return_contract(
    caller: Caller, contract_id: UUID, data: Ending, stated_version: StatedVersion
) -> Response[ContractView]:
    """Give a contract back to be rewritten, with the reason."""
    return await caller.change(
        seen(Contract, service.return_contract, stated_version),
        contract_id,
        data,
        view=ContractView,
    )


@post(
    ONE + "/send",
    permission="venue.contracts.send",
    module="venue",
    summary="Send a contract",
    status=200,
    raises=[
        VersionMismatch,
        IllegalTransition,
        PlaceholdersOpen,
        SignersMissing,
        SignaturesUnavailable,
    ],
)
async def send_contract(
    caller: Caller, contract_id: UUID, stated_version: StatedVersion
) -> Response[ContractView]:
    """Make the document, keep it with its hash, and invite whoever signs first."""
    return await caller.change(
        seen(Contract, sending.send_contract, stated_version),
        contract_id,
        view=ContractView,
        has_service=services_of(caller.database).adobe_sign is not None,
    )


@post(
    ONE + "/remind",
    permission="venue.contracts.send",
    module="venue",
    summary="Remind who has not signed",
    status=200,
    raises=[VersionMismatch],
)
async def remind_signers(
    caller: Caller, contract_id: UUID, stated_version: StatedVersion
) -> Response[ContractView]:
    """Remind everybody whose turn it is."""
    return await caller.change(
        seen(Contract, sending.remind_signers, stated_version), contract_id, view=ContractView
    )


@post(
    ONE + "/signers/{signer_id:uuid}/link",
    permission="venue.contracts.send",
    module="venue",
    summary="Give a signer a new link",
    status=200,
    raises=[VersionMismatch],
)
async def renew_link(
    caller: Caller, contract_id: UUID, signer_id: UUID, stated_version: StatedVersion
) -> Response[ContractView]:
    """Send a signer a new link; the one before holds no longer."""
    return await caller.change(
        seen(Contract, sending.resend_link, stated_version),
        contract_id,
        signer_id,
        view=ContractView,
    )


@post(
    ONE + "/signers/{signer_id:uuid}/address",
    permission="venue.contracts.send",
    module="venue",
    summary="Correct a signer's address",
    status=200,
    raises=[VersionMismatch],
)
async def correct_address(
    caller: Caller,
    contract_id: UUID,
    signer_id: UUID,
    data: SignerAddress,
    stated_version: StatedVersion,
) -> Response[ContractView]:
    """Write to another address from now on: who is asked to sign gets a new link there."""
    return await caller.change(
        seen(Contract, addresses.correct_address, stated_version),
        contract_id,
        signer_id,
        data,
        view=ContractView,
    )


@post(
    ONE + "/void",
    permission="venue.contracts.void",
    module="venue",
    summary="Void a contract",
    status=200,
    raises=[VersionMismatch, IllegalTransition],
)
async def void_contract(
    caller: Caller, contract_id: UUID, data: Ending, stated_version: StatedVersion
) -> Response[ContractView]:
    """End a contract that is not signed; its links hold no longer."""
    return await caller.change(
        seen(Contract, service.void_contract, stated_version), contract_id, data, view=ContractView
    )


@post(
    ONE + "/correct",
    permission="venue.contracts.void",
    module="venue",
    summary="Void a contract and draft its successor",
    raises=[VersionMismatch, IllegalTransition],
)
async def correct_contract(
    caller: Caller, contract_id: UUID, data: Correction, stated_version: StatedVersion
) -> Response[ContractView]:
    """Void what is out, and draft its successor with the same words, files, signers and time."""
    return await caller.create(
        seen(Contract, service.correct_contract, stated_version),
        contract_id,
        data,
        view=ContractView,
        at=AT,
    )


@post(
    ONE + "/terminate",
    permission="venue.contracts.terminate",
    module="venue",
    summary="Terminate a signed contract",
    status=200,
    raises=[VersionMismatch, IllegalTransition],
)
async def terminate_contract(
    caller: Caller, contract_id: UUID, data: Ending, stated_version: StatedVersion
) -> Response[ContractView]:
    """End a signed contract; what was signed stays."""
    return await caller.change(
        seen(Contract, service.terminate_contract, stated_version),
        contract_id,
        data,
        view=ContractView,
    )


handlers = [
    submit_contract,
    approve_contract,
    return_contract,
    send_contract,
    remind_signers,
    renew_link,
    correct_address,
    void_contract,
    correct_contract,
    terminate_contract,
]
