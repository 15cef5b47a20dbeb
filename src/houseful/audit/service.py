"""The one function that everybody calls after an act."""

from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState
from sqlalchemy.orm.base import NO_VALUE

from houseful.audit.models import AuditLog, ChangeSetLog, PlatformAudit, UserActionLog
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.tenancy import PLATFORM

HIDDEN = "•••"
NEW_ENDINGS = (".created", ".added", ".imported")
GONE_ENDINGS = (".removed", ".deleted")
NETWORK_BITS = {4: 24, 6: 48}
_UNINTERESTING = frozenset({"created_at", "updated_at", "version", "organization_id", "id"})

Changes = dict[str, list[Any]]


async def record(
    uow: UnitOfWork,
    action: str,
    row: Any,
    *,
    sentence: str = "",
    changes: Changes | None = None,
) -> None:
    """Record an act on `row`: `await record(uow, "venues.gate.created", gate)`.

    Call it before the flush of an update, so that before and after are still known; of what is
    created or removed, as the action's name says, all fields are kept. `changes` stands in where
    the row cannot tell. Columns with `info={"is_private": True}` are named, not shown. Acts outside
    any organisation go to `platform_audit`.
    """
    found = _changes_of(row, action) if changes is None else changes
    log = {
        "id": new_id(),
        "at": uow.now,
        "actor_kind": uow.actor.kind,
        "actor_id": uow.actor.id,
        "action": action,
        "resource_type": row.__tablename__,
        "resource_id": row.id,
        "network": network_of(uow.origin.address),
        "request_id": uow.origin.request_id,
    }
    if not uow.has_tenant or uow.tenant == PLATFORM:
        uow.write_last(PlatformAudit, **log, changes=found, sentence=sentence)
        return
    uow.write_last(AuditLog, organization_id=uow.tenant, **log)
    part_of = {"organization_id": uow.tenant, "audit_log_id": log["id"]}
    if found:
        uow.write_last(ChangeSetLog, **part_of, id=new_id(), changes=found)
    if sentence:
        uow.write_last(UserActionLog, **part_of, id=new_id(), sentence=sentence)
    await uow.flush()


def network_of(address: str) -> str:
    """Return the network of an address, or an empty text: the address itself would be personal."""
    if not address:
        return ""
    bits = NETWORK_BITS[ip_address(address).version]
    return str(ip_network(f"{address}/{bits}", strict=False))


def _changes_of(row: Any, action: str) -> Changes:
    if action.endswith(NEW_ENDINGS):
        return {name: [None, value] for name, value in _values(row).items()}
    if action.endswith(GONE_ENDINGS):
        return {name: [value, None] for name, value in _values(row).items()}
    return _differences(row)


def _differences(row: Any) -> Changes:
    """Return the fields that differ from what the database has, with before and after."""
    state: InstanceState[Any] = inspect(row)
    changes: Changes = {}
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if column.key in _UNINTERESTING or not history.has_changes():
            continue
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        is_private = bool(column.columns[0].info.get("is_private"))
        changes[column.key] = [HIDDEN, HIDDEN] if is_private else [_plain(before), _plain(after)]
    return changes


def _values(row: Any) -> dict[str, Any]:
    """Return every field that has a value."""
    state: InstanceState[Any] = inspect(row)
    values: dict[str, Any] = {}
    for column in state.mapper.column_attrs:
        value = state.attrs[column.key].loaded_value
        if column.key in _UNINTERESTING or value is None or value is NO_VALUE:
            continue
        is_private = bool(column.columns[0].info.get("is_private"))
        values[column.key] = HIDDEN if is_private else _plain(value)
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return HIDDEN
    if isinstance(value, UUID | datetime):
        return str(value)
    return msgspec.to_builtins(value)
