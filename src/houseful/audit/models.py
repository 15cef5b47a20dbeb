"""The audit log, the changes it carries, and the sentences people read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from houseful.kernel.tables import Base, TenantKey


class AuditLog(TenantKey, Base):
    """One act: who, what, on which, when, in which request."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("audit_log_resource_idx", "organization_id", "resource_type", "resource_id", "id"),
    )

    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    action: Mapped[str]
    resource_type: Mapped[str]
    resource_id: Mapped[UUID | None]
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
