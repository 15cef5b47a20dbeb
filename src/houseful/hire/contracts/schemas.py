"""Contracts and their templates on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from houseful.hire.contracts.models import (
    Contract,
    ContractSigner,
    ContractTemplate,
    ContractTemplateVersion,
)
from houseful.hire.contracts.wording import placeholders_of
from houseful.kernel.http import Body, View

TEXT = r"^[^\x00]*$"
ATTACHMENT_BYTES_MAX = 10 * 1024 * 1024
ATTACHMENTS_MAX = 20
SIGNERS_MAX = 20

Title = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^(?=.*\S)[^\x00]*$")]
Wording = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100_000,
        pattern=TEXT,
        description="Marks as in the guide; placeholders such as `{{booking.title}}`.",
    ),
]
Reason = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^(?=.*\S)[^\x00]*$")]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^(?=.*\S)[^\x00\r\n]*$")]
Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+\.[^@\s\x00]+$")]
Role = Annotated[str, Meta(max_length=60, pattern=r"^[^\x00\r\n]*$")]
Value = Annotated[str, Meta(max_length=2000, pattern=TEXT)]
Key = Annotated[str, Meta(pattern=r"^[a-zA-Z][a-zA-Z0-9_.]{0,79}$")]
Values = Annotated[
    dict[Key, Value], Meta(max_length=200, description="Values of placeholders, by their name.")
]
Order = Literal["parallel", "sequential"]
ProviderName = Literal["local", "adobe_sign"]
Days = Annotated[int, Meta(ge=0, le=90, description="0 means never.")]
FileName = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00\r\n/\\]+$")]
Content = Annotated[
    str, Meta(min_length=4, max_length=ATTACHMENT_BYTES_MAX * 4 // 3 + 4, description="Base64.")
]


class SignerBody(Body):
    """Who signs; in sequential order the first of the list signs first."""

    name: Name
    email: Email
    role: Role = "customer"


Signers = Annotated[list[SignerBody], Meta(max_length=SIGNERS_MAX)]


class NewTemplate(Body):
    """A template to be drafted."""

    name: Title
    title: Title
    body: Wording


class TemplateChanges(Body):
    """A new wording of a template; changing a published one begins a new version."""

    name: Title | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    body: Wording | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class NewContract(Body):
    """A contract to be drafted, from a published template, or with a wording of its own."""

    template_id: UUID | None = None
    title: Title | None = None
    body: Wording | None = None
    booking_id: UUID | None = None
    deal_id: UUID | None = None
    parent_id: UUID | None = None
    values: Values = msgspec.field(default_factory=dict[str, str])
    signers: Signers = msgspec.field(default_factory=list[SignerBody])
    signing_order: Order = "parallel"
    provider: ProviderName = "local"
    expires_at: datetime | None = None
    remind_every_days: Days = 0


class ContractChanges(Body):
    """What is to change about a draft; what is left out stays."""

    title: Title | UnsetType = UNSET
    body: Wording | UnsetType = UNSET
    values: Values | UnsetType = UNSET
    signers: Signers | UnsetType = UNSET
    signing_order: Order | UnsetType = UNSET
    provider: ProviderName | UnsetType = UNSET
    expires_at: datetime | UnsetType | None = UNSET
    remind_every_days: Days | UnsetType = UNSET


class SignerAddress(Body):
    """The right address of somebody who signs."""

    email: Email


class Ending(Body):
    """Why a contract is voided, returned or terminated."""

    reason: Reason


class Correction(Body):
    """Why a contract is voided and drafted anew; other addresses of its signers, by their ids."""

    reason: Reason
    addresses: Annotated[dict[UUID, Email], Meta(max_length=SIGNERS_MAX)] = msgspec.field(
        default_factory=dict[UUID, str]
    )


class NewAttachment(Body):
    """A file that belongs to the contract: PDF, PNG, JPEG or plain text, 10 MB at most."""

    name: FileName
    content: Content


class TemplateVersionView(View):
    """One wording of a template, and what it asks for."""

    id: UUID
    number: int
    status: str
    title: str
    body: str
    placeholders: list[str]
    created_at: datetime

    @classmethod
    def of(cls, row: ContractTemplateVersion) -> "TemplateVersionView":
        """Make the view of a version."""
        return cls(
            id=row.id,
            number=row.number,
            status=row.status,
            title=row.title,
            body=row.body,
            placeholders=placeholders_of(row.title, row.body),
            created_at=row.created_at,
        )


class TemplateView(View):
    """A template with its versions, the oldest first."""

    id: UUID
    name: str
    number: int
    is_active: bool
    versions: list[TemplateVersionView]
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: ContractTemplate) -> "TemplateView":
        """Make the view of a template."""
        return cls(
            id=row.id,
            name=row.name,
            number=row.number,
            is_active=row.is_active,
            versions=[TemplateVersionView.of(version) for version in row.versions],
            created_at=row.created_at,
            updated_at=row.updated_at,
            version=row.version,
        )


class SignerView(View):
    """Who signs, and how far they are."""

    id: UUID
    position: int
    name: str
    email: str
    role: str
    status: str
    invited_at: datetime | None
    viewed_at: datetime | None
    signed_at: datetime | None
    signature_kind: str
    decline_reason: str
    unreachable_at: datetime | None


class FileView(View):
    """A file of a contract, by its hash (SHA-256, hexadecimal)."""

    id: UUID
    kind: str
    name: str
    media_type: str
    hash: str
    size_bytes: int
    added_at: datetime


class ActView(View):
    """One thing that happened to a contract."""

    at: datetime
    actor_kind: str
    actor_id: UUID | None
    signer_id: UUID | None
    act: str
    status: str
    hash: str


class ContractView(View):
    """A contract with its signers; `missing` are the placeholders that block sending."""

    id: UUID
    title: str
    body: str
    values: dict[str, str]
    status: str
    status_reason: str
    booking_id: UUID | None
    deal_id: UUID | None
    template_version_id: UUID | None
    parent_id: UUID | None
    corrects_id: UUID | None
    signing_order: str
    provider: str
    expires_at: datetime | None
    remind_every_days: int
    document_hash: str
    signed_hash: str
    sent_at: datetime | None
    signed_at: datetime | None
    ended_at: datetime | None
    outdated_at: datetime | None
    signers: list[SignerView]
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, row: Contract) -> "ContractView":
        """Make the view of a contract."""
        plain = {
            name: getattr(row, name)
            for name in cls.__struct_fields__
            if name not in {"signers", "values"}
        }
        return cls(
            **plain,
            values=dict(row.values),
            signers=[SignerView.of(signer) for signer in row.signers],
        )


class ContractStory(View):
    """What happened to a contract, its files, and what it still asks for."""

    missing: list[str]
    known: dict[str, str]
    files: list[FileView]
    acts: list[ActView]


def signers_of(
    contract_id: UUID, organization_id: UUID, signers: list[SignerBody]
) -> list[ContractSigner]:
    """Make the rows of who signs, in their order."""
    return [
        ContractSigner(
            organization_id=organization_id,
            contract_id=contract_id,
            position=position,
            name=signer.name.strip(),
            email=signer.email.strip(),
            role=signer.role,
        )
        for position, signer in enumerate(signers, start=1)
    ]
