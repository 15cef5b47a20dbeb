"""The audit log on the wire."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar.params import QueryParameter

from houseful.kernel.http import View

_WORD = "^[a-z_.]{1,80}$"

ResourceType = Annotated[
    str | None,
    QueryParameter(name="resourceType", pattern=_WORD, description="Such as `gates`."),
]
ResourceId = Annotated[UUID | None, QueryParameter(name="resourceId")]
ActorId = Annotated[UUID | None, QueryParameter(name="actorId")]
Action = Annotated[
    str | None, QueryParameter(pattern=_WORD, description="Such as `venues.gate.created`.")
]


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
