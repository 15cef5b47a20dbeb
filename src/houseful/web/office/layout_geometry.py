"""What the office's seat map draws: `<seat-map layout-view="/office/…/layouts/…/geometry">`."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.seating import answer_geometry
from houseful.web.guards import Office
from houseful.web.pages import show
from houseful.web.visits import Visit


@show(
    "/office/{organization:str}/layouts/{layout_id:uuid}/geometry",
    Office("seating.layouts.read", module="ticketing"),
)
async def show_geometry(visit: Visit, layout_id: UUID) -> Response[Any]:
    """Send a layout's geometry to who may look at layouts."""
    return await answer_geometry(visit.database, visit.organization_id, visit.request, layout_id)


handlers = [show_geometry]
