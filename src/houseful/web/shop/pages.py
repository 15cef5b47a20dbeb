"""The public pages: the houses, what is on in one, and an event."""

from typing import Any

from litestar import Response

from houseful.accounts import organization_names
from houseful.events import event_json_ld, find_public_event, upcoming_events
from houseful.web.guards import Anybody, Shop
from houseful.web.pages import show
from houseful.web.templating import page
from houseful.web.visits import Visit


@show("/", Anybody())
async def show_home(visit: Visit) -> Response[Any]:
    """Show every house."""
    houses = await visit.database.run(None, organization_names)
    return page(visit, "shop/home.html", houses=houses)


@show("/{organization:str}", Shop())
async def show_house(visit: Visit) -> Response[Any]:
    """Show what is on."""
    return page(visit, "shop/house.html", events=await visit.run(upcoming_events))


@show("/{organization:str}/{event:str}", Shop())
async def show_event(visit: Visit, event: str) -> Response[Any]:
    """Show an event."""
    shown = await visit.run(find_public_event, event)
    house_url = f"{visit.settings.base_url}/{visit.organization.slug}"
    structured_data = event_json_ld(
        shown,
        url=f"{house_url}/{shown.slug}",
        organizer=visit.organization.name,
        organizer_url=house_url,
    )
    return page(visit, "shop/event.html", event=shown, structured_data=structured_data)


handlers = [show_home, show_house, show_event]
