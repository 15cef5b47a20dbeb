"""Contracts over HTTP; their templates are in `template_routes.py`."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.contracts import addresses, files, queries, sending, service
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.problems import (
    ContractFixed,
    PlaceholdersOpen,
    SignaturesUnavailable,
    SignersMissing,
    TemplateNotPublished,
)
from houseful.hire.contracts.schemas import (
    ContractChanges,
    ContractStory,
    ContractView,
    Correction,
    Ending,
    FileView,
    NewAttachment,
    NewContract,
    SignerAddress,
)
from houseful.hire.services import services_of
from houseful.hire.versions import seen
from houseful.kernel.http import (
    Caller,
    ExpectedVersion,
    Page,
    StatedVersion,
    delete,
    get,
    patch,
    post,
)
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition, VersionMismatch

Status = Literal[
    "draft",
    "in_approval",
    "approved",
    "sending",
    "sent",
    "viewed",
    "partially_signed",
    "signed",
    "declined",
    "expired",
    "voided",
    "send_failed",
    "terminated",
]
BookingId = Annotated[UUID | None, QueryParameter(name="bookingId")]
DealId = Annotated[UUID | None, QueryParameter(name="dealId")]
ParentId = Annotated[UUID | None, QueryParameter(name="parentId")]
AT = "/api/v1/contracts"
ONE = AT + "/{contract_id:uuid}"


@get(AT, permission="venue.contracts.read", module="venue", summary="List the contracts")
async def list_contracts(
    caller: Caller,
    window: Window,
    booking_id: BookingId = None,
    deal_id: DealId = None,
    parent_id: ParentId = None,
    status: Status | None = None,
) -> Page[ContractView]:
    """List contracts; with `parentId`, the addenda of one."""
    return await caller.read_page(
        queries.list_contracts,
        window=window,
        view=ContractView,
        booking_id=booking_id,
        deal_id=deal_id,
        parent_id=parent_id,
        status=status,
    )


@post(
    AT,
    permission="venue.contracts.create",
    module="venue",
    summary="Draft a contract",
    raises=[TemplateNotPublished],
)
async def create_contract(caller: Caller, data: NewContract) -> Response[ContractView]:
    """Draft a contract from a template, or an addendum to a contract that is signed."""
    return await caller.create(service.create_contract, data, view=ContractView, at=AT)


@get(ONE, permission="venue.contracts.read", module="venue", summary="Read a contract")
async def read_contract(caller: Caller, contract_id: UUID) -> Response[ContractView]:
    """Read one contract with who signs it."""
    return await caller.read(queries.get_contract, contract_id, view=ContractView)


@get(
    ONE + "/story",
    permission="venue.contracts.read",
    module="venue",
    summary="Read what happened to a contract",
)
async def read_contract_story(caller: Caller, contract_id: UUID) -> ContractStory:
    """Read a contract's acts and files with their hashes, and what it still asks for."""
    return await caller.run(queries.story_of, contract_id)


@get(
    ONE + "/preview",
    permission="venue.contracts.read",
    module="venue",
    summary="Preview a contract",
    media_type="application/pdf",
)
async def preview_contract(caller: Caller, contract_id: UUID) -> Response[bytes]:
    """See the contract as PDF as it stands; placeholders without a value are marked."""
    return Response(await caller.run(queries.preview, contract_id), media_type=files.PDF)


@get(
    ONE + "/files/{file_id:uuid}",
    permission="venue.contracts.read",
    module="venue",
    summary="Download a file of a contract",
    media_type="application/octet-stream",
)
async def download_contract_file(
    caller: Caller, contract_id: UUID, file_id: UUID
) -> Response[bytes]:
    """Download the document, the signed document, the audit trail, or an attachment."""
    file = await caller.run(files.read_file, contract_id, file_id)
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "content-disposition": "attachment",
            "etag": f'"{file.hash}"',
            "x-content-type-options": "nosniff",
        },
    )


@patch(
    ONE,
    permission="venue.contracts.update",
    module="venue",
    summary="Change a draft",
    raises=[ContractFixed],
)
async def update_contract(
    caller: Caller, contract_id: UUID, data: ContractChanges, expected_version: ExpectedVersion
) -> Response[ContractView]:
    """Change what is given. What was approved is returned first, what was sent is corrected."""
    return await caller.change(
        service.update_contract, contract_id, expected_version, data, view=ContractView
    )


@post(
    ONE + "/attachments",
    permission="venue.contracts.update",
    module="venue",
    summary="Attach a file",
    raises=[ContractFixed],
)
async def attach_file(caller: Caller, contract_id: UUID, data: NewAttachment) -> Response[FileView]:
    """Attach a PDF, a picture or a text to a draft; the contract names it with its hash."""
    return await caller.create(
        files.attach, contract_id, data, view=FileView, at=f"{AT}/{contract_id}/files"
    )


@delete(
    ONE + "/attachments/{file_id:uuid}",
    permission="venue.contracts.update",
    module="venue",
    summary="Take an attachment away",
    raises=[ContractFixed],
)
async def detach_file(caller: Caller, contract_id: UUID, file_id: UUID) -> None:
    """Take an attachment away from a draft."""
    await caller.remove(files.detach, contract_id, file_id)


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
    list_contracts,
    create_contract,
    read_contract,
    read_contract_story,
    preview_contract,
    download_contract_file,
    update_contract,
    attach_file,
    detach_file,
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
