"""The audit log on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from houseful.kernel.http import View


class AuditLogView(View):
    """One act, with what it changed: `{"name": [before, after]}`."""

    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    resource_type: str
    resource_id: UUID | None
    network: str
    request_id: str
    changes: dict[str, list[Any]]
    sentence: str
