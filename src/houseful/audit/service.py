"""The one function that everybody calls after an act."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState
from sqlalchemy.orm.base import NO_VALUE

from houseful.audit.models import AuditLog, ChangeSetLog, UserActionLog
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id

HIDDEN = "•••"
NEW_ENDINGS = (".created", ".added", ".imported")
_UNINTERESTING = frozenset({"created_at", "updated_at", "version", "organization_id", "id"})


async def record(
    uow: UnitOfWork,
    action: str,
    row: Any,
    *,
    sentence: str = "",
) -> None:
    """Record an act on `row`: `await record(uow, "venues.gate.created", gate)`.

    Call it before the flush of an update, so that before and after are still known. Columns with
    `info={"is_private": True}` are named, not shown. Acts outside any organisation are not logged
    here: their rows say who and when.
    """
    if not uow.has_tenant:
        return
    is_new = action.endswith(NEW_ENDINGS)
    changes = _first_values(row) if is_new else _changes(row)
    log = AuditLog(
        organization_id=uow.tenant,
        id=new_id(),
        at=uow.now,
        actor_kind=uow.actor.kind,
        actor_id=uow.actor.id,
        action=action,
        resource_type=row.__tablename__,
        resource_id=row.id,
        request_id=uow.request_id,
    )
    uow.add(log)
    await uow.flush()
    if changes:
        uow.add(ChangeSetLog(organization_id=uow.tenant, audit_log_id=log.id, changes=changes))
    if sentence:
        uow.add(UserActionLog(organization_id=uow.tenant, audit_log_id=log.id, sentence=sentence))


def _changes(row: Any) -> dict[str, list[Any]]:
    """Return the fields that differ from what the database has, with before and after."""
    state: InstanceState[Any] = inspect(row)
    changes: dict[str, list[Any]] = {}
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if column.key in _UNINTERESTING or not history.has_changes():
            continue
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        is_private = bool(column.columns[0].info.get("is_private"))
        changes[column.key] = [HIDDEN, HIDDEN] if is_private else [_plain(before), _plain(after)]
    return changes


def _first_values(row: Any) -> dict[str, list[Any]]:
    """Return all fields of a new row, each with nothing before."""
    state: InstanceState[Any] = inspect(row)
    values: dict[str, list[Any]] = {}
    for column in state.mapper.column_attrs:
        value = state.attrs[column.key].loaded_value
        if column.key in _UNINTERESTING or value is None or value is NO_VALUE:
            continue
        is_private = bool(column.columns[0].info.get("is_private"))
        values[column.key] = [None, HIDDEN if is_private else _plain(value)]
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return HIDDEN
    if isinstance(value, UUID | datetime):
        return str(value)
    return msgspec.to_builtins(value)
