"""What the papers of hire share over HTTP: they concern the whole house.

A membership that is limited to some spaces sees its bookings there, but neither what was agreed
about them nor what is paid.
"""

from collections.abc import Iterable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from houseful.kernel.http import Caller
from houseful.venues import require_whole_house


def of_whole_house(handlers: Iterable[Any]) -> list[Any]:
    """Return the handlers, closed to memberships that are limited to some spaces."""
    closed = list(handlers)
    for handler in closed:
        handler.guards = [*(handler.guards or ()), _whole_house]
    return closed


async def _whole_house(
    connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler
) -> None:
    caller: Caller = connection.state.caller
    require_whole_house(caller.access.space_ids)
