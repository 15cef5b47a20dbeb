"""The audit log, the changes it carries, the sentences people read, and the chain that seals it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from houseful.kernel.chain import Block
from houseful.kernel.ids import new_id
from houseful.kernel.tables import Base, TenantKey


class AuditLog(TenantKey, Base):
    """One act: who, what, on which, when, from where, in which request."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("audit_log_resource_idx", "organization_id", "resource_type", "resource_id", "id"),
        Index("audit_log_actor_idx", "organization_id", "actor_id", "id"),
    )

    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    resource_type: Mapped[str]
    resource_id: Mapped[UUID | None]
    network: Mapped[str]
    request_id: Mapped[str]


class ChangeSetLog(TenantKey, Base):
    """What an act changed, field by field: `{"name": [before, after]}`."""

    __tablename__ = "change_set_log"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "audit_log_id"], ["audit_log.organization_id", "audit_log.id"]
        ),
        Index("change_set_log_audit_log_idx", "organization_id", "audit_log_id"),
    )

    audit_log_id: Mapped[UUID]
    changes: Mapped[dict[str, Any]]


class UserActionLog(TenantKey, Base):
    """An act as a sentence: "published the event"."""

    __tablename__ = "user_action_log"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "audit_log_id"], ["audit_log.organization_id", "audit_log.id"]
        ),
        Index("user_action_log_audit_log_idx", "organization_id", "audit_log_id"),
    )

    audit_log_id: Mapped[UUID]
    sentence: Mapped[str]


class AuditUnsealed(Base):
    """An act that waits for its block; a trigger on `audit_log` writes it."""

    __tablename__ = "audit_unsealed"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organization_id", "audit_log_id"], ["audit_log.organization_id", "audit_log.id"]
        ),
    )

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    audit_log_id: Mapped[UUID] = mapped_column(primary_key=True)


class AuditBlock(Block, Base):
    """Some acts under one digest, which also covers the block before."""

    __tablename__ = "audit_blocks"
    __table_args__ = (UniqueConstraint("organization_id", "number"),)


class PlatformAudit(Base):
    """An act outside any organisation: on a person's account, or by the platform's staff."""

    __tablename__ = "platform_audit"
    __table_args__ = (Index("platform_audit_resource_idx", "resource_type", "resource_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    resource_type: Mapped[str]
    resource_id: Mapped[UUID | None]
    network: Mapped[str]
    request_id: Mapped[str]
    changes: Mapped[dict[str, Any]]
    sentence: Mapped[str]
