"""Reading the audit log."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, select

from houseful.audit.models import AuditLog, ChangeSetLog, PlatformAudit, UserActionLog
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page


class ActFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which acts are wanted; None means all."""

    resource_type: str | None = None
    resource_id: UUID | None = None
    actor_id: UUID | None = None
    action: str | None = None

    def apply(self, statement: Select[Any], table: Any) -> Select[Any]:
        """Return the statement with what is asked for."""
        for name in self.__struct_fields__:
            wanted = getattr(self, name)
            if wanted is not None:
                statement = statement.where(getattr(table, name) == wanted)
        return statement


async def find_acts(
    uow: UnitOfWork, *, window: Window, matching: ActFilter
) -> tuple[list[Any], str | None]:
    """Return one page of acts with their changes and sentences, and the next cursor."""
    mine = select(AuditLog).where(AuditLog.organization_id == uow.tenant)
    acts, cursor = await fetch_page(uow, matching.apply(mine, AuditLog), AuditLog, window)
    ids = [act.id for act in acts]
    changes = await _by_act(uow, ChangeSetLog, ChangeSetLog.changes, ids)
    sentences = await _by_act(uow, UserActionLog, UserActionLog.sentence, ids)
    columns = AuditLog.__table__.columns.keys()
    return [
        SimpleNamespace(
            **{name: getattr(act, name) for name in columns},
            changes=changes.get(act.id, {}),
            sentence=sentences.get(act.id, ""),
        )
        for act in acts
    ], cursor


async def find_platform_acts(
    uow: UnitOfWork, *, window: Window, matching: ActFilter
) -> tuple[list[Any], str | None]:
    """Return one page of acts outside any organisation, and the next cursor."""
    table: Any = PlatformAudit
    return await fetch_page(uow, matching.apply(select(table), table), table, window)


async def _by_act(uow: UnitOfWork, table: Any, column: Any, ids: list[UUID]) -> dict[UUID, Any]:
    rows = await uow.execute(
        select(table.audit_log_id, column.label("part")).where(
            table.organization_id == uow.tenant, table.audit_log_id.in_(ids)
        )
    )
    return {row.audit_log_id: row.part for row in rows}
