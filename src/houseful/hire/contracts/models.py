"""Contracts, their templates and signers, their files by hash, and what happened to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from houseful.kernel.tables import Base, TenantKey, Times, Versioned

PRIVATE = {"is_private": True}


class ContractTemplate(TenantKey, Versioned, Base):
    """A wording that contracts begin with. `number` is its newest version's."""

    __tablename__ = "contract_templates"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("number > 0", name="number"),
    )

    name: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    is_active: Mapped[bool] = mapped_column(default=True)

    versions: Mapped[list["ContractTemplateVersion"]] = relationship(
        lazy="selectin",
        cascade="all, delete-orphan",
        order_by="ContractTemplateVersion.number",
    )

    @property
    def current(self) -> "ContractTemplateVersion":
        """The newest version."""
        return self.versions[-1]

    @property
    def published(self) -> "ContractTemplateVersion | None":
        """The newest version that contracts may begin with."""
        open_ones = [version for version in self.versions if version.status == "published"]
        return open_ones[-1] if open_ones else None


class ContractTemplateVersion(Times, Base):
    """One wording of a template; once published it never changes again."""

    __tablename__ = "contract_template_versions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "template_id"],
            ["contract_templates.organization_id", "contract_templates.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("organization_id", "id"),
        CheckConstraint("status IN ('draft', 'published', 'retired')", name="status"),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    template_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="draft")
    title: Mapped[str]
    body: Mapped[str]


class Contract(TenantKey, Versioned, Base):
    """A contract about a booking. What was sent is fixed: its document is kept, with its hash.

    `parent_id` makes it an addendum, `corrects_id` the successor of one that was voided.
    `outdated_at` is when its booking was moved away from what it says.
    """

    __tablename__ = "contracts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "booking_id"], ["bookings.organization_id", "bookings.id"]
        ),
        ForeignKeyConstraint(["organization_id", "deal_id"], ["deals.organization_id", "deals.id"]),
        ForeignKeyConstraint(
            ["organization_id", "template_version_id"],
            ["contract_template_versions.organization_id", "contract_template_versions.id"],
        ),
        ForeignKeyConstraint(
            ["organization_id", "parent_id"], ["contracts.organization_id", "contracts.id"]
        ),
        ForeignKeyConstraint(
            ["organization_id", "corrects_id"], ["contracts.organization_id", "contracts.id"]
        ),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint(
            "status IN ('draft', 'in_approval', 'approved', 'sending', 'sent', 'viewed',"
            " 'partially_signed', 'signed', 'declined', 'expired', 'voided', 'send_failed',"
            " 'terminated')",
            name="status",
        ),
        CheckConstraint("signing_order IN ('sequential', 'parallel')", name="signing_order"),
        CheckConstraint("provider IN ('local', 'adobe_sign')", name="provider"),
        CheckConstraint("parent_id <> id AND corrects_id <> id", name="lineage"),
        CheckConstraint(
            "status NOT IN ('sent', 'viewed', 'partially_signed', 'signed', 'terminated')"
            " OR document_hash <> ''",
            name="document",
        ),
        Index("contracts_booking_id_idx", "organization_id", "booking_id"),
        Index("contracts_parent_id_idx", "organization_id", "parent_id"),
        Index("contracts_status_idx", "organization_id", "status"),
        Index(
            "contracts_provider_agreement_id_idx",
            "organization_id",
            "provider_agreement_id",
            unique=True,
            postgresql_where=text("provider_agreement_id IS NOT NULL"),
        ),
    )

    title: Mapped[str]
    body: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(default="draft")
    status_reason: Mapped[str] = mapped_column(default="")
    booking_id: Mapped[UUID | None] = mapped_column(default=None)
    deal_id: Mapped[UUID | None] = mapped_column(default=None)
    template_version_id: Mapped[UUID | None] = mapped_column(default=None)
    parent_id: Mapped[UUID | None] = mapped_column(default=None)
    corrects_id: Mapped[UUID | None] = mapped_column(default=None)
    signing_order: Mapped[str] = mapped_column(default="parallel")
    provider: Mapped[str] = mapped_column(default="local")
    provider_agreement_id: Mapped[str | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    remind_every_days: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    document_hash: Mapped[str] = mapped_column(default="")
    signed_hash: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    outdated_at: Mapped[datetime | None] = mapped_column(default=None)

    signers: Mapped[list["ContractSigner"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="ContractSigner.position"
    )


class ContractSigner(TenantKey, Times, Base):
    """Somebody who is to sign, and how they did: what they saw, from where, and when."""

    __tablename__ = "contract_signers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "contract_id"],
            ["contracts.organization_id", "contracts.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("organization_id", "contract_id", "position"),
        CheckConstraint(
            "status IN ('waiting', 'invited', 'viewed', 'signed', 'declined')", name="status"
        ),
        CheckConstraint("signature_kind IN ('', 'drawn', 'typed', 'provider')", name="kind"),
        CheckConstraint(
            "status <> 'signed' OR (signed_at IS NOT NULL AND signature_kind <> '')",
            name="signed",
        ),
    )

    contract_id: Mapped[UUID]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(info=PRIVATE)
    email: Mapped[str] = mapped_column(info=PRIVATE)
    role: Mapped[str] = mapped_column(default="customer")
    status: Mapped[str] = mapped_column(default="waiting")
    link_number: Mapped[int] = mapped_column(default=0)
    invited_at: Mapped[datetime | None] = mapped_column(default=None)
    viewed_at: Mapped[datetime | None] = mapped_column(default=None)
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    signature_kind: Mapped[str] = mapped_column(default="")
    signature: Mapped[str] = mapped_column(default="", info=PRIVATE)
    signed_name: Mapped[str] = mapped_column(default="", info=PRIVATE)
    consent: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="", info=PRIVATE)
    browser: Mapped[str] = mapped_column(default="", info=PRIVATE)
    document_hash: Mapped[str] = mapped_column(default="")
    decline_reason: Mapped[str] = mapped_column(default="")
    unreachable_at: Mapped[datetime | None] = mapped_column(default=None)


class ContractFile(TenantKey, Base):
    """A file of a contract, known by its hash; it is added, and never changed."""

    __tablename__ = "contract_files"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "contract_id"],
            ["contracts.organization_id", "contracts.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("organization_id", "contract_id", "kind", "hash"),
        CheckConstraint("kind IN ('document', 'signed', 'audit_trail', 'attachment')", name="kind"),
        CheckConstraint("hash = encode(sha256(content), 'hex')", name="hash"),
    )

    contract_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    hash: Mapped[str]
    content: Mapped[bytes] = mapped_column(info=PRIVATE, deferred=True)
    size_bytes: Mapped[int]
    added_at: Mapped[datetime]


class ContractAct(TenantKey, Base):
    """One thing that happened to a contract, with the hash it was about; append-only."""

    __tablename__ = "contract_acts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "contract_id"], ["contracts.organization_id", "contracts.id"]
        ),
        Index("contract_acts_contract_id_at_idx", "organization_id", "contract_id", "at"),
    )

    contract_id: Mapped[UUID]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(default=None)
    act: Mapped[str]
    status: Mapped[str]
    hash: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @property
    def signer_id(self) -> UUID | None:
        """Which of the signers it was about, where it was about one."""
        signer = self.details.get("signer")
        return UUID(signer) if signer else None


class ProviderMessage(TenantKey, Base):
    """A message of a signature service, kept once: sent again, it does nothing."""

    __tablename__ = "signature_messages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "contract_id"], ["contracts.organization_id", "contracts.id"]
        ),
        UniqueConstraint("organization_id", "provider", "message_id"),
        Index("signature_messages_contract_id_idx", "organization_id", "contract_id"),
    )

    provider: Mapped[str]
    message_id: Mapped[str]
    contract_id: Mapped[UUID]
    kind: Mapped[str]
    received_at: Mapped[datetime]
