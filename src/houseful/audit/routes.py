"""The audit log over HTTP."""

from uuid import UUID

from houseful.audit import queries
from houseful.audit.schemas import AuditLogView
from houseful.kernel.http import Caller, Page, get
from houseful.kernel.http.listing import Window


@get("/api/v1/audit", permission="audit.log.read", summary="List acts")
async def list_acts(
    caller: Caller,
    window: Window,
    resource_type: str | None = None,
    resource_id: UUID | None = None,
    action: str | None = None,
) -> Page[AuditLogView]:
    """List who did what to which, with the changes."""
    return await caller.read_page(
        queries.find_acts,
        window=window,
        view=AuditLogView,
        resource_type=resource_type,
        resource_id=resource_id,
        action=action,
    )


handlers = [list_acts]
