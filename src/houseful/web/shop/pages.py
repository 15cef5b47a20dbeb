"""The public pages: the houses, and what is on in one."""

from typing import Any

from litestar import Response

from houseful.accounts import organization_names
from houseful.events import upcoming_events
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


handlers = [show_home, show_house]
