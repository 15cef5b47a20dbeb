"""The audit log over HTTP."""

from houseful.audit import queries
from houseful.audit.schemas import Action, ActorId, AuditLogView, ResourceId, ResourceType
from houseful.kernel.http import Caller, Page, get
from houseful.kernel.http.listing import Window
from houseful.kernel.identity import require_whole_house


@get("/api/v1/audit", permission="audit.log.read", summary="List acts")
async def list_acts(
    caller: Caller,
    window: Window,
    resource_type: ResourceType = None,
    resource_id: ResourceId = None,
    actor_id: ActorId = None,
    action: Action = None,
) -> Page[AuditLogView]:
    """List who did what to which, with the changes; in all spaces, so for the whole house."""
    require_whole_house(caller.access.space_ids)
    matching = queries.ActFilter(
        resource_type=resource_type, resource_id=resource_id, actor_id=actor_id, action=action
    )
    return await caller.read_page(
        queries.find_acts, window=window, matching=matching, view=AuditLogView
    )


handlers = [list_acts]
