"""Today: what is coming up."""

from typing import Any

from litestar import Response

from houseful.events import upcoming_events
from houseful.web.guards import Office
from houseful.web.office.shell import office_page
from houseful.web.pages import show
from houseful.web.visits import Visit


@show("/office/{organization:str}", Office("promoter.events.read"))
async def show_today(visit: Visit) -> Response[Any]:
    """Show what is coming up."""
    events = await visit.run(upcoming_events)
    return office_page(visit, "today.html", here="", heading="Today", events=events)


handlers = [show_today]
