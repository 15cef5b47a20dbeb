"""The files of a contract: known by their hash, looked at before they are taken."""

import base64
import binascii
import hashlib
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import undefer

from houseful import audit
from houseful.hire.contracts.acts import note_act
from houseful.hire.contracts.models import Contract, ContractFile
from houseful.hire.contracts.problems import ContractFixed
from houseful.hire.contracts.schemas import (
    ATTACHMENT_BYTES_MAX,
    ATTACHMENTS_MAX,
    NewAttachment,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Conflict, Invalid, NotFound, TooLarge, UnsupportedMediaType

PDF = "application/pdf"
_BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


def media_type_of(content: bytes) -> str:
    """Return what a file is, by looking at it. Raises `UnsupportedMediaType`."""
    for beginning, media_type in _BEGINNINGS:
        if content.startswith(beginning):
            return media_type
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError:
        words = "\0"
    if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in words):
        raise UnsupportedMediaType("Attach a PDF, a PNG, a JPEG or plain text.")
    return "text/plain"


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


async def attach(uow: UnitOfWork, contract_id: UUID, data: NewAttachment) -> ContractFile:
    """Attach a file to a draft; the same content twice is one file.

    Raises `ContractFixed`, `TooLarge`, `UnsupportedMediaType`, and `Invalid` for what is no Base64.
    """
    try:
        content = base64.b64decode(data.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid.at("/content", "This is not Base64.") from error
    return await attach_bytes(uow, contract_id, data.name, content)


async def attach_bytes(
    uow: UnitOfWork, contract_id: UUID, name: str, content: bytes
) -> ContractFile:
    """Attach a file as it was uploaded. Raises as `attach`."""
    contract = await uow.get(Contract, contract_id, lock=True)
    if contract.status != "draft":
        raise ContractFixed
    if len(content) > ATTACHMENT_BYTES_MAX:
        raise TooLarge("An attachment has 10 MB at most.")
    how_many = await uow.first(
        select(func.count())
        .select_from(ContractFile)
        .where(
            ContractFile.organization_id == uow.tenant,
            ContractFile.contract_id == contract_id,
            ContractFile.kind == "attachment",
        )
    )
    if how_many >= ATTACHMENTS_MAX:
        raise Conflict(f"A contract has {ATTACHMENTS_MAX} attachments at most.")
    file = await keep_file(
        uow, contract_id, "attachment", name, content, media_type=media_type_of(content)
    )
    await note_act(uow, contract, "attached", hash=file.hash, details={"name": name})
    return file


async def attachments_of(uow: UnitOfWork, contract_id: UUID) -> list[ContractFile]:
    """Return the attachments of a contract with their content, as they were added."""
    return list(
        await uow.all(
            select(ContractFile)
            .where(
                ContractFile.organization_id == uow.tenant,
                ContractFile.contract_id == contract_id,
                ContractFile.kind == "attachment",
            )
            .options(undefer(ContractFile.content))
            .order_by(ContractFile.added_at, ContractFile.id)
        )
    )


async def detach(uow: UnitOfWork, contract_id: UUID, file_id: UUID) -> None:
    """Take an attachment away from a draft. Raises `NotFound` and `ContractFixed`."""
    contract = await uow.get(Contract, contract_id, lock=True)
    file = await uow.get(ContractFile, file_id)
    if file.contract_id != contract_id:
        raise NotFound
    if contract.status != "draft" or file.kind != "attachment":
        raise ContractFixed
    await audit.remove_row(uow, ContractFile, file_id, "hire.contract_file.removed")
    await note_act(uow, contract, "detached", hash=file.hash, details={"name": file.name})


async def keep_file(
    uow: UnitOfWork, contract_id: UUID, kind: str, name: str, content: bytes, *, media_type: str
) -> ContractFile:
    """Store a file of a contract, once for its content, and return it."""
    file_hash = hash_of(content)
    await uow.execute(
        insert(ContractFile)
        .values(
            organization_id=uow.tenant,
            id=new_id(),
            contract_id=contract_id,
            kind=kind,
            name=name,
            media_type=media_type,
            hash=file_hash,
            content=content,
            size_bytes=len(content),
            added_at=uow.now,
        )
        .on_conflict_do_nothing(index_elements=["organization_id", "contract_id", "kind", "hash"])
    )
    kept: ContractFile | None = await uow.first(
        select(ContractFile).where(
            ContractFile.organization_id == uow.tenant,
            ContractFile.contract_id == contract_id,
            ContractFile.kind == kind,
            ContractFile.hash == file_hash,
        )
    )
    assert kept is not None
    return kept


async def files_of(
    uow: UnitOfWork, contract_id: UUID, *, kind: str | None = None
) -> list[ContractFile]:
    """Return a contract's files without their content, the oldest first."""
    statement = select(ContractFile).where(
        ContractFile.organization_id == uow.tenant, ContractFile.contract_id == contract_id
    )
    if kind is not None:
        statement = statement.where(ContractFile.kind == kind)
    return list(await uow.all(statement.order_by(text("added_at"), ContractFile.id)))


async def read_file(uow: UnitOfWork, contract_id: UUID, file_id: UUID) -> ContractFile:
    """Return a file with its content; raises `NotFound`."""
    found: ContractFile | None = await uow.first(
        select(ContractFile)
        .where(
            ContractFile.organization_id == uow.tenant,
            ContractFile.contract_id == contract_id,
            ContractFile.id == file_id,
        )
        .options(undefer(ContractFile.content))
    )
    if found is None:
        raise NotFound
    return found


async def newest_file(uow: UnitOfWork, contract_id: UUID, kind: str) -> ContractFile | None:
    """Return the newest file of a kind with its content, or None."""
    found: ContractFile | None = await uow.first(
        select(ContractFile)
        .where(
            ContractFile.organization_id == uow.tenant,
            ContractFile.contract_id == contract_id,
            ContractFile.kind == kind,
        )
        .options(undefer(ContractFile.content))
        .order_by(ContractFile.id.desc())
        .limit(1)
    )
    return found
