"""The chain of the log: acts are sealed, each with its changes and its sentences."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from houseful.audit.models import (
    AuditBlock,
    AuditLog,
    AuditUnsealed,
    ChangeSetLog,
    UserActionLog,
)
from houseful.kernel.chain import Chain
from houseful.kernel.database import UnitOfWork

SEALED_FIELDS = (
    *("id", "at", "actor_kind", "actor_id", "action", "resource_type", "resource_id"),
    *("network", "request_id"),
)
"""What the digest covers of an act, in this order. Changing it would break every chain."""


async def organizations_unsealed(uow: UnitOfWork) -> list[UUID]:
    """Return the organisations whose acts wait to be sealed."""
    return list(await uow.all(text("SELECT * FROM organizations_unsealed()")))


async def _read_entries(uow: UnitOfWork, ids: Sequence[UUID]) -> list[list[Any]]:
    """Return of each act its sealed fields, its changes and its sentences, in the ids' order."""
    changes = await _parts(uow, ChangeSetLog, ChangeSetLog.changes, ids)
    sentences = await _parts(uow, UserActionLog, UserActionLog.sentence, ids)
    columns = [getattr(AuditLog, name) for name in SEALED_FIELDS]
    acts = await uow.execute(
        select(*columns)
        .where(AuditLog.organization_id == uow.tenant, AuditLog.id.in_(ids))
        .order_by(AuditLog.id)
    )
    return [[*act, changes[act.id], sentences[act.id]] for act in acts]


async def _parts(
    uow: UnitOfWork, table: Any, column: Any, ids: Sequence[UUID]
) -> dict[UUID, list[Any]]:
    rows = await uow.execute(
        select(table.audit_log_id, column.label("part"))
        .where(table.organization_id == uow.tenant, table.audit_log_id.in_(ids))
        .order_by(table.id)
    )
    parts: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        parts[row.audit_log_id].append(row.part)
    return parts


CHAIN = Chain(
    AuditBlock,
    AuditUnsealed.audit_log_id,
    _read_entries,
    written="audit_log",
    name="audit",
    entry="an act",
    entries="acts",
)
seal_block = CHAIN.seal_block
verify_chain = CHAIN.verify
