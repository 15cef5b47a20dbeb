"""Reading the audit log."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful.audit.models import AuditLog, ChangeSetLog, UserActionLog
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page


async def find_acts(
    uow: UnitOfWork,
    *,
    window: Window,
    resource_type: str | None = None,
    resource_id: UUID | None = None,
    action: str | None = None,
) -> tuple[list[Any], str | None]:
    """Return one page of acts with their changes and sentences, and the next cursor."""
    statement = select(AuditLog).where(AuditLog.organization_id == uow.tenant)
    if resource_type is not None:
        statement = statement.where(AuditLog.resource_type == resource_type)
    if resource_id is not None:
        statement = statement.where(AuditLog.resource_id == resource_id)
    if action is not None:
        statement = statement.where(AuditLog.action == action)
    acts, cursor = await fetch_page(uow, statement, AuditLog, window)
    ids = [act.id for act in acts]
    changes = {
        change.audit_log_id: change.changes
        for change in await uow.all(
            select(ChangeSetLog).where(
                ChangeSetLog.organization_id == uow.tenant, ChangeSetLog.audit_log_id.in_(ids)
            )
        )
    }
    sentences = {
        said.audit_log_id: said.sentence
        for said in await uow.all(
            select(UserActionLog).where(
                UserActionLog.organization_id == uow.tenant, UserActionLog.audit_log_id.in_(ids)
            )
        )
    }
    columns = AuditLog.__table__.columns.keys()
    return [
        SimpleNamespace(
            **{name: getattr(act, name) for name in columns},
            changes=changes.get(act.id, {}),
            sentence=sentences.get(act.id, ""),
        )
        for act in acts
    ], cursor
