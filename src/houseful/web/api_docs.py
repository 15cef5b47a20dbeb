"""The reader of the API's document; it comes from us, as everything on our pages does."""

from typing import Any

from litestar import Response

from houseful.web.guards import Anybody
from houseful.web.pages import show
from houseful.web.templating import page
from houseful.web.visits import Visit


@show("/api/docs", Anybody())
async def show_docs(visit: Visit) -> Response[Any]:
    """Show every route, to read and to try."""
    return page(visit, "api_docs.html")


handlers = [show_docs]
