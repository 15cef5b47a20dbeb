"""Contracts over HTTP: the papers and their files; `life_routes.py` moves them."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.hire.contracts import files, queries, service
from houseful.hire.contracts.problems import (
    ContractFixed,
    TemplateNotPublished,
)
from houseful.hire.contracts.schemas import (
    ContractChanges,
    ContractStory,
    ContractView,
    FileView,
    NewAttachment,
    NewContract,
)
from houseful.kernel.http import (
    Caller,
    ExpectedVersion,
    Page,
    delete,
    get,
    patch,
    post,
)
from houseful.kernel.http.listing import Window

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
]
